//! What to read before an exercise, and what one has learned after it: `reading.md`.

use crate::set::{Exercise, Set};

/// The two parts of an exercise's `reading.md`, as Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Three lines: what it is about, why, and how to begin. They do not give the answer away.
    pub(crate) before: String,
    /// What a learner has learned, in the words of the field, and where to read more.
    pub(crate) after: String,
}

impl Reading {
    /// Reads an exercise's `reading.md`. `None` if there is none with two parts.
    pub(crate) fn of(set: &Set, exercise: &Exercise) -> Option<Reading> {
        Reading::parse(&set.read(&exercise.file("reading.md")).ok()?)
    }

    fn parse(text: &str) -> Option<Reading> {
        let text = text.replace("\r\n", "\n");
        let (before, after) = text.split_once("\n\n## ")?;
        let has_three = |part: &str| part.lines().filter(|it| it.starts_with("- ")).count() == 3;
        let is_whole = before.starts_with("## ") && has_three(before) && has_three(after);
        is_whole.then(|| Reading {
            before: before.to_owned(),
            after: format!("## {}", after.trim_end()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_has_two_parts_of_three_lines() {
        let text = "## Before\n\n- a\n- b\n- c\n\n## After\n\n- d\n- e\n- f\n";
        let reading = Reading::parse(text).expect("two parts");
        assert_eq!(reading.before, "## Before\n\n- a\n- b\n- c");
        assert_eq!(reading.after, "## After\n\n- d\n- e\n- f");
        assert_eq!(Reading::parse(&text.replace('\n', "\r\n")), Some(reading));
        assert_eq!(Reading::parse(&text.replace("- c\n", "")), None);
        assert_eq!(Reading::parse("## Before\n\n- a\n"), None);
    }
}
