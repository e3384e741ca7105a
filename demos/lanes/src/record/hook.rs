//! Panics of a model are kept, not printed: the reader is shown a verdict instead.

use super::tape::current;
use crate::run::{Report, Reporter};
use crate::story::of_this_schedule;
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Once};

/// The payload with which `lanes` itself refuses a model.
pub(crate) struct Refused(pub(crate) String);

/// The payload that ends an exploration between two schedules. Never printed: it is raised past the hook.
pub(crate) struct Stop;

/// What the first panic of a schedule said.
#[derive(Clone)]
pub(crate) struct LastPanic {
    pub(crate) message: Option<String>,
    pub(crate) refused: bool,
    pub(crate) file: String,
    pub(crate) line: u32,
    /// The lane in which it happened.
    pub(crate) lane: usize,
}

thread_local! {
    static EXPLORING: Cell<bool> = const { Cell::new(false) };
    static PANICKED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<LastPanic>> = const { RefCell::new(None) };
    /// Where an attempt to lock is noted; none if attempts are steps of their own here.
    static ATTEMPTS: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
    static REPORTER: RefCell<Option<Reporter>> = const { RefCell::new(None) };
}

/// Is this operating system thread exploring a model?
pub(crate) fn exploring() -> bool {
    EXPLORING.get()
}

/// Runs an exploration on this thread: its panics are kept for the verdict.
pub(crate) fn watched<R>(reporter: Reporter, explore: impl FnOnce() -> R) -> R {
    REPORTER.set(Some(reporter));
    EXPLORING.set(true);
    let result = explore();
    EXPLORING.set(false);
    result
}

/// On this thread attempts to lock are steps of their own from now on; or the first one is noted, and ends the exploration.
pub(crate) fn watch_attempts(noted: Option<Arc<AtomicBool>>) {
    ATTEMPTS.set(noted);
}

/// Are attempts to lock steps of their own here?
pub(crate) fn watches_attempts() -> bool {
    ATTEMPTS.with_borrow(Option::is_none)
}

/// A lock is about to be tried, and this is no exploration for that.
#[track_caller]
pub(crate) fn attempts() -> ! {
    if let Some(noted) = ATTEMPTS.with_borrow(Clone::clone) {
        noted.store(true, Relaxed);
    }
    refuse("this model tries locks, and is explored anew with a step for each attempt".into())
}

/// Puts the hook in front of the one that is there. Threads that do not explore never notice.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if exploring() {
                keep(info)
            } else {
                previous(info)
            }
        }));
    });
}

fn keep(info: &PanicHookInfo<'_>) {
    // A panic while another one unwinds is its consequence: the first one is the story.
    if PANICKED.replace(true) {
        if words(info).is_some_and(|message| message.contains("in a destructor during cleanup")) {
            say_and_exit();
        }
        return;
    }
    let refused = info
        .payload()
        .downcast_ref::<Refused>()
        .map(|refused| refused.0.clone());
    let message = words(info).map(str::to_owned);
    let (file, line) = info
        .location()
        .map_or((String::new(), 0), |at| (at.file().to_owned(), at.line()));
    let lane = current();
    LAST.set(Some(LastPanic {
        refused: refused.is_some(),
        message: refused.or(message),
        file,
        line,
        lane,
    }));
}

fn words<'a>(info: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    let payload = info.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// A destructor has panicked while its model was taken down, and the process is about to abort: it ends with the story
/// instead. (This thread cannot be kept: it stands in the panic hook, which others want to use.)
fn say_and_exit() -> ! {
    let title = "the model failed; and a destructor panicked while it was taken down";
    let text = crate::draw::text(title, &of_this_schedule(), crate::draw::COLUMNS);
    // Past the capture of a test's output, which would be lost. Nobody is left to hear of an error.
    drop(writeln!(
        std::io::stderr(),
        "\n{text}\n\nThe process ends here: no test can go on after a panic in a panic."
    ));
    std::process::exit(101)
}

/// The model goes on: whatever panicked was caught by the model itself, or belonged to an earlier schedule.
pub(crate) fn goes_on() {
    if PANICKED.replace(false) {
        LAST.set(None);
    }
}

/// What the panic that ended the schedule said, if it was one that could speak.
pub(crate) fn last_panic() -> Option<LastPanic> {
    LAST.with_borrow(Clone::clone)
}

/// Ends the exploration: this model cannot be judged, and why.
#[track_caller]
pub(crate) fn refuse(why: String) -> ! {
    std::panic::panic_any(Refused(why))
}

/// A destructor wants to lock, send or join while its model is being taken down. There is no model any more to do that
/// in, and a second panic would end the process; so the verdict is handed over, and this thread stops for good.
pub(crate) fn abandon() -> ! {
    EXPLORING.set(false);
    if let Some(reporter) = REPORTER.take() {
        reporter.report(Report::of_the_fallen());
    }
    loop {
        std::thread::park();
    }
}
