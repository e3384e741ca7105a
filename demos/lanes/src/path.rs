//! The way through loom's tree of schedules: found, kept, and walked once more.
//!
//! Loom writes its way to a file, but only before every nth schedule, and it does not say which one failed. So an exploration
//! leaves its way behind every now and then, and the last stretch is walked again up to the schedule that failed.

use crate::bounds::Bounds;
use crate::run::{Model, Report, Run};
use crate::story::{Cause, Story, UNDETERMINED};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// Often enough to walk back fast, seldom enough to cost nothing.
const STRIDE: usize = 500;

/// A file for loom to keep its way in; gone when dropped.
struct Footprints(PathBuf);

impl Footprints {
    /// None if there is no place for temporary files: then failures are drawn, but not replayed.
    fn new() -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "lanes-{}-{}.json",
            std::process::id(),
            COUNT.fetch_add(1, Relaxed)
        );
        let file = std::env::temp_dir().join(name);
        // Loom takes a file that exists for its starting point, and does not survive one that it cannot write.
        std::fs::write(&file, "")
            .and_then(|()| std::fs::remove_file(&file))
            .ok()?;
        Some(Footprints(file))
    }
}

impl Drop for Footprints {
    fn drop(&mut self) {
        // It may never have been written.
        drop(std::fs::remove_file(&self.0));
    }
}

/// Explores; and tells the way to the schedule that failed, and the bounds of the schedules that were run.
pub(crate) fn explore(model: &Model, bounds: Bounds) -> (Report, Option<String>, Bounds) {
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
    }
    .go();
    let path = match (&report, footprints) {
        // A model that is refused may not even take the same way twice.
        (Report::Fell { story, .. }, _) if matches!(story.cause, Cause::Refused(_)) => None,
        (&Report::Fell { schedules, .. }, Some(file)) => to(schedules, &file.0, model, bounds),
        _ => None,
    };
    (is_the_same_again(report, model, bounds, attempted), path)
}

/// Loom only notices by chance that a model is not the same under the same schedule, and would prove nothing about it. So
/// the first schedule is run once more.
fn is_the_same_again(
    report: Report,
    model: &Model,
    bounds: Bounds,
    attempted: Option<Arc<AtomicBool>>,
) -> Report {
    let (Report::Complete { schedules, first } | Report::Stopped { schedules, first }) = report
    else {
        return report;
    };
    match (Run {
        model: model.clone(),
        bounds,
        checkpoint: None,
        at_most: 1,
        attempted,
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

/// The way to the `failed`th schedule, from the last one that was left in `file`.
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
        };
        let Report::Stopped { .. } = run.go() else {
            return None;
        };
    }
    std::fs::read_to_string(file).ok()
}

/// Runs the one schedule at the end of this way.
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
    }
    .go())
}

/// As in the exploration that found the way.
fn noted(bounds: Bounds) -> Option<Arc<AtomicBool>> {
    (!bounds.attempts).then(Arc::default)
}
