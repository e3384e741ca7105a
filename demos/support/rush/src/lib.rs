//! The rules and the messages of Snack Rush: no threads, no clocks, no sockets.
//!
//! A round is a pure function of its seed and of the players' inputs: [`World::new`], then
//! [`World::step`] ten times a second. It uses integers only, so that every machine computes the
//! same result; a [`log`] of the turns is the replay, and [`World::hash`] shows where two machines
//! began to differ.
//!
//! [`wire`] has the messages: one [`wire::Snapshot`] to begin with, then one [`wire::Delta`] per
//! tick, the same bytes for every client. [`mirror::Mirror`] is the picture that a client builds
//! from them; it knows if a message is missing.
//!
//! ```
//! use rush::mirror::Mirror;
//! use rush::wire::{Delta, Seq, Snapshot};
//! use rush::{Config, Input, Name, Seat, World};
//!
//! let mut world = World::new(Config::for_seats(160), 2018, 1, []);
//! let mut mirror = Mirror::new(*world.config());
//! mirror.snapshot(&Snapshot::of(&world, 0, |seat| (Name::guest(seat.0), false)))?;
//!
//! let happened = world.step(&[Input::Join { seat: Seat(17) }]);
//! mirror.delta(&Delta::of(&happened, 0, |seat| Name::guest(seat.0), |_| Seq(0), []))?;
//! assert_eq!(mirror.player(Seat(17)).map(|it| it.player), world.player(Seat(17)).copied());
//! # Ok::<(), rush::mirror::Lost>(())
//! ```

#![warn(missing_docs)]

mod bytes;
pub mod close;
mod config;
pub mod fnv;
pub mod log;
pub mod mirror;
pub mod name;
mod player;
mod snack;
mod team;
mod torus;
pub mod wire;
mod world;

pub use crate::bytes::Malformed;
pub use crate::config::Config;
pub use crate::name::Name;
pub use crate::player::{Player, Seat};
pub use crate::snack::Kind;
pub use crate::team::Team;
pub use crate::torus::{Cell, Dir};
pub use crate::world::{Happened, Input, Phase, World};
