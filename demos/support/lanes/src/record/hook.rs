//! Keeps a model's panics instead of printing them: the reader sees a verdict.

use super::tape::current;
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Once};

/// The panic payload with which `lanes` refuses a model.
pub(crate) struct Refused(pub(crate) String);

/// The panic payload that ends an exploration between two schedules. Never printed: it is raised
/// past the hook.
pub(crate) struct Stop;

/// The message of the first panic of a schedule.
#[derive(Clone)]
pub(crate) struct LastPanic {
    pub(crate) message: Option<String>,
    pub(crate) refused: bool,
    pub(crate) file: String,
    pub(crate) line: u32,
    /// The lane that panicked.
    pub(crate) lane: usize,
}

/// Where a schedule is reported if its thread cannot return.
pub(crate) struct Outlet {
    /// Reports the schedule of this thread as a failure.
    pub(crate) report: Box<dyn FnOnce()>,
    /// Draws the schedule of this thread under a title, as text.
    pub(crate) draw: fn(&str) -> String,
}

thread_local! {
    static EXPLORING: Cell<bool> = const { Cell::new(false) };
    static PANICKED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<LastPanic>> = const { RefCell::new(None) };
    /// The flag to set when the model tries a lock. `None` if attempts are steps of their own here.
    static ATTEMPTS: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
    static OUTLET: RefCell<Option<Outlet>> = const { RefCell::new(None) };
}

/// Whether this operating system thread is exploring a model.
pub(crate) fn exploring() -> bool {
    EXPLORING.get()
}

/// Runs an exploration on this thread and keeps its panics for the verdict.
pub(crate) fn watched<R>(outlet: Outlet, explore: impl FnOnce() -> R) -> R {
    OUTLET.set(Some(outlet));
    EXPLORING.set(true);
    let result = explore();
    EXPLORING.set(false);
    result
}

/// Makes attempts to lock steps of their own on this thread. If `noted` is given, the first attempt
/// sets it and ends the exploration instead.
pub(crate) fn watch_attempts(noted: Option<Arc<AtomicBool>>) {
    ATTEMPTS.set(noted);
}

/// Whether attempts to lock are steps of their own here.
pub(crate) fn watches_attempts() -> bool {
    ATTEMPTS.with_borrow(Option::is_none)
}

/// Notes that the model is about to try a lock, in an exploration without steps for attempts.
#[track_caller]
pub(crate) fn attempts() -> ! {
    if let Some(noted) = ATTEMPTS.with_borrow(Clone::clone) {
        noted.store(true, Relaxed);
    }
    refuse("this model tries locks, and is explored again with a step for each attempt".into())
}

/// Installs the hook in front of the existing one. Threads that do not explore are not affected.
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
    // A panic while another one unwinds is a consequence of the first, and the first one is the
    // cause.
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

/// By hand, because `PanicHookInfo::payload_as_str` needs Rust 1.91, and a model checker should not
/// depend on the harness of the servers for two lines.
fn words<'a>(info: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    let payload = info.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// Prints the story and exits, because a destructor panicked while its model was taken down and the
/// process is about to abort. This thread cannot be parked instead: it holds the panic hook, which
/// other threads need.
fn say_and_exit() -> ! {
    let title = "the model failed; and a destructor panicked while it was taken down";
    let draw = OUTLET.with_borrow(|outlet| outlet.as_ref().map(|outlet| outlet.draw));
    let text = draw.map_or_else(|| title.to_owned(), |draw| draw(title));
    // Written past the capture of a test's output, which would be lost. If this write fails, the
    // error cannot be reported.
    drop(writeln!(
        std::io::stderr(),
        "\n{text}\n\nThe process ends here: no test can go on after a panic in a panic."
    ));
    std::process::exit(101)
}

/// Resets the state of panics. The model caught the panic, or it belonged to an earlier schedule.
pub(crate) fn goes_on() {
    if PANICKED.replace(false) {
        LAST.set(None);
    }
}

/// The message of the panic that ended the schedule. `None` if there was no panic with a message.
pub(crate) fn last_panic() -> Option<LastPanic> {
    LAST.with_borrow(Clone::clone)
}

/// Ends the exploration: this model cannot be judged, for the reason `why`.
#[track_caller]
pub(crate) fn refuse(why: String) -> ! {
    std::panic::panic_any(Refused(why))
}

/// Never returns: it stops this thread. A destructor wants to lock, send or join while its model
/// is taken down. The model no longer exists, and a second panic would end the process; so the
/// verdict is reported first.
pub(crate) fn abandon() -> ! {
    EXPLORING.set(false);
    if let Some(outlet) = OUTLET.take() {
        (outlet.report)();
    }
    loop {
        std::thread::park();
    }
}
