//! Everything that every step's `main` needs: options, the live line, the watchdog, and locks with
//! names.
//!
//! One program is one server, so all counters here are for the whole process. A step calls [`run`]
//! with its own `serve`, calls [`asked`] for each request and [`seated`] for each player, and takes
//! its locks, sockets and outboxes from [`sync`]. So the watchdog can explain a freeze with the
//! names of the threads, tasks and locks in it.

mod accept;
pub mod advice;
mod counters;
mod front;
mod listen;
mod live;
mod log;
mod memory;
mod options;
mod panic_text;
mod report;
mod run;
mod screen;
mod shutdown;
pub mod sync;
mod verdict;
pub mod wait_graph;
mod watchdog;

pub use accept::{AcceptFailed, accept, accept_failed, accept_pause, share};
pub use counters::{Asked, Seated, asked, beat, seated};
pub use front::Front;
pub use listen::{Prepare, shorten_buffers};
pub use log::{log, log_lines_as, print_lines_as};
pub use panic_text::panic_text;
pub use run::{run, run_behind};
pub use shutdown::{Shutdown, request_shutdown, shutdown};
pub use verdict::VERDICT;
pub use wait_graph::{Named, i_am, named, tasks};

/// A step's own texts, and its port.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The name of its binary: `01-deadlock`.
    pub name: &'static str,
    /// The command that starts it: `cargo run -p demo-01-deadlock`.
    pub command: &'static str,
    /// The default port: 7001 for step 1.
    pub port: u16,
    /// Its subject, in a few words.
    pub title: &'static str,
    /// How the next step cures its failure, with the command that starts that step. Printed after a
    /// freeze. After a run without a freeze, the command alone is printed.
    pub cure: &'static str,
}
