//! Random numbers from a seed: the same seed gives the same round and the same pauses.
//!
//! By hand, because step 1 builds it and replays on disk depend on each number: a crate for these
//! twenty lines would save nothing. Not for secrets: one number reveals all that follow.

use std::time::Duration;

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA
/// 2014); the constants are those of Sebastiano Vigna's public domain `splitmix64.c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(u64);

impl Rng {
    /// Begins the sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Begins one of the independent sequences of `seed`, for example the one of a player's number.
    pub fn of(seed: u64, number: u64) -> Self {
        Self(Self(seed.wrapping_add(number.wrapping_mul(0xd1b5_4a32_d192_ed03))).draw())
    }

    /// The whole state: `new(state())` continues with the same numbers.
    pub fn state(&self) -> u64 {
        self.0
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    ///
    /// The high half of a product, as in Lemire, "Fast random integer generation in an interval"
    /// (2019), without his loop: as long as `end` fits 16 bits, no number is more likely than
    /// another by more than one part in 2^48.
    pub fn below(&mut self, end: u32) -> u32 {
        (u128::from(self.draw()).wrapping_mul(u128::from(end)) >> 64) as u32
    }

    /// True once in `times`, on average. 0 and 1 mean always.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.draw().is_multiple_of(u64::from(times.max(1)))
    }

    /// A time from `least` to `most`, uniformly distributed. `least` if `most` is shorter.
    pub fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let fraction = (self.draw() >> 40) as f64 / (1_u64 << 24) as f64;
        least + most.saturating_sub(least).mul_f64(fraction)
    }

    /// A random number for these numbers alone; no sequence advances.
    pub fn lot(seed: u64, numbers: [u64; 2]) -> u64 {
        numbers
            .into_iter()
            .fold(seed, |state, number| Self(state ^ number).draw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut rng = Rng::new(1_234_567);
        let first: Vec<u64> = (0..5).map(|_| rng.draw()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn a_generator_from_a_state_continues_the_sequence() {
        let mut rng = Rng::new(7);
        rng.draw();
        let mut again = Rng::new(rng.state());
        assert_eq!(rng.draw(), again.draw());
    }

    #[test]
    fn below_is_below_its_end_and_uniform() {
        let mut rng = Rng::new(1);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[rng.below(7) as usize] += 1;
        }
        assert!(
            seen.iter().all(|&n| (9_600..10_400).contains(&n)),
            "{seen:?}"
        );
        assert_eq!(rng.below(1), 0);
        assert_eq!(rng.below(0), 0, "nothing to choose from");
    }

    #[test]
    fn players_of_one_seed_differ_and_a_seed_repeats() {
        let numbers = |seed, player| {
            let mut rng = Rng::of(seed, player);
            [(); 4].map(|()| rng.draw())
        };
        assert_eq!(numbers(7, 1), numbers(7, 1));
        assert_ne!(numbers(7, 1), numbers(7, 2));
        assert_ne!(numbers(7, 1), numbers(8, 1));
    }

    #[test]
    fn an_event_happens_once_in_that_many_times() {
        let mut rng = Rng::of(1, 1);
        let happened = (0..50_000).filter(|_| rng.once_in(50)).count();
        assert!(
            (800..1200).contains(&happened),
            "{happened} of 50,000, once in 50"
        );
        assert!((0..100).all(|_| rng.once_in(0) && rng.once_in(1)));
    }

    #[test]
    fn times_lie_between_their_bounds() {
        let mut rng = Rng::of(1, 1);
        let mut mean = |least, most| {
            let times: Vec<Duration> = (0..10_000).map(|_| rng.between(least, most)).collect();
            assert!(times.iter().all(|time| (least..=most).contains(time)));
            times.iter().sum::<Duration>() / 10_000
        };
        let (zero, least, most) = (
            Duration::ZERO,
            Duration::from_secs(1),
            Duration::from_secs(3),
        );
        let seconds = mean(least, most);
        assert!((1_950..2_050).contains(&seconds.as_millis()), "{seconds:?}");
        let short = mean(zero, Duration::from_millis(2));
        assert!((950..1050).contains(&short.as_micros()), "{short:?}");
        assert_eq!(mean(zero, zero), zero);
        assert_eq!(
            rng.between(most, least),
            most,
            "bounds in the wrong order must not panic"
        );
    }
}
