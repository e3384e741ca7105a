//! A schedule that failed.

use crate::bounds::Bounds;
use crate::document::{self, Written};
use crate::run::{Model, Report};
use crate::story::{Cause, Story};
use crate::{draw, path};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::Path;
use std::{fmt, io};

/// A schedule in which the model went wrong: to be read, drawn, kept and replayed.
///
/// Two are equal if they tell the same story under the same name.
#[derive(Clone)]
pub struct Failure {
    pub(crate) name: String,
    pub(crate) bounds: Bounds,
    /// Its number in the exploration, from 1.
    pub(crate) schedule: usize,
    pub(crate) story: Story,
    pub(crate) model: Model,
    /// The way through loom's tree of schedules, as loom writes it.
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

    /// Did it end with everybody waiting?
    pub fn is_deadlock(&self) -> bool {
        self.story.cause == Cause::Deadlock
    }

    /// What the panic said, if it ended with one.
    pub fn panic_message(&self) -> Option<&str> {
        match &self.story.cause {
            Cause::Panic(message) => Some(message),
            Cause::Deadlock | Cause::Endless | Cause::Refused(_) => None,
        }
    }

    /// The lanes that wait for each other in a ring, each for the next, the last for the first; empty if there is none.
    pub fn cycle(&self) -> Vec<String> {
        self.story.cycle.clone()
    }

    /// Why each lane comes no further, a sentence each.
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

    /// The lanes as a self-contained picture, which reads on a light page and on a dark one.
    pub fn to_svg(&self) -> String {
        draw::svg(&self.title(), &self.story)
    }

    /// Writes the story and the way to it, for [`replay`](crate::replay()).
    ///
    /// # Errors
    /// The file cannot be written, or the way could not be kept (there was no place for temporary files).
    pub fn save(&self, file: impl AsRef<Path>) -> io::Result<()> {
        let path = self
            .path
            .as_deref()
            .ok_or_else(|| io::Error::other(NO_PATH))?;
        let path = serde_json::from_str(path)?;
        std::fs::write(file, self.document(Some(path)))
    }

    /// Runs this one schedule again, alone.
    ///
    /// # Panics
    /// If it does not fail again: the model depends on something besides its schedule.
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
            story,
            path,
        };
        serde_json::to_string_pretty(&written).expect("a story is strings and numbers") + "\n"
    }

    fn title(&self) -> String {
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
        f.write_str(&draw::text(&self.title(), &self.story))
    }
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.schedule, &self.story) == (&other.name, other.schedule, &other.story)
    }
}

impl Eq for Failure {}

/// A model is run under `catch_unwind` anyway; whoever catches a verdict's panic may go on using it.
impl UnwindSafe for Failure {}
impl RefUnwindSafe for Failure {}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure {{\n{self}\n}}")
    }
}
