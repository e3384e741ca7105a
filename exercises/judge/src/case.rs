//! One answer before its judge.

use crate::answer::Answer;
use crate::promise::Promise;
use crate::ruling::Ruling;
use std::fs::File;
use std::io::Write;

/// What a judge comes to: every promise was kept, or one was broken.
pub type Judged = Result<(), Red>;

/// A broken promise. Made by the questions that [`Promise`] can be asked; a judge hands it on with `?`.
#[derive(Debug)]
pub struct Red(pub(crate) Ruling);

/// One answer before its judge.
#[derive(Debug)]
pub struct Case {
    pub(crate) answer: Answer,
    pub(crate) columns: usize,
    pub(crate) kept: Vec<String>,
    report: Option<File>,
}

impl Case {
    pub(crate) fn new(answer: Answer, columns: usize, report: Option<File>) -> Case {
        Case {
            answer,
            columns,
            kept: vec![],
            report,
        }
    }

    /// The learner's text.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// A promise, in a sentence that a learner reads. It is asked by one of the methods of [`Promise`].
    pub fn promise(&mut self, sentence: &str) -> Promise<'_> {
        self.report(&Ruling::Looking {
            promise: sentence.into(),
        });
        Promise::new(self, sentence)
    }

    pub(crate) fn report(&mut self, ruling: &Ruling) {
        let Some(report) = &mut self.report else {
            return;
        };
        let line = serde_json::to_string(ruling).expect("strings");
        // Nobody is left to hear of an error: a runner that finds no report says so.
        let _ = writeln!(report, "{line}").and_then(|()| report.flush());
    }
}
