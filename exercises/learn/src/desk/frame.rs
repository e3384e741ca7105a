//! The lines of a full screen: what stays in sight at the top, what scrolls, and the keys.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(crate) const GOOD: &str = "1;32";
pub(crate) const BAD: &str = "1;31";
pub(crate) const STRONG: &str = "1";
pub(crate) const FAINT: &str = "2";
pub(crate) const CHOSEN: &str = "7";

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// One line: its style, and its text without escape sequences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) style: String,
    pub(crate) text: String,
}

/// A full screen before it is cut to the terminal's size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Stays in sight.
    pub(crate) head: Vec<Line>,
    /// Scrolls.
    pub(crate) body: Vec<Line>,
    /// The body's line that must be in sight, for example a choice.
    pub(crate) cursor: Option<usize>,
    /// The keys: each is kept in one piece.
    pub(crate) keys: Vec<String>,
}

impl Line {
    pub(crate) fn plain(text: impl Into<String>) -> Line {
        Line::styled("", text)
    }

    pub(crate) fn styled(style: &str, text: impl Into<String>) -> Line {
        Line {
            style: style.into(),
            text: text.into(),
        }
    }

    /// Reads a printed line: its style is that of its first escape sequence.
    pub(crate) fn printed(line: &str) -> Line {
        let (mut style, mut text) = (String::new(), String::new());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("\x1b[") {
            text += before;
            let end = after.find('m').unwrap_or(after.len());
            if text.trim().is_empty() && style.is_empty() && &after[..end] != "0" {
                style = after[..end].to_owned();
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
        text += rest;
        let is_shown = |c: &char| *c == '\t' || !c.is_control();
        let text: String = text.chars().filter(is_shown).collect();
        Line::styled(&style, text.replace('\t', "    "))
    }
}

/// Wraps a text at words; a word that is too long is broken.
pub(crate) fn wrapped(style: &str, text: &str, columns: usize) -> Vec<Line> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for (index, piece) in broken(word, columns).into_iter().enumerate() {
            let line = lines.last_mut().expect("there is one");
            let gap = usize::from(index == 0 && !line.is_empty());
            if line.width() + gap + piece.width() <= columns && index == 0 {
                *line += if gap == 1 { " " } else { "" };
                *line += &piece;
            } else {
                lines.push(piece);
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
        .into_iter()
        .map(|it| Line::styled(style, it))
        .collect()
}

/// Breaks a text into pieces of this width.
fn broken(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        let piece = pieces.last_mut().expect("there is one");
        if piece.width() + c.width().unwrap_or(0) > columns && !piece.is_empty() {
            pieces.push(c.to_string());
        } else {
            piece.push(c);
        }
    }
    pieces
}

/// Breaks a text at the width, and not at words.
pub(crate) fn pieces(text: &str, columns: usize) -> Vec<Line> {
    broken(text, columns).into_iter().map(Line::plain).collect()
}

/// Cuts lines that are too many; the last one that is kept says so.
pub(crate) fn at_most(mut lines: Vec<Line>, rows: usize, columns: usize) -> Vec<Line> {
    if lines.len() <= rows {
        return lines;
    }
    lines.truncate(rows);
    if let Some(last) = lines.last_mut() {
        let mut text: String = last.text.clone();
        while text.width() + 2 > columns {
            text.pop();
        }
        last.text = format!("{} …", text.trim_end());
    }
    lines
}

impl Frame {
    /// Lays the frame out. Returns the lines, and `scroll` limited to what there is.
    pub(crate) fn lay_out(&self, size: Size, scroll: usize) -> (Vec<Line>, usize) {
        let Size { columns, rows } = size;
        let cut = |line: &Line| Line::styled(&line.style, first(&line.text, columns));
        let keys = self.keys(columns);
        let mut head: Vec<Line> = self.head.iter().map(cut).collect();
        head.truncate(rows.saturating_sub(keys.len() + 2));
        let room = rows.saturating_sub(head.len() + keys.len());
        let mut body = vec![];
        let mut cursor = None;
        for (index, line) in self.body.iter().enumerate() {
            if self.cursor == Some(index) {
                cursor = Some(body.len());
            }
            let pieces = broken(&line.text, columns).into_iter();
            body.extend(pieces.map(|piece| Line::styled(&line.style, piece)));
        }
        // One row tells how much there is, if there is more than fits.
        let is_long = body.len() > room;
        let seen = if is_long {
            room.saturating_sub(1)
        } else {
            room
        };
        let most = body.len().saturating_sub(seen);
        let mut scroll = scroll.min(most);
        if let Some(cursor) = cursor {
            scroll = scroll.clamp(
                (cursor + 1).saturating_sub(seen).min(most),
                cursor.min(most),
            );
        }
        let mut lines = head;
        lines.extend(body.iter().skip(scroll).take(seen).cloned());
        if is_long && room > 0 {
            let last = (scroll + seen).min(body.len());
            let (up, down) = (
                if scroll > 0 { "↑" } else { " " },
                if last < body.len() { "↓" } else { " " },
            );
            let told = format!("{up}{down} lines {}–{last} of {}", scroll + 1, body.len());
            lines.push(Line::styled(FAINT, first(&told, columns)));
        }
        while lines.len() + keys.len() < rows {
            lines.push(Line::default());
        }
        lines.extend(keys);
        lines.truncate(rows);
        (lines, scroll)
    }

    /// The keys in as few rows as they need, at most three.
    fn keys(&self, columns: usize) -> Vec<Line> {
        let mut rows = vec![String::new()];
        for key in &self.keys {
            let row = rows.last_mut().expect("there is one");
            if row.is_empty() {
                *row = first(key, columns);
            } else if row.width() + 3 + key.width() <= columns {
                *row += " · ";
                *row += key;
            } else {
                rows.push(first(key, columns));
            }
        }
        rows.truncate(3);
        rows.into_iter()
            .map(|row| Line::styled(STRONG, row))
            .collect()
    }
}

/// Returns the beginning of a text that fits.
fn first(text: &str, columns: usize) -> String {
    broken(text, columns).into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(lines: usize) -> Frame {
        Frame {
            head: vec![Line::plain("head")],
            body: (0..lines)
                .map(|it| Line::plain(format!("line {it}")))
                .collect(),
            keys: vec!["a one".into(), "b two".into()],
            cursor: None,
        }
    }

    fn texts(frame: &Frame, scroll: usize) -> (Vec<String>, usize) {
        let (columns, rows) = (20, 6);
        let (lines, scroll) = frame.lay_out(Size { columns, rows }, scroll);
        (lines.into_iter().map(|line| line.text).collect(), scroll)
    }

    #[test]
    fn a_long_body_scrolls_between_its_head_and_its_keys() {
        let (lines, _) = texts(&body(2), 0);
        assert_eq!(lines, ["head", "line 0", "line 1", "", "", "a one · b two"]);
        let (lines, scroll) = texts(&body(9), 2);
        assert_eq!(
            (&lines[1..], scroll),
            (
                &[
                    "line 2",
                    "line 3",
                    "line 4",
                    "↑↓ lines 3–5 of 9",
                    "a one · b two"
                ]
                .map(String::from)[..],
                2
            )
        );
        let (lines, scroll) = texts(&body(9), 99);
        assert_eq!((lines[3].as_str(), scroll), ("line 8", 6), "the end");
        let mut chosen = body(9);
        chosen.cursor = Some(7);
        assert!(texts(&chosen, 0).0.contains(&"line 7".to_owned()));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut frame = body(1);
        frame.body = vec![Line::plain("어묵 ".repeat(20)), Line::plain("x".repeat(99))];
        frame.head = vec![Line::plain("y".repeat(99))];
        let (lines, _) = texts(&frame, 0);
        assert!(lines.iter().all(|line| line.width() <= 20), "{lines:?}");
        let all = wrapped("", "a word-that-is-much-too-long b", 8);
        assert!(all.iter().all(|line| line.text.width() <= 8), "{all:?}");
    }

    #[test]
    fn a_printed_line_keeps_its_style_and_no_escape_sequence() {
        let line = Line::printed("\x1b[1;31m✗ a\tb\x1b[0m\x07");
        assert_eq!(line, Line::styled(BAD, "✗ a    b"));
        assert_eq!(Line::printed("plain"), Line::plain("plain"));
    }
}
