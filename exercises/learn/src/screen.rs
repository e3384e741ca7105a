//! Output: to a terminal of some width, or to a pipe.

use std::cell::Cell;
use std::env;
use std::io::{self, IsTerminal, Write};

/// The longest line: longer ones are hard to read.
const WIDEST: usize = 100;
/// The shortest line: with less, words would be broken.
const NARROWEST: usize = 24;

/// Standard output and its width.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) columns: usize,
    pub(crate) colour: bool,
    pub(crate) terminal: bool,
    /// Whether nothing reads what is printed.
    is_closed: Cell<bool>,
    /// Whether the text is shown by the desk, which has keys in place of commands.
    pub(crate) is_for_the_desk: bool,
    /// Whether the desk shows only the first line: the exercise is not the current one.
    pub(crate) is_unseen: bool,
}

/// Set in the environment of a command whose text the desk shows.
pub(crate) const DESK: &str = "LEARN_DESK";
/// Its value if the learner does not see the text.
pub(crate) const UNSEEN: &str = "unseen";
/// Its value if the desk wraps the text itself: it does so again when its window gets another size.
pub(crate) const PAGE: &str = "page";

impl Screen {
    /// Returns standard output. If it is not a terminal, `COLUMNS` sets the width; `NO_COLOR`
    /// (no-color.org) turns colours off.
    pub(crate) fn stdout() -> Screen {
        let told = |name: &str| env::var(name).ok().filter(|told| !told.is_empty());
        let terminal = io::stdout().is_terminal();
        let columns = width()
            .filter(|_| terminal)
            .or_else(|| told("COLUMNS")?.parse().ok())
            .unwrap_or(WIDEST);
        let is_for_the_desk = told(DESK).is_some();
        let is_page = told(DESK).is_some_and(|it| it == PAGE);
        let is_dumb = told("TERM").is_some_and(|term| term == "dumb");
        Screen {
            columns: match is_page {
                true => usize::from(u16::MAX),
                false => columns.clamp(NARROWEST, WIDEST),
            },
            colour: (terminal && !is_dumb || is_for_the_desk) && told("NO_COLOR").is_none(),
            terminal,
            is_closed: Cell::new(false),
            is_for_the_desk,
            is_unseen: told(DESK).is_some_and(|it| it == UNSEEN),
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    fn put(&self, style: &str, text: &str) {
        if self.is_closed.get() {
            return;
        }
        let mut out = io::stdout().lock();
        let said = match self.colour && !style.is_empty() {
            true => writeln!(out, "\x1b[{style}m{text}\x1b[0m"),
            false => writeln!(out, "{text}"),
        };
        if said.and_then(|()| out.flush()).is_err() {
            // The reader has closed the pipe, as in `learn | head`. The exit status still says what
            // the verdict is.
            self.is_closed.set(true);
        }
    }

    pub(crate) fn good(&mut self, text: &str) {
        self.wrapped("1;32", "", text);
    }

    pub(crate) fn bad(&mut self, text: &str) {
        self.wrapped("1;31", "", text);
    }

    pub(crate) fn strong(&mut self, text: &str) {
        self.wrapped("1", "", text);
    }

    pub(crate) fn words(&mut self, text: &str) {
        self.wrapped("", "", text);
    }

    pub(crate) fn item(&mut self, text: &str) {
        self.wrapped("", "  ", text);
    }

    pub(crate) fn gap(&mut self) {
        self.put("", "");
    }

    /// Prints text whose lines are broken already.
    pub(crate) fn as_it_is(&mut self, text: &str) {
        self.put("", text.trim_end());
    }

    /// Prints Markdown: paragraphs and items of a list are wrapped again, other lines stay as they
    /// are.
    pub(crate) fn markdown(&mut self, text: &str) {
        let (mut mark, mut paragraph) = ("", String::new());
        let mut in_fence = false;
        for line in text.lines().chain([""]) {
            let is_fence = line.starts_with("```");
            if !in_fence
                && !is_fence
                && !line.trim().is_empty()
                && !line.starts_with(['#', '|', '-'])
            {
                paragraph += if paragraph.is_empty() { "" } else { " " };
                paragraph += line.trim();
                continue;
            }
            if !paragraph.is_empty() {
                let text = without_links(&std::mem::take(&mut paragraph));
                match std::mem::take(&mut mark) {
                    "" => self.words(&text),
                    mark => self.hanging(mark, &text),
                }
            }
            match (is_fence, in_fence, line.trim_start_matches('#').trim()) {
                (true, ..) => in_fence = !in_fence,
                (_, true, _) => self.put("", line),
                (_, _, "") => self.put("", ""),
                (_, _, head) if line.starts_with('#') => self.strong(head),
                (_, _, row) => match row.strip_prefix("- ") {
                    // The rest of it may stand in the next lines.
                    Some(item) => (mark, paragraph) = ("- ", item.to_owned()),
                    None => self.hanging("", &without_links(row)),
                },
            }
        }
    }

    /// Prints a text behind a mark, and the following lines below it.
    pub(crate) fn hanging(&self, mark: &str, text: &str) {
        let mut line = String::new();
        let mut begin = mark.to_owned();
        for word in text.split_whitespace() {
            let width = begin.chars().count() + line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && width > self.columns {
                self.put("", &format!("{begin}{line}"));
                line.clear();
                begin = " ".repeat(mark.len());
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        self.put("", &format!("{begin}{line}"));
    }

    fn wrapped(&self, style: &str, indent: &str, text: &str) {
        let width = self.columns - indent.len();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                self.put(style, &format!("{indent}{line}"));
                line.clear();
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        if !line.is_empty() {
            self.put(style, &format!("{indent}{line}"));
        }
    }
}

/// Replaces links by their words: `[step 1](../01.md)` becomes `step 1`. A link that leads out of
/// the repository keeps its address, and one to a step keeps its folder.
pub(crate) fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((words, target)) = link.split_once("](") else {
            break;
        };
        let Some((target, after)) = target.split_once(')') else {
            break;
        };
        out += before;
        out += words;
        let folder = target.trim_start_matches("../");
        let folder = folder.strip_suffix("/README.md").unwrap_or_default();
        if target.starts_with("https://") {
            out += &format!(" ({target})");
        } else if folder.starts_with("demos/") {
            out += &format!(" ({folder})");
        }
        rest = after;
    }
    out + rest
}

/// Returns the text of an answer or of the compiler without what moves a terminal's cursor, so that
/// it cannot paint over the verdict. Colours stay if `colour`.
pub(crate) fn plain(text: &str, colour: bool) -> String {
    let is_kept = |c: char| c == '\n' || c == '\t' || !c.is_control();
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(|c| !is_kept(c)) {
        out += &rest[..place];
        rest = &rest[place..];
        match length_of_colour(rest) {
            Some(length) => {
                out += if colour { &rest[..length] } else { "" };
                rest = &rest[length..];
            }
            None => rest = rest.trim_start_matches(|c| !is_kept(c)),
        }
    }
    out + rest
}

/// Returns the length of the colour (`ESC [ numbers m`) at the start of `text`.
fn length_of_colour(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some(end + 3)
}

fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size()?;
    Some(usize::from(width.0)).filter(|&columns| columns > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_move_the_cursor() {
        let text = "a\x1b[2J\x1b[1;32mb\x1b[0m\r\x1b\x1b[31mc\u{8}\u{9b}2Jd\te\n";
        assert_eq!(plain(text, false), "a[2Jb[31mc2Jd\te\n");
        assert_eq!(plain(text, true), "a[2J\x1b[1;32mb\x1b[0m[31mc2Jd\te\n");
        assert_eq!(plain("\x1b[3", true), "[3");
    }

    #[test]
    fn a_link_is_replaced_by_its_words() {
        assert_eq!(
            without_links("to [step 1](../01/README.md), [2](b)."),
            "to step 1, 2."
        );
        assert_eq!(
            without_links("Seen in [step 2](../../demos/02-lock-order/README.md)."),
            "Seen in step 2 (demos/02-lock-order)."
        );
        assert_eq!(without_links("a[0] and [b]"), "a[0] and [b]");
        assert_eq!(without_links("[a](https://b.c)."), "a (https://b.c).");
    }
}
