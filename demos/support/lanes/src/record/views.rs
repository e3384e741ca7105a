//! Which earlier values an atomic may still show to a thread, while a schedule is picked: a machine
//! of views, after Kang et al., *A Promising Semantics for Relaxed-Memory Concurrency* (POPL 2017),
//! without promises. The stores of an atomic have the order in which they are run.
//!
//! A view says for each atomic which of its stores is the oldest that may still be read. Whatever
//! is no atomic (a lock, a channel, a park) orders all that use it: so a thread is never shown a
//! value that the language forbids, but may miss one that it allows. One exception: an `Arc` is
//! std's, and its counts are not seen, so what only `Arc::try_unwrap` orders counts as unordered.

use super::{Act, Kind, Value};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Release, SeqCst};

/// A thread, by its lane.
type LaneId = usize;

/// For each atomic the index of the oldest store that may still be read.
#[derive(Clone, Debug, Default)]
struct View(BTreeMap<usize, usize>);

impl View {
    fn join(&mut self, other: &View) {
        for (&object, &index) in &other.0 {
            self.sees(object, index);
        }
    }

    fn sees(&mut self, object: usize, index: usize) {
        let seen = self.0.entry(object).or_default();
        *seen = (*seen).max(index);
    }

    fn of(&self, object: usize) -> usize {
        self.0.get(&object).copied().unwrap_or(0)
    }
}

/// What a thread knows.
#[derive(Clone, Debug, Default)]
struct Knows {
    now: View,
    /// What it will know after an acquire fence.
    read: View,
    /// What it knew at its last release fence.
    fenced: View,
}

/// A store, and what a thread that acquires it knows.
#[derive(Debug)]
struct Message {
    value: Value,
    view: View,
}

/// The views of one schedule.
#[derive(Default)]
pub(crate) struct Views {
    threads: BTreeMap<LaneId, Knows>,
    /// What each object that is no atomic has seen. `None` stands for the steps without an object.
    others: BTreeMap<Option<usize>, View>,
    atomics: BTreeMap<usize, Vec<Message>>,
    /// What the `SeqCst` fences have seen.
    fences: View,
}

fn acquires(order: Ordering) -> bool {
    matches!(order, Acquire | AcqRel | SeqCst)
}

fn releases(order: Ordering) -> bool {
    matches!(order, Release | AcqRel | SeqCst)
}

impl Views {
    /// An atomic has its first value.
    pub(super) fn begins(&mut self, object: usize, value: Value) {
        let view = View::default();
        self.atomics.insert(object, vec![Message { value, view }]);
    }

    /// A step of a thread at something that is no atomic.
    pub(super) fn passes(&mut self, thread: LaneId, act: Act, object: Option<usize>) {
        match act {
            Act::Start(child) => {
                let knows = self.threads.entry(thread).or_default().clone();
                self.threads.insert(child, knows);
            }
            Act::Joined(child) => {
                let ended = self.threads.entry(child).or_default().now.clone();
                self.threads.entry(thread).or_default().now.join(&ended);
            }
            _ => {
                let now = &mut self.threads.entry(thread).or_default().now;
                let other = self.others.entry(object).or_default();
                now.join(other);
                other.join(now);
            }
        }
    }

    pub(super) fn reads(&mut self, thread: LaneId, object: usize, index: usize, order: Ordering) {
        let knows = self.threads.entry(thread).or_default();
        knows.now.sees(object, index);
        let messages = self.atomics.get(&object);
        if let Some(message) = messages.and_then(|it| it.get(index)) {
            let known = match acquires(order) {
                true => &mut knows.now,
                false => &mut knows.read,
            };
            known.join(&message.view);
        }
    }

    pub(super) fn stores(
        &mut self,
        thread: LaneId,
        object: usize,
        value: Value,
        order: Ordering,
        is_change: bool,
    ) {
        let knows = self.threads.entry(thread).or_default();
        let messages = self.atomics.entry(object).or_default();
        knows.now.sees(object, messages.len());
        let mut view = match releases(order) {
            true => knows.now.clone(),
            false => knows.fenced.clone(),
        };
        view.sees(object, messages.len());
        // A read-modify-write carries on what it has read.
        if let Some(before) = messages.last().filter(|_| is_change) {
            view.join(&before.view);
        }
        messages.push(Message { value, view });
    }

    pub(super) fn latest(&self, object: usize) -> usize {
        self.atomics
            .get(&object)
            .map_or(0, |it| it.len().max(1) - 1)
    }

    /// The oldest store that the thread may read, if it is not the latest.
    pub(super) fn earlier(
        &self,
        thread: LaneId,
        object: usize,
        order: Ordering,
    ) -> Option<(usize, Value)> {
        let knows = self.threads.get(&thread)?;
        let index = knows.now.of(object);
        let message = self.atomics.get(&object)?.get(index)?;
        let can_be_old = order != SeqCst && index < self.latest(object);
        let is_number = !matches!(message.value, Value::Pointer(_));
        (can_be_old && is_number).then_some((index, message.value))
    }

    pub(super) fn fence(&mut self, thread: LaneId, order: Ordering) {
        let knows = self.threads.entry(thread).or_default();
        if acquires(order) {
            let read = knows.read.clone();
            knows.now.join(&read);
        }
        if order == SeqCst {
            knows.now.join(&self.fences);
            self.fences.join(&knows.now);
        }
        if releases(order) {
            knows.fenced = knows.now.clone();
        }
    }
}

/// Whether the row shows all that a step at this kind of object does.
pub(super) fn is_told_by_its_row(kind: Option<Kind>) -> bool {
    kind != Some(Kind::Atomic)
}
