//! Every schedule of a scenario, one after the other.

use crate::{Game, Outcome, Refused, replay};

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number of schedules played to their end.
    pub schedules: usize,
    /// Whether these are all schedules.
    pub all: bool,
    /// The first schedule that ended badly, and how.
    pub bad: Option<(String, Outcome)>,
}

/// Plays the schedules of a step's scenario one by one, until one ends badly, all are played, or
/// `at_most` were played.
///
/// Every order of the picks counts, also of two independent steps. A model checker skips those, and
/// therefore counts fewer schedules and can explore more.
///
/// # Errors
/// If the step has no scenario.
pub fn search(step: &str, at_most: usize) -> Result<Found, Refused> {
    let mut found = Found {
        schedules: 0,
        all: false,
        bad: None,
    };
    // The path to the current schedule: at each fork, the threads that could move and the one that
    // did.
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

/// Plays the path, then continues from its end to the end of the scenario.
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
