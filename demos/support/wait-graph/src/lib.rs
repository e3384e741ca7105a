//! The wait graph: who holds what, who waits for what, and who can end which wait. A cycle in it is
//! a deadlock.
//!
//! `harness` builds one from the locks and queues of a running server, `lanes` from the record of a
//! schedule. Here, both name threads and tasks by numbers; they keep what only they know: source
//! lines, ages, rows of a drawing.

#![warn(missing_docs)]

mod how;
mod words;

pub use how::{How, Kind};
pub use words::{list, said};

use std::collections::VecDeque;

/// What threads and tasks, by their numbers, hold and wait for.
#[derive(Clone, Debug, Default)]
pub struct WaitGraph {
    /// The waits of each thread or task. More than one if it continues with the first that ends;
    /// none if it has ended.
    pub waits: Vec<Vec<Wait>>,
    /// What they hold and wait for.
    pub things: Vec<Thing>,
}

/// A wait.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// What has to happen.
    pub how: How,
    /// The number of the thing to which it has to happen. `None` if the actor waits for another.
    pub thing: Option<usize>,
}

/// A lock, a phone or a queue. All numbers are those of actors.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    /// The holders of a lock.
    pub holders: Vec<usize>,
    /// Whether all holders only read, so that another reader would wait for none of them.
    pub is_only_read: bool,
    /// The actors to which a lock passes next, in order of arrival, if it passes in that order.
    pub queue: Vec<usize>,
    /// The receivers of a queue.
    pub readers: Vec<usize>,
    /// The senders of a queue.
    pub writers: Vec<usize>,
}

impl WaitGraph {
    /// The actors that can end a wait of `actor`, without repetitions in a row.
    pub fn on(&self, actor: usize) -> Vec<usize> {
        let waits = self.waits[actor].iter();
        let mut on: Vec<usize> = waits.flat_map(|wait| self.ends(wait)).collect();
        on.dedup();
        on
    }

    fn ends(&self, wait: &Wait) -> Vec<usize> {
        if let How::End(actor) | How::Turn(actor) = wait.how {
            return vec![actor];
        }
        let Some(thing) = wait.thing.map(|number| &self.things[number]) else {
            return vec![];
        };
        match wait.how {
            // A new reader waits behind the writers in the queue.
            How::ReadLock if thing.is_only_read => thing.queue.clone(),
            How::Lock | How::ReadLock if thing.holders.is_empty() => {
                thing.queue.first().copied().into_iter().collect()
            }
            How::Lock | How::ReadLock => thing.holders.clone(),
            How::Full | How::Reader => thing.readers.clone(),
            How::Empty => thing.writers.clone(),
            How::Notification | How::End(_) | How::Turn(_) => vec![],
        }
    }

    /// The shortest cycle through the first actor that is on one: each waits for the next, and the
    /// last for the first. `None` if there is no cycle.
    pub fn cycle(&self) -> Option<Vec<usize>> {
        (0..self.waits.len()).find_map(|actor| self.cycle_through(actor))
    }

    /// The shortest path along the waits from an actor back to itself.
    fn cycle_through(&self, start: usize) -> Option<Vec<usize>> {
        let mut paths = VecDeque::from([vec![start]]);
        let mut seen = vec![false; self.waits.len()];
        while let Some(path) = paths.pop_front() {
            for next in self.on(*path.last()?) {
                if next == start {
                    return Some(path);
                }
                if !std::mem::replace(&mut seen[next], true) {
                    paths.push_back(path.iter().copied().chain([next]).collect());
                }
            }
        }
        None
    }

    /// From `start` along the waits, to the first of those that can end each one, until an actor
    /// waits for none, or for one that was passed already.
    pub fn trail(&self, start: usize) -> Vec<usize> {
        let mut trail = vec![start];
        while let Some(&next) = self.on(trail[trail.len() - 1]).first() {
            if trail.contains(&next) {
                break;
            }
            trail.push(next);
        }
        trail
    }
}

#[cfg(test)]
mod tests;
