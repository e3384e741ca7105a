//! The rate limit of a connection: a token bucket of messages.

/// The bucket's size: messages that may come at once, pings included. No player turns that often.
pub const MESSAGES_AT_ONCE: u16 = 80;

/// The bucket's refill rate, in messages a second.
pub const MESSAGES_A_SECOND: u16 = 40;

/// The bucket of one connection.
#[derive(Debug)]
pub(crate) struct RateLimit {
    left: u16,
    /// The last refill, in milliseconds after the connection was opened. It wraps around every 49.7
    /// days; eight bytes for each connection would be too many.
    refilled: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            left: MESSAGES_AT_ONCE,
            refilled: 0,
        }
    }
}

impl RateLimit {
    /// Takes one message out of the bucket, `now` milliseconds after the connection was opened.
    /// `false`: the bucket is empty.
    pub(crate) fn allow(&mut self, now: u64) -> bool {
        let now = now as u32; // The low half: a difference is right across the wrap, too.
        let elapsed = u64::from(now.wrapping_sub(self.refilled));
        let earned = elapsed * u64::from(MESSAGES_A_SECOND) / 1_000;
        if earned > 0 {
            self.left = MESSAGES_AT_ONCE.min(self.left.saturating_add(earned.min(1_000) as u16));
            self.refilled = now;
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
    fn a_player_is_never_too_fast_and_a_flood_is() {
        let mut player = RateLimit::default();
        assert!((0..10_000).all(|n| player.allow(30 * n)));
        let weeks = u64::from(u32::MAX) - 30_000;
        assert!(
            (0..10_000).all(|n| player.allow(weeks + 30 * n)),
            "after 49.7 days"
        );
        let mut flood = RateLimit::default();
        let passed = (0..10_000).filter(|n| flood.allow(n / 10)).count();
        assert!((100..=125).contains(&passed), "{passed} in a second");
    }
}
