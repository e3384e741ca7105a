//! The path through loom's tree of schedules: found, kept, and walked again.
//!
//! Loom writes its path to a file, but only before every nth schedule, and it does not say which
//! schedule failed. So an exploration saves its path every `STRIDE` schedules, and the last stretch
//! is run again up to the schedule that failed.

use crate::bounds::Bounds;
use crate::run::{Model, Report, Run};
use crate::spurious::Spurious;
use crate::story::{Cause, Story, UNDETERMINED};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Small enough that the second run is short, large enough that saving costs nothing.
const STRIDE: usize = 500;

/// A temporary file in which loom keeps its path. Removed when dropped.
struct Footprints(PathBuf);

impl Footprints {
    /// `None` if no temporary file can be created: then failures are drawn, but cannot be replayed.
    fn new() -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "lanes-{}-{}.json",
            std::process::id(),
            COUNT.fetch_add(1, Relaxed)
        );
        let file = std::env::temp_dir().join(name);
        // Loom starts from the path in a file that exists, and panics if it cannot write the file.
        std::fs::write(&file, "")
            .and_then(|()| std::fs::remove_file(&file))
            .ok()?;
        Some(Footprints(file))
    }
}

impl Drop for Footprints {
    fn drop(&mut self) {
        // The file may never have been written.
        drop(std::fs::remove_file(&self.0));
    }
}

/// Explores the model. Returns the path to the schedule that failed, and the bounds of the
/// schedules that were run.
pub(crate) fn explore(model: &Model, bounds: Bounds) -> (Report, Option<String>, Bounds) {
    let begun = Instant::now();
    let (report, path, run) = explore_with_attempts(model, bounds);
    let Report::Complete {
        mut schedules,
        first,
        chances,
    } = report
    else {
        return (report, path, run);
    };
    let mut attempts = run.attempts;
    for spurious in Spurious::after(&chances) {
        let bounds = Bounds {
            attempts,
            spurious,
            schedules: bounds.schedules.saturating_sub(schedules).max(1),
            time: bounds.time.saturating_sub(begun.elapsed()),
            ..bounds
        };
        let (report, path, run) = explore_with_attempts(model, bounds);
        attempts = run.attempts;
        match report {
            Report::Complete {
                schedules: more, ..
            } => schedules += more,
            Report::Stopped {
                schedules: more, ..
            } => {
                let schedules = schedules + more;
                return (Report::Stopped { schedules, first }, None, run);
            }
            Report::Fell {
                schedules: more,
                story,
            } => {
                let schedules = schedules + more;
                return (Report::Fell { schedules, story }, path, run);
            }
        }
    }
    let report = Report::Complete {
        schedules,
        first,
        chances,
    };
    (report, None, run)
}

/// Explores the model, and once more with a step for each attempt to lock if it tries locks.
fn explore_with_attempts(model: &Model, bounds: Bounds) -> (Report, Option<String>, Bounds) {
    if bounds.attempts {
        let (report, path) = explore_as_told(model, bounds, None);
        return (report, path, bounds);
    }
    let attempted = Arc::new(AtomicBool::new(false));
    let (report, path) = explore_as_told(model, bounds, Some(attempted.clone()));
    if !attempted.load(Relaxed) {
        return (report, path, bounds);
    }
    let attempts = true;
    let bounds = Bounds { attempts, ..bounds };
    let (report, path) = explore_as_told(model, bounds, None);
    (report, path, bounds)
}

fn explore_as_told(
    model: &Model,
    bounds: Bounds,
    attempted: Option<Arc<AtomicBool>>,
) -> (Report, Option<String>) {
    let footprints = Footprints::new();
    let checkpoint = footprints.as_ref().map(|file| (file.0.clone(), STRIDE));
    let report = Run {
        model: model.clone(),
        bounds,
        checkpoint,
        at_most: bounds.schedules,
        attempted: attempted.clone(),
        script: None,
    }
    .go();
    let path = match (&report, footprints) {
        // A model that is refused may not take the same path twice.
        (Report::Fell { story, .. }, _) if matches!(story.cause, Cause::Refused(_)) => None,
        (&Report::Fell { schedules, .. }, Some(file)) => to(schedules, &file.0, model, bounds),
        _ => None,
    };
    (is_the_same_again(report, model, bounds, attempted), path)
}

/// Runs the first schedule once more. Loom notices only by chance that a model differs under the
/// same schedule, and a proof of such a model would be worth nothing.
fn is_the_same_again(
    report: Report,
    model: &Model,
    bounds: Bounds,
    attempted: Option<Arc<AtomicBool>>,
) -> Report {
    let (Report::Complete {
        schedules, first, ..
    }
    | Report::Stopped { schedules, first }) = report
    else {
        return report;
    };
    match (Run {
        model: model.clone(),
        bounds,
        checkpoint: None,
        at_most: 1,
        attempted,
        script: None,
    }
    .go())
    {
        Report::Complete { first: again, .. } | Report::Stopped { first: again, .. }
            if again == first =>
        {
            report
        }
        _ => Report::Fell {
            schedules,
            story: Box::new(Story::refused(UNDETERMINED)),
        },
    }
}

/// The path to schedule number `failed`, from the last path saved in `file`.
fn to(failed: usize, file: &Path, model: &Model, bounds: Bounds) -> Option<String> {
    let left = failed / STRIDE * STRIDE;
    // Loom counts from 1, and begins with the schedule in the file, if there is one.
    let stretch = if left == 0 { failed } else { failed - left + 1 };
    if left != failed {
        let bounds = Bounds {
            time: Duration::MAX,
            ..bounds
        };
        let checkpoint = Some((file.to_owned(), stretch));
        let run = Run {
            model: model.clone(),
            bounds,
            checkpoint,
            at_most: stretch - 1,
            attempted: noted(bounds),
            script: None,
        };
        let Report::Stopped { .. } = run.go() else {
            return None;
        };
    }
    std::fs::read_to_string(file).ok()
}

/// Runs the one schedule at the end of this path.
pub(crate) fn walk(path: &str, model: &Model, bounds: Bounds) -> std::io::Result<Report> {
    let file = Footprints::new()
        .ok_or_else(|| std::io::Error::other("there is no place for a temporary file"))?;
    std::fs::write(&file.0, path)?;
    let checkpoint = Some((file.0.clone(), usize::MAX));
    Ok(Run {
        model: model.clone(),
        bounds,
        checkpoint,
        at_most: 1,
        attempted: noted(bounds),
        script: None,
    }
    .go())
}

/// The same setting as in the exploration that found the path.
fn noted(bounds: Bounds) -> Option<Arc<AtomicBool>> {
    (!bounds.attempts).then(Arc::default)
}
