//! Be the scheduler: the rooms of the steps, one step of one thread at a time.
//!
//! An operating system decides which thread moves next, and you cannot watch it decide. Here you
//! decide. The scenarios are models of [`lanes`], over the very `room.rs` of the steps: every
//! thread stops before each use of a lock, a channel or a socket, which other threads could notice,
//! and waits to be picked. If no thread can be picked and at least one has not ended, that is a
//! deadlock, and [`Game::outcome`] says which thread waits for which.
//!
//! ```
//! use scheduler::{Game, Outcome};
//!
//! let mut game = Game::start("01-deadlock").unwrap();
//! for thread in ["ann", "bob", "ann", "ann", "ann"] {
//!     game.pick(thread).unwrap();
//! }
//! # let outcome = game.outcome();
//! let Outcome::Deadlock { cycle, .. } = outcome else { panic!("{outcome:?}") };
//! assert_eq!(cycle[..], ["ann", "bob"]);
//! ```
//!
//! The schedule is the list of the picks, [`replay`] plays it again, and [`search`] plays them all.
//!
//! Releasing a lock or dropping a channel's end is no step of its own: it happens between two
//! steps, where no thread could notice the difference. There is no time here: a phone that takes
//! too long is one that hung up.

mod game;
mod scenarios;

pub use game::{Found, Game, Refused, replay, search};
pub use lanes::{Moves, Outcome, Thread};
pub use scenarios::{SCENARIOS, Scenario};
