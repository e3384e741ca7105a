//! The way to one snack with at most two turns, the second of which is not too soon after the
//! first.

use rush::{Cell, Config, Dir};

/// The beginning of a way, and how long the way takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Maneuver {
    /// Ticks until the snack is reached.
    pub(super) ticks: u32,
    /// Ticks to run straight on.
    pub(super) straight: u32,
    /// The turn after that. `None` if the way is straight.
    pub(super) turn: Option<Dir>,
}

/// Returns the fastest way for a player at `from` that may turn after `wait` ticks, and then again
/// after `gap` ticks. `None` if the player is there already.
pub(super) fn plan(
    (from, dir): (Cell, Dir),
    to: Cell,
    wait: u32,
    gap: u32,
    arena: &Config,
) -> Option<Maneuver> {
    let (right, back, left) = (rotated(dir, 1), rotated(dir, 2), rotated(dir, 3));
    let steps = |dir| steps(from, to, dir, arena);
    let (length, width) = (size(dir, arena), size(right, arena));
    let (ahead, behind) = (steps(dir), steps(back));
    let turned = |straight, dir, then: u32| Maneuver {
        ticks: straight + then,
        straight,
        turn: Some(dir),
    };
    if steps(right) == 0 {
        let reversed = turned(wait, back, wait + behind);
        let straight = Maneuver {
            ticks: ahead,
            straight: ahead,
            turn: None,
        };
        let ways = [straight, reversed];
        return (ahead > 0).then(|| fastest(&ways));
    }
    let aside = steps(right).min(steps(left));
    let nearer = if steps(right) <= steps(left) {
        right
    } else {
        left
    };
    // Turns once, beside the snack.
    let passed = at_least(ahead, wait, length);
    let once = turned(passed, nearer, aside);
    // Turns back, and then beside the snack. It runs on first if the way back is too short.
    let out = wait.max(gap.saturating_sub(behind));
    let reversed = turned(out, back, out + behind + aside);
    // Turns to a side at once, far enough for a second turn, and then along.
    let aside_first = |side| {
        let away = at_least(steps(side), gap, width);
        let rest = (ahead + length - wait % length) % length;
        turned(wait, side, away + rest.min((length - rest) % length))
    };
    Some(fastest(&[
        once,
        reversed,
        aside_first(right),
        aside_first(left),
    ]))
}

fn fastest(ways: &[Maneuver]) -> Maneuver {
    *ways
        .iter()
        .min_by_key(|way| way.ticks)
        .expect("there is at least one way")
}

/// The smallest number of steps that is not below `least` and leads to the same cell.
fn at_least(steps: u32, least: u32, size: u32) -> u32 {
    steps + least.saturating_sub(steps).div_ceil(size) * size
}

fn rotated(dir: Dir, quarters: usize) -> Dir {
    Dir::ALL[(dir as usize + quarters) % 4]
}

fn size(dir: Dir, arena: &Config) -> u32 {
    match dir {
        Dir::Up | Dir::Down => arena.height.into(),
        Dir::Left | Dir::Right => arena.width.into(),
    }
}

/// The steps in this direction to the row or column of `to`, over an edge if necessary.
fn steps(from: Cell, to: Cell, dir: Dir, arena: &Config) -> u32 {
    let size = size(dir, arena);
    let (from, to) = match dir {
        Dir::Up => (to.y, from.y),
        Dir::Down => (from.y, to.y),
        Dir::Left => (to.x, from.x),
        Dir::Right => (from.x, to.x),
    };
    (u32::from(to) + size - u32::from(from)) % size
}
