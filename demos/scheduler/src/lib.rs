//! Be the scheduler: the rooms of the walk, one step of one thread at a time.
//!
//! An operating system decides which thread moves next, and nobody sees it decide. Here you decide. The rooms are the very
//! `room.rs` of the steps, compiled once more over a `sync` of this crate: every thread stops in front of whatever
//! another one could notice (a lock, a channel, a socket) and waits to be picked. When nobody can be picked any
//! more and not everybody has come home, that is a deadlock, and [`Game::outcome`] says who waits for whom.
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
//! assert_eq!(cycle, ["ann", "bob"]);
//! ```
//!
//! The schedule is the list of the picks, [`replay`] plays it again, and [`search`] plays them all.
//!
//! A lock is let go, and a channel's end dropped, without a stop: that happens between two steps, where nobody
//! could tell the difference. There is no time here: a phone that takes too long is one that hung up.

mod evenings;
mod game;
mod gate;
mod lanes;
mod search;
mod sync;

pub use evenings::{EVENINGS, Evening};
pub use game::{Game, Outcome, Refused, Row, Thread, replay};
pub use search::{Found, search};
