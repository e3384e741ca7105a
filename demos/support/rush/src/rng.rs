//! Random numbers from a seed: the same seed gives the same round.

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA
/// 2014); the constants are those of Sebastiano Vigna's public domain `splitmix64.c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The whole state: `new(state())` continues with the same numbers.
    pub(crate) fn state(&self) -> u64 {
        self.0
    }

    pub(crate) fn draw(&mut self) -> u64 {
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
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        (u128::from(self.draw()).wrapping_mul(u128::from(end)) >> 64) as u32
    }

    /// A random number for these numbers alone; no sequence advances.
    pub(crate) fn lot(seed: u64, numbers: [u64; 2]) -> u64 {
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
}
