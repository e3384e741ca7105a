//! The report: what was measured, on what, and how to measure it again.

use crate::table::Table;
use std::fmt;

/// What measures it all anew.
pub const COMMAND: &str = "cargo bench -p bench --features measure";

/// A report, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The machine, in a few words: cores, system.
    pub machine: String,
    /// The tables in their order, each with what must be known to read it.
    pub sections: Vec<Section>,
}

/// A table, and what must be known to read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The table, its heading included.
    pub table: Table,
    /// What stands between the heading and the table.
    pub before: String,
    /// What stands below the table; may be empty.
    pub after: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Mutexes and channels, side by side\n\n\
             Measured by `{COMMAND}`, on {}. Every figure is a ratio of two things that were measured in this one run;\n\
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
