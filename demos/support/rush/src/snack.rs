//! The snacks on the floor.

use rng::Rng;

/// A kind of snack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// 떡, rice cake.
    Tteok = 0,
    /// 김밥, rice rolled in seaweed.
    Gimbap = 1,
    /// 호떡, a pancake with sugar in it.
    Hotteok = 2,
    /// 황금 붕어빵, a fish of dough, and of gold.
    Golden = 3,
}

impl Kind {
    /// All four, by number.
    pub const ALL: [Kind; 4] = [Kind::Tteok, Kind::Gimbap, Kind::Hotteok, Kind::Golden];

    /// The kind with this number.
    pub fn new(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The points for eating it.
    pub fn points(self) -> u16 {
        match self {
            Kind::Golden => 5,
            Kind::Tteok | Kind::Gimbap | Kind::Hotteok => 1,
        }
    }

    /// Draws a kind: one in twelve is golden, the others are equally likely.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        match rng.below(36) {
            0..3 => Kind::Golden,
            n => Self::ALL[n as usize % 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_golden_snack_is_worth_five_others() {
        assert_eq!(Kind::ALL.map(Kind::points), [1, 1, 1, 5]);
    }

    #[test]
    fn one_in_twelve_is_golden() {
        let mut rng = Rng::new(5);
        let mut seen = [0_u32; 4];
        for _ in 0..36_000 {
            seen[Kind::draw(&mut rng) as usize] += 1;
        }
        assert!((2_800..3_200).contains(&seen[3]), "{seen:?}");
        assert!(
            seen[..3].iter().all(|&n| (10_600..11_400).contains(&n)),
            "{seen:?}"
        );
    }
}
