//! Finds the wait cycle of a frozen server, or the chain that ends at a holder that does not move.

use super::{Actor, Keeps, Link, WaitGraph, Who};
use ::wait_graph::{How, Thing, Wait};
use std::collections::HashMap;

impl WaitGraph {
    /// The threads and tasks that wait for each other in a cycle: each link waits for the next one,
    /// and the last for the first. `None` if there is no cycle.
    pub fn cycle(&self) -> Option<Vec<Link<'_>>> {
        let all = self.numbered();
        Some(all.links_of(&all.graph().cycle()?))
    }

    /// The longest chain of waits that ends at the thread or task that blocks the most others.
    /// Empty if none waits; meaningless if there is a [`cycle`](WaitGraph::cycle).
    pub fn chain(&self) -> Vec<Link<'_>> {
        let all = self.numbered();
        let graph = all.graph();
        let trails: Vec<Vec<usize>> = (self.waits().into_iter())
            .map(|(_, waiter)| graph.trail(all.numbers[&waiter.who.actor]))
            .collect();
        let mut ends = HashMap::new();
        for trail in &trails {
            *ends.entry(trail.last()).or_insert(0) += 1;
        }
        // Of equally good trails, the first: `max_by_key` alone would take the last.
        let best = (trails.iter().rev()).max_by_key(|trail| (ends[&trail.last()], trail.len()));
        let mut chain = best.map_or(vec![], |best| all.links_of(best));
        let last = chain.len().saturating_sub(1);
        let wanted = chain.iter().position(|link| self.is_wanted(link.who));
        chain.drain(..wanted.unwrap_or(last).min(last));
        chain
    }

    /// All that wait, and all that they wait for, numbered along the waits of each waiter in turn.
    fn numbered(&self) -> Numbered<'_> {
        let mut all = Numbered::default();
        for (_, waiter) in self.waits() {
            let mut next = Some(&waiter.who);
            while let Some(who) = next.filter(|who| !all.numbers.contains_key(&who.actor)) {
                let link = self.link(who);
                all.numbers.insert(who.actor, all.links.len());
                all.links.push(link);
                next = link.blocker();
            }
        }
        all
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

/// The threads and tasks of a graph, with the numbers that the search knows them by.
#[derive(Default)]
struct Numbered<'a> {
    links: Vec<Link<'a>>,
    numbers: HashMap<Actor, usize>,
}

impl<'a> Numbered<'a> {
    /// The waits by number. Each thread or task waits for one thing at most, which gets its number.
    fn graph(&self) -> ::wait_graph::WaitGraph {
        let number = |who: &Who| self.numbers[&who.actor];
        let mut graph = ::wait_graph::WaitGraph::default();
        for (thing, link) in self.links.iter().enumerate() {
            let ends = link.blocker().map(number);
            let how = match link.keeps {
                Keeps::Waits(seen, _) => Some(seen.kind.how()),
                Keeps::Thread(blocker) => Some(How::Turn(number(blocker))),
                Keeps::Nothing => None,
            };
            let wait = |how| Wait {
                how,
                thing: Some(thing),
            };
            graph.waits.push(how.map(wait).into_iter().collect());
            let is = |wanted| ends.filter(|_| how == Some(wanted)).into_iter().collect();
            graph.things.push(Thing {
                holders: is(How::Lock),
                readers: is(How::Full),
                ..Thing::default()
            });
        }
        graph
    }

    fn links_of(&self, numbers: &[usize]) -> Vec<Link<'a>> {
        numbers.iter().map(|&number| self.links[number]).collect()
    }
}

#[cfg(test)]
mod tests;
