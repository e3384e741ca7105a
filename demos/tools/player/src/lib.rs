//! A player in a terminal, for steps 1 to 6: `cargo run -p player -- 127.0.0.1:7001`.
//!
//! Each line that is typed goes to the server, and each line that the server sends is shown. `nc`
//! does the same where it is installed; this program depends on the standard library alone, so it
//! runs wherever the steps run.

mod address;
mod play;
mod shown;

pub use address::{AddressError, ConnectError, connect, read};
pub use play::{Ended, play};
