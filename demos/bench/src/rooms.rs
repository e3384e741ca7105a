//! From evenings in a room to how the room did.

use crate::{latency::Latencies, ratio::Ratio, table::Table};
use std::time::Duration;

/// The room that others are compared with: the locks are right, and nobody is slow.
pub const BASE: &str = "02-lock-order";

/// What an evening was like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evening {
    /// Requests of the crowd that were answered, a second.
    pub rate: f64,
    /// How long answers took.
    pub latencies: Latencies,
    /// Nobody was answered any more.
    pub froze: bool,
    /// Snacks that the crowd was given.
    pub grabbed: u64,
    /// Of those: given before.
    pub twice: u64,
    /// The slow player was shown out.
    pub shown_out: bool,
    /// Lines in the deepest outbox at the end. None: the room counts none.
    pub outbox: Option<u64>,
}

/// A room, and its evenings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// The step's name.
    pub name: String,
    /// Lines that its outboxes hold at most. None: they have no limit, or there are none.
    pub limit: Option<u64>,
    /// Evenings of the crowd alone.
    pub alone: Vec<Evening>,
    /// Evenings of the same crowd and one player who reads nothing.
    pub slow: Vec<Evening>,
}

/// What all evenings of a kind come to.
struct Sum {
    rate: f64,
    latencies: Latencies,
    froze: Option<String>,
}

impl Sum {
    fn of(evenings: &[Evening]) -> Sum {
        let mut latencies = Latencies::default();
        for evening in evenings {
            latencies.extend(evening.latencies.clone());
        }
        let frozen = evenings.iter().filter(|it| it.froze).count();
        Sum {
            rate: middle(evenings.iter().map(|it| it.rate)),
            latencies,
            froze: match frozen {
                0 => None,
                _ if frozen == evenings.len() => Some("froze".into()),
                _ => Some(format!("froze, {frozen} of {}", evenings.len())),
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

/// How the rooms did under the crowd alone, and how with one player who reads nothing.
///
/// # Errors
/// [`BASE`] is not among them, or it froze under the crowd alone: there is nothing to compare with.
pub fn tables(rooms: &[Room]) -> Result<[Table; 2], String> {
    let base = rooms.iter().find(|room| room.name == BASE);
    let base = Sum::of(&base.ok_or(format!("{BASE} was not measured"))?.alone);
    if base.froze.is_some() || base.latencies.is_empty() {
        return Err(format!(
            "{BASE} froze under the crowd alone: nothing can be compared with it"
        ));
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
            "the slow one",
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

/// How far the evenings of one room are from each other. None: no room served to the end twice.
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
        "No evening's requests were further than {percent} % from the median of its room."
    ))
}

/// The median, of an even number the upper one. No number at all if there is none.
fn middle(rates: impl Iterator<Item = f64>) -> f64 {
    let mut rates: Vec<f64> = rates.collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Among how many snacks there is one that had been given before.
fn given_twice(evenings: &[Evening]) -> String {
    let [grabbed, twice] = [|it: &Evening| it.grabbed, |it: &Evening| it.twice]
        .map(|of| evenings.iter().map(of).sum::<u64>());
    match twice {
        0 => "–".into(),
        twice => ratio(grabbed as f64, twice as f64),
    }
}

/// What becomes of who does not read.
fn fate(evenings: &[Evening]) -> String {
    let fate = if evenings.iter().any(|it| it.froze) {
        "is waited for"
    } else if evenings.iter().any(|it| it.shown_out) {
        "is shown out"
    } else {
        "is queued for"
    };
    fate.into()
}

/// How deep its outbox gets, as a multiple of `deep`, a limited outbox; and whether there is a limit.
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

/// No number at all where there is none.
fn seconds(latency: Option<Duration>) -> f64 {
    latency.map_or(f64::NAN, |latency| latency.as_secs_f64())
}

#[cfg(test)]
mod tests;
