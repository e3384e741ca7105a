//! The observations of the crowd.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use lock::lock;
use snack::Name;

use crate::ledger::{Count, Ledger};
use crate::shared::Shared;

/// What the crowd has seen so far. Slow players read nothing and are not included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bots that are running, the slow ones too. After [`stop`](crate::Crowd::stop): bots that did
    /// not end in time.
    pub bots: usize,
    /// Requests that were answered, by the bot's own event or by a refusal.
    pub replies: u64,
    /// Bots that wait for an answer now.
    pub unanswered: usize,
    /// The longest current wait for an answer.
    pub oldest: Option<Duration>,
    /// The time since the last answer to any bot.
    pub quiet: Duration,
    /// Snacks that bots were given.
    pub grabbed: u64,
    /// Of those: snacks that a bot had been given before.
    pub twice: u64,
    /// Of those: snacks whose number is too far below the highest ([`WINDOW`](crate::WINDOW)) to
    /// judge.
    pub unjudged: u64,
    /// Visits that ended with a goodbye.
    pub goodbyes: u64,
    /// Event numbers that were left out within visits.
    pub missed: u64,
    /// Bots that saw an event number that did not rise.
    pub out_of_order: usize,
    /// The first of those bots, and what it saw: #a, and then #b, which is not higher.
    pub first_disorder: Option<(Name, u64, u64)>,
    /// Joins that were refused: name taken, room full.
    pub turned_away: u64,
    /// Connections that no server accepted.
    pub unreachable: u64,
    /// Attempts that failed because this machine had no descriptor, port or memory left for a
    /// socket.
    pub no_socket: u64,
    /// Connections that the server ended before the bot sent `leave`.
    pub ended_by_server: u64,
    /// Lines that are neither event, refusal nor help.
    pub garbage: u64,
}

impl Stats {
    /// Takes a snapshot: a few loads per bot, and one short lock that bots take when they receive a
    /// snack.
    pub(crate) fn now(shared: &Shared) -> Self {
        let ledgers = &shared.ledgers;
        let now = shared.now();
        let asked = || {
            ledgers
                .iter()
                .filter_map(|ledger| ledger.asked.load(Relaxed).checked_sub(1))
        };
        let ground = lock(&shared.ground);
        Self {
            bots: shared.here(),
            replies: sum(ledgers, |ledger| &ledger.replies),
            unanswered: asked().count(),
            oldest: asked()
                .min()
                .map(|asked| Duration::from_micros(now.saturating_sub(asked))),
            quiet: shared.quiet(),
            grabbed: sum(ledgers, |ledger| &ledger.grabbed),
            twice: ground.twice,
            unjudged: ground.unjudged,
            goodbyes: sum(ledgers, |ledger| &ledger.goodbyes),
            missed: sum(ledgers, |ledger| &ledger.missed),
            out_of_order: ledgers
                .iter()
                .filter(|ledger| ledger.out_of_order.load(Relaxed))
                .count(),
            first_disorder: ground.first_disorder.clone(),
            turned_away: sum(ledgers, |ledger| &ledger.turned_away),
            unreachable: sum(ledgers, |ledger| &ledger.unreachable),
            no_socket: sum(ledgers, |ledger| &ledger.no_socket),
            ended_by_server: sum(ledgers, |ledger| &ledger.ended_by_server),
            garbage: sum(ledgers, |ledger| &ledger.garbage),
        }
    }

    /// Whether a bot has waited for `patience`, and no bot was answered in all that time.
    pub fn is_frozen(&self, patience: Duration) -> bool {
        self.quiet >= patience && self.oldest.is_some_and(|oldest| oldest >= patience)
    }

    /// Whether the server is gone: no bot waits, none was answered for `patience`, and none can
    /// connect.
    pub fn is_deserted(&self, patience: Duration) -> bool {
        self.quiet >= patience && self.unanswered == 0 && self.unreachable > 0
    }
}

/// The sum of one counter over all bots.
fn sum(ledgers: &[Ledger], count: impl Fn(&Ledger) -> &Count) -> u64 {
    ledgers.iter().fold(0, |sum: u64, ledger| {
        sum.saturating_add(count(ledger).get())
    })
}

/// The summary at the end: the counters that always matter, then the faults that were seen.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests answered", self.replies)?;
        match self.oldest {
            Some(oldest) => write!(
                f,
                ", {} unanswered, one of them for {:.1} s",
                self.unanswered,
                oldest.as_secs_f64()
            )?,
            None => write!(f, ", none left waiting")?,
        }
        write!(f, "\n{} snacks grabbed, ", self.grabbed)?;
        match self.twice {
            0 => write!(f, "none of them twice")?,
            twice => write!(f, "{twice} of them had been given before")?,
        }
        write!(f, "\n{} times a player left and came back", self.goodbyes)?;
        if let Some((name, earlier, later)) = &self.first_disorder {
            write!(
                f,
                "\n{} bots saw events out of order: {name} read #{earlier} and then #{later}",
                self.out_of_order
            )?;
        }
        for (count, what) in [
            (self.missed, "events were left out"),
            (self.turned_away, "joins were refused"),
            (self.unreachable, "connections were not accepted"),
            (
                self.no_socket,
                "sockets could not be opened: this machine has no descriptor left for them",
            ),
            (self.ended_by_server, "connections were ended by the server"),
            (self.garbage, "lines made no sense"),
            (
                self.unjudged,
                "snacks were too old to tell whether they were given before",
            ),
        ] {
            if count > 0 {
                write!(f, "\n{count} {what}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_a_desertion_and_a_pause_are_three_things() {
        let second = Duration::from_secs(1);
        let quiet = Stats {
            quiet: 3 * second,
            ..Stats::default()
        };
        let waiting = Stats {
            unanswered: 1,
            oldest: Some(3 * second),
            unreachable: 1,
            ..quiet.clone()
        };
        let deserted = Stats {
            unreachable: 1,
            ..quiet.clone()
        };
        let one_waits = Stats {
            quiet: Duration::ZERO,
            ..waiting.clone()
        };
        for (seen, frozen, gone) in [
            (quiet, false, false),
            (waiting, true, false),
            (deserted, false, true),
            (one_waits, false, false),
        ] {
            assert_eq!(
                (seen.is_frozen(2 * second), seen.is_deserted(2 * second)),
                (frozen, gone),
                "{seen:?}"
            );
        }
    }
}
