//! Ratios: the only numbers that are meaningful on another machine.

use std::fmt;

/// A ratio, shown with two significant digits.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Ratio(f64);

impl Ratio {
    /// The ratio of `part` to `whole`. `None` if one of them is zero or not finite.
    pub fn of(part: f64, whole: f64) -> Option<Ratio> {
        let ratio = part / whole;
        (ratio.is_finite() && ratio > 0.0).then_some(Ratio(ratio))
    }

    /// The exact value.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Scientific notation rounds to two digits, and its exponent is that of the rounded number:
        // 9.96 is 1.0e1.
        let rounded = format!("{:.1e}", self.0);
        let power = rounded
            .split_once('e')
            .and_then(|(_, power)| power.parse().ok());
        let decimals = usize::try_from(1 - power.unwrap_or(0)).unwrap_or(0);
        write!(f, "{:.decimals$}", rounded.parse().unwrap_or(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_two_significant_digits() {
        for (ratio, told) in [
            (1.0, "1.0"),
            (0.575, "0.57"),
            (2.3 / 4.0 + 0.001, "0.58"),
            (0.012_34, "0.012"),
            (0.099_6, "0.10"),
            (0.996, "1.0"),
            (9.96, "10"),
            (12.4, "12"),
            (1_234.0, "1200"),
        ] {
            let ratio = Ratio::of(ratio, 1.0).expect("a ratio");
            assert_eq!(ratio.to_string(), told);
        }
    }

    #[test]
    fn nothing_and_infinity_are_no_ratios() {
        for (part, whole) in [
            (0.0, 1.0),
            (1.0, 0.0),
            (0.0, 0.0),
            (f64::NAN, 1.0),
            (1.0, f64::INFINITY),
        ] {
            assert_eq!(Ratio::of(part, whole), None, "{part} / {whole}");
        }
    }
}
