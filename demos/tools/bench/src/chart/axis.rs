//! A logarithmic axis: half and twice are equally far from 1.

/// An axis from a power of ten to a power of ten, with 1 between them, drawn from `left` to
/// `right`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    low: i32,
    high: i32,
    left: f64,
    right: f64,
}

impl Axis {
    /// The shortest axis that contains all of `numbers`, and 1.
    pub(super) fn around(numbers: impl IntoIterator<Item = f64>, left: f64, right: f64) -> Axis {
        let powers = numbers
            .into_iter()
            .filter(|number| *number > 0.0)
            .map(f64::log10);
        let (low, high) = powers.fold((0.0, 0.0), |(low, high): (f64, f64), power| {
            (low.min(power), high.max(power))
        });
        Axis {
            low: low.floor() as i32,
            // Never empty.
            high: (high.ceil() as i32).max(low.floor() as i32 + 1),
            left,
            right,
        }
    }

    /// The position of a number.
    pub(super) fn at(&self, number: f64) -> f64 {
        let part = (number.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        self.left + part * (self.right - self.left)
    }

    /// The powers of ten, as numbers and as labels.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        (self.low..=self.high).map(|power| {
            // `powi` is off by a last digit on some systems; reading a decimal number is exact on
            // all of them.
            let number: f64 = format!("1e{power}").parse().expect("a number");
            (number, number.to_string())
        })
    }
}
