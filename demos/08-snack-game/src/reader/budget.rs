//! How much a connection may say: a bucket of messages, refilled by the clock.

/// Messages that may come at once, pings among them: more than a hand can mean.
pub const MESSAGES_AT_ONCE: u16 = 80;

/// And as many each second after that.
pub const MESSAGES_A_SECOND: u16 = 40;

/// What a connection may still say.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u16,
    /// In milliseconds after the connection was opened, begun anew every fifty days: eight bytes
    /// would be too many.
    since: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: MESSAGES_AT_ONCE,
            since: 0,
        }
    }
}

impl Budget {
    /// One more message, so many milliseconds after the connection was opened. False: it is one too
    /// many.
    pub(super) fn spend(&mut self, now: u64) -> bool {
        let now = now as u32; // Its low half: a difference is right across the wrap, too.
        let elapsed = u64::from(now.wrapping_sub(self.since));
        let earned = elapsed * u64::from(MESSAGES_A_SECOND) / 1_000;
        if earned > 0 {
            self.left = MESSAGES_AT_ONCE.min(self.left.saturating_add(earned.min(1_000) as u16));
            self.since = now;
        }
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_is_never_too_fast_and_a_flood_is() {
        let mut hand = Budget::default();
        assert!((0..10_000).all(|n| hand.spend(30 * n)));
        let weeks = u64::from(u32::MAX) - 30_000;
        assert!(
            (0..10_000).all(|n| hand.spend(weeks + 30 * n)),
            "after 49.7 days"
        );
        let mut flood = Budget::default();
        let passed = (0..10_000).filter(|n| flood.spend(n / 10)).count();
        assert!((100..=125).contains(&passed), "{passed} in a second");
    }
}
