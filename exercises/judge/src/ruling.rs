//! What the child reports to the runner, one line of JSON each.
//!
//! A verdict is sealed: the runner gives the child a random word that stands before the verdict,
//! and the first line that begins with it counts. The child reads the word before it runs any code
//! of the answer, and writes it only with its verdict. So code that gets at the report's file
//! cannot write a verdict into it. Code that reads the memory of its own process could still find
//! the word; the rules for answers keep that out.

use serde::{Deserialize, Serialize};

/// One line of the child's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// This promise is being checked. If no line follows, the answer hung at this promise.
    Looking {
        /// The promise, a sentence.
        promise: String,
    },
    /// Every promise is kept.
    Green {
        /// Each promise, and how it was checked.
        kept: Vec<String>,
    },
    /// A promise is broken.
    Red {
        /// The promise, a sentence.
        promise: String,
        /// One word for the reason: what a wrong answer states in its first comment.
        reason: String,
        /// The lines of the answer at which its threads were last, as `file:line`.
        places: Vec<String>,
        /// The drawing as text, or the message if there is no drawing.
        story: String,
        /// A sentence about the mistake; empty if the judge does not know it.
        advice: String,
    },
}

impl Ruling {
    /// Returns the ruling of a report: the first verdict with this seal, or else the promise that
    /// was being checked last.
    pub fn read(report: &str, seal: &str) -> Option<Ruling> {
        let json = |line: &str| serde_json::from_str::<Ruling>(line).ok();
        let sealed = |line: &str| json(line.strip_prefix(seal)?);
        let is_looking = |ruling: &Ruling| matches!(ruling, Ruling::Looking { .. });
        let mut looking = report.lines().filter_map(json).filter(is_looking);
        report.lines().find_map(sealed).or(looking.next_back())
    }

    /// Returns its line of a report. A verdict is sealed.
    pub(crate) fn line(&self, seal: &str) -> String {
        let json = serde_json::to_string(self).expect("strings");
        match self {
            Ruling::Looking { .. } => json,
            Ruling::Green { .. } | Ruling::Red { .. } => format!("{seal}{json}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looking() -> Ruling {
        Ruling::Looking {
            promise: "a".into(),
        }
    }

    fn green() -> Ruling {
        Ruling::Green { kept: vec![] }
    }

    fn red() -> Ruling {
        Ruling::Red {
            promise: "a".into(),
            reason: "b".into(),
            places: vec![],
            story: String::new(),
            advice: String::new(),
        }
    }

    #[test]
    fn a_verdict_without_the_seal_does_not_count() {
        let line = |ruling: &Ruling, seal| ruling.line(seal) + "\n";
        for forged in ["", "0123", "sea", " seal"] {
            let report = line(&looking(), "seal") + &line(&green(), forged);
            assert_eq!(
                Ruling::read(&report, "seal"),
                Some(looking()),
                "{forged:?}: no verdict"
            );
            let report = report.clone() + &line(&red(), "seal") + &line(&green(), forged);
            assert_eq!(Ruling::read(&report, "seal"), Some(red()), "{forged:?}");
        }
    }

    #[test]
    fn the_first_verdict_counts_and_the_seal_is_not_in_the_report_before_it() {
        let (promise, verdict) = (looking().line("seal"), red().line("seal"));
        assert!(!promise.contains("seal") && verdict.contains("seal"));
        let report = format!("{promise}\n{verdict}\n{}\n", green().line("seal"));
        assert_eq!(Ruling::read(&report, "seal"), Some(red()));
        assert_eq!(Ruling::read("", "seal"), None);
    }
}
