//! The snack bar's rules and its words.
//!
//! Players `join NAME`, `grab` a snack from the tray, and `leave`; everybody in the room is told of every [`Event`].
//! Nothing here knows threads, clocks or sockets: whoever calls decides who waits for whom, and that is the whole talk.

mod event;
mod heard;
mod lines;
mod name;
mod refusal;
mod request;
mod tray;

pub use event::{Event, News};
pub use heard::{Heard, Unheard};
pub use lines::{LineBuffer, LineReader};
pub use name::Name;
pub use refusal::{Refusal, Said};
pub use request::Request;
pub use tray::{Snack, Tray};

/// Snacks on a full tray.
pub const TRAY: usize = 8;

/// Players that fit into one room.
pub const SEATS: usize = 256;

/// Bytes in a line that a player types, its line end not counted.
///
/// Enough for `join` and the longest name in every alphabet whose letters take three bytes or fewer in UTF-8, Korean among them.
pub const LINE_LIMIT: usize = 64;

/// What a visitor reads on connecting.
pub const HELP: &str = "* snack bar: join NAME, then grab, and leave when you have had enough";
