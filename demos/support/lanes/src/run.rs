//! One exploration: runs loom's loop on a thread of its own, counts schedules, reports the end.

use crate::bounds::Bounds;
use crate::director::{self, Played, Script};
use crate::draw;
use crate::heap::Heap;
use crate::memory;
use crate::record::{self, Doubt, Outlet, Refused, Stop};
use crate::spurious::{self, Chances};
use crate::story::{self, Position, Story};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};
use std::time::Instant;

/// The program under exploration.
pub(crate) type Model = Arc<dyn Fn() + Send + Sync>;

/// What to explore, from which schedule, and how far.
pub(crate) struct Run {
    pub(crate) model: Model,
    pub(crate) bounds: Bounds,
    /// The file from which loom reads the path to the first schedule, and to which it saves its
    /// path before every nth.
    pub(crate) checkpoint: Option<(PathBuf, usize)>,
    /// The maximum number of schedules.
    pub(crate) at_most: usize,
    /// The flag to set when the model tries a lock. `None` if attempts are steps.
    pub(crate) attempted: Option<Arc<AtomicBool>>,
    /// Which thread makes each step, if loom does not decide that.
    pub(crate) script: Option<Script>,
    /// How the blocks of the first schedule are meant to lie.
    pub(crate) heap: Heap,
}

/// How an exploration ended.
pub(crate) enum Report {
    /// Every schedule was run. `first` is the fingerprint of the first one.
    Complete {
        schedules: usize,
        first: u64,
        chances: Chances,
        /// Whether a schedule used an atomic with an ordering that is weaker than `SeqCst`.
        is_weaker_used: bool,
    },
    /// The exploration reached a cap.
    Stopped { schedules: usize, first: u64 },
    /// A schedule failed.
    Fell {
        schedules: usize,
        story: Box<Story>,
        /// Whether it may be impossible.
        doubt: Doubt,
    },
}

/// Sends the report. The thread that explores may be stopped and never return it.
pub(crate) struct Reporter(mpsc::Sender<(Report, Option<(Played, Position)>)>);

thread_local! {
    /// The number of schedules begun on this thread.
    static BEGUN: Cell<usize> = const { Cell::new(0) };
    /// The fingerprint of the first schedule.
    static FIRST: Cell<u64> = const { Cell::new(0) };
}

impl Reporter {
    pub(crate) fn report(self, report: Report) {
        // The caller is waiting in `recv`, so the receiver exists.
        let played = director::finish().map(|played| (played, story::position()));
        drop(self.0.send((report, played)));
    }
}

impl Report {
    /// The report of the schedule that just failed on this thread.
    pub(crate) fn of_the_fallen() -> Report {
        if director::is_stopped() {
            let (schedules, first) = (0, 0);
            return Report::Stopped { schedules, first };
        }
        Report::Fell {
            schedules: BEGUN.get(),
            story: Box::new(story::of_this_schedule()),
            doubt: record::doubt_of_reads(),
        }
    }
}

impl Run {
    /// Explores, and returns how it ended.
    pub(crate) fn go(self) -> Report {
        self.play().0
    }

    /// Explores, and returns how it ended, and what was played if there is a script.
    pub(crate) fn play(self) -> (Report, Option<(Played, Position)>) {
        record::install();
        let (sender, receiver) = mpsc::channel();
        let reporter = Reporter(sender.clone());
        let explorer = std::thread::Builder::new()
            .name("lanes".into())
            .spawn(move || {
                record::watch_attempts(self.attempted.clone());
                if let Some(script) = self.script.clone() {
                    director::direct(script);
                }
                let outlet = Outlet {
                    report: Box::new(move || reporter.report(Report::of_the_fallen())),
                    draw: |title| {
                        draw::text(
                            title,
                            &story::of_this_schedule(),
                            draw::COLUMNS,
                            draw::Numbers::Shown,
                        )
                    },
                };
                let ended =
                    record::watched(outlet, || catch_unwind(AssertUnwindSafe(|| self.check())));
                let report = match ended {
                    Ok(()) => Report::Complete {
                        schedules: BEGUN.get(),
                        first: FIRST.get(),
                        chances: spurious::chances(),
                        is_weaker_used: memory::is_weaker_used(),
                    },
                    Err(payload) if payload.is::<Stop>() && !director::is_stopped() => {
                        Report::Stopped {
                            schedules: BEGUN.get() - 1,
                            first: FIRST.get(),
                        }
                    }
                    Err(_) => Report::of_the_fallen(),
                };
                Reporter(sender).report(report);
            });
        explorer.expect("the system gives an exploration one more thread");
        receiver
            .recv()
            .expect("an exploration reports before it ends")
    }

    fn check(self) {
        let Run {
            model,
            bounds,
            checkpoint,
            at_most,
            attempted: _,
            script: _,
            heap,
        } = self;
        // Loom reads environment variables here; the lines below replace all of its settings.
        let mut builder = loom::model::Builder::new();
        builder.max_threads = loom::MAX_THREADS;
        builder.max_branches = bounds.steps;
        builder.max_permutations = None;
        builder.max_duration = None;
        builder.preemption_bound = bounds.preemptions.map(|bound| bound.min(255));
        builder.expect_explicit_explore = false;
        builder.location = false;
        builder.log = false;
        (builder.checkpoint_file, builder.checkpoint_interval) = match checkpoint {
            Some((file, interval)) => (Some(file), interval),
            None => (None, usize::MAX),
        };
        bounds.spurious.choose();
        bounds.memory.choose();
        let begun = Instant::now();
        builder.check(move || {
            let schedule = BEGUN.get() + 1;
            BEGUN.set(schedule);
            // Before the first step of a schedule there is nothing to undo.
            if schedule > at_most || (schedule > 1 && begun.elapsed() > bounds.time) {
                resume_unwind(Box::new(Stop));
            }
            let arranged = (schedule == 1).then(|| heap.arrange());
            record::begin();
            director::starts(0);
            model();
            record::ended(0);
            director::ends(0, &[]);
            drop(arranged);
            if schedule == 1 {
                FIRST.set(record::fingerprint());
            }
            if let Some(doubt) = record::take_doubt() {
                panic_any(Refused(doubt));
            }
        });
    }
}
