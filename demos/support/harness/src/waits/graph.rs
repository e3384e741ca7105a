//! What a picture says: from everybody who waits to whoever keeps it waiting, and on from there.

use super::{Actor, Holder, Kind, Waiter, Who};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Everything that somebody had or waited for at one moment. Displayed, it tells the story.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// All resources, in the order of their creation.
    pub resources: Vec<Seen>,
    /// Threads on which named tasks ran.
    pub task_threads: usize,
}

/// One resource in a picture.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: Arc<str>,
    /// Who has it, or empties it if it is a mailbox.
    pub holder: Option<Holder>,
    /// Who waits for it, the one who came first before the others.
    pub waiters: Vec<Waiter>,
}

/// Somebody, and what keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Who that is.
    pub who: &'a Who,
    /// What keeps it.
    pub keeps: Keeps<'a>,
}

/// What keeps somebody from going on.
#[derive(Clone, Copy, Debug)]
pub enum Keeps<'a> {
    /// It waits for this, in this way.
    Waits(&'a Seen, &'a Waiter),
    /// It is a task, and this one blocks the thread that would have to poll it.
    Thread(&'a Who),
    /// Nothing that is on record.
    Nothing,
}

impl Picture {
    /// People each of whom is kept by the next, and the last by the first. None of them ever moves.
    pub fn cycle(&self) -> Option<Vec<Link<'_>>> {
        self.waits().into_iter().find_map(|(_, waiter)| {
            let mut trail = self.trail(&waiter.who);
            let back = self.blocker(trail.last()?)?.actor;
            let first = trail.iter().position(|link| link.who.actor == back)?;
            Some(trail.split_off(first))
        })
    }

    /// The way to whoever most people wait for in the end, from the farthest for whom anybody
    /// waits. Empty if nobody waits; without meaning if there is a [`cycle`](Picture::cycle).
    pub fn chain(&self) -> Vec<Link<'_>> {
        let end = |trail: &[Link]| trail.last().map(|link| link.who.actor);
        let trails: Vec<Vec<Link>> = (self.waits().into_iter())
            .map(|(_, waiter)| self.trail(&waiter.who))
            .collect();
        let mut ends = HashMap::new();
        for trail in &trails {
            *ends.entry(end(trail)).or_insert(0) += 1;
        }
        // Of several that are as good, the first: `max_by_key` would take the last.
        let best = (trails.into_iter().rev()).max_by_key(|trail| (ends[&end(trail)], trail.len()));
        let mut chain = best.unwrap_or_default();
        let last = chain.len().saturating_sub(1);
        let wanted = chain.iter().position(|link| self.is_wanted(link.who));
        chain.drain(..wanted.unwrap_or(last).min(last));
        chain
    }

    /// Nobody waits, except for something to do.
    pub fn is_calm(&self) -> bool {
        self.waits().is_empty()
    }

    /// Everybody who waits for more than something to do.
    pub(super) fn waits(&self) -> Vec<(&Seen, &Waiter)> {
        (self.resources.iter())
            .filter(|seen| seen.kind != Kind::Queue)
            .flat_map(|seen| seen.waiters.iter().map(move |waiter| (seen, waiter)))
            .collect()
    }

    /// What `who` has in its hands. A mailbox counts if anybody waits for it to be emptied.
    pub(super) fn held_by(&self, who: &Who) -> Vec<(&Seen, &Holder)> {
        (self.resources.iter())
            .filter(|seen| seen.kind != Kind::Mailbox || !seen.waiters.is_empty())
            .filter_map(|seen| Some((seen, seen.holder.as_ref()?)))
            .filter(|(_, holder)| holder.who.actor == who.actor)
            .collect()
    }

    /// Whoever has to move before `link` can.
    pub(super) fn blocker<'a>(&self, link: &Link<'a>) -> Option<&'a Who> {
        match link.keeps {
            Keeps::Waits(seen, _) => Some(&seen.holder.as_ref()?.who),
            Keeps::Thread(who) => Some(who),
            Keeps::Nothing => None,
        }
    }

    /// From `from` to whoever is kept by nobody, or by somebody who is on the way already.
    fn trail<'a>(&'a self, from: &'a Who) -> Vec<Link<'a>> {
        let mut trail = vec![self.link(from)];
        while let Some(next) = trail.last().and_then(|last| self.blocker(last)) {
            if trail.iter().any(|link| link.who.actor == next.actor) {
                break;
            }
            trail.push(self.link(next));
        }
        trail
    }

    fn link<'a>(&'a self, who: &'a Who) -> Link<'a> {
        // Who lets its thread go on is kept by the thread first: the phone it waits for may have
        // read long ago, and nobody is there to notice.
        let keeps = match (self.blocks_the_thread_of(who), self.waits_of(who.actor)) {
            (Some(blocker), _) => Keeps::Thread(blocker),
            (None, Some((seen, waiter))) => Keeps::Waits(seen, waiter),
            (None, None) => Keeps::Nothing,
        };
        Link { who, keeps }
    }

    /// What `actor` waits for, be it only for something to do.
    fn waits_of(&self, actor: Actor) -> Option<(&Seen, &Waiter)> {
        self.resources.iter().find_map(|seen| {
            let mut waiters = seen.waiters.iter();
            Some((seen, waiters.find(|waiter| waiter.who.actor == actor)?))
        })
    }

    /// Somebody sits on a wait that blocks the thread, and the task `who` has no other to run on.
    fn blocks_the_thread_of(&self, who: &Who) -> Option<&Who> {
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

    /// Every thread that could run `who` is blocked: another one would take the task over.
    fn is_pinned(&self, who: &Who) -> bool {
        let counts = |blocker: &&Who| {
            matches!(blocker.actor, Actor::Task(_)) || blocker.thread == who.thread
        };
        let blocked: HashSet<u64> = (self.blockers().filter(counts))
            .map(|blocker| blocker.thread)
            .collect();
        blocked.len() >= self.task_threads
    }

    /// Everybody who keeps a whole thread waiting.
    fn blockers(&self) -> impl Iterator<Item = &Who> {
        (self.resources.iter().flat_map(|seen| &seen.waiters))
            .filter(|waiter| waiter.blocks)
            .map(|waiter| &waiter.who)
    }

    /// Somebody else is kept by `who`.
    fn is_wanted(&self, who: &Who) -> bool {
        let has_it = (self.held_by(who).iter()).any(|(seen, _)| !seen.waiters.is_empty());
        has_it
            || (self
                .resources
                .iter()
                .filter_map(|seen| seen.holder.as_ref()))
            .filter_map(|holder| self.blocks_the_thread_of(&holder.who))
            .any(|blocker| blocker.actor == who.actor)
    }
}

#[cfg(test)]
mod tests;
