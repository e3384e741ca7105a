//! The turns of one player that the server has not acknowledged yet, and the check that none is
//! lost or applied twice.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rush::Dir;
use rush::wire::Seq;

use crate::steering::SentTurn;

/// A turn is lost if it is not acknowledged within this number of ticks and within this time.
const LOST_AFTER_TICKS: u32 = 50;
const LOST_AFTER: Duration = Duration::from_secs(3);

/// The turns that were sent and are not acknowledged, oldest first.
#[derive(Debug, Default)]
pub(crate) struct PendingTurns {
    last_sent: Seq,
    last_applied: Seq,
    pending: VecDeque<Turn>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) seq: Seq,
    pub(crate) dir: Dir,
    sent: Instant,
    /// Ticks since it was sent, on this connection.
    ticks: u32,
}

/// What an acknowledgement says about the pending turns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Acked {
    /// How long each acknowledged turn took, newest last.
    pub(crate) latencies: Vec<Duration>,
    /// How many ticks the newest of them took: 0 if the next tick applied it.
    pub(crate) ticks: Option<u32>,
    /// The turn was acknowledged before, or never sent.
    pub(crate) doubled: bool,
    /// The turn was applied with another direction.
    pub(crate) wrong_direction: bool,
}

impl PendingTurns {
    /// Adds a turn, and returns its number.
    pub(crate) fn send(&mut self, dir: Dir, now: Instant) -> Seq {
        self.last_sent = self.last_sent.next();
        self.pending.push_back(Turn {
            seq: self.last_sent,
            dir,
            sent: now,
            ticks: 0,
        });
        self.last_sent
    }

    /// Handles the acknowledgement of `seq`, which covers all turns that were sent before it.
    pub(crate) fn acked(&mut self, seq: Seq, dir: Dir, now: Instant) -> Acked {
        let mut acked = Acked::default();
        if !seq.is_newer_than(self.last_applied) || seq.is_newer_than(self.last_sent) {
            acked.doubled = true;
            return acked;
        }
        self.last_applied = seq;
        while let Some(turn) = self.pop_if(|turn| !turn.seq.is_newer_than(seq)) {
            acked.latencies.push(now.duration_since(turn.sent));
            acked.ticks = Some(turn.ticks);
            acked.wrong_direction = turn.seq == seq && turn.dir != dir;
        }
        acked
    }

    /// Counts a tick for each pending turn. Returns the number of turns that are lost by now.
    pub(crate) fn tick(&mut self, now: Instant) -> u64 {
        for turn in &mut self.pending {
            turn.ticks += 1;
        }
        // Ticks alone do not show it: a crowd that could not read for a while reads many at once.
        let is_lost = |turn: &Turn| {
            turn.ticks > LOST_AFTER_TICKS && now.duration_since(turn.sent) > LOST_AFTER
        };
        let mut lost = 0;
        while self.pop_if(is_lost).is_some() {
            lost += 1;
        }
        lost
    }

    /// The turns that are not acknowledged, oldest first.
    pub(crate) fn unacknowledged(&self) -> impl Iterator<Item = SentTurn> + Clone {
        self.pending.iter().map(|turn| SentTurn {
            dir: turn.dir,
            age: turn.ticks,
        })
    }

    /// Handles a resume, in which the server names the last turn that it has applied. Returns how
    /// long each turn took that was applied meanwhile, and the turns to send again. `None` if the
    /// server has forgotten a turn that it had acknowledged, or names one that was never sent.
    pub(crate) fn resume(
        &mut self,
        last_seq: Seq,
        now: Instant,
    ) -> Option<(Vec<Duration>, Vec<Turn>)> {
        if self.last_applied.is_newer_than(last_seq) || last_seq.is_newer_than(self.last_sent) {
            return None;
        }
        self.last_applied = last_seq;
        let mut latencies = Vec::new();
        while let Some(turn) = self.pop_if(|turn| !turn.seq.is_newer_than(last_seq)) {
            latencies.push(now.duration_since(turn.sent));
        }
        for turn in &mut self.pending {
            turn.ticks = 0;
        }
        Some((latencies, self.pending.iter().copied().collect()))
    }

    fn pop_if(&mut self, is_over: impl Fn(&Turn) -> bool) -> Option<Turn> {
        let oldest = self.pending.front()?;
        is_over(oldest).then(|| self.pending.pop_front())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(turns: &mut PendingTurns, count: u16) -> Instant {
        let now = Instant::now();
        for _ in 0..count {
            turns.send(Dir::Left, now);
        }
        now
    }

    #[test]
    fn an_acknowledgement_covers_all_turns_before_it() {
        let mut turns = PendingTurns::default();
        let now = sent(&mut turns, 3);
        let acked = turns.acked(Seq(2), Dir::Left, now + Duration::from_millis(7));
        assert_eq!(acked.latencies, [Duration::from_millis(7); 2]);
        assert!(!acked.doubled && !acked.wrong_direction);
        assert!(!turns.pending.is_empty());
        assert_eq!(turns.acked(Seq(3), Dir::Left, now).latencies.len(), 1);
        assert!(turns.pending.is_empty());
    }

    #[test]
    fn a_repeated_unknown_or_altered_acknowledgement_is_detected() {
        let mut turns = PendingTurns::default();
        let now = sent(&mut turns, 2);
        assert!(turns.acked(Seq(1), Dir::Up, now).wrong_direction);
        assert!(turns.acked(Seq(1), Dir::Left, now).doubled, "again");
        assert!(turns.acked(Seq(3), Dir::Left, now).doubled, "never sent");
        assert_eq!(turns.acked(Seq(2), Dir::Left, now).latencies.len(), 1);
    }

    #[test]
    fn an_acknowledgement_says_how_many_ticks_the_turn_took() {
        let mut turns = PendingTurns::default();
        let now = sent(&mut turns, 1);
        assert_eq!(turns.acked(Seq(1), Dir::Left, now).ticks, Some(0));
        turns.send(Dir::Up, now);
        for age in 1..=3 {
            assert_eq!(turns.tick(now), 0);
            let sent = SentTurn { dir: Dir::Up, age };
            assert_eq!(turns.unacknowledged().collect::<Vec<_>>(), [sent]);
        }
        assert_eq!(turns.acked(Seq(2), Dir::Up, now).ticks, Some(3));
        assert_eq!(turns.acked(Seq(2), Dir::Up, now).ticks, None, "again");
    }

    #[test]
    fn a_turn_without_acknowledgement_is_counted_as_lost_once() {
        let mut turns = PendingTurns::default();
        let now = sent(&mut turns, 2);
        let lost = |turns: &mut PendingTurns, at| -> u64 {
            (0..3 * LOST_AFTER_TICKS).map(|_| turns.tick(at)).sum()
        };
        assert_eq!(lost(&mut turns, now), 0, "many ticks, but all at once");
        assert_eq!(lost(&mut turns, now + 2 * LOST_AFTER), 2);
    }

    #[test]
    fn a_resume_returns_the_turns_that_were_not_applied() {
        let mut turns = PendingTurns::default();
        let now = sent(&mut turns, 3);
        let (latencies, again) = turns.resume(Seq(1), now).expect("an honest server");
        assert_eq!(latencies.len(), 1);
        assert_eq!(
            again.iter().map(|turn| turn.seq.0).collect::<Vec<_>>(),
            [2, 3]
        );
        assert!(turns.resume(Seq(0), now).is_none(), "it forgot a turn");
        assert!(turns.resume(Seq(9), now).is_none(), "it invents a turn");
    }

    #[test]
    fn sequence_numbers_wrap() {
        let mut turns = PendingTurns {
            last_sent: Seq(u16::MAX - 1),
            last_applied: Seq(u16::MAX - 1),
            pending: VecDeque::new(),
        };
        let now = sent(&mut turns, 3);
        assert_eq!(turns.acked(Seq(1), Dir::Left, now).latencies.len(), 3);
        assert!(turns.acked(Seq(u16::MAX), Dir::Left, now).doubled);
    }
}
