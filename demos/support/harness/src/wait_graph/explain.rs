//! The wait graph in words: the text under `FROZEN`.

use super::{Holder, Keeps, Kind, Link, Place, Seen, WaitGraph, Waiter, Who};
use ::wait_graph::said;
use std::fmt::{self, Display, Formatter};

/// The maximum number of names in one line, and of such lines.
const NAMES: usize = 8;

/// The cycle if there is one, else the chain with its end first, since that is where it could
/// resolve. Then all other waiters. Every line ends with a line end.
impl Display for WaitGraph {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if let Some(cycle) = self.cycle() {
            let mut names: Vec<&str> = self.names(&cycle);
            names.push(names[0]);
            writeln!(f, "The cycle: {}", names.join(" -> "))?;
            for link in &cycle {
                self.tell(link, &cycle, f)?;
            }
            return self.tell_the_others(&cycle, f);
        }
        let chain = self.chain();
        let Some(last) = chain.last() else {
            return writeln!(
                f,
                "No thread or task waits for a lock, a phone or a mailbox."
            );
        };
        let mut names = self.names(&chain);
        if let Keeps::Waits(seen, _) = last.keeps {
            names.push(&seen.name);
        }
        writeln!(f, "The chain: {}", names.join(" -> "))?;
        for link in chain.iter().rev() {
            self.tell(link, &chain, f)?;
        }
        self.tell_the_others(&chain, f)
    }
}

impl WaitGraph {
    /// Writes one of `links`: what it holds, and why it does not move.
    fn tell(&self, link: &Link, links: &[Link], f: &mut Formatter) -> fmt::Result {
        let blocks = self.blocks_another(link, links);
        let has = self.has(link.who, blocks);
        write!(f, "  {}", self.now_called(link.who))?;
        if !has.is_empty() {
            write!(
                f,
                " {}\n    {}",
                has,
                if blocks { "while it" } else { "and" }
            )?;
        }
        match link.keeps {
            Keeps::Waits(seen, waiter) => self.tell_wait(link.who, seen, waiter, f),
            Keeps::Thread(blocker) => {
                let blocker = self.now_called(blocker);
                writeln!(
                    f,
                    " cannot move: it is a task of the thread that {blocker} blocks"
                )
            }
            Keeps::Nothing => writeln!(
                f,
                " waits for nothing known here: it computes, sleeps or waits elsewhere"
            ),
        }
    }

    /// `holds a (line) and b (line)`, `empties c (line)`, `blocks its whole thread`, or a
    /// combination.
    fn has(&self, who: &Who, blocks: bool) -> String {
        let held = self.held_by(who);
        let (empties, holds): (Vec<_>, Vec<_>) =
            (held.into_iter()).partition(|(seen, _)| seen.kind == Kind::Mailbox);
        let thing =
            |(seen, holder): &(&Seen, &Holder)| format!("{} ({})", seen.name, line(holder.at));
        let list = |verb: &str, held: &[(&Seen, &Holder)]| {
            let held: Vec<String> = held.iter().map(thing).collect();
            said(verb, &held)
        };
        let blocks = blocks.then(|| format!("blocks {}", self.the_thread()));
        let all = [list("holds", &holds), list("empties", &empties), blocks];
        all.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }

    fn tell_wait(&self, who: &Who, seen: &Seen, waiter: &Waiter, f: &mut Formatter) -> fmt::Result {
        write!(
            f,
            " waits {} ({})",
            seen.kind.words(&seen.name),
            line(waiter.at)
        )?;
        let Some(holder) = &seen.holder else {
            return writeln!(f);
        };
        let holder = self.now_called(&holder.who);
        match (seen.kind, holder.actor == who.actor) {
            (Kind::Mailbox, true) => writeln!(f, ", which it empties itself"),
            (Kind::Mailbox, false) => writeln!(f, ", which {holder} empties"),
            (_, true) => writeln!(f, ", which it holds itself"),
            (_, false) => writeln!(f, ", held by {holder}"),
        }
    }

    /// Writes the waiters that are none of `links`.
    fn tell_the_others(&self, links: &[Link], f: &mut Formatter) -> fmt::Result {
        let told = |waiter: &Waiter| links.iter().any(|link| link.who.actor == waiter.who.actor);
        let mut lines = 0;
        for seen in &self.resources {
            let others: Vec<&str> = (seen.waiters.iter().filter(|waiter| !told(waiter)))
                .map(|waiter| &*waiter.who.name)
                .collect();
            if others.is_empty() || seen.kind == Kind::Queue {
                continue;
            }
            lines += 1;
            if lines > NAMES {
                return writeln!(f, "  and so on");
            }
            let more = if others.len() < seen.waiters.len() {
                " more"
            } else {
                ""
            };
            let wait = if others.len() == 1 { "waits" } else { "wait" };
            let names = others[..others.len().min(NAMES)].join(", ");
            let rest = if others.len() > NAMES { ", …" } else { "" };
            let (count, on) = (others.len(), seen.kind.words(&seen.name));
            writeln!(f, "  {count}{more} {wait} {on}: {names}{rest}")?;
        }
        Ok(())
    }

    /// The current names of `links`.
    pub(crate) fn names<'a>(&'a self, links: &[Link<'a>]) -> Vec<&'a str> {
        (links.iter().map(|link| &*self.now_called(link.who).name)).collect()
    }

    /// The current name. A holder may have been renamed after it took something; a waiter is not
    /// renamed while it waits.
    fn now_called<'a>(&'a self, who: &'a Who) -> &'a Who {
        (self.resources.iter().flat_map(|seen| &seen.waiters))
            .find(|waiter| waiter.who.actor == who.actor)
            .map_or(who, |waiter| &waiter.who)
    }

    fn blocks_another(&self, link: &Link, links: &[Link]) -> bool {
        (links.iter()).any(|other| match other.keeps {
            Keeps::Thread(blocker) => blocker.actor == link.who.actor,
            _ => false,
        })
    }

    fn the_thread(&self) -> &'static str {
        match self.task_threads {
            1 => "the runtime's only thread",
            _ => "its whole thread",
        }
    }
}

fn line(at: Place) -> String {
    format!("{}:{}", with_slashes(at.file()), at.line())
}

/// A source file with `/`, also on Windows, where the compiler writes `\`.
fn with_slashes(file: &str) -> String {
    file.replace('\\', "/")
}

#[cfg(test)]
mod tests;
