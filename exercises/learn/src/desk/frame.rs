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

/// What begins a line of a comment, a list or a quotation, and its continuation lines.
const MARKS: [(&str, &str); 6] = [
    ("//! ", "//! "),
    ("/// ", "/// "),
    ("// ", "// "),
    ("- ", "  "),
    ("> ", "> "),
    ("= ", "  "),
];

/// Splits a line of a comment that is text: the mark with its indentation, and the words.
fn comment(line: &Line) -> Option<(&str, &str)> {
    let text = line.text.trim_end();
    let rest = text.trim_start();
    let mark = ["//! ", "/// ", "// "]
        .iter()
        .find(|mark| rest.starts_with(**mark))?;
    let (mark, words) = text.split_at(text.len() - rest.len() + mark.len());
    // An item of a list, or code.
    let is_text = !words.starts_with([' ', '-', '*', '#', '|']) || words.starts_with("**");
    is_text.then_some((mark, words))
}

/// Returns the first of these lines, and how many it stands for: the lines of a comment's paragraph
/// are joined if one of them is too wide, so that it is wrapped as a whole.
fn joined(lines: &[Line], columns: usize) -> (Line, usize) {
    let alone = (lines[0].clone(), 1);
    let Some((mark, _)) = comment(&lines[0]) else {
        return alone;
    };
    let words = |line| comment(line).filter(|it| it.0 == mark).map(|it| it.1);
    let paragraph: Vec<&str> = lines.iter().map_while(words).collect();
    let is_wide = |line: &Line| line.text.trim_end().width() > columns;
    let has_code = paragraph.iter().any(|words| words.starts_with("```"));
    if has_code || !lines[..paragraph.len()].iter().any(is_wide) {
        return alone;
    }
    let text = format!("{mark}{}", paragraph.join(" "));
    (Line::styled(&lines[0].style, text), paragraph.len())
}

/// Fits a line into the width. Text and code are wrapped at spaces, and keep their indentation. A
/// line of the compiler, whose carets point at columns, is cut.
pub(crate) fn fitted(line: &Line, columns: usize) -> Vec<Line> {
    let text = line.text.trim_end();
    if text.width() <= columns {
        return vec![line.clone()];
    }
    if points_at_columns(text) {
        let cut = vec![
            Line::styled(&line.style, first(text, columns)),
            Line::default(),
        ];
        return at_most(cut, 1, columns);
    }
    let rest = text.trim_start();
    let indent = &text[..text.len() - rest.len()];
    if let Some(path) = rest.strip_prefix("--> ") {
        // The end of a path says more than its first folders.
        let ends = path.match_indices('/').map(|(at, _)| &path[at..]);
        let mut short = ends.map(|end| format!("{indent}--> …{end}"));
        if let Some(short) = short.find(|text| text.width() <= columns) {
            return vec![Line::styled(&line.style, short)];
        }
    }
    let mark = MARKS.iter().find(|(mark, _)| rest.starts_with(mark));
    let (begins, goes_on) = mark.copied().unwrap_or(("", "  "));
    // In a very narrow window words need the room more.
    if indent.width() + begins.len() + 12 > columns {
        return wrapped(&line.style, text, columns);
    }
    let goes_on = match goes_on {
        // Words without an indentation are a paragraph.
        "  " if begins.is_empty() && indent.is_empty() => "",
        goes_on => goes_on,
    };
    let taken = indent.width() + begins.len().max(goes_on.len());
    let room = columns.saturating_sub(taken).max(1);
    let lines = wrapped(&line.style, &rest[begins.len()..], room);
    let lines = lines.into_iter().enumerate().map(|(index, line)| {
        let mark = if index == 0 { begins } else { goes_on };
        Line::styled(&line.style, format!("{indent}{mark}{}", line.text))
    });
    lines.collect()
}

/// Whether this is a line of the compiler with code or carets: a number or nothing, and then `|`.
fn points_at_columns(text: &str) -> bool {
    let rest = text
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start();
    rest == "|" || rest.starts_with("| ") || rest.starts_with("...|")
}

/// Cuts lines that are too many; the last one that is kept says so.
pub(crate) fn at_most(mut lines: Vec<Line>, rows: usize, columns: usize) -> Vec<Line> {
    if lines.len() <= rows {
        return lines;
    }
    lines.truncate(rows);
    if let Some(last) = lines.last_mut() {
        let mut text: String = last.text.clone();
        while text.width() + 2 > columns && text.pop().is_some() {}
        last.text = format!("{} …", text.trim_end());
    }
    lines
}

impl Frame {
    /// Lays the frame out. Returns the lines, and `scroll` limited to what there is.
    pub(crate) fn lay_out(&self, size: Size, scroll: usize) -> (Vec<Line>, usize) {
        let Size { columns, rows } = size;
        let cut = |line: &Line| Line::styled(&line.style, first(&line.text, columns));
        let mut keys = self.keys(columns);
        keys.truncate((rows / 5).max(1));
        let mut head: Vec<Line> = self.head.iter().map(cut).collect();
        head.truncate(rows.saturating_sub(keys.len() + 2));
        let room = rows.saturating_sub(head.len() + keys.len());
        let mut body = vec![];
        let mut cursor = None;
        let mut index = 0;
        while index < self.body.len() {
            if self.cursor == Some(index) {
                cursor = Some(body.len());
            }
            let (line, taken) = joined(&self.body[index..], columns);
            body.extend(fitted(&line, columns));
            index += taken;
        }
        // The rule below the head tells how much there is, if there is more than fits.
        let has_rule = head.last().is_some_and(|line| line.text.starts_with('─'));
        let is_long = body.len() > room;
        let seen = if is_long && !has_rule {
            room.saturating_sub(1)
        } else {
            room
        };
        let most = body.len().saturating_sub(seen);
        let mut scroll = scroll.min(most);
        if let Some(cursor) = cursor.filter(|_| seen > 0) {
            scroll = scroll.clamp(
                (cursor + 1).saturating_sub(seen).min(most),
                cursor.min(most),
            );
        }
        let last = (scroll + seen).min(body.len());
        let (up, down) = (
            if scroll > 0 { "↑" } else { " " },
            if last < body.len() { "↓" } else { " " },
        );
        let told = format!("{up}{down} lines {}–{last} of {}", scroll + 1, body.len());
        let mut lines = head;
        if let Some(rule) = lines.last_mut().filter(|_| is_long && has_rule) {
            let told = format!(" {told} ─");
            let rest = columns.saturating_sub(told.width());
            rule.text = first(&("─".repeat(rest) + &told), columns);
        }
        lines.extend(body.iter().skip(scroll).take(seen).cloned());
        if is_long && !has_rule && room > 0 {
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
    fn the_rule_tells_how_much_there_is() {
        let mut frame = body(9);
        frame.head.push(Line::styled(FAINT, "─".repeat(20)));
        let (lines, _) = texts(&frame, 2);
        assert_eq!(lines[1], " ↑↓ lines 3–5 of 9 ─");
        assert_eq!(&lines[2..5], ["line 2", "line 3", "line 4"]);
        frame.body.truncate(3);
        assert_eq!(texts(&frame, 0).0[1], "─".repeat(20));
    }

    #[test]
    fn words_are_whole_and_carets_stay_below_their_code() {
        let fits = |text: &str| -> Vec<String> {
            let lines = fitted(&Line::plain(text), 24);
            assert!(
                lines.iter().all(|line| line.text.width() <= 24),
                "{lines:?}"
            );
            lines.into_iter().map(|line| line.text).collect()
        };
        assert_eq!(
            fits("    // Both are held from here on."),
            ["    // Both are held", "    // from here on."]
        );
        assert_eq!(
            fits("//! Why it works: each thread waits."),
            ["//! Why it works: each", "//! thread waits."]
        );
        assert_eq!(
            fits("    let first = tray.lock(number);"),
            ["    let first =", "      tray.lock(number);"]
        );
        assert_eq!(
            fits("- More: see the pages of std."),
            ["- More: see the pages of", "  std."]
        );
        assert_eq!(
            fits("error[E0425]: cannot find value `one`"),
            ["error[E0425]: cannot", "find value `one`"]
        );
        assert_eq!(
            fits("  --> exercises/01_lock_order/exercise.rs:3:8"),
            ["  --> …/exercise.rs:3:8"]
        );
        for (line, cut) in [
            (
                "31 |         *tray -= one + another;",
                "31 |         *tray -= …",
            ),
            (
                "   |         ^^^ not found in this scope",
                "   |         ^^^ not f …",
            ),
            (
                "   = note: a type and another type",
                "   = note: a type and",
            ),
        ] {
            assert_eq!(fits(line)[0], cut);
        }
        assert_eq!(fits("31 |         *tray -= one + another;").len(), 1);
    }

    #[test]
    fn a_paragraph_of_a_comment_is_wrapped_as_a_whole() {
        let lays_out = |lines: &[&str]| -> Vec<String> {
            let frame = Frame {
                body: lines.iter().copied().map(Line::plain).collect(),
                ..Frame::default()
            };
            let size = Size {
                columns: 24,
                rows: 12,
            };
            let (lines, _) = frame.lay_out(size, 0);
            let lines = lines.into_iter().map(|line| line.text);
            lines.filter(|line| !line.is_empty()).collect()
        };
        assert_eq!(
            lays_out(&[
                "//! **Why it works.** Each thread",
                "//! waits.",
                "//!",
                "//! Short,",
                "//! and it fits.",
            ]),
            [
                "//! **Why it works.**",
                "//! Each thread waits.",
                "//!",
                "//! Short,",
                "//! and it fits."
            ]
        );
        assert_eq!(
            lays_out(&[
                "    /// The player leaves now.",
                "    /// It",
                "    // is empty.",
                "    let tray = 1;",
            ]),
            [
                "    /// The player",
                "    /// leaves now. It",
                "    // is empty.",
                "    let tray = 1;"
            ]
        );
        // An item of a list, and code, keep their lines.
        for lines in [
            ["// - one", "// - another one, too long"],
            ["// ```", "// let mut tray = tray.lock();"],
            ["//     let tray = 1;", "//     drop(tray.lock().unwrap());"],
        ] {
            assert_eq!(lays_out(&lines)[0], lines[0]);
        }
    }

    #[test]
    fn a_printed_line_keeps_its_style_and_no_escape_sequence() {
        let line = Line::printed("\x1b[1;31m✗ a\tb\x1b[0m\x07");
        assert_eq!(line, Line::styled(BAD, "✗ a    b"));
        assert_eq!(Line::printed("plain"), Line::plain("plain"));
    }
}
