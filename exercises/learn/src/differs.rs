//! Compile errors that come from a difference between `lanes` and std: the answer is written as one
//! writes it for std.

use crate::compile::CompilerError;

const NAME: &str = "Here, what you create has a name, as its first argument: \
    `Mutex::new(\"tray\", 8)`, `channel(\"bills\")`, `thread::spawn(\"ann\", move || …)`. Drawings \
    show it. In std there is none. More: cargo run -p learn -- api";
const NO_RESULT: &str = "Here, a lock returns its guard, and no `Result`: `tray.lock()`, without \
    `unwrap()`; and `try_lock()` returns an `Option`. In std the `Result` says that a thread \
    panicked while it held the lock. More: cargo run -p learn -- api";

/// What is called on a `Result`, or asked of it.
const OF_RESULTS: [&str; 12] = [
    "`unwrap`",
    "`expect`",
    "`unwrap_or_else`",
    "`is_ok`",
    "`is_err`",
    "`ok`",
    "`err`",
    "`map_err`",
    "`and_then`",
    "`map`",
    "`unwrap_or`",
    "`into_inner`",
];

/// Returns a sentence about the difference that one of these errors comes from.
pub(crate) fn from_std(errors: &[&CompilerError]) -> Option<&'static str> {
    errors.iter().find_map(|error| {
        let said = |words: &str| error.rendered.contains(words);
        let is_guard = || said("Guard<") || said("WaitTimeoutResult");
        match &error.code[..] {
            // The compiler shows where the function is defined.
            "E0061" if said("impl Into<String>") || said("support/lanes/src") => Some(NAME),
            "E0599" if is_guard() && OF_RESULTS.iter().any(|it| said(it)) => Some(NO_RESULT),
            "E0308" if is_guard() && said("Result<") => Some(NO_RESULT),
            "E0277" if is_guard() && said("the `?` operator") => Some(NO_RESULT),
            _ => None,
        }
    })
}
