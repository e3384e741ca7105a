//! The watch: it looks several times a second, and it tells how the day ended.

use super::refuse;
use crate::closing::{close, is_ended};
use crate::freeze::{Look, Watch};
use crate::live::{Moment, Sights};
use crate::report::{Day, Freeze};
use crate::screen::Screen;
use crate::tally::{Counts, counts};
use crate::{Step, memory, sync, waits};
use bots::{Crowd, Seen};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// How long the crowd may take to go home.
const GOODBYES: Duration = Duration::from_secs(1);

/// How long a server that wants to end in order may take to.
const CLOSING: Duration = Duration::from_secs(5);

/// A wait that has lasted so long belongs to a freeze, and no shorter one does.
const STUCK: Duration = Duration::from_millis(500);

/// The exit status of a server that froze.
const FROZEN: u8 = 2;

/// A server under watch.
pub(super) struct Run<'a> {
    pub(super) step: &'a Step,
    pub(super) began: Instant,
    /// Bytes at the start.
    pub(super) memory: Option<u64>,
    pub(super) crowd: Option<Crowd>,
    /// How many replies there had been, at the moments of the last second.
    pub(super) replies: VecDeque<(Instant, u64)>,
}

impl Run<'_> {
    /// Looks until it is over, tells how it was, and says with which status to end.
    pub(super) fn watch<W: Write>(
        mut self,
        ended: &Receiver<io::Result<()>>,
        lasts: Option<Duration>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let mut watch = Watch::new(self.began);
        // So long that nobody will be there to see it end: the same as for ever.
        let end = lasts.and_then(|lasts| self.began.checked_add(lasts));
        loop {
            let counts = counts();
            let now = Instant::now();
            let seen = self.crowd.as_ref().map(Crowd::seen);
            self.replies.push_back((now, counts.replies));
            let frozen = watch.look(look(now, &counts, seen.as_ref()));
            if frozen.is_some() || screen.is_due(now) {
                let moment = self.moment(now, &counts, seen.as_ref());
                match frozen {
                    Some(_) => screen.draw(&moment),
                    None => screen.live(now, &moment),
                }
            }
            if screen.is_closed() {
                return refuse(self.step, "nobody reads what I tell any more, so I end");
            }
            if let Some(quiet) = frozen {
                return self.froze(quiet, &counts, seen.as_ref(), screen);
            }
            let left = end.map_or(LOOK, |end| end.saturating_duration_since(now));
            if left.is_zero() || is_ended() {
                return self.served(false, ended, screen);
            }
            match ended.recv_timeout(LOOK.min(left)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Ok(())) => return self.served(true, ended, screen),
                Ok(Err(error)) => {
                    return refuse(self.step, &format!("the server gave up: {error}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return refuse(self.step, "the server's thread panicked");
                }
            }
        }
    }

    fn froze<W: Write>(
        self,
        quiet: Duration,
        counts: &Counts,
        seen: Option<&Seen>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let asked = seen.map_or(0, |seen| seen.unanswered);
        let freeze = Freeze {
            quiet,
            unanswered: counts.unanswered.max(asked),
            read: counts.unanswered,
            waits: waits::picture(STUCK),
            beat: counts.last_beat.map(|beat| beat.elapsed()),
        };
        screen.cry(&freeze.banner());
        screen.tell(&freeze.explanation(self.step));
        ExitCode::from(FROZEN)
    }

    fn served<W: Write>(
        mut self,
        by_itself: bool,
        ended: &Receiver<io::Result<()>>,
        screen: &mut Screen<W>,
    ) -> ExitCode {
        let lasted = self.began.elapsed();
        let counts = counts();
        let memory = self.memory.zip(memory::resident());
        let crowd = self.crowd.take().map(|crowd| crowd.stop(GOODBYES));
        // What is asked in the last moment may be answered in the next.
        let late = |age: &Duration| *age >= GOODBYES / 2;
        let unanswered = match &crowd {
            Some(seen) => seen.oldest.map(|oldest| (seen.unanswered, oldest)),
            None => counts
                .oldest
                .map(|(oldest, _)| (counts.unanswered, oldest.elapsed())),
        };
        let day = Day {
            by_itself,
            lasted,
            replies: counts.replies,
            unanswered: unanswered.filter(|(_, oldest)| late(oldest)),
            crowd,
            deepest: sync::deepest_ever(),
            memory,
        };
        // Its crowd has gone home, but whoever else walked up is still in.
        let in_order = match !by_itself && close() {
            true => Some(ended.recv_timeout(CLOSING)),
            false => None,
        };
        screen.tell(&day.summary(self.step));
        match in_order {
            Some(Ok(Err(error))) => {
                return refuse(self.step, &format!("it did not close in order: {error}"));
            }
            Some(Err(_)) => {
                let seconds = CLOSING.as_secs();
                let why = format!("it was told to close, and had not after {seconds} s");
                return refuse(self.step, &why);
            }
            Some(Ok(Ok(()))) => {
                screen.tell("Closed in order: everybody has left, no task remains.")
            }
            None => {}
        }
        match screen.is_closed() {
            true => refuse(self.step, "nobody reads what I tell any more, so I end"),
            false => ExitCode::SUCCESS,
        }
    }

    /// How it goes. Forgets what lies more than a second back.
    fn moment(&mut self, now: Instant, counts: &Counts, seen: Option<&Seen>) -> Moment {
        let old = |(then, _): &(Instant, u64)| now.duration_since(*then) > Duration::from_secs(1);
        // One is kept from before, so that there is a full second to look back on.
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
            crowd: seen.map(|seen| Sights {
                twice: seen.twice,
                disorder: seen.out_of_order as u64,
            }),
            behind: sync::deepest(),
            beat: counts.last_beat.map(since),
        }
    }
}

/// What the server and the crowd say together. A request that the crowd waits for counts, whether
/// the server has read it or not.
fn look(now: Instant, counts: &Counts, seen: Option<&Seen>) -> Look {
    let ago = |age: Duration| now.checked_sub(age);
    let read = counts.oldest.as_ref().map(|(asked, _)| *asked);
    let asked = seen.and_then(|seen| seen.oldest).and_then(ago);
    let heard = seen
        .filter(|seen| seen.replies > 0)
        .and_then(|seen| ago(seen.quiet));
    Look {
        now,
        oldest: read.into_iter().chain(asked).min(),
        last_reply: counts.last_reply.max(heard),
        last_beat: counts.last_beat,
    }
}
