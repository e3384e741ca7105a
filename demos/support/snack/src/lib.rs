//! The snack bar's rules and its line protocol.
//!
//! Players `join NAME`, `grab` a snack from the tray, and `leave`; every player in the room
//! receives every [`Event`]. Nothing here knows threads, clocks or sockets: the caller decides
//! which thread waits for which, and that is the subject of the talk.

mod event;
mod heard;
mod lines;
mod name;
mod refusal;
mod request;
mod said;
mod to_player;
mod tray;

pub use event::{Event, News, Unheard};
pub use heard::Heard;
pub use lines::{LineBuffer, LineReader};
pub use name::{Name, NotAName};
pub use refusal::Refusal;
pub use request::Request;
pub use said::Said;
pub use to_player::ToPlayer;
pub use tray::{Snack, Tray};

/// Snacks on a full tray.
pub const TRAY: usize = 8;

/// Players that fit into one room.
pub const SEATS: usize = 256;

/// The maximum length in bytes of a line that a player types, without its line end.
///
/// Enough for `join` and the longest name in every alphabet whose letters take at most three bytes
/// in UTF-8, Korean among them.
pub const LINE_LIMIT: usize = 64;

/// The first line that a server sends on a connection.
pub const HELP: &str = "* snack bar: join NAME, then grab, and leave when you have had enough";
