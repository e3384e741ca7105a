//! Random numbers from a seed: the same seed gives the same pauses and departures.

use std::time::Duration;

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA
/// 2014); the constants are those of Sebastiano Vigna's public domain `splitmix64.c`.
#[derive(Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// Creates the sequence of one bot: each bot of a seed has its own.
    pub(crate) fn new(seed: u64, bot: u64) -> Self {
        Self(Self(seed.wrapping_add(bot.wrapping_mul(0xd1b5_4a32_d192_ed03))).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True once in `times`, on average. 0 and 1 mean always.
    pub(crate) fn once_in(&mut self, times: u32) -> bool {
        self.next().is_multiple_of(u64::from(times.max(1)))
    }

    /// A pause of up to `longest`, uniformly distributed.
    pub(crate) fn pause(&mut self, longest: Duration) -> Duration {
        let fraction = (self.next() >> 40) as f64 / (1_u64 << 24) as f64;
        longest.mul_f64(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut rng = Rng(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| rng.next()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn bots_of_one_seed_differ_and_a_seed_repeats() {
        let day = |seed, bot| -> Vec<u64> {
            let mut rng = Rng::new(seed, bot);
            (0..4).map(|_| rng.next()).collect()
        };
        assert_eq!(day(7, 1), day(7, 1));
        assert_ne!(day(7, 1), day(7, 2));
        assert_ne!(day(7, 1), day(8, 1));
    }

    #[test]
    fn departures_and_pauses_have_the_planned_frequency() {
        let mut rng = Rng::new(1, 1);
        let left = (0..50_000).filter(|_| rng.once_in(50)).count();
        assert!((800..1200).contains(&left), "{left} of 50,000, once in 50");
        let mean = (0..10_000)
            .map(|_| rng.pause(Duration::from_millis(2)))
            .sum::<Duration>()
            / 10_000;
        assert!((950..1050).contains(&mean.as_micros()), "{mean:?}");
        assert_eq!(rng.pause(Duration::ZERO), Duration::ZERO);
    }
}
