//! The state of one player between its visits.

use std::time::Duration;

use crate::ledger::Ledger;
use crate::shared::Shared;
use rng::Rng;

/// The first pause after a refused attempt. It doubles with each further attempt, up to
/// [`LONGEST_BACKOFF`].
const BACKOFF: Duration = Duration::from_millis(5);
const LONGEST_BACKOFF: Duration = Duration::from_millis(500);

/// How a player behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
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
    pub(crate) shared: &'a Shared,
    pub(crate) ledger: &'a Ledger,
    pub(crate) rng: Rng,
    pub(crate) behaviour: Behaviour,
    backoff: Duration,
}

impl<'a> Bot<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        ledger: &'a Ledger,
        rng: Rng,
        behaviour: Behaviour,
    ) -> Self {
        Self {
            shared,
            ledger,
            rng,
            behaviour,
            backoff: BACKOFF,
        }
    }

    /// Waits before another attempt, longer each time. False if there will be no other attempt.
    pub(crate) fn back_off(&mut self) -> bool {
        let wait = self.rng.between(self.backoff / 2, self.backoff);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
        self.shared.pause(wait)
    }

    /// Resets the pause: a server accepted the player.
    pub(crate) fn is_welcome(&mut self) {
        self.backoff = BACKOFF;
    }
}
