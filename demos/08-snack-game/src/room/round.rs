//! A round: the world that is played, its log, and what the next tick will apply.

use super::{default_name, seats::Seats};
use crate::rng::random;
use rush::{Config, Input, Phase, Seat, World, log::Log};

/// The current round of a room.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) world: World,
    pub(super) log: Log,
    /// Inputs for the next tick.
    pub(super) inputs: Vec<Input>,
    /// Players who were disconnected (`true`) or came back (`false`) since the last tick.
    pub(super) away: Vec<(Seat, bool)>,
    /// The day on which the round was won; `None` while it is played.
    pub(super) won_on: Option<u64>,
    /// The next tick begins a new round.
    pub(super) restart: bool,
}

impl Round {
    /// The first round of an empty room.
    pub(super) fn new(config: Config) -> Self {
        let world = World::new(config, random_seed(), 0, []);
        let log = Log::of(&world, default_name);
        Self::of(world, log)
    }

    /// The round that is played in `world`, without inputs.
    pub(super) fn of(world: World, log: Log) -> Self {
        Self {
            world,
            log,
            inputs: Vec::new(),
            away: Vec::new(),
            won_on: None,
            restart: false,
        }
    }

    /// Replaces a finished round by the next one.
    pub(super) fn begin_next(&mut self, seats: &Seats) {
        self.replace(self.world.next(), seats);
    }

    /// Replaces the round by one in which nothing is left of the world that made the room panic.
    /// Players keep their teams.
    pub(super) fn recover(&mut self, seats: &Seats) {
        self.inputs.clear();
        self.away.clear();
        let stay = self.world.players().filter(|(seat, _)| seats.has(*seat));
        let stay: Vec<_> = stay.map(|(seat, player)| (seat, player.team)).collect();
        let (config, round) = (*self.world.config(), self.world.round().wrapping_add(1));
        self.replace(World::new(config, random_seed(), round, stay), seats);
        // A player who joined in the tick that panicked is in no world yet.
        let new = seats
            .all()
            .filter(|seat| self.world.player(*seat).is_none());
        self.inputs.extend(new.map(|seat| Input::Join { seat }));
    }

    fn replace(&mut self, world: World, seats: &Seats) {
        self.world = world;
        self.log = Log::of(&self.world, |seat| seats.name(seat));
        (self.won_on, self.restart) = (None, false);
    }

    /// Whether players would miss the end of a round if the room closed now.
    pub(super) fn is_being_played(&self, seats: &Seats) -> bool {
        self.world.phase() == Phase::Playing && self.world.tick() > 0 && seats.held() > 0
    }
}

fn random_seed() -> u64 {
    u64::from_le_bytes(random())
}
