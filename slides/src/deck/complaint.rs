//! A mistake in the deck.

use super::{
    place::Place,
    slide::{Deck, Slide},
};
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

impl Place {
    /// A complaint about a slide.
    pub(crate) fn complaint(&self, deck: &Deck, slide: &Slide, what: String) -> Complaint {
        let folder = self.folder.join(&deck.language);
        let folder = if folder.is_dir() {
            &folder
        } else {
            &self.folder
        };
        Complaint {
            file: self.name(&folder.join(&slide.source.file)),
            line: slide.source.line,
            what,
        }
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
