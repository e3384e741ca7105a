//! A schedule that failed.

use crate::bounds::Bounds;
use crate::document::{self, Written};
use crate::run::{Model, Report};
use crate::story::{Cause, Story};
use crate::{draw, path};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::Path;
use std::{fmt, io};

/// A schedule that failed. It can be read, drawn, saved and replayed.
///
/// Two failures are equal if they have the same name and the same story.
#[derive(Clone)]
pub struct Failure {
    pub(crate) name: String,
    pub(crate) bounds: Bounds,
    /// Its number in the exploration, from 1.
    pub(crate) schedule: usize,
    pub(crate) story: Story,
    pub(crate) model: Model,
    /// The path through loom's tree of schedules, in loom's format.
    pub(crate) path: Option<String>,
}

impl Failure {
    /// The name under which the model was explored.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the schedule in its exploration, from 1.
    pub fn schedule(&self) -> usize {
        self.schedule
    }

    /// Whether the schedule ended with every thread waiting.
    pub fn is_deadlock(&self) -> bool {
        self.story.cause == Cause::Deadlock
    }

    /// The panic's message. `None` if the schedule ended otherwise.
    pub fn panic_message(&self) -> Option<&str> {
        match &self.story.cause {
            Cause::Panic(message) => Some(message),
            Cause::Deadlock | Cause::Endless | Cause::Refused(_) => None,
        }
    }

    /// Whether the schedule never ended: a loop that waits by spinning, or far too many steps.
    pub fn is_endless(&self) -> bool {
        self.story.cause == Cause::Endless
    }

    /// Why the model cannot be judged. `None` if the failure is of another kind.
    pub fn refusal(&self) -> Option<&str> {
        match &self.story.cause {
            Cause::Refused(why) => Some(why),
            Cause::Deadlock | Cause::Endless | Cause::Panic(_) => None,
        }
    }

    /// The rows in words, from first to last: `ann takes tray`.
    pub fn steps(&self) -> Vec<String> {
        let lane = |row: &crate::story::Row| &self.story.lanes[row.lane].name;
        let steps = self.story.steps.iter();
        steps
            .map(|row| format!("{} {}", lane(row), row.text))
            .collect()
    }

    /// The place of each lane's last step, in the order of the columns: a file, relative to the
    /// workspace root, and a line.
    pub fn places(&self) -> Vec<(String, u32)> {
        let last = |lane| {
            self.story
                .steps
                .iter()
                .rev()
                .find(|row| row.lane == lane && row.at.is_some())
        };
        let spots = (0..self.story.lanes.len()).filter_map(|lane| last(lane)?.at.as_ref());
        spots.map(|spot| (spot.file.clone(), spot.line)).collect()
    }

    /// The lanes that wait for each other in a cycle: each waits for the next, the last for the
    /// first. Empty if there is no cycle.
    pub fn cycle(&self) -> Vec<String> {
        self.story.cycle.clone()
    }

    /// Why each blocked lane cannot continue, one sentence per lane.
    pub fn blocked(&self) -> Vec<String> {
        self.story
            .blocked
            .iter()
            .map(|blocked| blocked.text.clone())
            .collect()
    }

    /// The whole story as JSON; the crate's README describes it.
    pub fn to_json(&self) -> String {
        self.document(None)
    }

    /// The lanes as text, at most `columns` wide. If they do not fit beside each other, the steps
    /// stand one below the other.
    pub fn to_text(&self, columns: usize) -> String {
        draw::text(&self.title(), &self.story, columns, draw::Numbers::Shown)
    }

    /// The lanes as a self-contained SVG, readable on light and on dark pages.
    pub fn to_svg(&self) -> String {
        draw::svg(&self.title(), &self.story)
    }

    /// Writes the story, and the path to it for [`replay`](crate::replay()).
    ///
    /// # Errors
    /// If the file cannot be written, or if no temporary file could be created to keep the path.
    pub fn save(&self, file: impl AsRef<Path>) -> io::Result<()> {
        let path = self
            .path
            .as_deref()
            .ok_or_else(|| io::Error::other(NO_PATH))?;
        let path = serde_json::from_str(path)?;
        std::fs::write(file, self.document(Some(path)))
    }

    /// Runs this one schedule again.
    ///
    /// # Panics
    /// If it does not fail again: then the model depends on more than its schedule.
    #[track_caller]
    pub fn replay(&self) -> Failure {
        let path = self.path.as_deref().expect(NO_PATH);
        match path::walk(path, &self.model, self.bounds) {
            Ok(Report::Fell { story, .. }) => Failure {
                story: *story,
                ..self.clone()
            },
            Ok(_) => panic!(
                "`{}` did not fail again: the model depends on something besides its schedule",
                self.name
            ),
            Err(error) => panic!("`{}` cannot be replayed: {error}", self.name),
        }
    }

    fn document(&self, path: Option<serde_json::Value>) -> String {
        let Failure {
            name,
            bounds,
            schedule,
            story,
            ..
        } = self;
        let preemptions = bounds.preemptions;
        let written = Written {
            version: document::VERSION,
            name,
            preemptions,
            schedule: *schedule,
            attempts: bounds.attempts,
            spurious: bounds.spurious,
            memory: bounds.memory,
            story,
            path,
        };
        serde_json::to_string_pretty(&written).expect("a story is strings and numbers") + "\n"
    }

    pub(crate) fn title(&self) -> String {
        let Failure {
            name,
            bounds,
            schedule,
            story,
            ..
        } = self;
        format!(
            "{name}: {} in schedule {schedule} of {}",
            story.cause.word(),
            bounds.search()
        )
    }
}

const NO_PATH: &str = "the way to this schedule was not kept: there was no place for temporary files, or the model was refused";

/// The lanes as text, at most 100 columns wide.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(draw::COLUMNS))
    }
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.schedule, &self.story) == (&other.name, other.schedule, &other.story)
    }
}

impl Eq for Failure {}

/// A model always runs under `catch_unwind`, so a caller that catches a verdict's panic can still
/// use the failure.
impl UnwindSafe for Failure {}
impl RefUnwindSafe for Failure {}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure {{\n{self}\n}}")
    }
}
