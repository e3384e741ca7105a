//! Turns a program's terminal output into lines of HTML: colours, rows that are drawn over, and
//! only the last screen of it.

use crate::html::escape;
use std::collections::VecDeque;

/// The escape character in a recording, so that a recording is plain text.
pub(crate) const WRITTEN_ESCAPE: &str = "\\e";

/// Rows of the screen. Rows above them are dropped.
const ROWS: usize = 40;

/// Characters of a row. What is right of them is dropped.
const COLUMNS: usize = 240;

/// The last rows of a program's output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen {
    rows: VecDeque<Vec<Cell>>,
    column: usize,
    style: Style,
    reading: Reading,
    /// The bytes of a character whose other bytes have not arrived yet.
    partial: Vec<u8>,
    /// How many rows were dropped.
    scrolled: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    text: char,
    style: Style,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Style {
    bold: bool,
    front: Option<u8>,
    back: Option<u8>,
}

/// What the next character belongs to.
#[derive(Clone, Debug, Default)]
enum Reading {
    #[default]
    Text,
    Escape,
    Sequence(String),
}

impl Screen {
    /// Adds output. It may be cut into pieces anywhere.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.partial.extend_from_slice(bytes);
        let whole = std::mem::take(&mut self.partial);
        let mut rest = &whole[..];
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    text.chars().for_each(|c| self.read(c));
                    rest = &[];
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    String::from_utf8_lossy(good)
                        .chars()
                        .for_each(|c| self.read(c));
                    match error.error_len() {
                        Some(length) => {
                            self.read('\u{fffd}');
                            rest = &bad[length..];
                        }
                        None => {
                            self.partial = bad.to_vec();
                            rest = &[];
                        }
                    }
                }
            }
        }
    }

    /// The rows as HTML, the oldest first.
    pub(crate) fn html(&self) -> Vec<String> {
        self.rows.iter().map(|row| draw(row)).collect()
    }

    /// How many rows were dropped above.
    pub(crate) fn scrolled(&self) -> u64 {
        self.scrolled
    }

    fn read(&mut self, c: char) {
        match (&mut self.reading, c) {
            (Reading::Text, '\u{1b}') => self.reading = Reading::Escape,
            (Reading::Text, c) => self.put(c),
            (Reading::Escape, '[') => self.reading = Reading::Sequence(String::new()),
            (Reading::Escape, _) => self.reading = Reading::Text,
            (Reading::Sequence(so_far), c) if (' '..='?').contains(&c) && so_far.len() < 32 => {
                so_far.push(c)
            }
            (Reading::Sequence(so_far), c) => {
                let sequence = std::mem::take(so_far);
                self.reading = Reading::Text;
                match c {
                    'm' => self.colour(&sequence),
                    'K' => self.last_row().clear(),
                    _ => {}
                }
            }
        }
    }

    fn last_row(&mut self) -> &mut Vec<Cell> {
        if self.rows.is_empty() {
            self.rows.push_back(Vec::new());
        }
        self.rows
            .back_mut()
            .expect("there is a row: one was added if there was none")
    }

    fn put(&mut self, c: char) {
        match c {
            '\n' => {
                if self.rows.is_empty() {
                    self.rows.push_back(Vec::new());
                }
                self.rows.push_back(Vec::new());
                self.column = 0;
                if self.rows.len() > ROWS {
                    self.rows.pop_front();
                    self.scrolled += 1;
                }
            }
            '\r' => self.column = 0,
            '\t' => (0..4).for_each(|_| self.put(' ')),
            c if c.is_control() => {}
            c if self.column < COLUMNS => {
                let cell = Cell {
                    text: c,
                    style: self.style,
                };
                let column = self.column;
                let row = self.last_row();
                match row.get_mut(column) {
                    Some(old) => *old = cell,
                    None => row.push(cell),
                }
                self.column += 1;
            }
            _ => {}
        }
    }

    fn colour(&mut self, sequence: &str) {
        for code in sequence.split(';') {
            let style = &mut self.style;
            match code.parse::<u8>().unwrap_or(0) {
                0 => *style = Style::default(),
                1 => style.bold = true,
                22 => style.bold = false,
                code @ 30..=37 => style.front = Some(code - 30),
                39 => style.front = None,
                code @ 40..=47 => style.back = Some(code - 40),
                49 => style.back = None,
                code @ 90..=97 => style.front = Some(code - 90 + 8),
                _ => {}
            }
        }
    }
}

fn draw(row: &[Cell]) -> String {
    let end = row
        .iter()
        .rposition(|cell| cell.text != ' ' || cell.style != Style::default())
        .map_or(0, |at| at + 1);
    let mut html = String::new();
    for run in row[..end].chunk_by(|one, other| one.style == other.style) {
        let text: String = run.iter().map(|cell| cell.text).collect();
        let style = run[0].style;
        let mut class = String::new();
        if style.bold {
            class += "b ";
        }
        if let Some(front) = style.front {
            class += &format!("f{front} ");
        }
        if let Some(back) = style.back {
            class += &format!("k{back} ");
        }
        html += &match class.trim_end() {
            "" => escape(&text),
            class => format!("<span class=\"{class}\">{}</span>", escape(&text)),
        };
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&[u8]]) -> Vec<String> {
        let mut screen = Screen::default();
        pieces.iter().for_each(|piece| screen.write(piece));
        screen.html()
    }

    #[test]
    fn colours_become_classes_and_text_is_escaped() {
        assert_eq!(
            shown(&[b"a \x1b[1;97;41m FRO", b"ZEN <b> \x1b[0m\nend"]),
            [
                "a <span class=\"b f15 k1\"> FROZEN &lt;b&gt; </span>",
                "end"
            ]
        );
    }

    #[test]
    fn a_row_can_be_drawn_over_and_a_character_can_arrive_in_pieces() {
        assert_eq!(
            shown(&[
                b"12345\rab",
                &"é".as_bytes()[..1],
                &"é".as_bytes()[1..],
                b"\x1b[31"
            ]),
            ["abé45"]
        );
        assert_eq!(shown(&[b"\xff!\x1b]0;x"]), ["\u{fffd}!0;x"]);
    }

    #[test]
    fn only_the_last_screen_of_long_output_is_kept() {
        let mut screen = Screen::default();
        for _ in 0..10_000 {
            screen.write(&[b'x'; 300]);
            screen.write(b"\n");
        }
        let html = screen.html();
        assert_eq!(html.len(), ROWS);
        assert!(html.iter().all(|row| row.len() <= COLUMNS));
        assert_eq!(screen.scrolled(), 10_001 - ROWS as u64);
    }
}
