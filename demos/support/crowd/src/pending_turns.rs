//! One player's turns: which were said, which the server has applied, and whether any was lost or
//! applied twice.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rush::Dir;
use rush::wire::Seq;

/// A turn that is not acknowledged for so many ticks, and for so long, while ticks keep coming, is
/// lost.
const LOST_AFTER: u32 = 50;
const LOST_FOR: Duration = Duration::from_secs(3);

/// Turns that were said and are not acknowledged, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    last_said: Seq,
    last_applied: Seq,
    waiting: VecDeque<Turn>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) seq: Seq,
    pub(crate) dir: Dir,
    said: Instant,
    /// Ticks that have come since it was said, on this line.
    ticks: u32,
}

/// What an acknowledgement says about the turns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Acked {
    /// How long each of them took, newest last.
    pub(crate) waits: Vec<Duration>,
    /// It was acknowledged before, or never said.
    pub(crate) doubled: bool,
    /// Applied, but to another direction.
    pub(crate) twisted: bool,
}

impl Turns {
    /// The next turn's number; it is waiting from now on.
    pub(crate) fn say(&mut self, dir: Dir, now: Instant) -> Seq {
        self.last_said = self.last_said.next();
        self.waiting.push_back(Turn {
            seq: self.last_said,
            dir,
            said: now,
            ticks: 0,
        });
        self.last_said
    }

    /// The server applied `seq`, and with it, or instead, all that were said before it.
    pub(crate) fn acked(&mut self, seq: Seq, dir: Dir, now: Instant) -> Acked {
        let mut acked = Acked::default();
        if !seq.is_newer_than(self.last_applied) || seq.is_newer_than(self.last_said) {
            acked.doubled = true;
            return acked;
        }
        self.last_applied = seq;
        while let Some(turn) = self.pop_if(|turn| !turn.seq.is_newer_than(seq)) {
            acked.waits.push(now.duration_since(turn.said));
            acked.twisted = turn.seq == seq && turn.dir != dir;
        }
        acked
    }

    /// A tick has come. How many turns it shows to be lost.
    pub(crate) fn tick(&mut self, now: Instant) -> u64 {
        for turn in &mut self.waiting {
            turn.ticks += 1;
        }
        // Both: a crowd that was kept from reading hears many ticks at once.
        let is_lost =
            |turn: &Turn| turn.ticks > LOST_AFTER && now.duration_since(turn.said) > LOST_FOR;
        let mut lost = 0;
        while self.pop_if(is_lost).is_some() {
            lost += 1;
        }
        lost
    }

    /// Back on a new line, and the server says what it applied last. None: it has forgotten what it
    /// had acknowledged, or claims what was never said. Else: the turns to say again, with how long
    /// those waited that turn out to be applied.
    pub(crate) fn resume(
        &mut self,
        last_seq: Seq,
        now: Instant,
    ) -> Option<(Vec<Duration>, Vec<Turn>)> {
        if self.last_applied.is_newer_than(last_seq) || last_seq.is_newer_than(self.last_said) {
            return None;
        }
        self.last_applied = last_seq;
        let mut waits = Vec::new();
        while let Some(turn) = self.pop_if(|turn| !turn.seq.is_newer_than(last_seq)) {
            waits.push(now.duration_since(turn.said));
        }
        for turn in &mut self.waiting {
            turn.ticks = 0;
        }
        Some((waits, self.waiting.iter().copied().collect()))
    }

    fn pop_if(&mut self, is_over: impl Fn(&Turn) -> bool) -> Option<Turn> {
        let oldest = self.waiting.front()?;
        is_over(oldest).then(|| self.waiting.pop_front())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(turns: &mut Turns, count: u16) -> Instant {
        let now = Instant::now();
        for _ in 0..count {
            turns.say(Dir::Left, now);
        }
        now
    }

    #[test]
    fn an_acknowledgement_covers_what_was_said_before_it() {
        let mut turns = Turns::default();
        let now = said(&mut turns, 3);
        let acked = turns.acked(Seq(2), Dir::Left, now + Duration::from_millis(7));
        assert_eq!(acked.waits, [Duration::from_millis(7); 2]);
        assert!(!acked.doubled && !acked.twisted);
        assert!(!turns.waiting.is_empty());
        assert_eq!(turns.acked(Seq(3), Dir::Left, now).waits.len(), 1);
        assert!(turns.waiting.is_empty());
    }

    #[test]
    fn what_is_applied_twice_or_never_said_or_turned_around_is_told() {
        let mut turns = Turns::default();
        let now = said(&mut turns, 2);
        assert!(turns.acked(Seq(1), Dir::Up, now).twisted);
        assert!(turns.acked(Seq(1), Dir::Left, now).doubled, "again");
        assert!(turns.acked(Seq(3), Dir::Left, now).doubled, "never said");
        assert_eq!(turns.acked(Seq(2), Dir::Left, now).waits.len(), 1);
    }

    #[test]
    fn what_is_never_acknowledged_is_lost_once() {
        let mut turns = Turns::default();
        let now = said(&mut turns, 2);
        let lost =
            |turns: &mut Turns, at| -> u64 { (0..3 * LOST_AFTER).map(|_| turns.tick(at)).sum() };
        assert_eq!(lost(&mut turns, now), 0, "many ticks, but all at once");
        assert_eq!(lost(&mut turns, now + 2 * LOST_FOR), 2);
    }

    #[test]
    fn a_comeback_says_again_what_was_not_applied() {
        let mut turns = Turns::default();
        let now = said(&mut turns, 3);
        let (waits, again) = turns.resume(Seq(1), now).expect("an honest server");
        assert_eq!(waits.len(), 1);
        assert_eq!(
            again.iter().map(|turn| turn.seq.0).collect::<Vec<_>>(),
            [2, 3]
        );
        assert!(turns.resume(Seq(0), now).is_none(), "it forgot");
        assert!(turns.resume(Seq(9), now).is_none(), "it invents");
    }

    #[test]
    fn numbers_wrap() {
        let mut turns = Turns {
            last_said: Seq(u16::MAX - 1),
            last_applied: Seq(u16::MAX - 1),
            waiting: VecDeque::new(),
        };
        let now = said(&mut turns, 3);
        assert_eq!(turns.acked(Seq(1), Dir::Left, now).waits.len(), 3);
        assert!(turns.acked(Seq(u16::MAX), Dir::Left, now).doubled);
    }
}
