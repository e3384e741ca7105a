//! A round as a file: its start, and every turn. A replay must come to the same end, and compares
//! hashes every second.
//!
//! ```text
//! "RUSH" version u8
//! frame*            length u32, its complement u32, body, FNV-1a of the body u64
//! ```
//! The first frame's body begins the round (config, seed, round, seats with team and name). Each
//! further frame holds up to ten ticks, the names of the players who joined in them, and the
//! world's hash after them; the last frame is empty and marks the end. Each length is written twice
//! and each body has a sum, so a reader can distinguish a truncated file from a changed one.

mod file;
mod replay;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::{Config, Input, Name, Phase, Seat, Team, World};

pub use crate::log::file::Unreadable;
pub use crate::log::replay::{Differs, replay};

/// Ticks between two hashes: one second.
pub const HASH_EVERY: u32 = 10;

/// The turns of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The room's parameters.
    pub config: Config,
    /// The seed of the random numbers.
    pub seed: u64,
    /// The round's number.
    pub round: u32,
    /// The players seated at the start.
    pub seated: Vec<(Seat, Team, Name)>,
    /// The inputs of every tick; the first is tick 1.
    pub ticks: Vec<Vec<Input>>,
    /// The names for the [`Input::Join`]s in `ticks`, in the same order.
    pub joined: Vec<Name>,
    /// Every second, and at the round's end: the tick, and the world's hash after it.
    pub hashes: Vec<(u32, u64)>,
}

impl Log {
    /// Creates a log of this round, which has not begun: no tick was played.
    pub fn of(world: &World, mut name: impl FnMut(Seat) -> Name) -> Self {
        Self {
            config: *world.config(),
            seed: world.seed(),
            round: world.round(),
            seated: world
                .players()
                .map(|(seat, player)| (seat, player.team, name(seat)))
                .collect(),
            ticks: Vec::new(),
            joined: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Records a tick: its inputs, the names of the players who joined in it, and the world after
    /// it.
    pub fn record(&mut self, inputs: &[Input], name: impl FnMut(Seat) -> Name, after: &World) {
        self.ticks.push(inputs.to_vec());
        self.joined.extend(joins(inputs).map(name));
        if after.tick().is_multiple_of(HASH_EVERY) || after.phase() == Phase::Over {
            self.hashes.push((after.tick(), after.hash()));
        }
    }

    /// The name of each seat's last owner, which includes every player at the end.
    pub fn names(&self) -> BTreeMap<Seat, &Name> {
        let seated = self.seated.iter().map(|(seat, _, name)| (*seat, name));
        let joined = self.ticks.iter().flat_map(|inputs| joins(inputs));
        seated.chain(joined.zip(&self.joined)).collect()
    }

    /// The round before its first tick.
    pub fn start(&self) -> World {
        let seated = self.seated.iter().map(|(seat, team, _)| (*seat, *team));
        World::new(self.config, self.seed, self.round, seated)
    }
}

fn joins(inputs: &[Input]) -> impl Iterator<Item = Seat> {
    inputs.iter().filter_map(|input| match input {
        Input::Join { seat } => Some(*seat),
        _ => None,
    })
}
