//! One answer that is being judged.

use crate::answer::Answer;
use crate::kept::Kept;
use crate::ruling::Ruling;
use crate::stage::Stage;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};

/// A judge's result: every promise is kept, or one is broken.
pub type Judged = Result<(), Red>;

/// A broken promise. Made by the methods of [`Promise`](crate::Promise); a judge returns it with `?`.
#[derive(Debug)]
pub struct Red(pub(crate) Ruling);

/// One answer that is being judged.
#[derive(Debug)]
pub struct Case {
    pub(crate) answer: Answer,
    pub(crate) columns: usize,
    pub(crate) kept: Kept,
    report: Option<File>,
    seal: Seal,
    /// Where scenarios are put if they are to be played, and not judged.
    pub(crate) stage: Option<Stage>,
}

/// The word that makes a line of the report a verdict. `Debug` does not show it.
pub(crate) struct Seal(pub(crate) String);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Case {
    pub(crate) fn new(answer: Answer, columns: usize, report: Option<File>, seal: Seal) -> Case {
        Case {
            answer,
            columns,
            kept: Kept::default(),
            report,
            seal,
            stage: None,
        }
    }

    /// A case whose scenarios are collected, and not judged.
    pub(crate) fn staged(answer: Answer, seal: Seal) -> Case {
        let stage = Some(Stage::default());
        Case {
            stage,
            ..Case::new(answer, 100, None, seal)
        }
    }

    /// Returns the learner's code.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Writes a line of the report, if there is one.
    pub(crate) fn report(&mut self, ruling: &Ruling) -> io::Result<()> {
        let Some(report) = &mut self.report else {
            return Ok(());
        };
        let line = ruling.line(&self.seal.0);
        writeln!(report, "{line}").and_then(|()| report.flush())
    }
}
