//! Replays a round.

use std::fmt;

use crate::World;
use crate::log::{HASH_EVERY, Log};

/// The replay differs from the log: the rules are other ones, or the log was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The tick of the first hash that differs. The hash before it was equal.
    pub tick: u32,
    /// The hash in the log.
    pub logged: u64,
    /// The hash of the replayed world.
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

/// Replays a log. Returns the world at its end, or the first hash that differs.
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
