//! Judges an answer to an exercise.
//!
//! An exercise's `judge.rs` has one function. Each promise is asked one after the other; the first that is broken is the
//! ruling, with the schedule that breaks it and, if the judge knows the mistake, a sentence about that very mistake:
//!
//! ```no_run
//! use judge::{Case, Judged};
//! use lanes::{Bounds, sync::{Arc, Mutex}, thread};
//!
//! pub fn judge(case: &mut Case) -> Judged {
//!     case.promise("Nobody waits for ever.")
//!         .if_broken("rarer", |_, answer| answer.says("sleep"), "A sleep makes the bad schedule rarer. It is still there.")
//!         .if_broken("two-orders", |broken, _| broken.is_deadlock(), "Two locks are taken in two orders.")
//!         .in_every_schedule("a grab meets a leave", Bounds::exhaustive(), || {
//!             let tray = Arc::new(Mutex::new("tray", 8));
//!             let ann = thread::spawn("ann", move || *tray.lock() -= 1);
//!             ann.join().unwrap();
//!         })
//! }
//! ```
//!
//! The runner, `learn`, builds the judge and one answer into a program of its own and starts that as a child.

mod answer;
mod broken;
mod case;
mod child;
pub mod clock;
mod promise;
mod ruling;

pub use answer::Answer;
pub use broken::Broken;
pub use case::{Case, Judged, Red};
pub use child::main;
pub use promise::{Promise, Seen};
pub use ruling::Ruling;
