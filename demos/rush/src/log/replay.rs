//! The round once more.

use std::fmt;

use crate::World;
use crate::log::{HASH_EVERY, Log};

/// The round went another way than the log says: other rules, or a log that somebody changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differs {
    /// After this tick it did; after the hash before it, it did not yet.
    pub tick: u32,
    /// The hash in the log.
    pub logged: u64,
    /// The hash of the world now.
    pub played: u64,
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tick,
            logged,
            played,
        } = self;
        let since = tick.saturating_sub(1) / HASH_EVERY * HASH_EVERY;
        write!(
            f,
            "between tick {since} and tick {tick} the round went another way: the log says {logged:016x}, the rules {played:016x}"
        )
    }
}

impl std::error::Error for Differs {}

/// Plays a log: the world at its end, or the first hash that is another.
pub fn replay(log: &Log) -> Result<World, Differs> {
    let mut world = log.start();
    let mut hashes = log.hashes.iter().copied().peekable();
    for inputs in &log.ticks {
        world.step(inputs);
        if let Some((tick, logged)) = hashes.next_if(|&(tick, _)| tick == world.tick()) {
            let played = world.hash();
            if logged != played {
                return Err(Differs {
                    tick,
                    logged,
                    played,
                });
            }
        }
    }
    Ok(world)
}
