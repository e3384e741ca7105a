//! Seeded random numbers: with the same seed, every player makes the same decisions.

use std::time::Duration;

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA
/// 2014).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// Returns an independent sequence for each player of a seed.
    pub(crate) fn new(seed: u64, player: u64) -> Self {
        Self(Self(seed.wrapping_add(player.wrapping_mul(0xd1b5_4a32_d192_ed03))).next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a uniformly distributed time between `least` and `most`.
    pub(crate) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let fraction = (self.next() >> 40) as f64 / (1_u64 << 24) as f64;
        least + (most.saturating_sub(least)).mul_f64(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_of_one_seed_differ_and_a_seed_repeats() {
        let numbers = |seed, player| {
            let mut rng = Rng::new(seed, player);
            [(); 4].map(|()| rng.next())
        };
        assert_eq!(numbers(7, 1), numbers(7, 1));
        assert_ne!(numbers(7, 1), numbers(7, 2));
        assert_ne!(numbers(7, 1), numbers(8, 1));
    }

    #[test]
    fn times_lie_between_their_bounds() {
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(3));
        let mut rng = Rng::new(1, 1);
        let times: Vec<Duration> = (0..1_000).map(|_| rng.between(least, most)).collect();
        assert!(times.iter().all(|time| (least..=most).contains(time)));
        let mean = times.iter().sum::<Duration>() / 1_000;
        assert!((1_900..2_100).contains(&mean.as_millis()), "{mean:?}");
        assert_eq!(
            rng.between(most, least),
            most,
            "bounds in the wrong order must not panic"
        );
    }
}
