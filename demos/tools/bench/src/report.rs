//! The report: the figures, the machine, and the command to measure again.

use crate::table::Table;
use std::fmt;

/// The command that measures everything.
pub const COMMAND: &str = "cargo bench -p bench --features measure";

/// A report, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The machine, in a few words: cores, system.
    pub machine: String,
    /// The tables, each with its explanation.
    pub sections: Vec<Section>,
}

/// A table and its explanation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The table, including its heading.
    pub table: Table,
    /// The text between the heading and the table.
    pub before: String,
    /// The text below the table; may be empty.
    pub after: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Mutexes and channels, side by side\n\n\
             Measured by `{COMMAND}`, on {}. Every figure is a ratio of two figures from this one run;\n\
             on your machine they will differ, so run it. What they mean: [the page](README.md).",
            self.machine
        )?;
        for Section {
            table,
            before,
            after,
        } in &self.sections
        {
            write!(
                f,
                "\n## {}: {}\n\n{before}\n\n{table}",
                table.key, table.title
            )?;
            if !after.is_empty() {
                write!(f, "\n{after}\n")?;
            }
        }
        Ok(())
    }
}
