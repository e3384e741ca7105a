//! One player: connects, plays, leaves, and comes back.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::square::Square;
use crate::visit::{Parting, Visit};

/// The first pause after a refused attempt. It doubles with each further attempt, up to
/// [`LONGEST_BACKOFF`].
const BACKOFF: Duration = Duration::from_millis(5);
const LONGEST_BACKOFF: Duration = Duration::from_millis(500);

/// How a player behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// Sends `leave`, and waits for the goodbye.
    Polite,
    /// Hangs up while its last request is on its way.
    Rude,
    /// Never reads: `slow.rs`.
    Slow,
}

/// A player and its state between visits.
#[derive(Debug)]
pub(crate) struct Bot<'a> {
    pub(crate) square: &'a Square,
    pub(crate) ledger: &'a Ledger,
    pub(crate) chance: Chance,
    pub(crate) manners: Manners,
    backoff: Duration,
}

impl<'a> Bot<'a> {
    pub(crate) fn new(
        square: &'a Square,
        ledger: &'a Ledger,
        chance: Chance,
        manners: Manners,
    ) -> Self {
        Self {
            square,
            ledger,
            chance,
            manners,
            backoff: BACKOFF,
        }
    }

    /// Plays until the crowd closes.
    pub(crate) fn play(mut self) {
        loop {
            let parting = match self.square.connect(self.ledger) {
                Some(wire) => Visit::new(&mut self, wire).play(),
                None => Parting::Ended,
            };
            self.ledger.asked.store(0, Relaxed);
            self.ledger.hold(None);
            let welcome = match parting {
                Parting::Gone => true,
                Parting::Ended => self.back_off(),
                Parting::Closing => false,
            };
            if !welcome || !self.square.return_in_turn() {
                return;
            }
        }
    }

    /// Waits before another attempt, longer each time. False if there will be no other attempt.
    pub(crate) fn back_off(&mut self) -> bool {
        let wait = self.backoff / 2 + self.chance.pause(self.backoff / 2);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
        self.square.pause(wait)
    }

    /// Resets the pause: a server accepted the player.
    pub(crate) fn is_welcome(&mut self) {
        self.backoff = BACKOFF;
    }
}
