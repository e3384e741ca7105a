//! What the runner and a child say to each other while a scenario is played: one line of JSON each.
//!
//! The runner asks, the child answers every question with one line. An answer's line begins with
//! the seal, because the answer's program may print to the same pipe.

use lanes::Moves;
use serde::{Deserialize, Serialize};

/// A question to the child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Which scenarios are there?
    Scenarios,
    /// Which is the first scenario that some order of picks breaks?
    FirstBroken,
    /// Which orders of picks break this scenario, by its number?
    Odds(usize),
    /// Begin this scenario, by its number.
    Open(usize),
    /// Let this actor move.
    Pick(String),
    /// Take the latest pick back.
    Undo,
    /// Begin again.
    Restart,
    /// Who should move, so that the promise breaks soonest?
    Hint,
    /// Play these picks as far as they fit, and then on to an end.
    Replay(Vec<String>),
}

/// A child's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// All scenarios that can be played.
    Scenarios(Vec<Scene>),
    /// The number of a scenario; `None` if none breaks.
    FirstBroken(Option<usize>),
    /// Which orders break a scenario.
    Odds(Odds),
    /// How the game stands.
    Position(Position),
    /// The pick is not possible; a sentence says why.
    Refused(String),
    /// Advice.
    Hint(Hint),
    /// How a replay ended.
    Replayed {
        /// The first pick that did not fit, counted from 1, and why.
        misfit: Option<(usize, String)>,
        /// The end.
        position: Position,
    },
}

/// A scenario that can be played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// What a kept attack is found by: its first name, with a number if several have had that. It
    /// stays when a sentence changes.
    pub id: String,
    /// Its name: `a grab meets a leave`.
    pub name: String,
    /// The promise, a sentence.
    pub promise: String,
    /// Whether the picks are events on a paused clock, and not steps of threads.
    pub has_events: bool,
}

/// Which orders of picks break a scenario: computed, by trying them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Odds {
    /// It leaves nothing to pick.
    NoPicks,
    /// No order breaks it.
    NeverBreaks,
    /// Some orders break it, and others do not.
    SometimesBreaks,
    /// Every order breaks it.
    AlwaysBreaks,
    /// At least one order breaks it, and there are too many to try them all.
    Breaks,
    /// None is known to break it, and there are too many to try them all.
    Unknown,
}

/// How a game stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The picks so far.
    pub picks: Vec<String>,
    /// The threads, or the events that may come next.
    pub actors: Vec<Actor>,
    /// What has happened so far.
    pub rows: Vec<Row>,
    /// How many of those rows come before the first pick: the scenario's own beginning.
    pub before: usize,
    /// Whether and how it has ended.
    pub end: Option<End>,
}

/// A thread before its next step, or an event that may come next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The name by which it is picked.
    pub name: String,
    /// Its next step in words; empty for an event, or if it has ended.
    pub next: String,
    /// The line of that step: `exercise.rs:29`. May be empty.
    pub at: String,
    /// The names of the locks that it holds.
    pub holds: Vec<String>,
    /// Whether it can be picked.
    pub can_move: bool,
}

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Who did it.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// The line: `exercise.rs:29`. May be empty.
    pub at: String,
}

/// How a game has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The promise is kept: this order does no harm.
    Kept,
    /// The promise is broken; the sentences say how.
    Broken(Vec<String>),
    /// The scenario cannot be played, for this reason.
    Refused(String),
}

/// Advice about the next pick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// These picks break the promise, and no fewer do.
    Picks(Vec<String>),
    /// Nothing breaks it from here: take a pick back.
    Undo,
    /// There are too many orders to try them all.
    Unknown,
}

impl From<Moves> for Row {
    fn from(moves: Moves) -> Row {
        Row {
            who: moves.thread,
            what: moves.words,
            at: moves.at,
        }
    }
}

impl Ask {
    /// Returns its line.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("strings")
    }
}

impl Told {
    /// Reads a line of the child; `None` if it is not sealed.
    pub fn read(line: &str, seal: &str) -> Option<Told> {
        serde_json::from_str(line.trim().strip_prefix(seal)?).ok()
    }

    /// Returns its line.
    pub(crate) fn line(&self, seal: &str) -> String {
        format!("{seal}{}", serde_json::to_string(self).expect("strings"))
    }
}
