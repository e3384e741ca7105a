//! The crowd: players over TCP, some of them slow or rude, and what they see.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! let address = "127.0.0.1:7001".parse().expect("an address");
//! let crowd = bots::Crowd::start(address, &bots::Plan::default());
//! std::thread::sleep(Duration::from_secs(10));
//! println!("{}", crowd.stop(Duration::from_secs(2)));
//! ```
//!
//! One thread per bot and blocking sockets, because the server under test should be the interesting
//! program. For tests that play: [`program`] starts a demo and talks to it; [`manners`] checks what
//! every demo owes a player.

mod bot;
mod chance;
mod crowd;
mod given;
mod ledger;
pub mod manners;
mod order;
mod plan;
pub mod program;
mod seen;
mod slow;
mod square;
mod visit;
mod wire;

pub use crowd::Crowd;
pub use given::WINDOW;
pub use plan::{Plan, RETURNS_A_SECOND};
pub use seen::Seen;
pub use slow::{Dial, slow_phones_dial};
