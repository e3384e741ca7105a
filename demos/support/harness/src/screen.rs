//! Where it is told: a terminal, whose last row lives, or a pipe, which gets a line a second.

use crate::live::{COLUMNS, Moment};
use std::env;
use std::io::{self, IsTerminal, Stdout, Write};
use std::time::{Duration, Instant};

/// Between two looks of somebody at a terminal, and of somebody who reads a log.
const TERMINAL: Duration = Duration::from_millis(200);
const PIPE: Duration = Duration::from_secs(1);

/// Somebody who reads.
#[derive(Debug)]
pub(crate) struct Screen<W> {
    out: W,
    terminal: bool,
    colour: bool,
    due: Instant,
    /// The cursor stands behind a live row.
    drawn: bool,
    /// What live rows had to leave out, so that they stay as they are.
    cuts: usize,
    /// Nobody reads any more.
    closed: bool,
}

impl Screen<Stdout> {
    /// Standard output. NO_COLOR (no-color.org) takes the colours away, and TERM=dumb the live row;
    /// CLICOLOR_FORCE=1 says that behind a pipe somebody shows a terminal, as the slides do.
    pub(crate) fn stdout() -> Self {
        let says = |name: &str, wants: fn(&str) -> bool| {
            env::var_os(name).is_some_and(|told| wants(&told.to_string_lossy()))
        };
        let shown = io::stdout().is_terminal() || says("CLICOLOR_FORCE", |told| told == "1");
        let terminal = shown && !says("TERM", |term| term == "dumb");
        let colour = terminal && !says("NO_COLOR", |told| !told.is_empty());
        Screen::new(io::stdout(), terminal, colour)
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
            closed: false,
        }
    }

    /// Whoever read has gone: the pipe is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Says something that stays, on lines of its own.
    pub(crate) fn tell(&mut self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let begin = if std::mem::take(&mut self.drawn) {
            "\n"
        } else {
            ""
        };
        self.put(&format!("{begin}{text}{end}"));
    }

    /// Says something that nobody shall overlook, with an empty line before and after.
    pub(crate) fn cry(&mut self, text: &str) {
        match self.colour {
            true => self.tell(&format!("\n\x1b[1;97;41m {text} \x1b[0m\n\n")),
            false => self.tell(&format!("\n{text}\n\n")),
        }
    }

    /// It is time for the next live line.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Says how it goes at this moment, and when it will be time for that again.
    pub(crate) fn live(&mut self, now: Instant, moment: &Moment) {
        let pace = if self.terminal { TERMINAL } else { PIPE };
        // Steps of one length from the beginning on: who is late once is not late for ever. But who
        // slept for a minute does not make up for it.
        self.due += pace;
        if self.due + pace < now {
            self.due = now + pace;
        }
        self.draw(moment);
    }

    /// Says how it goes, due or not.
    pub(crate) fn draw(&mut self, moment: &Moment) {
        if !self.terminal {
            return self.tell(&moment.line());
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
        // Blanks over what the row before left there: not every terminal can clear a line.
        row += &" ".repeat(COLUMNS.saturating_sub(columns));
        self.put(&row);
        self.drawn = true;
    }

    fn put(&mut self, text: &str) {
        let put = self.out.write_all(text.as_bytes());
        self.closed |= put.and_then(|()| self.out.flush()).is_err();
    }
}

/// Says on standard error why `name` ends. If nobody reads that either, nobody is left to tell.
pub(crate) fn complain(name: &str, why: &str) {
    let _ = writeln!(io::stderr(), "{name}: {why}");
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
        screen.tell("hello");
        screen.draw(&moment("ann"));
        screen.cry("FROZEN");
        let line = "   0 s  7 replies/s, 1 player, oldest unanswered 1.0 s (ann)";
        assert_eq!(said(screen), format!("hello\n{line}\n\nFROZEN\n\n"));
    }

    #[test]
    fn a_terminal_gets_a_row_that_is_drawn_over_and_left_behind() {
        let mut screen = Screen::new(Vec::new(), true, true);
        screen.draw(&moment("ann"));
        screen.draw(&moment("ann"));
        screen.tell("bye\n");
        let row = "    7 replies/s  1 player  \x1b[1;31moldest 1.0 s\x1b[0m";
        let row = format!("\r{row}{}", " ".repeat(COLUMNS - 39));
        assert_eq!(said(screen), format!("{row}{row}\nbye\n"));
    }

    #[test]
    fn live_lines_keep_their_pace_and_nobody_makes_up_for_a_nap() {
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
    fn a_reader_who_leaves_is_missed() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut screen = Screen::new(Closed, false, false);
        assert!(!screen.is_closed());
        screen.tell("hello");
        assert!(screen.is_closed());
    }
}
