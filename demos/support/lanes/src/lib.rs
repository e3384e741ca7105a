#![doc = include_str!("../README.md")]

mod bounds;
mod diary;
mod director;
mod document;
mod draw;
mod drawn;
mod explore;
mod failure;
mod gate;
mod heap;
mod memory;
pub mod net;
mod park;
mod path;
mod pause;
mod play;
mod record;
mod replay;
mod run;
mod source;
mod spurious;
mod story;
pub mod sync;
pub mod task;
pub mod thread;
pub mod tokio;
mod verdict;
mod waiting;

pub use bounds::Bounds;
pub use diary::Diary;
pub use explore::explore;
pub use failure::Failure;
pub use play::{CannotMove, Found, Moves, Outcome, Play, Thread, search};
pub use replay::{Unplayable, replay};
pub use verdict::Verdict;
