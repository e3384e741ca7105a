//! The wait graph of a deadlock: which lane waits for which, and the cycle in it.

use super::Blocked;
use crate::record::{Act, How, Kind, Object, Tape, Wait};
use std::collections::VecDeque;

/// A deadlock's waits, and the cycle that they form.
pub(crate) struct WaitGraph<'a> {
    pub(super) tape: &'a Tape,
    pub(crate) cycle: Vec<usize>,
    /// The lanes that the drawing shows.
    pub(super) shown: Vec<bool>,
}

impl<'a> WaitGraph<'a> {
    pub(crate) fn of(tape: &'a Tape) -> Self {
        let (cycle, shown) = (vec![], vec![true; tape.lanes.len()]);
        let mut graph = WaitGraph { tape, cycle, shown };
        graph.cycle = (0..tape.lanes.len())
            .find_map(|lane| graph.ring_through(lane))
            .unwrap_or_default();
        graph
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
    pub(super) fn on(&self, lane: usize) -> Vec<usize> {
        if let Some(task) = self.tape.thread_stopped_by(lane) {
            return vec![task];
        }
        let mut on: Vec<usize> = self.tape.lanes[lane]
            .waits
            .iter()
            .flat_map(|wait| self.who_ends(wait))
            .collect();
        // A thread that runs tasks continues when they do.
        let is_task = |&task: &usize| {
            self.tape.lanes[task].host == Some(lane) && !self.tape.lanes[task].ended
        };
        on.extend((0..self.tape.lanes.len()).filter(is_task));
        on.dedup();
        on
    }

    fn who_ends(&self, wait: &Wait) -> Vec<usize> {
        if let How::End(lane) | How::Turn(lane) = wait.how {
            return vec![lane];
        }
        let Some(object) = self.object(wait) else {
            return vec![];
        };
        match wait.how {
            // A new reader waits behind the writers in the queue.
            How::ReadLock if self.is_only_read(object) => object.queue.clone(),
            How::Lock | How::ReadLock if object.holders.is_empty() => {
                object.queue.first().copied().into_iter().collect()
            }
            How::Lock | How::ReadLock => object.holders.iter().map(|&(lane, _)| lane).collect(),
            How::Full | How::Reader if object.readers.is_empty() => {
                self.owner(object).into_iter().collect()
            }
            How::Full | How::Reader => object.readers.clone(),
            How::Empty => object.writers.clone(),
            How::Notification | How::End(_) | How::Turn(_) => vec![],
        }
    }

    /// Whether all lanes that hold it read.
    pub(super) fn is_only_read(&self, object: &Object) -> bool {
        let reads = |&(_, step): &(usize, usize)| self.tape.steps[step].act == Act::TakeToRead;
        !object.holders.is_empty() && object.holders.iter().all(reads)
    }

    /// The lane that should empty this channel, if no lane has received from it yet: `ann` for
    /// `ann's outbox`. Only for channels, because `bob's phone` is read by the phone, not by the
    /// server's lane `bob`.
    pub(super) fn owner(&self, object: &Object) -> Option<usize> {
        let is_owner = |lane: &usize| {
            let lane = &self.tape.lanes[*lane];
            !lane.ended
                && object
                    .name
                    .strip_prefix(&*lane.name)
                    .is_some_and(|rest| rest.starts_with("'s "))
        };
        (0..self.tape.lanes.len())
            .find(is_owner)
            .filter(|_| object.kind == Kind::Channel)
    }

    /// The shortest path along the waits from a lane back to itself.
    fn ring_through(&self, start: usize) -> Option<Vec<usize>> {
        let mut ways = VecDeque::from([vec![start]]);
        let mut seen = vec![false; self.tape.lanes.len()];
        while let Some(way) = ways.pop_front() {
            for next in self.on(*way.last()?) {
                if next == start {
                    return Some(way);
                }
                if !self.tape.lanes[next].ended && !std::mem::replace(&mut seen[next], true) {
                    ways.push_back(way.iter().copied().chain([next]).collect());
                }
            }
        }
        None
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
        let waits: Vec<&Wait> = turn
            .as_ref()
            .map_or_else(|| record.waits.iter().collect(), |turn| vec![turn]);
        if waits.is_empty() {
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
        let words = |wait: &&Wait| self.words(wait).trim_start_matches("for ").replace('`', "");
        let waits_for: Vec<String> = waits.iter().map(words).collect();
        let why: Vec<String> = waits
            .iter()
            .map(|wait| self.why(lane, wait, row_of))
            .collect();
        let quoted: Vec<String> = holds.iter().map(|name| format!("`{name}`")).collect();
        let has = list(&quoted)
            .map(|things| format!("holds {things} and "))
            .unwrap_or_default();
        Some(Blocked {
            lane: record.name.clone(),
            holds,
            waits_for: waits_for.join(", or "),
            on: self.names(self.on(lane)),
            row: record
                .waits
                .iter()
                .filter_map(|wait| row_of(wait.step?))
                .next_back(),
            text: format!("{} {has}{}.", record.name, why.join(", or ")),
        })
    }
}

/// A list in words: `ann`, `ann and bob`, `ann, bob and eve`. `None` if it is empty.
pub(super) fn list(names: &[String]) -> Option<String> {
    let (last, rest) = names.split_last()?;
    Some(if rest.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", rest.join(", "))
    })
}
