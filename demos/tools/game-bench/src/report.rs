//! The report: every figure beside the one that it is compared with.

use std::fmt;

use crate::COMMAND;

/// A ratio, measured once in each round of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ratio(Vec<f64>);

impl Ratio {
    /// Creates a ratio from the ratio of each round.
    pub fn new(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self(rounds)
    }

    /// The median. For an even number of rounds, the mean of the middle two.
    pub fn median(&self) -> f64 {
        let half = self.0.len() / 2;
        match self.0.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => self.0[half],
            _ => f64::midpoint(self.0[half - 1], self.0[half]),
        }
    }
}

/// The median, and in parentheses the least and the most.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => write!(f, "–"),
            [least, .., most] => write!(f, "{:.2} ({least:.2}–{most:.2})", self.median()),
            [only] => write!(f, "{only:.2}"),
        }
    }
}

/// Memory per connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// The server, and its clients.
    pub who: &'static str,
    /// Kilobytes (1,000 bytes) per additional connection.
    pub kilobytes: f64,
}

/// A server on one core with a full load of players.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capacity {
    /// Players who were seated.
    pub players: u64,
    /// Their rooms.
    pub rooms: u64,
    /// The length of the measurement.
    pub seconds: u64,
    /// Messages that they read.
    pub messages: u64,
    /// Ticks that a client did not receive.
    pub missed: u64,
    /// Snapshots that a client received because it was behind.
    pub catch_ups: u64,
    /// Contradictions, gaps, lost turns.
    pub dishonest: u64,
    /// Ticks that were not played in time, from the server's `/api/xray`.
    pub unplayed: u64,
    /// The share of the core that the server used.
    pub busy: f64,
    /// 99 of 100 messages were read within this many milliseconds of being sent.
    pub within_ms: f64,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The machine, in a few words, and how its cores were shared.
    pub machine: String,
    /// Players in a room, by column.
    pub sizes: Vec<u32>,
    /// Rows of CPU per delivered message, as multiples of the bare loop's: the server, a ratio per
    /// room size, the goal.
    pub delivery: Vec<(&'static str, Vec<Ratio>, &'static str)>,
    /// Facts about `delivery`: message lengths, turns.
    pub notes: Vec<String>,
    /// Memory per connection.
    pub memory: Vec<Memory>,
    /// All players on one core.
    pub capacity: Option<Capacity>,
}

impl Report {
    /// The tables that the game's page quotes.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        if !self.delivery.is_empty() {
            text += "| CPU per delivered message |";
            for size in &self.sizes {
                text += &format!(" {} in a room |", thousands(u64::from(*size)));
            }
            text += &format!(" goal |\n|---|{}---|\n", "--:|".repeat(self.sizes.len()));
        }
        for (who, ratios, goal) in &self.delivery {
            let cells: String = ratios.iter().map(|ratio| format!(" {ratio} |")).collect();
            text += &format!("| {who} |{cells} {goal} |\n");
        }
        if !self.memory.is_empty() {
            text += "\n| memory per idle connection, beyond the kernel's | kB | goal |\n|---|--:|---|\n";
        }
        for Memory { who, kilobytes } in &self.memory {
            let goal = if who.starts_with("Snack") {
                "≤ 1.5"
            } else {
                ""
            };
            text += &format!("| {who} | {kilobytes:.1} | {goal} |\n");
        }
        if let Some(capacity) = &self.capacity {
            text += &format!("\n{capacity}\n");
        }
        text
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} players in {} rooms, all of them playing, the server on one core for {} s: {} messages read, **{} ticks missed** by the \
             clients, **{}** by the server's own account; {} catch-ups, {} contradictions or lost turns; {:.0} % of the core; 99 of 100 messages \
             read within {:.0} ms of being sent.",
            thousands(self.players),
            self.rooms,
            self.seconds,
            thousands(self.messages),
            self.missed,
            self.unplayed,
            self.catch_ups,
            self.dishonest,
            self.busy * 100.0,
            self.within_ms
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "# What Snack Rush costs\n\nWritten by `{COMMAND}`, on {}. The first table is of ratios: each server's CPU time (user and system) \
             by the messages that the crowd read meanwhile, as a multiple of what a bare `write()` loop took for messages of the same length in the same round; \
             the median of all rounds, and the least and the most. How it is measured: [the page](README.md).\n\n<!-- ratios -->\n\n{}\n<!-- end -->\n",
            self.machine,
            self.tables()
        )?;
        if !self.notes.is_empty() {
            writeln!(f)?;
        }
        self.notes
            .iter()
            .try_for_each(|note| writeln!(f, "- {note}"))
    }
}

/// Formats 5000 as 5,000.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_shows_its_median_least_and_most() {
        assert_eq!(
            Ratio::new(vec![1.2, 1.0, 1.1]).to_string(),
            "1.10 (1.00–1.20)"
        );
        assert_eq!(Ratio::new(vec![1.0, 2.0]).median(), 1.5);
        assert_eq!(Ratio::new(vec![2.0]).to_string(), "2.00");
        assert_eq!(Ratio::default().to_string(), "–");
    }

    #[test]
    fn large_numbers_are_readable() {
        assert_eq!(
            [5, 500, 5_000, 1_234_567].map(thousands),
            ["5", "500", "5,000", "1,234,567"]
        );
    }

    #[test]
    fn the_report_quotes_the_tables_of_the_page() {
        let report = Report {
            sizes: vec![160],
            delivery: vec![("ours", vec![Ratio::new(vec![1.0])], "≤ 1.05")],
            capacity: Some(Capacity::default()),
            ..Report::default()
        };
        assert_eq!(
            crate::quoted(&report.to_string()),
            Some(report.tables().trim())
        );
    }
}
