//! A tick: players leave and join, turn, move, and eat.

use std::collections::BTreeMap;

use crate::world::place::Taken;
use crate::{Cell, Dir, Kind, Phase, Player, Seat, Team, World};
use rng::Rng;

/// An input of a player in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Takes an empty seat.
    Join {
        /// The seat.
        seat: Seat,
    },
    /// Gives the seat up for good.
    Leave {
        /// The seat.
        seat: Seat,
    },
    /// Turns, or keeps the direction. Of several turns in one tick the last one counts.
    Turn {
        /// The player's seat.
        seat: Seat,
        /// The new direction.
        dir: Dir,
    },
}

/// The changes of one tick. Each list is in ascending order of its seats or cells, without
/// duplicates.
///
/// To apply them: remove the players in [`left`](Happened::left), turn those in
/// [`turned`](Happened::turned), move every player one cell if the phase is
/// [`Playing`](Phase::Playing), remove the snacks in [`eaten`](Happened::eaten), add those in
/// [`spawned`](Happened::spawned), and add the players in [`joined`](Happened::joined): their cells
/// are those after the tick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// The round's number.
    pub round: u32,
    /// The tick's number; the first is 1.
    pub tick: u32,
    /// The phase of the tick.
    pub phase: Phase,
    /// Players who joined, as they are after the tick; they have not moved yet.
    pub joined: Vec<(Seat, Player)>,
    /// Players who left. A seat that was taken again in the same tick is in `joined`, too.
    pub left: Vec<Seat>,
    /// Applied turns, including those of new players.
    pub turned: Vec<(Seat, Dir)>,
    /// The snacks that were eaten, and by whom.
    pub eaten: Vec<(Cell, Kind, Seat)>,
    /// The new snacks.
    pub spawned: Vec<(Cell, Kind)>,
}

/// A random direction, each equally likely.
pub(super) fn any_dir(rng: &mut Rng) -> Dir {
    Dir::ALL[rng.below(4) as usize % 4]
}

impl World {
    /// Plays the next tick. Impossible `inputs` are ignored: a turn of an empty seat, a join at a
    /// seat that is taken or does not exist. A round that is over does not change.
    pub fn step(&mut self, inputs: &[Input]) -> Happened {
        let mut happened = Happened {
            round: self.round,
            ..Happened::default()
        };
        if self.phase() != Phase::Over {
            self.tick += 1;
            let mut arriving = BTreeMap::new();
            self.listen(inputs, &mut arriving, &mut happened);
            if self.phase() == Phase::Playing {
                self.run();
                self.eat(&mut happened);
            }
            self.settle(arriving, &mut happened);
        }
        happened.tick = self.tick;
        happened.phase = self.phase();
        happened
    }

    fn listen(
        &mut self,
        inputs: &[Input],
        arriving: &mut BTreeMap<Seat, Player>,
        happened: &mut Happened,
    ) {
        let mut left = Vec::new();
        let mut turned = BTreeMap::new();
        for &input in inputs {
            match input {
                Input::Join { seat } => self.welcome(seat, arriving),
                Input::Leave { seat } => {
                    turned.remove(&seat);
                    // A player who joined in this very tick was never seen, and leaves no trace.
                    if arriving.remove(&seat).is_none()
                        && let Some(player) =
                            self.players.get_mut(seat.index()).and_then(Option::take)
                    {
                        self.kept[player.team.index()] += u32::from(player.points);
                        left.push(seat);
                    }
                }
                Input::Turn { seat, dir } => {
                    let here = self.players.get_mut(seat.index()).and_then(Option::as_mut);
                    if let Some(player) = arriving.get_mut(&seat).or(here) {
                        player.dir = dir;
                        turned.insert(seat, dir);
                    }
                }
            }
        }
        left.sort_unstable();
        happened.left = left;
        happened.turned = turned.into_iter().collect();
    }

    fn welcome(&mut self, seat: Seat, arriving: &mut BTreeMap<Seat, Player>) {
        let is_free = self.players.get(seat.index()) == Some(&None);
        if is_free && !arriving.contains_key(&seat) {
            let here = self.players.iter().flatten().chain(arriving.values());
            let player = Player {
                team: Team::smallest(here.map(|player| player.team)),
                dir: any_dir(&mut self.rng),
                ..Player::default()
            };
            arriving.insert(seat, player);
        }
    }

    fn run(&mut self) {
        for player in self.players.iter_mut().flatten() {
            player.cell = player.cell.next(player.dir, &self.config);
        }
    }

    /// Of the players who reach one snack, the one with the fewest points gets it; among equals a
    /// random draw decides, with new numbers in every tick.
    fn eat(&mut self, happened: &mut Happened) {
        let width = usize::from(self.config.width);
        let at = |cell: Cell| usize::from(cell.y) * width + usize::from(cell.x);
        let mut first: BTreeMap<Cell, (u16, u64, Seat)> = BTreeMap::new();
        for (seat, player) in self.players() {
            if self.floor[at(player.cell)].is_some() {
                let lot = Rng::lot(self.seed, [u64::from(self.tick), u64::from(seat.0)]);
                let claim = (player.points, lot, seat);
                let best = first.entry(player.cell).or_insert(claim);
                *best = claim.min(*best);
            }
        }
        for (cell, (_, _, seat)) in first {
            if let Some(kind) = self.floor[at(cell)].take()
                && let Some(player) = &mut self.players[seat.index()]
            {
                player.points += kind.points(); // Fits: see `Config::LONGEST_ROUND`.
                happened.eaten.push((cell, kind, seat));
            }
        }
    }

    /// Adds a snack for each eaten one, and gives each new player a cell.
    fn settle(&mut self, arriving: BTreeMap<Seat, Player>, happened: &mut Happened) {
        if arriving.is_empty() && happened.eaten.is_empty() {
            return;
        }
        let mut taken = Taken::none(&self.config);
        self.players()
            .for_each(|(_, player)| taken.take(player.cell));
        self.snacks().for_each(|(cell, _)| taken.take(cell));
        let gone: Vec<Cell> = happened.eaten.iter().map(|&(cell, ..)| cell).collect();
        let baked = gone.iter().filter_map(|_| self.bake(&mut taken, &gone));
        happened.spawned = baked.collect();
        happened.spawned.sort_unstable();
        for (seat, mut player) in arriving {
            player.cell = taken.place(&mut self.rng);
            self.players[seat.index()] = Some(player);
            happened.joined.push((seat, player));
        }
    }
}
