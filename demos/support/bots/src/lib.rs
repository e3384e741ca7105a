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
//! program. For tests that play: [`program`] starts a demo and talks to it; [`conformance`] checks
//! what every demo owes a player.

mod bot;
pub mod conformance;
mod connection;
mod crowd;
mod dial;
mod duplicates;
mod ledger;
mod order;
mod plan;
mod player;
pub mod ports;
pub mod program;
mod shared;
mod slow;
mod stats;
mod visit;

pub use crowd::Crowd;
pub use dial::{Dial, slow_phones_dial};
pub use duplicates::WINDOW;
pub use plan::{Plan, RETURNS_A_SECOND};
pub use stats::Stats;
