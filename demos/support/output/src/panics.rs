//! What is printed when a thread panics.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic, thread,
};

/// Lets `print` print a panic: the thread, the place, the message, and with `RUST_BACKTRACE=1` the
/// backtrace, as the standard library words it.
pub fn report_panics_by(print: fn(&str)) {
    panic::set_hook(Box::new(move |panic| {
        let thread = thread::current();
        let name = thread.name().unwrap_or("<unnamed>");
        let backtrace = Backtrace::capture();
        let below = match backtrace.status() {
            BacktraceStatus::Captured => format!("\nstack backtrace:\n{backtrace}"),
            _ => String::new(),
        };
        print(&format!("thread '{name}' {panic}{below}"));
    }));
}
