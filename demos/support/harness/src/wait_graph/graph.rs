//! The wait graph: who waits for which resource, and who holds it.

use super::{Actor, Holder, Kind, Waiter, Who};
use std::collections::HashSet;
use std::sync::Arc;

/// Every resource that was held or waited for at one moment. Its `Display` explains the freeze.
#[derive(Clone, Debug, Default)]
pub struct WaitGraph {
    /// All resources, in the order of their creation.
    pub resources: Vec<Seen>,
    /// Threads on which named tasks ran.
    pub task_threads: usize,
}

/// One resource of the graph.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The kind of resource.
    pub kind: Kind,
    /// Its name.
    pub name: Arc<str>,
    /// Its holder; for a mailbox, its receiver.
    pub holder: Option<Holder>,
    /// Its waiters, in order of arrival.
    pub waiters: Vec<Waiter>,
}

/// A thread or task, and its reason for not moving.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The thread or task.
    pub who: &'a Who,
    /// Its reason.
    pub keeps: Keeps<'a>,
}

/// The reason why a thread or task does not move.
#[derive(Clone, Copy, Debug)]
pub enum Keeps<'a> {
    /// It waits for this resource.
    Waits(&'a Seen, &'a Waiter),
    /// It is a task, and this one blocks the thread that has to poll it.
    Thread(&'a Who),
    /// No reason is recorded.
    Nothing,
}

impl<'a> Link<'a> {
    /// The thread or task that has to move before this one can. `None` if no one is recorded.
    pub(super) fn blocker(&self) -> Option<&'a Who> {
        match self.keeps {
            Keeps::Waits(seen, _) => Some(&seen.holder.as_ref()?.who),
            Keeps::Thread(who) => Some(who),
            Keeps::Nothing => None,
        }
    }
}

impl WaitGraph {
    /// Returns whether no one waits, apart from idle receivers.
    pub fn is_calm(&self) -> bool {
        self.waits().is_empty()
    }

    /// All waits, except those of idle receivers.
    pub(super) fn waits(&self) -> Vec<(&Seen, &Waiter)> {
        (self.resources.iter())
            .filter(|seen| seen.kind != Kind::Queue)
            .flat_map(|seen| seen.waiters.iter().map(move |waiter| (seen, waiter)))
            .collect()
    }

    /// The resources that `who` holds. A mailbox counts only if a sender waits for a free place.
    pub(super) fn held_by(&self, who: &Who) -> Vec<(&Seen, &Holder)> {
        (self.resources.iter())
            .filter(|seen| seen.kind != Kind::Mailbox || !seen.waiters.is_empty())
            .filter_map(|seen| Some((seen, seen.holder.as_ref()?)))
            .filter(|(_, holder)| holder.who.actor == who.actor)
            .collect()
    }

    /// A link for `who`, with its reason.
    pub(super) fn link<'a>(&'a self, who: &'a Who) -> Link<'a> {
        // The blocked thread is the first reason of a task: its phone may have read long ago, but
        // the thread cannot poll the task to notice.
        let keeps = match (self.blocks_the_thread_of(who), self.waits_of(who.actor)) {
            (Some(blocker), _) => Keeps::Thread(blocker),
            (None, Some((seen, waiter))) => Keeps::Waits(seen, waiter),
            (None, None) => Keeps::Nothing,
        };
        Link { who, keeps }
    }

    /// The resource that `actor` waits for, idle waits included.
    fn waits_of(&self, actor: Actor) -> Option<(&Seen, &Waiter)> {
        self.resources.iter().find_map(|seen| {
            let mut waiters = seen.waiters.iter();
            Some((seen, waiters.find(|waiter| waiter.who.actor == actor)?))
        })
    }

    /// The waiter that blocks the thread of the task `who`, if `who` has no other thread to run on.
    pub(super) fn blocks_the_thread_of(&self, who: &Who) -> Option<&Who> {
        let blocks_itself = |(_, waiter): (_, &Waiter)| waiter.blocks;
        if !matches!(who.actor, Actor::Task(_))
            || self.waits_of(who.actor).is_some_and(blocks_itself)
        {
            return None;
        }
        let mut blockers = self
            .blockers()
            .filter(|blocker| blocker.thread == who.thread);
        blockers.next().filter(|_| self.is_pinned(who))
    }

    /// Returns whether every thread that could run `who` is blocked. A free one would take it over.
    fn is_pinned(&self, who: &Who) -> bool {
        let counts = |blocker: &&Who| {
            matches!(blocker.actor, Actor::Task(_)) || blocker.thread == who.thread
        };
        let blocked: HashSet<u64> = (self.blockers().filter(counts))
            .map(|blocker| blocker.thread)
            .collect();
        blocked.len() >= self.task_threads
    }

    /// The threads and tasks whose wait blocks a whole thread.
    fn blockers(&self) -> impl Iterator<Item = &Who> {
        (self.resources.iter().flat_map(|seen| &seen.waiters))
            .filter(|waiter| waiter.blocks)
            .map(|waiter| &waiter.who)
    }
}
