//! How a bot steers: it plans with the cell where its turn will take effect, not with the cell that
//! it sees, and with the time that it must run straight on after a turn.
//!
//! A bot that turns towards a snack whenever it sees that it must do so, but only twice a second,
//! circles a snack that is nearer than its next turn, for ever.

mod plan;
#[cfg(test)]
mod tests;

use rng::Rng;
use rush::{Cell, Config, Dir, Player};

use crate::steering::plan::{Maneuver, plan};

/// Game ticks per second, at the usual pace.
const TICKS_PER_SECOND: f32 = 10.0;

/// The number of nearby snacks among which a bot chooses, so that not all bots want the same one.
const CHOICES: usize = 6;

/// The largest delay, in ticks, that a bot plans with.
const MAX_DELAY: u32 = 20;

/// How well a bot plays. A person at a phone must be able to win against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Skill {
    /// The most ticks that the bot looks around before it chooses its next snack.
    looks_around: u32,
    /// The bot presses a tick too late in one of this many turns. 0 means never.
    late_once_in: u32,
}

/// A turn that was sent and is not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SentTurn {
    pub(crate) dir: Dir,
    /// Ticks received since it was sent.
    pub(crate) age: u32,
}

/// The steering of one bot. It knows no clock: it is asked once after each tick.
#[derive(Debug)]
pub(crate) struct Steering {
    rng: Rng,
    skill: Skill,
    /// Ticks from one turn to the next. `None` means that the bot never turns.
    gap: Option<u32>,
    since_turn: u32,
    /// Ticks between the sending of a turn and the tick that applies it, as last measured.
    delay: u32,
    target: Option<Target>,
    /// Ticks to look around before the next target is chosen.
    looking: u32,
}

#[derive(Clone, Copy, Debug)]
struct Target {
    cell: Cell,
    /// Ticks until the bot gives it up.
    patience: u32,
}

impl Steering {
    /// A bot that turns at most `turns_per_second` times per second.
    pub(crate) fn new(mut rng: Rng, turns_per_second: f32) -> Self {
        let turns = turns_per_second > 0.0;
        let gap = turns.then(|| (TICKS_PER_SECOND / turns_per_second).ceil().max(1.0) as u32);
        let skill = Skill {
            looks_around: gap.unwrap_or(0) * (2 + rng.below(3)),
            late_once_in: 3,
        };
        Self::with_skill(rng, gap, skill)
    }

    fn with_skill(mut rng: Rng, gap: Option<u32>, skill: Skill) -> Self {
        Self {
            // Bots that joined together do not all turn in one tick.
            since_turn: rng.below(gap.unwrap_or(0)),
            rng,
            skill,
            gap,
            delay: 0,
            target: None,
            looking: 0,
        }
    }

    /// Remembers how many ticks a turn took: 0 if the next tick applied it.
    pub(crate) fn measured(&mut self, ticks: u32) {
        self.delay = ticks.min(MAX_DELAY);
    }

    /// Forgets the target: a new round has other snacks.
    pub(crate) fn new_round(&mut self) {
        self.target = None;
    }

    /// Returns the turn to send now, if any. To be called once after each tick in which players
    /// move. `snacks` is in ascending order.
    pub(crate) fn steer(
        &mut self,
        me: &Player,
        sent: impl Iterator<Item = SentTurn> + Clone,
        snacks: &[Cell],
        arena: &Config,
    ) -> Option<Dir> {
        let gap = self.gap?;
        self.since_turn = self.since_turn.saturating_add(1);
        let wait = gap.saturating_sub(self.since_turn);
        let path = Path::predict(me, sent, self.delay, arena);
        let target = self.target(&path, snacks, wait, gap, arena)?;
        if path.visits(target) {
            return None; // It is as good as eaten.
        }
        let Maneuver { straight, turn, .. } = plan(path.end, target, wait, gap, arena)?;
        let dir = turn.filter(|_| straight == 0)?;
        if self.skill.late_once_in > 0 && self.rng.once_in(self.skill.late_once_in) {
            return None; // Too late: the plan is made again at the next tick.
        }
        self.since_turn = 0;
        Some(dir)
    }

    /// Returns the snack to run to: the one before, unless it is gone or takes too long.
    fn target(
        &mut self,
        path: &Path,
        snacks: &[Cell],
        wait: u32,
        gap: u32,
        arena: &Config,
    ) -> Option<Cell> {
        if let Some(target) = &mut self.target {
            target.patience = target.patience.saturating_sub(1);
            if target.patience > 0 && snacks.binary_search(&target.cell).is_ok() {
                return Some(target.cell);
            }
            self.target = None;
            self.looking = self.rng.below(self.skill.looks_around + 1);
        }
        if self.looking > 0 {
            self.looking -= 1;
            return None;
        }
        let (cell, ticks) = self.choose(path, snacks, wait, gap, arena)?;
        // A snack in the back of a wide circle may be far; another bot may eat it before.
        let patience = 2 * ticks + 10;
        self.target = Some(Target { cell, patience });
        Some(cell)
    }

    /// Chooses among the snacks that are reached soonest. The sooner, the likelier.
    fn choose(
        &mut self,
        path: &Path,
        snacks: &[Cell],
        wait: u32,
        gap: u32,
        arena: &Config,
    ) -> Option<(Cell, u32)> {
        let mut reached: Vec<(u32, Cell)> = snacks
            .iter()
            .filter(|&&snack| !path.visits(snack))
            .filter_map(|&snack| Some((plan(path.end, snack, wait, gap, arena)?.ticks, snack)))
            .collect();
        let most = CHOICES.min(reached.len());
        if most < reached.len() {
            reached.select_nth_unstable(most);
        }
        let (ticks, cell) = reached[..most]
            .iter()
            .map(|&(ticks, cell)| (ticks + self.rng.below(gap + 2), cell))
            .min()?;
        Some((cell, ticks))
    }
}

/// Where a player runs until a turn that is sent now takes effect.
#[derive(Debug)]
struct Path {
    /// The cells from the first tick on that the player has not seen.
    cells: Vec<Cell>,
    /// The player's cell and direction when the turn takes effect.
    end: (Cell, Dir),
}

impl Path {
    /// Plays the turns that are on their way. A turn that is late takes effect in the next tick.
    fn predict(
        me: &Player,
        sent: impl Iterator<Item = SentTurn> + Clone,
        delay: u32,
        arena: &Config,
    ) -> Self {
        let (mut cell, mut dir) = (me.cell, me.dir);
        let mut cells = Vec::with_capacity(delay as usize);
        for step in 1..=delay {
            let due = |turn: &SentTurn| (delay + 1).saturating_sub(turn.age).max(1) == step;
            if let Some(turn) = sent.clone().filter(due).last() {
                dir = turn.dir;
            }
            cell = cell.next(dir, arena);
            cells.push(cell);
        }
        if let Some(turn) = sent.last() {
            dir = turn.dir;
        }
        Self {
            cells,
            end: (cell, dir),
        }
    }

    fn visits(&self, cell: Cell) -> bool {
        self.cells.contains(&cell)
    }
}
