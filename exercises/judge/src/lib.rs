//! Judges an answer to an exercise.
//!
//! An exercise's `judge.rs` has one function. It checks one promise after the other; the first
//! broken one is the ruling, with the schedule that breaks it and, if the judge knows the mistake,
//! a sentence about this mistake:
//!
//! ```no_run
//! use judge::{Case, Judged};
//! use lanes::{Bounds, sync::{Arc, Mutex}, thread};
//!
//! pub fn judge(case: &mut Case) -> Judged {
//!     case.promise("No thread waits forever.")
//!         .if_broken(
//!             "rarer",
//!             |_, answer| answer.says("sleep"),
//!             "A sleep makes the bad schedule rarer, but not impossible.",
//!         )
//!         .if_broken(
//!             "two-orders",
//!             |broken, _| broken.is_deadlock(),
//!             "Two locks are taken in two orders.",
//!         )
//!         .in_every_schedule("a grab meets a leave", Bounds::exhaustive(), || {
//!             let tray = Arc::new(Mutex::new("tray", 8));
//!             let ann = thread::spawn("ann", move || *tray.lock() -= 1);
//!             ann.join().unwrap();
//!         })
//! }
//! ```
//!
//! The runner, `learn`, builds the judge and one answer into one program, and starts it as a child
//! process.

mod answer;
mod broken;
mod busy;
mod case;
mod child;
pub mod clock;
mod events;
mod kept;
mod panics;
pub mod play;
mod promise;
mod questions;
mod ruling;
mod stage;

pub use answer::Answer;
pub use broken::Broken;
pub use busy::stays_busy;
pub use case::{Case, Judged, Red};
pub use child::{LIMIT, NO_REPORT, OUT_OF_TIME, PLAY, main};
pub use events::Events;
pub use promise::{Promise, Seen};
pub use ruling::Ruling;
