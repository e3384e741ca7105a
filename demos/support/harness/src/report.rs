//! What is told at the end: why it froze, or how the day was.

use crate::Step;
use crate::live::{bytes, seconds, times};
use crate::sync::Behind;
use crate::waits::Picture;
use bots::Seen;
use std::time::Duration;

/// A freeze.
#[derive(Debug)]
pub(crate) struct Freeze {
    /// How long nobody has had a reply.
    pub(crate) quiet: Duration,
    /// Requests that wait, be it that nobody has read them.
    pub(crate) unanswered: usize,
    /// Of those: requests that the server has read.
    pub(crate) read: usize,
    pub(crate) waits: Picture,
    /// How long ago the heart beat last. None: it never began.
    pub(crate) beat: Option<Duration>,
}

impl Freeze {
    /// The one line.
    pub(crate) fn banner(&self) -> String {
        let be = if self.unanswered == 1 { "is" } else { "are" };
        format!(
            "FROZEN: no reply to anyone for {}; {} {be} waiting",
            seconds(self.quiet),
            times(self.unanswered as u64, "request"),
        )
    }

    /// Who waits for whom, and how the next step cures it.
    pub(crate) fn explanation(&self, step: &Step) -> String {
        let mut text = self.waits.to_string();
        if self.read == 0 && self.unanswered > 0 {
            text += "The server has not even read what is asked.\n";
        } else if self.waits.is_calm() {
            text += "The server has read what is asked, and computes, sleeps or waits elsewhere.\n";
        }
        if let Some(beat) = self.beat {
            let (ago, silent) = (seconds(beat), beat >= Duration::from_secs(1));
            text += &match silent {
                true => format!(
                    "The heartbeat, felt {ago} ago for the last time, stopped too: the runtime \
                     itself stands still, and every task with it.\n"
                ),
                false => {
                    "The heartbeat goes on: the threads run, and all that is asked waits.\n".into()
                }
            };
        }
        text + "\n" + step.cure
    }
}

/// A day that ended.
#[derive(Debug)]
pub(crate) struct Day {
    /// The server returned, before anybody told it to.
    pub(crate) by_itself: bool,
    pub(crate) lasted: Duration,
    pub(crate) replies: u64,
    /// Requests that had no reply in the end, and how old the oldest was.
    pub(crate) unanswered: Option<(usize, Duration)>,
    /// None: there was no crowd.
    pub(crate) crowd: Option<Seen>,
    /// The deepest outbox that ever was.
    pub(crate) deepest: Option<Behind>,
    /// Bytes at the start and at the end.
    pub(crate) memory: Option<(u64, u64)>,
}

impl Day {
    /// How it was, what should not have been, and what to start next.
    pub(crate) fn summary(&self, step: &Step) -> String {
        let end = match self.by_itself {
            true => "The server ended by itself",
            false => "Served to the end",
        };
        let lasted = self.lasted.as_secs_f64();
        let rate = if lasted > 0.0 {
            self.replies as f64 / lasted
        } else {
            0.0
        };
        let mut lines = vec![format!(
            "\n{end}: {} in {lasted:.1} s, {rate:.0} a second.",
            match self.replies {
                1 => "1 reply".into(),
                replies => format!("{replies} replies"),
            },
        )];
        if let Some((unanswered, oldest)) = self.unanswered {
            let (unanswered, oldest) = (times(unanswered as u64, "request"), seconds(oldest));
            lines.push(format!(
                "{unanswered} unanswered at the end, the oldest for {oldest}"
            ));
        }
        if let Some(seen) = &self.crowd {
            lines.extend([given_out(seen), out_of_order(seen)]);
            lines.extend(without_sockets(seen));
        }
        if let Some(Behind { name, lines: deep }) = &self.deepest {
            let deep = times(*deep as u64, "line");
            lines.push(format!("deepest outbox: {deep} ({name}'s)"));
        }
        if let Some((start, end)) = self.memory {
            let (start, end) = (bytes(start), bytes(end));
            lines.push(format!("memory: {start} at the start, {end} at the end"));
        }
        let mut text = lines.join("\n  ");
        if let Some(next) = next_step(step.cure) {
            text += &format!("\n\nNext: {next}");
        }
        text
    }
}

/// What the crowd was given. It never sees what was baked, only that each snack was baked once.
fn given_out(seen: &Seen) -> String {
    let mut line = format!("{} given out, ", times(seen.grabbed, "snack"));
    line += &match seen.twice {
        0 => "none of them twice".into(),
        twice => format!(
            "but no more than {} were baked for them: {twice} given twice",
            seen.grabbed.saturating_sub(twice)
        ),
    };
    if seen.unjudged > 0 {
        line += &format!(" ({} too late to tell)", seen.unjudged);
    }
    line
}

fn out_of_order(seen: &Seen) -> String {
    let Some((name, first, second)) = &seen.first_disorder else {
        return "every player saw the events in one order".into();
    };
    let players = times(seen.out_of_order as u64, "player");
    format!("{players} saw events out of order: {name} read #{first} and then #{second}")
}

/// Attempts that never reached the server, if there were any.
fn without_sockets(seen: &Seen) -> Option<String> {
    let attempts = (seen.no_socket > 0).then(|| times(seen.no_socket, "attempt"))?;
    Some(format!(
        "{attempts} of the crowd failed on this machine: it had no descriptor left for a socket"
    ))
}

/// The command in a step's cure: `cargo run` and its words.
fn next_step(cure: &str) -> Option<&str> {
    let command = &cure[cure.find("cargo run ")?..];
    let end = command
        .find(['`', ',', ';', '(', ')', '\n'])
        .unwrap_or(command.len());
    Some(command[..end].trim_end().trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
