//! Turns the times of appends into ratios.

use crate::{ratio::Ratio, table::Table};

/// The tool that others are compared with.
pub const BASE: &str = "std Mutex";

/// Appends in 500 ms as the talk reported them, with a mutex and with an unbuffered channel, both
/// in Go.
pub const TOLD: (f64, f64) = (4.0e6, 2.3e6);

/// A measured time: the median, and the bounds of its 95 % confidence interval, in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Estimate {
    /// Half the width of the interval, relative to the median.
    fn doubt(self) -> f64 {
        (self.high - self.low) / 2.0 / self.median
    }
}

/// The measurements of one tool: an estimate for each column of its table.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its name.
    pub tool: String,
    /// The time of an append.
    pub took: Vec<Estimate>,
}

/// Each tool's number of appends in the time of `base`, as a multiple of `base`'s, column by
/// column.
pub fn compared(mut table: Table, base: &[Estimate], all: &[Measured]) -> Table {
    for Measured { tool, took } in all {
        let cells = took.iter().zip(base).map(|(took, base)| {
            Ratio::of(base.median, took.median).map_or("–".into(), |ratio| ratio.to_string())
        });
        table.rows.push((tool.clone(), cells.collect()));
    }
    table
}

/// The time of an append in `shared` as a multiple of the time in `own`, for the tools that are in
/// both, and for all columns except the first, which has one thread and so no sharing.
pub fn dearer(mut table: Table, shared: &[Measured], own: &[Measured]) -> Table {
    for Measured { tool, took } in shared {
        let Some(alone) = own.iter().find(|it| it.tool == *tool) else {
            continue;
        };
        let cells = took.iter().zip(&alone.took).skip(1).map(|(shared, alone)| {
            Ratio::of(shared.median, alone.median).map_or("–".into(), |ratio| ratio.to_string())
        });
        table.rows.push((tool.clone(), cells.collect()));
    }
    table
}

/// The talk's figures, in the form of the measurements here.
pub fn told() -> Table {
    let mut table = Table::new(
        "talk",
        "the figures of the talk in 2018, in Go",
        ["mutex", "unbuffered channel"],
    );
    let (mutex, channel) = TOLD;
    let cells = [mutex, channel]
        .map(|appends| Ratio::of(appends, mutex).map_or("–".into(), |it| it.to_string()));
    table.rows.push(("appends in 500 ms".into(), cells.into()));
    table
}

/// The accuracy of the medians, in a sentence. `None` if nothing was measured.
pub fn doubts(all: &[Measured]) -> Option<String> {
    let mut doubts: Vec<f64> = all
        .iter()
        .flat_map(|it| &it.took)
        .map(|it| it.doubt())
        .collect();
    doubts.sort_by(f64::total_cmp);
    let percent = |doubt: f64| (doubt * 100.0).ceil();
    Some(format!(
        "With 95 % confidence half of these times are known to ± {} % or better, the worst to ± {} %.",
        percent(*doubts.get(doubts.len().checked_sub(1)? / 2)?),
        percent(*doubts.last()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(tool: &str, medians: &[f64]) -> Measured {
        let estimate = |&median: &f64| Estimate {
            median,
            low: median * 0.9,
            high: median * 1.1,
        };
        Measured {
            tool: tool.into(),
            took: medians.iter().map(estimate).collect(),
        }
    }

    #[test]
    fn half_the_time_is_twice_the_ratio() {
        let all = [took(BASE, &[10.0, 100.0]), took("channel", &[5.0, 400.0])];
        let table = compared(Table::new("k", "t", [1, 2]), &all[0].took, &all);
        assert_eq!(table.rows[0].1, ["1.0", "1.0"]);
        assert_eq!(table.rows[1].1, ["2.0", "0.25"]);
    }

    #[test]
    fn contention_is_compared_only_for_tools_that_were_alone_too() {
        let shared = [
            took(BASE, &[10.0, 70.0]),
            took("sync_channel(0)", &[1.0, 1.0]),
        ];
        let own = [took("channel", &[1.0, 1.0]), took(BASE, &[10.0, 10.0])];
        let table = dearer(Table::new("k", "t", [2]), &shared, &own);
        assert_eq!(table.rows, [(BASE.to_string(), vec!["7.0".into()])]);
    }

    #[test]
    fn the_sentence_has_the_worst_and_the_median_accuracy() {
        let mut all = [took("a", &[10.0, 20.0]), took("b", &[30.0])];
        all[1].took[0].high = 30.0 * 1.9;
        let told = doubts(&all).expect("three doubts");
        assert!(
            told.contains("± 10 % or better") && told.contains("± 50 %"),
            "{told}"
        );
        assert_eq!(doubts(&[]), None);
    }

    #[test]
    fn the_talks_channel_did_a_little_more_than_half() {
        assert_eq!(
            told().cell("appends in 500 ms", "unbuffered channel"),
            Some("0.57")
        );
    }
}
