//! The watchdog: it checks the server several times a second, and reports a freeze or the summary.

mod freeze;

use crate::counters::{Counts, counts};
use crate::live::{CrowdErrors, Moment};
use crate::report::{Freeze, Summary};
use crate::screen::{Screen, fail};
use crate::verdict::Verdict;
use crate::{Step, memory, shutdown, sync, wait_graph};
use bots::{Crowd, Stats};
use freeze::{FreezeDetector, Observation};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Time between two checks.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long the crowd may take to finish.
const GOODBYES: Duration = Duration::from_secs(1);

/// How long a graceful shutdown may take.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// The minimum age of a wait that belongs to a freeze.
const STUCK: Duration = Duration::from_millis(500);

/// The exit status of a server that froze.
const FROZEN: u8 = 2;

/// The watchdog of one run.
pub(crate) struct Watchdog<'a> {
    pub(crate) step: &'a Step,
    pub(crate) began: Instant,
    /// Bytes at the start.
    pub(crate) memory: Option<u64>,
    pub(crate) crowd: Option<Crowd>,
    /// The number of replies at each check of the last second.
    pub(crate) replies: VecDeque<(Instant, u64)>,
}

impl Watchdog<'_> {
    /// Checks the server until the run is over, prints the outcome, and returns the exit status.
    pub(crate) fn watch<W: Write>(
        mut self,
        ended: &Receiver<io::Result<()>>,
        lasts: Option<Duration>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let mut detector = FreezeDetector::new(self.began);
        // A time too long for the clock is the same as no limit.
        let end = lasts.and_then(|lasts| self.began.checked_add(lasts));
        let mut is_unread = false;
        loop {
            let counts = counts();
            let now = Instant::now();
            let seen = self.crowd.as_ref().map(Crowd::stats);
            self.replies.push_back((now, counts.replies));
            let frozen = detector.check(observe(now, &counts, seen.as_ref()));
            if frozen.is_some() || screen.is_due(now) {
                let moment = self.moment(now, &counts, seen.as_ref());
                match frozen {
                    Some(_) => screen.draw(&moment),
                    None => screen.live(now, &moment),
                }
            }
            if !is_unread && output::stdout().is_closed() {
                is_unread = true;
                crate::log(&format!(
                    "{}: standard output is closed; the server continues",
                    self.step.name
                ));
            }
            if let Some(quiet) = frozen {
                return self.froze(quiet, &counts, seen.as_ref(), screen);
            }
            let left = end.map_or(INTERVAL, |end| end.saturating_duration_since(now));
            if left.is_zero() || shutdown::is_requested() {
                return self.served(false, ended, screen);
            }
            match ended.recv_timeout(INTERVAL.min(left)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Ok(())) => return self.served(true, ended, screen),
                Ok(Err(error)) => {
                    return fail(self.step.name, &format!("the server failed: {error}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return fail(self.step.name, "the server's thread panicked");
                }
            }
        }
    }

    fn froze<W: Write>(
        self,
        quiet: Duration,
        counts: &Counts,
        seen: Option<&Stats>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let asked = seen.map_or(0, |seen| seen.unanswered);
        let freeze = Freeze {
            quiet,
            unanswered: counts.unanswered.max(asked),
            read: counts.unanswered,
            waits: wait_graph::snapshot(STUCK),
            beat: counts.last_beat.map(|beat| beat.elapsed()),
        };
        screen.banner(&freeze.banner());
        screen.print(&freeze.explanation(self.step));
        screen.print(&Verdict::of_freeze(&freeze).to_string());
        ExitCode::from(FROZEN)
    }

    fn served<W: Write>(
        mut self,
        on_its_own: bool,
        ended: &Receiver<io::Result<()>>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let lasted = self.began.elapsed();
        let counts = counts();
        let memory = self.memory.zip(memory::resident());
        let crowd = self.crowd.take().map(|crowd| crowd.stop(GOODBYES));
        // A request of the last moment may have had no time to be answered.
        let late = |age: &Duration| *age >= GOODBYES / 2;
        let unanswered = match &crowd {
            Some(seen) => seen.oldest.map(|oldest| (seen.unanswered, oldest)),
            None => counts
                .oldest
                .map(|(oldest, _)| (counts.unanswered, oldest.elapsed())),
        };
        let summary = Summary {
            on_its_own,
            lasted,
            replies: counts.replies,
            unanswered: unanswered.filter(|(_, oldest)| late(oldest)),
            crowd,
            deepest: sync::deepest_ever(),
            memory,
        };
        // The crowd is gone, but players who connected from elsewhere are still there.
        let shut_down = match !on_its_own && shutdown::begin() {
            true => Some(ended.recv_timeout(SHUTDOWN)),
            false => None,
        };
        screen.print(&summary.text(self.step));
        match shut_down {
            Some(Ok(Err(error))) => {
                return fail(
                    self.step.name,
                    &format!("graceful shutdown failed: {error}"),
                );
            }
            Some(Err(_)) => {
                let seconds = SHUTDOWN.as_secs();
                let why = format!("graceful shutdown took more than {seconds} s");
                return fail(self.step.name, &why);
            }
            Some(Ok(Ok(()))) => {
                screen.print("Shut down gracefully: every client is gone, no task is left.")
            }
            None => {}
        }
        screen.print(&Verdict::of_summary(&summary).to_string());
        ExitCode::SUCCESS
    }

    /// The state at this moment. Forgets reply counts that are older than a second.
    fn moment(&mut self, now: Instant, counts: &Counts, seen: Option<&Stats>) -> Moment {
        let old = |(then, _): &(Instant, u64)| now.duration_since(*then) > Duration::from_secs(1);
        // One older count is kept, so that the rate covers a full second.
        while self.replies.get(1).is_some_and(old) {
            self.replies.pop_front();
        }
        let rate = self.replies.front().map_or(0, |&(then, replies)| {
            let passed = now.duration_since(then).as_secs_f64();
            let more = counts.replies.saturating_sub(replies) as f64;
            if passed > 0.0 {
                (more / passed) as u64
            } else {
                0
            }
        });
        let since = |then: Instant| now.saturating_duration_since(then);
        Moment {
            elapsed: since(self.began),
            rate,
            players: counts.players,
            oldest: (counts.oldest.as_ref()).map(|(asked, whose)| (since(*asked), whose.clone())),
            memory: memory::resident(),
            crowd: seen.map(|seen| CrowdErrors {
                twice: seen.twice,
                disorder: seen.out_of_order as u64,
            }),
            behind: sync::deepest(),
            beat: counts.last_beat.map(since),
        }
    }
}

/// Combines the counters of the server and of the crowd. A request of the crowd counts, whether the
/// server has read it or not.
fn observe(now: Instant, counts: &Counts, seen: Option<&Stats>) -> Observation {
    let ago = |age: Duration| now.checked_sub(age);
    let read = counts.oldest.as_ref().map(|(asked, _)| *asked);
    let asked = seen.and_then(|seen| seen.oldest).and_then(ago);
    let heard = seen
        .filter(|seen| seen.replies > 0)
        .and_then(|seen| ago(seen.quiet));
    Observation {
        now,
        oldest: read.into_iter().chain(asked).min(),
        last_reply: counts.last_reply.max(heard),
        last_beat: counts.last_beat,
    }
}
