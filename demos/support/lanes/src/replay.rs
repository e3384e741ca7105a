//! Replays one schedule from a file.

use crate::bounds::Bounds;
use crate::document::{self, Read};
use crate::failure::Failure;
use crate::path;
use crate::run::{Model, Report};
use crate::story::Cause;
use std::path::Path;
use std::sync::Arc;
use std::{error, fmt, io};

/// Runs the one schedule that [`Failure::save`] wrote. `None` if `model` no longer fails in it.
///
/// # Errors
/// If the file cannot be read, is not a schedule, or belongs to another model.
///
/// # Panics
/// If called inside of a model.
#[track_caller]
pub fn replay(
    file: impl AsRef<Path>,
    model: impl Fn() + Send + Sync + 'static,
) -> Result<Option<Failure>, Unplayable> {
    assert!(
        !crate::record::exploring(),
        "a schedule is replayed inside of another model: do one after the other"
    );
    let text = std::fs::read_to_string(file).map_err(Unplayable::Unreadable)?;
    let read: Read =
        serde_json::from_str(&text).map_err(|error| Unplayable::NotASchedule(error.to_string()))?;
    if read.version != document::VERSION {
        let why = format!(
            "its version is {}, and this is {}",
            read.version,
            document::VERSION
        );
        return Err(Unplayable::NotASchedule(why));
    }
    let Some(path) = read.path else {
        return Err(Unplayable::NotASchedule(
            "it tells the story, but not the way to it: `Failure::save` writes both".into(),
        ));
    };
    let path = path.to_string();
    let model: Model = Arc::new(model);
    let bounds = Bounds {
        preemptions: read.preemptions,
        attempts: read.attempts,
        spurious: read.spurious,
        memory: read.memory,
        ..Bounds::exhaustive()
    };
    match path::walk(&path, &model, bounds).map_err(Unplayable::Unreadable)? {
        Report::Complete { .. } | Report::Stopped { .. } => Ok(None),
        Report::Fell { story, .. } => match &story.cause {
            Cause::Refused(why) => Err(Unplayable::OfAnotherModel(why.clone())),
            _ => {
                let Read { name, schedule, .. } = read;
                Ok(Some(Failure {
                    name,
                    bounds,
                    schedule,
                    story: *story,
                    model,
                    path: Some(path),
                }))
            }
        },
    }
}

/// Why a schedule cannot be replayed.
#[derive(Debug)]
pub enum Unplayable {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The file is not a schedule, for this reason.
    NotASchedule(String),
    /// The model does not follow the path in the file: it is another model, or it has changed.
    OfAnotherModel(String),
}

impl fmt::Display for Unplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unplayable::Unreadable(error) => write!(f, "the schedule cannot be read: {error}"),
            Unplayable::NotASchedule(why) => write!(f, "the file is not a schedule: {why}"),
            Unplayable::OfAnotherModel(why) => {
                write!(
                    f,
                    "the schedule does not fit the model, which is another one or has changed since: {why}"
                )
            }
        }
    }
}

impl error::Error for Unplayable {}
