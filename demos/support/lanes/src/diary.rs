//! A record of events with times, for tests that measure time instead of schedules. The test writes
//! each event by hand; the record is drawn as lanes.

use crate::draw;
use crate::play::Moves;
use crate::source::Sources;
use crate::story::{Cause, LaneName, Mark, Row, Story};
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Events that several threads recorded, each with its time. Clones share one record.
#[derive(Clone, Debug, Default)]
pub struct Diary(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    rows: Vec<Note>,
    is_closed: bool,
}

#[derive(Debug)]
struct Note {
    after: Duration,
    who: String,
    what: String,
    at: Option<&'static Location<'static>>,
    fails: bool,
}

impl Diary {
    /// Records that `who` did `what`, at `after` since the start, for line `at` of the program.
    pub fn note(
        &self,
        after: Duration,
        who: impl Into<String>,
        what: impl Into<String>,
        at: Option<&'static Location<'static>>,
    ) {
        self.write(after, who.into(), what.into(), at, false);
    }

    /// Records an event that should not have happened.
    pub fn fails(&self, after: Duration, who: impl Into<String>, what: impl Into<String>) {
        self.write(after, who.into(), what.into(), None, true);
    }

    fn write(
        &self,
        after: Duration,
        who: String,
        what: String,
        at: Option<&'static Location<'static>>,
        fails: bool,
    ) {
        let note = Note {
            after,
            who,
            what,
            at,
            fails,
        };
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.is_closed {
            notes.rows.push(note);
        }
    }

    /// Returns the events so far, each with its time in its words.
    pub fn rows(&self) -> Vec<Moves> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let row = |note: &Note| Moves {
            thread: note.who.clone(),
            words: format!("{}: {}", time(note.after), note.what),
            at: note.at.map_or_else(String::new, crate::play::place),
        };
        notes.rows.iter().map(row).collect()
    }

    /// Ignores every event that is recorded from now on.
    pub fn close(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_closed = true;
    }

    /// The place of each lane's last event, in the order in which the lanes appear: a file,
    /// relative to the workspace root, and a line.
    pub fn places(&self) -> Vec<(String, u32)> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sources = Sources::default();
        let mut last: Vec<(&str, &'static Location<'static>)> = vec![];
        for note in &notes.rows {
            let Some(at) = note.at else { continue };
            match last.iter_mut().find(|(who, _)| *who == note.who) {
                Some((_, place)) => *place = at,
                None => last.push((&note.who, at)),
            }
        }
        let spots = last
            .into_iter()
            .map(|(_, at)| sources.spot(at.file(), at.line()));
        spots.map(|spot| (spot.file, spot.line)).collect()
    }

    /// Draws the last `rows` events as lanes, under a title and a message, at most `columns` wide.
    pub fn to_text(&self, title: &str, message: &str, rows: usize, columns: usize) -> String {
        let notes = &self.0.lock().unwrap_or_else(PoisonError::into_inner).rows;
        let mut sources = Sources::default();
        let mut names: Vec<&str> = vec![];
        let left_out = notes.len().saturating_sub(rows);
        let notes = &notes[left_out..];
        for note in notes {
            if !names.contains(&note.who.as_str()) {
                names.push(&note.who);
            }
        }
        let row = |(index, note): (usize, &Note)| Row {
            row: left_out + index + 1,
            lane: names
                .iter()
                .position(|name| **name == note.who)
                .unwrap_or(0),
            text: format!("{}: {}", time(note.after), note.what),
            object: None,
            said: None,
            at: note.at.map(|at| sources.spot(at.file(), at.line())),
            mark: if note.fails { Mark::Fails } else { Mark::Step },
        };
        let story = Story {
            cause: Cause::Panic(message.to_owned()),
            steps: notes.iter().enumerate().map(row).collect(),
            lanes: names
                .iter()
                .map(|name| LaneName {
                    name: (*name).to_owned(),
                    thread: None,
                })
                .collect(),
            left_out,
            blocked: vec![],
            cycle: vec![],
            remarks: vec![],
        };
        draw::text(title, &story, columns, draw::Numbers::Shown)
    }
}

/// A time in words: `0 s`, `250 ms`, `1.5 s`, `60 s`.
fn time(after: Duration) -> String {
    if after.is_zero() || after >= Duration::from_secs(1) {
        format!("{} s", (after.as_secs_f64() * 1000.0).round() / 1000.0)
    } else {
        format!("{} ms", after.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rows_are_drawn_with_their_time_and_what_failed() {
        let diary = Diary::default();
        for second in 0..5 {
            let after = Duration::from_millis(second * 1500);
            diary.note(after, "ann", "reads", None);
        }
        diary.fails(Duration::from_secs(9), "bob", "waits");
        let text = diary.to_text("a room: LATE", "bob waited", 3, 100);
        let rows = "   ann           bob\n   …             …             3 rows before\n 4 4.5 s: reads\n 5 6 s: reads\n 6               9 S: WAITS";
        assert!(text.contains("a room: LATE\n  bob waited\n"), "{text}");
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(&text).contains(&squeezed(rows)), "{text}");
    }
}
