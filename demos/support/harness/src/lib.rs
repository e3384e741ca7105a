//! What every step's main needs: options, the live line, the watchdog, and locks that know their
//! names.
//!
//! One program is one server, so what is counted here is counted for the whole process. A step
//! calls [`run`] with its own `serve`, says [`asked`] for each request, [`seated`] for each player,
//! and takes its locks, sockets and outboxes from [`sync`]; then a freeze can be told with real
//! names.

mod accept;
pub mod advice;
mod closing;
mod door;
mod freeze;
mod live;
mod memory;
mod options;
mod report;
mod run;
mod screen;
pub mod sync;
mod tally;
pub mod waits;

pub use accept::{AcceptFailed, accept, accept_failed, accept_pause, share};
pub use closing::{Closing, closing, end_the_run};
pub use door::{Prepare, prepare_listener};
pub use run::{Front, run, run_behind};
pub use tally::{Asked, Seated, asked, beat, seated};
pub use waits::{Named, i_am, named, tasks};

/// What is a step's own.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The name of its binary: `01-deadlock`.
    pub name: &'static str,
    /// The command that starts it: `cargo run -p demo-01-deadlock`.
    pub command: &'static str,
    /// Where it listens unless told otherwise: 7001 for step 1.
    pub port: u16,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// How the next step cures its freeze, with the command that starts that step. Printed under a
    /// freeze; the command alone is printed when all went well.
    pub cure: &'static str,
}
