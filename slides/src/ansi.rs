//! Turns a program's terminal output into lines of HTML: colours, rows that are drawn over, and
//! only the last screen of it.

use crate::html::escape;
use std::num::NonZeroU16;
use vt100::{Cell, Color, Parser};

/// The escape character in a recording, so that a recording is plain text.
pub(crate) const WRITTEN_ESCAPE: &str = "\\e";

/// Rows of the screen. Rows above them are dropped.
const ROWS: NonZeroU16 = NonZeroU16::new(40).unwrap();

/// Columns of a row. The page folds long rows; a line that is longer still continues in the next
/// row.
const COLUMNS: NonZeroU16 = NonZeroU16::new(512).unwrap();

/// Bytes that are written at once. They drop fewer rows than this, so every dropped row is counted.
const PIECE: usize = 1024;

/// The last rows of a program's output.
pub(crate) struct Screen {
    terminal: Parser,
    /// How many rows were used so far, at most all of them.
    rows: u16,
    /// How many rows were dropped.
    scrolled: u64,
}

impl Default for Screen {
    fn default() -> Screen {
        Screen {
            terminal: Parser::new(ROWS, COLUMNS, PIECE),
            rows: 0,
            scrolled: 0,
        }
    }
}

impl Screen {
    /// Adds output. It may be cut into pieces anywhere.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            for line in piece.split_inclusive(|&byte| byte == b'\n') {
                match line.strip_suffix(b"\n") {
                    // A pipe has no terminal that adds the carriage return.
                    Some(line) => {
                        self.terminal.process(line);
                        self.terminal.process(b"\r\n");
                    }
                    None => self.terminal.process(line),
                }
            }
            let screen = self.terminal.screen_mut();
            self.scrolled += screen.scrollback_len() as u64;
            screen.clear_scrollback();
            self.rows = self.rows.max(screen.cursor_position().0 + 1);
        }
    }

    /// The rows as HTML, the oldest first.
    pub(crate) fn html(&self) -> Vec<String> {
        (0..self.rows).map(|row| self.draw(row)).collect()
    }

    /// The rows as a program would write them, for [`Screen::restored`].
    pub(crate) fn ansi(&self) -> String {
        let mut text = String::new();
        for row in 0..self.rows {
            if row > 0 {
                text.push('\n');
            }
            for run in self
                .seen(row)
                .chunk_by(|one, other| style(one) == style(other))
            {
                let colours = colours(style(run[0]));
                text += &colours;
                run.iter().for_each(|cell| text += self::text(cell));
                if !colours.is_empty() {
                    text += "\u{1b}[m";
                }
            }
        }
        text
    }

    /// The screen of an earlier process: what [`Screen::ansi`] returned, and the number of rows
    /// that were dropped above it.
    pub(crate) fn restored(ansi: &str, scrolled: u64) -> Screen {
        let mut screen = Screen::default();
        screen.write(ansi.as_bytes());
        screen.scrolled += scrolled;
        screen
    }

    /// How many rows were dropped above.
    pub(crate) fn scrolled(&self) -> u64 {
        self.scrolled
    }

    /// The cells of a row, without those at its end in which there is nothing to see.
    fn seen(&self, row: u16) -> Vec<&Cell> {
        let screen = self.terminal.screen();
        let cells = (0..COLUMNS.get()).filter_map(|column| screen.cell(row, column));
        let mut cells: Vec<&Cell> = cells.filter(|it| !it.is_wide_continuation()).collect();
        let is_seen = |cell: &&Cell| !matches!(cell.contents(), "" | " ") || style(cell) != PLAIN;
        cells.truncate(cells.iter().rposition(is_seen).map_or(0, |at| at + 1));
        cells
    }

    fn draw(&self, row: u16) -> String {
        let mut html = String::new();
        for run in self
            .seen(row)
            .chunk_by(|one, other| style(one) == style(other))
        {
            let text: String = run.iter().map(|cell| text(cell)).collect();
            html += &match class(style(run[0])).trim_end() {
                "" => escape(&text),
                class => format!("<span class=\"{class}\">{}</span>", escape(&text)),
            };
        }
        html
    }
}

/// The text of a cell. A cell that was never written to is blank.
fn text(cell: &Cell) -> &str {
    match cell.contents() {
        "" => " ",
        text => text,
    }
}

/// Whether a cell is bold, and its colours: one of 16 for the text, one of 8 behind it.
type Style = (bool, Option<u8>, Option<u8>);

const PLAIN: Style = (false, None, None);

fn style(cell: &Cell) -> Style {
    let colour = |colour: Color, colours: u8| match colour {
        Color::Idx(number) if number < colours => Some(number),
        _ => None,
    };
    (
        cell.bold(),
        colour(cell.fgcolor(), 16),
        colour(cell.bgcolor(), 8),
    )
}

/// The classes of a style, such as `b f15 k1 `.
fn class((bold, front, back): Style) -> String {
    let colour =
        |letter, colour: Option<u8>| colour.map_or_else(String::new, |it| format!("{letter}{it} "));
    let bold = if bold { "b " } else { "" };
    bold.to_owned() + &colour('f', front) + &colour('k', back)
}

/// The escape sequence that begins a style, such as `ESC[1;97;41m`. Empty for a plain one.
fn colours((bold, front, back): Style) -> String {
    let number = |base: u8, colour: u8| match colour {
        0..8 => base + colour,
        // The bright colours.
        _ => base + 60 + (colour - 8),
    };
    let codes = [
        bold.then_some(1),
        front.map(|it| number(30, it)),
        back.map(|it| number(40, it)),
    ];
    let codes: Vec<String> = codes.iter().flatten().map(ToString::to_string).collect();
    match codes.is_empty() {
        true => String::new(),
        false => format!("\u{1b}[{}m", codes.join(";")),
    }
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
        assert_eq!(shown(&[b"\xff!\x1b]0;x"]), ["!"]);
    }

    #[test]
    fn only_the_last_screen_of_long_output_is_kept() {
        let mut screen = Screen::default();
        for _ in 0..10_000 {
            screen.write(&[b'x'; 300]);
            screen.write(b"\n");
        }
        let html = screen.html();
        assert_eq!(html.len(), usize::from(ROWS.get()));
        assert!(
            html.iter()
                .all(|row| row.len() <= usize::from(COLUMNS.get()))
        );
        assert_eq!(screen.scrolled(), 10_001 - u64::from(ROWS.get()));
    }

    #[test]
    fn a_restored_screen_looks_the_same_and_can_be_written_to() {
        let mut screen = Screen::default();
        for line in 0..60 {
            screen
                .write(format!("line {line} \u{1b}[1;97;41m 멈춤 <b> \u{1b}[0;90mé\n").as_bytes());
        }
        screen.write(&[b'x'; 600]);
        screen.write(b"\n\nlast \x1b[32mgreen \x1b[44m ");
        let mut restored = Screen::restored(&screen.ansi(), screen.scrolled());
        assert_eq!(restored.html(), screen.html());
        assert_eq!(restored.scrolled(), screen.scrolled());
        restored.write(b"\nmore");
        assert_eq!(restored.html().last().map(String::as_str), Some("more"));
        assert_eq!(Screen::restored("", 0).html(), Screen::default().html());
    }
}
