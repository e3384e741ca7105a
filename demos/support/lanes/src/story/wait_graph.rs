//! The wait graph of a deadlock: which lane waits for which, and the cycle in it.

use super::Blocked;
use crate::record::{Act, How, Kind, Object, Tape, Wait};
use ::wait_graph::{Thing, said};

/// A deadlock's waits, and the cycle that they form.
pub(crate) struct WaitGraph<'a> {
    pub(super) tape: &'a Tape,
    graph: ::wait_graph::WaitGraph,
    pub(crate) cycle: Vec<usize>,
    /// The lanes that the drawing shows.
    pub(super) shown: Vec<bool>,
}

impl<'a> WaitGraph<'a> {
    pub(crate) fn of(tape: &'a Tape) -> Self {
        let graph = ::wait_graph::WaitGraph {
            waits: (0..tape.lanes.len())
                .map(|lane| waits(tape, lane))
                .collect(),
            things: tape
                .objects
                .iter()
                .map(|object| thing(tape, object))
                .collect(),
        };
        WaitGraph {
            tape,
            cycle: graph.cycle().unwrap_or_default(),
            graph,
            shown: vec![true; tape.lanes.len()],
        }
    }

    pub(crate) fn cycle_names(&self) -> Vec<String> {
        self.cycle
            .iter()
            .map(|&lane| self.name(lane).to_owned())
            .collect()
    }

    pub(super) fn name(&self, lane: usize) -> &'a str {
        &self.tape.lanes[lane].name
    }

    pub(super) fn names(&self, lanes: impl IntoIterator<Item = usize>) -> Vec<String> {
        lanes
            .into_iter()
            .map(|lane| self.name(lane).to_owned())
            .collect()
    }

    pub(super) fn object(&self, wait: &Wait) -> Option<&'a Object> {
        wait.object.map(|index| &self.tape.objects[index])
    }

    /// The lanes that can end this lane's wait.
    fn on(&self, lane: usize) -> Vec<usize> {
        self.graph.on(lane)
    }

    /// Whether all lanes that hold it read.
    pub(super) fn is_only_read(&self, object: &Object) -> bool {
        is_only_read(self.tape, object)
    }

    /// The lane that should empty this channel, if no lane has received from it yet.
    pub(super) fn owner(&self, object: &Object) -> Option<usize> {
        owner(self.tape, object)
    }

    /// Whether the lane waits for others to end while no lane waits for it. Such a lane is not
    /// drawn.
    pub(super) fn merely_joins(&self, lane: usize) -> bool {
        let mut waits = self.tape.lanes[lane].waits.iter();
        let holds = |object: &Object| object.holders.iter().any(|&(holder, _)| holder == lane);
        waits.all(|wait| matches!(wait.how, How::End(_)))
            && !self.cycle.contains(&lane)
            && !self.tape.objects.iter().any(holds)
    }

    /// The lanes that cannot continue, in the order of the columns.
    pub(crate) fn blocked(&self, row_of: impl Fn(usize) -> Option<usize>) -> Vec<Blocked> {
        let is_there = |lane: &usize| {
            self.shown[*lane] && !self.tape.lanes[*lane].ended && !self.merely_joins(*lane)
        };
        let lanes = (0..self.tape.lanes.len()).filter(is_there);
        lanes
            .filter_map(|lane| self.blocked_lane(lane, &row_of))
            .collect()
    }

    /// The lanes that wait, without the rows of a drawing.
    pub(super) fn blocked_lanes(&self) -> Vec<(usize, Blocked)> {
        let waiting = (0..self.tape.lanes.len()).filter(|&lane| !self.tape.lanes[lane].ended);
        waiting
            .filter_map(|lane| Some((lane, self.blocked_lane(lane, &|_| None)?)))
            .collect()
    }

    fn blocked_lane(
        &self,
        lane: usize,
        row_of: &impl Fn(usize) -> Option<usize>,
    ) -> Option<Blocked> {
        let record = &self.tape.lanes[lane];
        let turn = self.tape.thread_stopped_by(lane).map(Wait::for_turn);
        // A task that was woken waits for its turn alone. One that was not waits for both, and its
        // row shows what it waits for itself.
        let is_own = |wait: &&Wait| turn.is_none() || !record.woken && !wait.is_for_turn();
        let own: Vec<&Wait> = record.waits.iter().filter(is_own).collect();
        if own.is_empty() && turn.is_none() {
            return None;
        }
        let is_held = |object: &&Object| object.holders.iter().any(|&(holder, _)| holder == lane);
        let holds: Vec<String> = self
            .tape
            .objects
            .iter()
            .filter(is_held)
            .map(|object| object.name.clone())
            .collect();
        let words = |wait: &Wait| self.words(wait).trim_start_matches("for ").replace('`', "");
        let either = |waits: Vec<String>| Some(waits.join(", or ")).filter(|it| !it.is_empty());
        let waits_for = either(own.iter().map(|wait| words(wait)).collect());
        let waits_for: Vec<String> = waits_for
            .into_iter()
            .chain(turn.as_ref().map(words))
            .collect();
        let why = either(match &turn {
            None => own.iter().map(|it| self.why(lane, it, row_of)).collect(),
            // It could not move if that came, so it is not told who would bring it.
            Some(_) => own
                .iter()
                .map(|it| format!("waits {}", self.words(it)))
                .collect(),
        });
        let why = match (why, turn.as_ref().map(|turn| self.words(turn))) {
            (Some(why), None) => why,
            (Some(why), Some(turn)) => format!("{why}, and {turn}"),
            (None, turn) => format!("waits {}", turn.unwrap_or_default()),
        };
        let quoted: Vec<String> = holds.iter().map(|name| format!("`{name}`")).collect();
        let has = said("holds", &quoted)
            .map(|holds| holds + " and ")
            .unwrap_or_default();
        Some(Blocked {
            lane: record.name.clone(),
            holds,
            waits_for: waits_for.join(", and "),
            on: self.names(self.on(lane)),
            row: record
                .waits
                .iter()
                .filter_map(|wait| row_of(wait.step?))
                .next_back(),
            text: format!("{} {has}{why}.", record.name),
        })
    }
}

/// What a lane waits for.
fn waits(tape: &Tape, lane: usize) -> Vec<::wait_graph::Wait> {
    let on = |how, thing| ::wait_graph::Wait { how, thing };
    if tape.lanes[lane].ended {
        return vec![];
    }
    if let Some(task) = tape.thread_stopped_by(lane) {
        return vec![on(How::Turn(task), None)];
    }
    let waits = tape.lanes[lane].waits.iter();
    // A thread that runs tasks continues when they do.
    let is_task = |&task: &usize| tape.lanes[task].host == Some(lane) && !tape.lanes[task].ended;
    let tasks = (0..tape.lanes.len()).filter(is_task);
    waits
        .map(|wait| on(wait.how, wait.object))
        .chain(tasks.map(|task| on(How::End(task), None)))
        .collect()
}

fn thing(tape: &Tape, object: &Object) -> Thing {
    let readers = match object.readers.as_slice() {
        [] => owner(tape, object).into_iter().collect(),
        readers => readers.to_vec(),
    };
    Thing {
        holders: object.holders.iter().map(|&(lane, _)| lane).collect(),
        is_only_read: is_only_read(tape, object),
        queue: object.queue.clone(),
        readers,
        writers: object.writers.clone(),
    }
}

fn is_only_read(tape: &Tape, object: &Object) -> bool {
    let reads = |&(_, step): &(usize, usize)| tape.steps[step].act == Act::TakeToRead;
    !object.holders.is_empty() && object.holders.iter().all(reads)
}

/// `ann` for `ann's outbox`. Only for channels, because `bob's phone` is read by the phone, not by
/// the server's lane `bob`.
fn owner(tape: &Tape, object: &Object) -> Option<usize> {
    let is_owner = |lane: &usize| {
        let lane = &tape.lanes[*lane];
        let rest = object.name.strip_prefix(&*lane.name);
        !lane.ended && rest.is_some_and(|rest| rest.starts_with("'s "))
    };
    (0..tape.lanes.len())
        .find(is_owner)
        .filter(|_| object.kind == Kind::Channel)
}
