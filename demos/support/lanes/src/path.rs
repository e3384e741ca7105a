//! The path through loom's tree of schedules: found, kept, and walked again.
//!
//! Loom writes its path to a file, but only before every nth schedule, and it does not say which
//! schedule failed. So an exploration saves its path every `STRIDE` schedules, and the last stretch
//! is run again up to the schedule that failed.

use crate::bounds::Bounds;
use crate::heap::Heap;
use crate::memory::{Memory, UNORDERED, WEAKER};
use crate::record::Doubt;
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
    let mut search = Search {
        model,
        begun: Instant::now(),
        asked: bounds,
        run: bounds,
        schedules: 0,
    };
    let (mut report, mut path) = search.next();
    if let Report::Complete { chances, .. } = &report {
        for spurious in Spurious::after(chances) {
            search.run.spurious = spurious;
            (report, path) = search.next();
            if !matches!(report, Report::Complete { .. }) {
                break;
            }
        }
    }
    (report, path, search.run)
}

/// A search that starts over, with more to explore or with stricter atomics, when it has learned
/// more about the model.
struct Search<'a> {
    model: &'a Model,
    begun: Instant,
    asked: Bounds,
    /// What is explored at present.
    run: Bounds,
    /// The number of schedules so far.
    schedules: usize,
}

impl Search<'_> {
    /// Explores once. The report counts the schedules of the whole search.
    fn next(&mut self) -> (Report, Option<String>) {
        loop {
            let bounds = Bounds {
                schedules: self.asked.schedules.saturating_sub(self.schedules).max(1),
                time: self.asked.time.saturating_sub(self.begun.elapsed()),
                ..self.run
            };
            let attempted = noted(bounds);
            let (mut report, path) = explore_as_told(self.model, bounds, attempted.clone());
            if attempted.is_some_and(|attempted| attempted.load(Relaxed)) {
                self.run.attempts = true;
                continue;
            }
            let (Report::Complete { schedules, .. }
            | Report::Stopped { schedules, .. }
            | Report::Fell { schedules, .. }) = &mut report;
            self.schedules += *schedules;
            *schedules = self.schedules;
            if let Report::Fell { story, doubt, .. } = &report
                && !matches!(story.cause, Cause::Refused(_))
                && let Some(memory) = self.run.memory.after(*doubt)
            {
                self.run.memory = memory;
                continue;
            }
            if let Report::Complete { is_weaker_used, .. } = report {
                let why = match self.run.memory {
                    Memory::SeqCst if is_weaker_used => Some(WEAKER),
                    Memory::Ordered => Some(UNORDERED),
                    _ => None,
                };
                if let Some(why) = why {
                    return (refused(self.schedules, why), None);
                }
            }
            return (report, path);
        }
    }
}

fn refused(schedules: usize, why: &str) -> Report {
    let (story, doubt) = (Box::new(Story::refused(why)), Doubt::None);
    Report::Fell {
        schedules,
        story,
        doubt,
    }
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
        heap: Heap::AsItIs,
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

/// Runs the first schedule again, also with the heap in other orders. Loom notices only by chance
/// that a model differs under the same schedule, and a proof of such a model would be worth
/// nothing.
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
    let is_same = |heap| {
        let again = Run {
            model: model.clone(),
            bounds,
            checkpoint: None,
            at_most: 1,
            attempted: attempted.clone(),
            script: None,
            heap,
        };
        match again.go() {
            Report::Complete { first: again, .. } | Report::Stopped { first: again, .. } => {
                again == first
            }
            Report::Fell { .. } => false,
        }
    };
    match [Heap::AsItIs, Heap::Rising, Heap::Falling]
        .into_iter()
        .all(is_same)
    {
        true => report,
        false => refused(schedules, UNDETERMINED),
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
            heap: Heap::AsItIs,
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
        heap: Heap::AsItIs,
    }
    .go())
}

/// The same setting as in the exploration that found the path.
fn noted(bounds: Bounds) -> Option<Arc<AtomicBool>> {
    (!bounds.attempts).then(Arc::default)
}
