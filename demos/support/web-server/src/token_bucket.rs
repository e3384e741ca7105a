//! A token bucket: each event takes one token, and time refills the bucket.
//!
//! By hand: the crates for it keep a clock and a table of clients, and this one has to fit into
//! eight bytes for each connection.

/// How much a client may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The bucket's size: events that may come at once. At most four million.
    pub at_once: u32,
    /// The bucket's refill rate, in events a second.
    pub a_second: u32,
}

/// The bucket of one client. The caller has the clock: any count of milliseconds that does not go
/// back.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    /// In thousandths of a token: a millisecond adds as many as the rate has tokens a second.
    thousandths: u32,
    /// The last refill, in milliseconds. It wraps around every 49.7 days; eight bytes for each
    /// connection would be too many.
    refilled: u32,
}

impl TokenBucket {
    /// A full bucket.
    pub const fn new(rate: Rate, now: u64) -> TokenBucket {
        TokenBucket {
            thousandths: rate.size(),
            refilled: now as u32,
        }
    }

    /// Takes one token. `false`: the bucket is empty.
    pub fn take(&mut self, rate: Rate, now: u64) -> bool {
        let now = now as u32; // The low half: a difference is right across the wrap, too.
        let elapsed = u64::from(now.wrapping_sub(self.refilled));
        let earned = elapsed * u64::from(rate.a_second);
        let full = u64::from(rate.size());
        self.thousandths = full.min(u64::from(self.thousandths) + earned) as u32;
        self.refilled = now;
        let left = self.thousandths.checked_sub(1_000);
        self.thousandths = left.unwrap_or(self.thousandths);
        left.is_some()
    }
}

impl Rate {
    /// The size in thousandths.
    const fn size(self) -> u32 {
        self.at_once.saturating_mul(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        at_once: 80,
        a_second: 40,
    };

    #[test]
    fn a_steady_client_is_never_too_fast_and_a_flood_is() {
        let mut player = TokenBucket::new(RATE, 0);
        assert!((0..10_000).all(|n| player.take(RATE, 30 * n)));
        let weeks = u64::from(u32::MAX) - 30_000;
        assert!(
            (0..10_000).all(|n| player.take(RATE, weeks + 30 * n)),
            "after 49.7 days"
        );
        let mut flood = TokenBucket::new(RATE, 0);
        let passed = (0..10_000).filter(|n| flood.take(RATE, n / 10)).count();
        assert!((100..=125).contains(&passed), "{passed} in a second");
    }

    #[test]
    fn fractions_of_a_token_add_up_and_a_pause_fills_the_bucket_at_most() {
        let rate = Rate {
            at_once: 2,
            a_second: 3,
        };
        let mut bucket = TokenBucket::new(rate, 0);
        assert!(bucket.take(rate, 0) && bucket.take(rate, 0) && !bucket.take(rate, 0));
        let passed = (1..=1_000).filter(|now| bucket.take(rate, *now)).count();
        assert_eq!(passed, 3, "in a second");
        let passed = (0..5).filter(|_| bucket.take(rate, 100_000)).count();
        assert_eq!(passed, 2);
    }

    #[test]
    fn a_bucket_fits_into_eight_bytes() {
        assert_eq!(size_of::<TokenBucket>(), 8);
    }
}
