//! A tick: who leaves and comes, who turns, where everybody runs to, and who eats what.

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::world::place::Taken;
use crate::{Cell, Dir, Kind, Phase, Player, Seat, Team, World};

/// What somebody wants in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Takes an empty seat.
    Join {
        /// Which one.
        seat: Seat,
    },
    /// Gives the seat up for good.
    Leave {
        /// Which one.
        seat: Seat,
    },
    /// Heads another way, or the same. Of several in one tick the last one counts.
    Turn {
        /// Who.
        seat: Seat,
        /// Where to.
        dir: Dir,
    },
}

/// What one tick did. Each list is in ascending order of its seats or cells, and names none of them twice.
///
/// To follow along: take out who [`left`](Happened::left), turn who [`turned`](Happened::turned), move everybody one cell if the phase is
/// [`Playing`](Phase::Playing), take away what was [`eaten`](Happened::eaten), lay down what was [`spawned`](Happened::spawned), and let in who
/// [`joined`](Happened::joined): they are where they stand after the tick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// The round's number.
    pub round: u32,
    /// The tick's number; the first is 1.
    pub tick: u32,
    /// What the tick was for.
    pub phase: Phase,
    /// Who came, as they are after the tick; they have not moved yet.
    pub joined: Vec<(Seat, Player)>,
    /// Who left. A seat that was taken again at once is in `joined`, too.
    pub left: Vec<Seat>,
    /// Whose turn was heard, the newcomers' among them.
    pub turned: Vec<(Seat, Dir)>,
    /// What was eaten where, and by whom.
    pub eaten: Vec<(Cell, Kind, Seat)>,
    /// What came instead.
    pub spawned: Vec<(Cell, Kind)>,
}

/// A direction, each as likely as the others.
pub(super) fn any_dir(chance: &mut Chance) -> Dir {
    Dir::ALL[chance.below(4) as usize % 4]
}

impl World {
    /// Plays the next tick. Whatever makes no sense among `inputs` is ignored: a turn of an empty seat, a seat that is taken or that the
    /// room does not have. A round that is over stays as it is.
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
                    // Somebody who came in this very tick was never seen, and leaves nothing behind.
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
                dir: any_dir(&mut self.chance),
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

    /// Of those who arrive at one snack it goes to the one with the fewest points, then by lot, drawn anew in every tick.
    fn eat(&mut self, happened: &mut Happened) {
        let width = usize::from(self.config.width);
        let at = |cell: Cell| usize::from(cell.y) * width + usize::from(cell.x);
        let mut first: BTreeMap<Cell, (u16, u64, Seat)> = BTreeMap::new();
        for (seat, player) in self.players() {
            if self.floor[at(player.cell)].is_some() {
                let lot = Chance::lot(self.seed, [u64::from(self.tick), u64::from(seat.0)]);
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

    /// For each snack eaten another one, for each newcomer a cell.
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
            player.cell = taken.place(&mut self.chance);
            self.players[seat.index()] = Some(player);
            happened.joined.push((seat, player));
        }
    }
}
