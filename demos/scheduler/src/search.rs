//! Every schedule of an evening, one after the other.

use crate::{Game, Outcome, Refused, replay};

/// What playing every schedule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Schedules played to their end.
    pub schedules: usize,
    /// Were these all there are?
    pub all: bool,
    /// The first one that ended badly, and how.
    pub bad: Option<(String, Outcome)>,
}

/// Plays the schedules of a step's evening in their order, until one ends badly, all are played or `at_most` were.
///
/// Every order of the picks counts, also of two that have nothing to do with each other; a model checker leaves those
/// out, and therefore counts fewer and comes further.
///
/// # Errors
/// There is no evening for this step.
pub fn search(step: &str, at_most: usize) -> Result<Found, Refused> {
    let mut found = Found {
        schedules: 0,
        all: false,
        bad: None,
    };
    // The way to the schedule that is being played: at each fork, who could move and who did.
    let mut way: Vec<(Vec<&'static str>, usize)> = Vec::new();
    while found.schedules < at_most {
        let (game, outcome) = play(step, &mut way)?;
        found.schedules += 1;
        if outcome != Outcome::Kept {
            found.bad = Some((game.schedule(), outcome));
            return Ok(found);
        }
        while way
            .last()
            .is_some_and(|(threads, picked)| picked + 1 == threads.len())
        {
            way.pop();
        }
        let Some((_, picked)) = way.last_mut() else {
            found.all = true;
            break;
        };
        *picked += 1;
    }
    Ok(found)
}

/// Goes the way, and on from its end to the end of the evening.
fn play(step: &str, way: &mut Vec<(Vec<&'static str>, usize)>) -> Result<(Game, Outcome), Refused> {
    let picks: Vec<&str> = way
        .iter()
        .map(|(threads, picked)| threads[*picked])
        .collect();
    let mut game = replay(step, &picks.join(","))?;
    loop {
        let outcome = game.outcome();
        if outcome != Outcome::Running {
            return Ok((game, outcome));
        }
        let threads = game.movable();
        game.pick(threads[0])?;
        way.push((threads, 0));
    }
}
