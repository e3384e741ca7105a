//! Finds the wait cycle of a frozen server, or the chain that ends at a holder that does not move.

use super::{Link, WaitGraph, Who};
use std::collections::HashMap;

impl WaitGraph {
    /// The threads and tasks that wait for each other in a cycle: each link waits for the next one,
    /// and the last for the first. `None` if there is no cycle.
    pub fn cycle(&self) -> Option<Vec<Link<'_>>> {
        self.waits().into_iter().find_map(|(_, waiter)| {
            let mut trail = self.trail(&waiter.who);
            let back = self.blocker(trail.last()?)?.actor;
            let first = trail.iter().position(|link| link.who.actor == back)?;
            Some(trail.split_off(first))
        })
    }

    /// The longest chain of waits that ends at the thread or task that blocks the most others.
    /// Empty if none waits; meaningless if there is a [`cycle`](WaitGraph::cycle).
    pub fn chain(&self) -> Vec<Link<'_>> {
        let end = |trail: &[Link]| trail.last().map(|link| link.who.actor);
        let trails: Vec<Vec<Link>> = (self.waits().into_iter())
            .map(|(_, waiter)| self.trail(&waiter.who))
            .collect();
        let mut ends = HashMap::new();
        for trail in &trails {
            *ends.entry(end(trail)).or_insert(0) += 1;
        }
        // Of equally good trails, the first: `max_by_key` alone would take the last.
        let best = (trails.into_iter().rev()).max_by_key(|trail| (ends[&end(trail)], trail.len()));
        let mut chain = best.unwrap_or_default();
        let last = chain.len().saturating_sub(1);
        let wanted = chain.iter().position(|link| self.is_wanted(link.who));
        chain.drain(..wanted.unwrap_or(last).min(last));
        chain
    }

    /// Follows the waits from `from` until one link waits for no one, or for one on the trail.
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

    /// Returns whether another thread or task waits for `who`.
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
