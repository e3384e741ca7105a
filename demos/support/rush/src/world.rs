//! One round, from the first tick to the podium.

mod exact;
mod place;
mod step;
#[cfg(test)]
pub(crate) mod tests;

use crate::world::place::Taken;
use crate::{Cell, Config, Kind, Player, Seat, Team};
use rng::Rng;

pub use crate::world::step::{Happened, Input};

/// A round. It changes only in [`step`](World::step), and depends only on the inputs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    config: Config,
    seed: u64,
    round: u32,
    tick: u32,
    rng: Rng,
    /// One entry per seat.
    players: Vec<Option<Player>>,
    /// One entry per cell, row by row.
    floor: Vec<Option<Kind>>,
    /// The points of players who left, by team.
    kept: [u32; Team::COUNT],
}

/// The phase of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Every player moved in this tick.
    #[default]
    Playing = 0,
    /// No player moved: the winners are shown.
    Podium = 1,
    /// The round's last tick; [`World::next`] follows.
    Over = 2,
}

impl Phase {
    /// The phase of a round's tick. Ticks are counted from 1; 0 is the state before the first.
    pub fn of(tick: u32, config: &Config) -> Self {
        let podium = u32::from(config.round_ticks);
        if tick <= podium {
            Phase::Playing
        } else if tick < last_tick(config) {
            Phase::Podium
        } else {
            Phase::Over
        }
    }

    /// The phase with this number.
    pub fn new(number: u8) -> Option<Self> {
        [Phase::Playing, Phase::Podium, Phase::Over]
            .get(usize::from(number))
            .copied()
    }
}

/// One more than a podium of a single tick, so that there is always an end after the last move.
fn last_tick(config: &Config) -> u32 {
    u32::from(config.round_ticks) + u32::from(config.podium_ticks)
}

impl World {
    /// A round before its first tick. A seat that is listed twice counts once; seats that the room
    /// does not have are ignored.
    ///
    /// `config` is made [sound](Config::sound), the order of `seated` does not matter.
    pub fn new(
        config: Config,
        seed: u64,
        round: u32,
        seated: impl IntoIterator<Item = (Seat, Team)>,
    ) -> Self {
        let config = config.sound();
        let mut world = Self {
            config,
            seed,
            round,
            tick: 0,
            rng: Rng::new(seed),
            players: vec![None; usize::from(config.seats)],
            floor: vec![None; config.cells()],
            kept: [0; Team::COUNT],
        };
        for (seat, team) in seated {
            if let Some(place @ None) = world.players.get_mut(seat.index()) {
                *place = Some(Player {
                    team,
                    ..Player::default()
                });
            }
        }
        world.begin();
        world
    }

    /// Gives every player a cell of their own as long as there are any, and distributes the snacks
    /// between them.
    fn begin(&mut self) {
        let mut taken = Taken::none(&self.config);
        for player in self.players.iter_mut().flatten() {
            player.cell = taken.place(&mut self.rng);
            player.dir = step::any_dir(&mut self.rng);
        }
        for _ in 0..self.config.snacks {
            self.bake(&mut taken, &[]);
        }
    }

    /// Puts a new snack on a cell that is not taken. If all are taken, it chooses a cell without a
    /// snack that is not in `gone`.
    fn bake(&mut self, taken: &mut Taken, gone: &[Cell]) -> Option<(Cell, Kind)> {
        let cell = taken.free(&mut self.rng).or_else(|| {
            let mut taken = Taken::none(&self.config);
            gone.iter().for_each(|&cell| taken.take(cell));
            self.snacks().for_each(|(cell, _)| taken.take(cell));
            taken.free(&mut self.rng)
        })?;
        let kind = Kind::draw(&mut self.rng);
        self.floor[taken.index(cell)] = Some(kind);
        Some((cell, kind))
    }

    /// The next round: no points, the same teams, a seed that is derived from this one's.
    pub fn next(&self) -> Self {
        let seed = Rng::lot(self.seed, [u64::from(self.round), u64::MAX]);
        let seated = self.players().map(|(seat, player)| (seat, player.team));
        Self::new(self.config, seed, self.round.wrapping_add(1), seated)
    }

    /// The number of ticks played: 0 before the first.
    pub fn tick(&self) -> u32 {
        self.tick
    }

    /// The phase of this tick.
    pub fn phase(&self) -> Phase {
        Phase::of(self.tick, &self.config)
    }

    /// All players, by seat.
    pub fn players(&self) -> impl Iterator<Item = (Seat, &Player)> {
        let seats = (0..).map(Seat).zip(&self.players);
        seats.filter_map(|(seat, player)| Some((seat, player.as_ref()?)))
    }

    /// The player at this seat.
    pub fn player(&self, seat: Seat) -> Option<&Player> {
        self.players.get(seat.index())?.as_ref()
    }

    /// The snacks on the floor, row by row.
    pub fn snacks(&self) -> impl Iterator<Item = (Cell, Kind)> {
        let width = usize::from(self.config.width);
        let cell = move |at: usize| Cell {
            x: (at % width) as u8,
            y: (at / width) as u8,
        };
        let places = self.floor.iter().enumerate();
        places.filter_map(move |(at, kind)| Some((cell(at), (*kind)?)))
    }

    /// The points of each team, including those of players who left.
    pub fn team_points(&self) -> [u32; Team::COUNT] {
        self.players().fold(self.kept, |mut sums, (_, player)| {
            sums[player.team.index()] += u32::from(player.points);
            sums
        })
    }

    /// The points of players who left, which stay with their team.
    pub fn kept(&self) -> [u32; Team::COUNT] {
        self.kept
    }

    /// All seats with players: the most points first, then the lower seat.
    pub fn ranking(&self) -> Vec<Seat> {
        let mut seats: Vec<_> = self.players().collect();
        seats.sort_by_key(|(seat, player)| (std::cmp::Reverse(player.points), *seat));
        seats.into_iter().map(|(seat, _)| seat).collect()
    }

    /// The [ranking](Self::ranking) with each player's place: one more than the number of players
    /// with more points, so that players with equal points share a place.
    pub fn places(&self) -> Vec<(usize, Seat)> {
        let (mut places, mut last) = (Vec::<(usize, Seat)>::new(), None);
        for (at, seat) in self.ranking().into_iter().enumerate() {
            let points = self.player(seat).map(|player| player.points);
            let shared = places.last().filter(|_| points == last);
            places.push((shared.map_or(at + 1, |&(place, _)| place), seat));
            last = points;
        }
        places
    }

    /// The seed of the round's random numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The round's number in its room.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// The room's parameters.
    pub fn config(&self) -> &Config {
        &self.config
    }
}
