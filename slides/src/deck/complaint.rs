//! A mistake in the deck.

use super::place::Place;
use std::fmt;

/// What is wrong with the deck, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    /// A path from the root of the repository.
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// A sentence: the mistake, and how to mend it.
    pub(crate) what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Collects the complaints about one file.
pub(super) struct Lint<'a> {
    pub(super) place: &'a Place,
    pub(super) file: &'a str,
    pub(super) complaints: &'a mut Vec<Complaint>,
}

impl Lint<'_> {
    pub(super) fn complain(&mut self, line: usize, what: impl Into<String>) {
        self.complaints.push(Complaint {
            file: self.file.to_owned(),
            line,
            what: what.into(),
        });
    }
}
