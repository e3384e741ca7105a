//! Turns the runs in a room into the room's figures.

use crate::{latency::Latencies, ratio::Ratio, table::Table};
use std::{fmt, time::Duration};

/// The room that others are compared with: its locks are correct, and it has no slow player.
pub const BASE: &str = "02-lock-order";

/// The figures of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Answered requests of the crowd per second.
    pub rate: f64,
    /// The latencies of the answers.
    pub latencies: Latencies,
    /// Whether the room stopped answering.
    pub froze: bool,
    /// Snacks that the crowd received.
    pub grabbed: u64,
    /// Of those: snacks that were given before.
    pub twice: u64,
    /// Whether the slow player was disconnected.
    pub disconnected: bool,
    /// Lines in the deepest outbox at the end. `None` if the room does not count them.
    pub outbox: Option<u64>,
}

/// A room and its runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// The step's name.
    pub name: String,
    /// The capacity of its outboxes in lines. `None` if they are unbounded, or there are none.
    pub limit: Option<u64>,
    /// Runs with the crowd alone.
    pub alone: Vec<Run>,
    /// Runs with the same crowd and one player who reads nothing.
    pub slow: Vec<Run>,
}

/// The figures of all runs of a scenario.
struct Sum {
    rate: f64,
    latencies: Latencies,
    froze: Option<String>,
}

impl Sum {
    fn of(runs: &[Run]) -> Sum {
        let mut latencies = Latencies::default();
        for run in runs {
            latencies.extend(run.latencies.clone());
        }
        let frozen = runs.iter().filter(|it| it.froze).count();
        Sum {
            rate: middle(runs.iter().map(|it| it.rate)),
            latencies,
            froze: match frozen {
                0 => None,
                _ if frozen == runs.len() => Some("froze".into()),
                _ => Some(format!("froze, {frozen} of {}", runs.len())),
            },
        }
    }

    /// Answers, the median latency and the 99th percentile, all as multiples of `base`'s.
    fn against(&self, base: &Sum) -> [String; 3] {
        if let Some(froze) = &self.froze {
            return [froze.clone(), "never".into(), "never".into()];
        }
        let waits = |percent| {
            let [mine, theirs] = [self, base].map(|it| it.latencies.percentile(percent));
            ratio(seconds(mine), seconds(theirs))
        };
        [ratio(self.rate, base.rate), waits(50.0), waits(99.0)]
    }
}

/// Why there is nothing to compare the rooms with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBase {
    /// [`BASE`] was not measured.
    Missing,
    /// [`BASE`] froze with the crowd alone.
    Froze,
}

impl fmt::Display for NoBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "{BASE} was not measured"),
            Self::Froze => write!(
                f,
                "{BASE} froze under the crowd alone: nothing can be compared with it"
            ),
        }
    }
}

impl std::error::Error for NoBase {}

/// The sentence that a program prints.
impl From<NoBase> for String {
    fn from(error: NoBase) -> Self {
        error.to_string()
    }
}

/// The tables of the rooms: with the crowd alone, and with one player who reads nothing.
///
/// # Errors
/// There is nothing to compare them with.
pub fn tables(rooms: &[Room]) -> Result<[Table; 2], NoBase> {
    let base = rooms.iter().find(|room| room.name == BASE);
    let base = Sum::of(&base.ok_or(NoBase::Missing)?.alone);
    if base.froze.is_some() || base.latencies.is_empty() {
        return Err(NoBase::Froze);
    }
    let deep = rooms.iter().rev().find_map(|room| room.limit);
    let mut alone = Table::new(
        "crowd",
        "the rooms under one crowd",
        ["answers", "median wait", "p99 wait", "one given twice in"],
    );
    let mut slow = Table::new(
        "slow",
        "and one player who reads nothing",
        [
            "answers",
            "median wait",
            "p99 wait",
            "the slow player",
            "its outbox",
            "has a limit",
        ],
    );
    for room in rooms {
        let mut cells = Vec::from(Sum::of(&room.alone).against(&base));
        cells.push(given_twice(&room.alone));
        alone.rows.push((room.name.clone(), cells));
        let mut cells = Vec::from(Sum::of(&room.slow).against(&base));
        cells.push(fate(&room.slow));
        cells.extend(outbox(room, deep));
        slow.rows.push((room.name.clone(), cells));
    }
    Ok([alone, slow])
}

/// The spread between the runs of one room, in a sentence. `None` if no room has two runs without a
/// freeze.
pub fn spread(rooms: &[Room]) -> Option<String> {
    let served = rooms
        .iter()
        .map(|room| room.alone.iter().filter(|it| !it.froze).map(|it| it.rate));
    let off = served.flat_map(|rates| {
        let middle = middle(rates.clone());
        rates.map(move |rate| (rate / middle - 1.0).abs())
    });
    let worst = off.max_by(f64::total_cmp).filter(|worst| *worst > 0.0)?;
    let percent = (worst * 100.0).ceil();
    Some(format!(
        "No run's requests were further than {percent} % from the median of its room."
    ))
}

/// The median; the upper one of an even number. NaN if there are no rates.
fn middle(rates: impl Iterator<Item = f64>) -> f64 {
    let mut rates: Vec<f64> = rates.collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The number of snacks per snack that was given twice.
fn given_twice(runs: &[Run]) -> String {
    let [grabbed, twice] =
        [|it: &Run| it.grabbed, |it: &Run| it.twice].map(|of| runs.iter().map(of).sum::<u64>());
    match twice {
        0 => "–".into(),
        twice => ratio(grabbed as f64, twice as f64),
    }
}

/// What the room does with a player who does not read.
fn fate(runs: &[Run]) -> String {
    let fate = if runs.iter().any(|it| it.froze) {
        "is waited for"
    } else if runs.iter().any(|it| it.disconnected) {
        "is disconnected"
    } else {
        "is queued for"
    };
    fate.into()
}

/// The depth of its outbox, as a multiple of `deep`, the capacity of a bounded outbox; and whether
/// there is a limit.
fn outbox(room: &Room, deep: Option<u64>) -> [String; 2] {
    let deepest = room.slow.iter().filter_map(|it| it.outbox).max();
    let (lines, limit) = match (room.limit, deepest) {
        (Some(limit), _) => (limit, "yes"),
        (None, Some(lines)) => (lines, "no"),
        (None, None) => return ["–", "–"].map(String::from),
    };
    let deep = deep.map_or(f64::NAN, |lines| lines as f64);
    [ratio(lines as f64, deep), limit.into()]
}

fn ratio(part: f64, whole: f64) -> String {
    Ratio::of(part, whole).map_or("–".into(), |ratio| ratio.to_string())
}

/// The latency in seconds; NaN without a latency.
fn seconds(latency: Option<Duration>) -> f64 {
    latency.map_or(f64::NAN, |latency| latency.as_secs_f64())
}

#[cfg(test)]
mod tests;
