//! The texts at the end of a run: the explanation of a freeze, or the summary.

use crate::Step;
use crate::live::{bytes, seconds, times};
use crate::sync::Behind;
use crate::wait_graph::WaitGraph;
use bots::Stats;
use std::time::Duration;

/// A freeze.
#[derive(Debug)]
pub(crate) struct Freeze {
    /// The time since the last reply to any player.
    pub(crate) quiet: Duration,
    /// Pending requests, whether the server has read them or not.
    pub(crate) unanswered: usize,
    /// Those of them that the server has read.
    pub(crate) read: usize,
    pub(crate) waits: WaitGraph,
    /// The time since the last heartbeat. `None` if there never was one.
    pub(crate) beat: Option<Duration>,
}

impl Freeze {
    /// A heartbeat that was silent for this long has stopped.
    pub(crate) const SILENT: Duration = Duration::from_secs(1);

    /// The headline.
    pub(crate) fn banner(&self) -> String {
        let be = if self.unanswered == 1 { "is" } else { "are" };
        format!(
            "FROZEN: no reply to anyone for {}; {} {be} waiting",
            seconds(self.quiet),
            times(self.unanswered as u64, "request"),
        )
    }

    /// The text below the headline: who waits for whom, and how the next step cures it.
    pub(crate) fn explanation(&self, step: &Step) -> String {
        let mut text = self.waits.to_string();
        if self.read == 0 && self.unanswered > 0 {
            text += "The server has not even read the requests.\n";
        } else if self.waits.is_calm() {
            text += "The server has read the requests, and computes, sleeps or waits elsewhere.\n";
        }
        if let Some(beat) = self.beat {
            let (ago, silent) = (seconds(beat), beat >= Freeze::SILENT);
            text += &match silent {
                true => format!(
                    "The heartbeat stopped, too, {ago} ago: the runtime itself is blocked, \
                     and every task with it.\n"
                ),
                false => {
                    "The heartbeat continues: the threads run, but every request waits.\n".into()
                }
            };
        }
        text + "\n" + step.cure
    }
}

/// The outcome of a run without a freeze.
#[derive(Debug)]
pub(crate) struct Summary {
    /// Whether the server returned before the end of the run.
    pub(crate) on_its_own: bool,
    pub(crate) lasted: Duration,
    pub(crate) replies: u64,
    /// The number of requests without a reply, and the age of the oldest.
    pub(crate) unanswered: Option<(usize, Duration)>,
    /// `None` if there was no crowd.
    pub(crate) crowd: Option<Stats>,
    /// The deepest outbox of the run.
    pub(crate) deepest: Option<Behind>,
    /// Bytes at the start and at the end.
    pub(crate) memory: Option<(u64, u64)>,
}

impl Summary {
    /// The figures, the broken promises, and the next command.
    pub(crate) fn text(&self, step: &Step) -> String {
        let end = match self.on_its_own {
            true => "The server ended on its own",
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

/// The snacks that the crowd got. Each number exists once, so a second one is a broken promise.
fn given_out(seen: &Stats) -> String {
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

fn out_of_order(seen: &Stats) -> String {
    let Some((name, first, second)) = &seen.first_disorder else {
        return "every player saw the events in one order".into();
    };
    let players = times(seen.out_of_order as u64, "player");
    format!("{players} saw events out of order: {name} read #{first} and then #{second}")
}

/// Connection attempts that failed on this machine. `None` if there were none.
fn without_sockets(seen: &Stats) -> Option<String> {
    let attempts = (seen.no_socket > 0).then(|| times(seen.no_socket, "attempt"))?;
    Some(format!(
        "{attempts} of the crowd failed on this machine: it had no descriptor left for a socket"
    ))
}

/// The command in a step's cure: `cargo run` and its arguments.
fn next_step(cure: &str) -> Option<&str> {
    let command = &cure[cure.find("cargo run ")?..];
    let end = command
        .find(['`', ',', ';', '(', ')', '\n'])
        .unwrap_or(command.len());
    Some(command[..end].trim_end().trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
