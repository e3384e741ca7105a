//! The output: a terminal, whose last row is redrawn, or a pipe, which gets one line a second.

use crate::live::{COLUMNS, Moment};
use crate::log;
use output::Output;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Time between two live rows on a terminal.
const TERMINAL: Duration = Duration::from_millis(200);
/// Time between two live lines in a pipe.
const PIPE: Duration = Duration::from_secs(1);

/// A terminal or a pipe that shows the run.
#[derive(Debug)]
pub(crate) struct Screen<W> {
    out: W,
    terminal: bool,
    colour: bool,
    due: Instant,
    /// Whether the cursor is behind a live row.
    drawn: bool,
    /// How often live rows had to be shortened, so that their fields do not flicker.
    cuts: usize,
    /// What each line becomes. `None` means that it stays as it is.
    wrap: Option<fn(&str) -> String>,
}

impl Screen<Output> {
    /// Standard output, which is never waited for. NO_COLOR (no-color.org) turns the colours off,
    /// and TERM=dumb the live row. CLICOLOR_FORCE=1 says that a terminal is behind the pipe, as on
    /// the slides.
    pub(crate) fn stdout() -> Self {
        let says = |name: &str, wants: fn(&str) -> bool| {
            env::var_os(name).is_some_and(|told| wants(&told.to_string_lossy()))
        };
        let shown = io::stdout().is_terminal() || says("CLICOLOR_FORCE", |told| told == "1");
        let terminal = shown && !says("TERM", |term| term == "dumb");
        let colour = terminal && !says("NO_COLOR", |told| !told.is_empty());
        match log::printed() {
            Some(wrap) => Screen {
                wrap: Some(wrap),
                ..Screen::new(output::stdout(), false, false)
            },
            None => Screen::new(output::stdout(), terminal, colour),
        }
    }
}

impl<W: Write> Screen<W> {
    fn new(out: W, terminal: bool, colour: bool) -> Self {
        Screen {
            out,
            terminal,
            colour,
            due: Instant::now(),
            drawn: false,
            cuts: 0,
            wrap: None,
        }
    }

    /// Writes text that stays, on lines of its own.
    pub(crate) fn print(&mut self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let begin = if std::mem::take(&mut self.drawn) {
            "\n"
        } else {
            ""
        };
        self.put(&format!("{begin}{text}{end}"));
    }

    /// Writes a line that must not be overlooked, with an empty line before and after.
    pub(crate) fn banner(&mut self, text: &str) {
        match self.colour {
            true => self.print(&format!("\n\x1b[1;97;41m {text} \x1b[0m\n\n")),
            false => self.print(&format!("\n{text}\n\n")),
        }
    }

    /// Returns whether it is time for the next live line.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Writes a live line, and schedules the next one.
    pub(crate) fn live(&mut self, now: Instant, moment: &Moment) {
        let pace = if self.terminal { TERMINAL } else { PIPE };
        // Fixed steps from the start, so that one late line does not delay all later ones. But
        // after a long sleep the missed lines are not made up for.
        self.due += pace;
        if self.due + pace < now {
            self.due = now + pace;
        }
        self.draw(moment);
    }

    /// Writes a live line now, due or not.
    pub(crate) fn draw(&mut self, moment: &Moment) {
        if !self.terminal {
            return self.print(&moment.line());
        }
        let (mut row, mut columns) = (String::from("\r"), 0);
        for (said, alarm) in moment.fields(&mut self.cuts) {
            if columns > 0 {
                row += "  ";
                columns += 2;
            }
            columns += said.chars().count();
            match alarm && self.colour {
                true => row += &format!("\x1b[1;31m{said}\x1b[0m"),
                false => row += &said,
            }
        }
        // Blanks overwrite the rest of the previous row: not every terminal can clear a line.
        row += &" ".repeat(COLUMNS.saturating_sub(columns));
        self.put(&row);
        self.drawn = true;
    }

    fn put(&mut self, text: &str) {
        // A reader that is gone does not end the server.
        let _unless_closed = match self.wrap {
            None => self.out.write_all(text.as_bytes()),
            Some(wrap) => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .try_for_each(|line| self.out.write_all((wrap(line) + "\n").as_bytes())),
        };
    }
}

/// Writes to standard error why the program `name` fails, and returns its exit status.
pub(crate) fn fail(name: &str, why: &str) -> ExitCode {
    crate::log(&format!("{name}: {why}"));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn moment(whose: &str) -> Moment {
        Moment {
            elapsed: Duration::ZERO,
            rate: 7,
            players: 1,
            oldest: Some((Duration::from_secs(1), Arc::from(whose))),
            memory: None,
            crowd: None,
            behind: None,
            beat: None,
        }
    }

    fn said(screen: Screen<Vec<u8>>) -> String {
        String::from_utf8(screen.out).unwrap()
    }

    #[test]
    fn a_pipe_gets_lines_and_no_colours() {
        let mut screen = Screen::new(Vec::new(), false, false);
        screen.print("hello");
        screen.draw(&moment("ann"));
        screen.banner("FROZEN");
        let line = "   0 s  7 replies/s, 1 player, oldest unanswered 1.0 s (ann)";
        assert_eq!(said(screen), format!("hello\n{line}\n\nFROZEN\n\n"));
    }

    #[test]
    fn lines_for_programs_are_objects_and_none_is_empty() {
        let mut screen = Screen::new(Vec::new(), false, false);
        screen.wrap = Some(|line| format!("{{{line:?}}}"));
        screen.print("hello\n\n  \"you\"\n");
        screen.banner("FROZEN");
        let lines = "{\"hello\"}\n{\"  \\\"you\\\"\"}\n{\"FROZEN\"}\n";
        assert_eq!(said(screen), lines);
    }

    #[test]
    fn a_terminal_row_is_redrawn_and_then_kept() {
        let mut screen = Screen::new(Vec::new(), true, true);
        screen.draw(&moment("ann"));
        screen.draw(&moment("ann"));
        screen.print("bye\n");
        let row = "    7 replies/s  1 player  \x1b[1;31moldest 1.0 s\x1b[0m";
        let row = format!("\r{row}{}", " ".repeat(COLUMNS - 39));
        assert_eq!(said(screen), format!("{row}{row}\nbye\n"));
    }

    #[test]
    fn live_lines_keep_their_pace_and_missed_ones_are_dropped() {
        let mut screen = Screen::new(Vec::new(), false, false);
        let noon = screen.due;
        let at = |seconds| noon + Duration::from_secs_f64(seconds);
        assert!(screen.is_due(noon));
        screen.live(at(0.1), &moment("ann"));
        assert!(!screen.is_due(at(0.9)) && screen.is_due(at(1.0)));
        screen.live(at(60.0), &moment("ann"));
        assert!(!screen.is_due(at(60.9)) && screen.is_due(at(61.0)));
    }

    #[test]
    fn a_closed_pipe_ends_nothing() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut screen = Screen::new(Closed, true, false);
        screen.print("hello");
        screen.draw(&moment("ann"));
        assert!(screen.drawn);
    }
}
