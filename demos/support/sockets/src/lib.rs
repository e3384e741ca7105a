//! What the system grants to sockets: how many may be open, how much it buffers for them, and where
//! they listen; and as whom limits count a client.
//!
//! Step 1 does not depend on this crate: its crowd fits under every limit, and it needs no slow
//! phone.

mod buffers;
mod listen;
mod network;
mod open_files;

pub use buffers::{dial_with_short_buffer, short_send_buffer};
pub use listen::listen;
pub use network::network_of;
pub use open_files::{connections, is_exhausted, raise_limit};
