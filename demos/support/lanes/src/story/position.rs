//! Where a schedule stands, for a reader who picks the next step.

use super::rows;
use super::wait_graph::WaitGraph;
use crate::director::EARLIER;
use crate::record::{Act, Kind, LaneId, Place, Tape};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Behind the name of a thread: its load reads an earlier value.
pub(crate) const READS_EARLIER: &str = " (earlier)";

/// Where a schedule stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Position {
    pub(crate) threads: Vec<ThreadPosition>,
    pub(crate) rows: Vec<PositionRow>,
    /// A hash that two schedules share if no step of theirs can tell them apart: each thread made
    /// the same steps, and each object saw its steps in the same order.
    pub(crate) fingerprint: u64,
}

impl Position {
    /// The name of the thread of this lane.
    pub(crate) fn name(&self, lane: LaneId) -> String {
        let thread = self.threads.iter().find(|thread| thread.lane == lane);
        thread.map_or_else(String::new, |thread| thread.name.clone())
    }

    /// The names of these picks.
    pub(crate) fn names(&self, picks: &[LaneId]) -> Vec<String> {
        let name = |&pick: &LaneId| match pick & EARLIER {
            0 => self.name(pick),
            _ => self.name(pick & !EARLIER) + READS_EARLIER,
        };
        picks.iter().map(name).collect()
    }
}

/// A thread of the model.
#[derive(Clone, Debug)]
pub(crate) struct ThreadPosition {
    pub(crate) lane: LaneId,
    /// Its name, or that of the task that runs on it.
    pub(crate) name: String,
    pub(crate) has_ended: bool,
    /// The objects that it holds, or a task that runs on it.
    pub(crate) holds: Vec<String>,
    /// What it waits for, if it waits: `room`.
    pub(crate) waits_for: Option<String>,
    /// Why it waits, in a sentence.
    pub(crate) why: Option<String>,
    /// Where it waits.
    pub(crate) at: Option<Place>,
}

/// A step that the reader picked.
#[derive(Clone, Debug)]
pub(crate) struct PositionRow {
    /// The thread that made it.
    pub(crate) thread: LaneId,
    pub(crate) words: String,
    pub(crate) at: Place,
}

/// Whether a wait for this object is a step that is picked.
fn is_picked_wait(tape: &Tape, object: Option<usize>) -> bool {
    object.is_some_and(|object| tape.objects[object].kind == Kind::RwLock)
}

/// Where `tape` stands.
pub(super) fn of(tape: &Tape) -> Position {
    let graph = WaitGraph::of(tape);
    let mut blocked = graph.blocked_lanes();
    let threads = (0..tape.lanes.len()).filter(|&lane| tape.lanes[lane].host.is_none());
    let threads = threads.map(|lane| {
        let waits = tape.lanes[lane].waits.iter();
        let found = blocked.iter().position(|(other, _)| *other == lane);
        let blocked = found.map(|index| blocked.swap_remove(index).1);
        ThreadPosition {
            lane,
            name: tape.lanes[lane].name.clone(),
            has_ended: tape.lanes[lane].ended,
            holds: held_by(tape, lane),
            waits_for: blocked.as_ref().map(|blocked| blocked.waits_for.clone()),
            why: blocked.map(|blocked| blocked.text.replace('`', "")),
            at: waits.filter_map(|wait| wait.at).next_back(),
        }
    });
    let threads = threads.collect();
    let told = tape.steps.iter().skip(super::set_up(tape));
    let rows = told.filter_map(|step| {
        let is_step = !step.act.is_bookkeeping()
            && step.act != Act::LetGo
            && (!matches!(step.act, Act::Wait(_)) || is_picked_wait(tape, step.object));
        Some(PositionRow {
            thread: tape.lanes[step.lane].host.unwrap_or(step.lane),
            words: rows::words(tape, step),
            // What a destructor does has no place, and is no step that is picked.
            at: step.at.filter(|_| is_step)?,
        })
    });
    Position {
        threads,
        rows: rows.collect(),
        fingerprint: fingerprint(tape),
    }
}

/// The names of the objects that this thread holds, itself or by a task.
fn held_by(tape: &Tape, thread: LaneId) -> Vec<String> {
    let is_its = |&(holder, _): &(LaneId, usize)| {
        holder == thread || tape.lanes[holder].host == Some(thread)
    };
    let held = tape.objects.iter();
    let held = held.filter(|object| object.holders.iter().any(is_its));
    held.map(|object| object.name.clone()).collect()
}

fn fingerprint(tape: &Tape) -> u64 {
    let mut lanes = vec![DefaultHasher::new(); tape.lanes.len()];
    // The last one is for steps without an object: their order counts too, to be safe.
    let mut objects = vec![DefaultHasher::new(); tape.objects.len() + 1];
    for step in &tape.steps {
        let step_of = (step.act, step.object, &step.said);
        step_of.hash(&mut lanes[step.lane]);
        let object = step.object.unwrap_or(tape.objects.len());
        (step.lane, step.act).hash(&mut objects[object]);
    }
    let all = lanes.iter().chain(&objects).map(Hasher::finish);
    let mut hasher = DefaultHasher::new();
    all.collect::<Vec<u64>>().hash(&mut hasher);
    hasher.finish()
}
