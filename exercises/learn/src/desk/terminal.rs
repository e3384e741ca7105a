//! The terminal while the screen keeps still: single keys and the alternate screen. What it was
//! before comes back at the end, also after a panic.

use super::frame::{Line, Size};
use super::wake::{Wake, Waker};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{cursor, execute};
use std::env;
use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Escape,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// Ctrl-C.
    Interrupt,
    /// The window has another size, or a key without a meaning: draw again.
    Other,
}

/// The terminal, in raw mode.
pub(crate) struct Terminal {
    keys: Receiver<io::Result<Key>>,
    colour: bool,
    last: Vec<Line>,
    size: Size,
}

/// Whether both ends are a terminal that can keep a screen still.
pub(crate) fn is_there() -> bool {
    let is_dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

fn restore() {
    // Errors: there is no terminal any more.
    let _ = execute!(io::stdout(), cursor::Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

impl Terminal {
    /// Opens it. A key that is pressed ends the sleep of `wake`.
    pub(crate) fn open(wake: &Wake) -> io::Result<Terminal> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = std::panic::take_hook();
            let this = thread::current().id();
            std::panic::set_hook(Box::new(move |info| {
                // The screen outlives a panic in another thread, which would paint over it.
                if thread::current().id() != this {
                    return;
                }
                // A message on the alternate screen would be gone with it.
                restore();
                previous(info);
            }));
        });
        enable_raw_mode()?;
        let terminal = Terminal {
            keys: keys(wake.waker()),
            colour: env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
            last: vec![],
            size: Size {
                columns: 0,
                rows: 0,
            },
        };
        execute!(io::stdout(), EnterAlternateScreen, cursor::Hide)?;
        Ok(terminal)
    }

    /// Returns the size of the window. A line below its last row, or behind its last column, would
    /// move the others, and stay when the screen is left.
    pub(crate) fn size(&self) -> Size {
        let (columns, rows) = size().unwrap_or((80, 24));
        Size {
            columns: usize::from(columns).clamp(1, 120),
            rows: usize::from(rows).clamp(1, 200),
        }
    }

    /// Draws these lines if they have changed.
    pub(crate) fn draw(&mut self, lines: Vec<Line>) -> io::Result<()> {
        let size = self.size();
        let is_new = size != self.size;
        if lines == self.last && !is_new {
            return Ok(());
        }
        let mut text = String::new();
        if is_new {
            text += "\x1b[2J";
        }
        for (row, line) in lines.iter().enumerate() {
            if !is_new && self.last.get(row) == Some(line) {
                continue;
            }
            text += &format!("\x1b[{};1H\x1b[2K", row + 1);
            // Without colours, bold and reversed stay: they are no colours.
            let has_colour = line.style.contains(';');
            match &line.style[..] {
                "" => text += &line.text,
                style if self.colour || !has_colour => {
                    text += &format!("\x1b[{style}m{}\x1b[0m", line.text);
                }
                _ => text += &format!("\x1b[1m{}\x1b[0m", line.text),
            }
        }
        (self.last, self.size) = (lines, size);
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Sleeps up to this time, until there is a key or something else that wakes it. Returns the
    /// key, and whether the system told of a file that was saved.
    ///
    /// # Errors
    /// The terminal is gone: its window was closed.
    pub(crate) fn key(&self, wake: &Wake, within: Duration) -> io::Result<(Option<Key>, bool)> {
        if let Ok(key) = self.keys.try_recv() {
            return Ok((Some(key?), false));
        }
        let woken = wake.sleep(within)?;
        let key = match woken.is_called {
            // Perhaps by the thread that reads keys.
            true => self.keys.try_recv().ok().transpose()?,
            false => None,
        };
        Ok((key, woken.is_noticed))
    }
}

/// Reads the keys of the terminal, in a thread of its own: crossterm reads a terminal that is gone
/// again and again, and never returns. This program ends meanwhile, and its thread with it.
fn keys(waker: Waker) -> Receiver<io::Result<Key>> {
    let (send, keys) = channel();
    thread::spawn(move || {
        loop {
            let key = event::read().map(|event| match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => of(key),
                _ => Key::Other,
            });
            let is_last = key.is_err();
            if send.send(key).is_err() || is_last {
                break;
            }
            waker.wake();
        }
    });
    keys
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn of(key: KeyEvent) -> Key {
    let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c') if has_control => Key::Interrupt,
        KeyCode::Char('j' | 'm') if has_control => Key::Enter,
        // Ctrl-D and the others mean nothing here.
        KeyCode::Char(_) if has_control => Key::Other,
        KeyCode::Char(' ') => Key::PageDown,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => Key::Other,
    }
}
