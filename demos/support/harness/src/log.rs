//! How lines are printed: as they are, or each as an object for programs.

use std::sync::OnceLock;

/// Turns a line of text into a line of the output.
type Wrap = fn(&str) -> String;

static PRINTED: OnceLock<Wrap> = OnceLock::new();
static LOGGED: OnceLock<Wrap> = OnceLock::new();

/// Prints each line of the run as `wrap` of it, with neither colours nor a live row.
pub fn print_lines_as(wrap: fn(&str) -> String) {
    let _the_first_one_stays = PRINTED.set(wrap);
}

/// Logs each line as `wrap` of it.
pub fn log_lines_as(wrap: fn(&str) -> String) {
    let _the_first_one_stays = LOGGED.set(wrap);
}

/// How the lines of the run are printed. `None` means as they are.
pub(crate) fn printed() -> Option<fn(&str) -> String> {
    PRINTED.get().copied()
}

/// Writes a line to standard error without waiting for its reader, which may be slow or gone.
pub fn log(line: &str) {
    match LOGGED.get() {
        Some(wrap) => output::err!("{}", wrap(line)),
        None => output::err!("{line}"),
    }
}
