//! What the web servers of this workspace share, and what none of them teaches.
//!
//! - [`signals`]: Ctrl-C and SIGTERM.
//! - [`origin`]: which page sent a request.
//! - [`TokenBucket`]: a rate limit.
//! - `join`: the address for phones, and its QR code (feature `join`).

#[cfg(feature = "join")]
pub mod join;
pub mod origin;
pub mod signals;
mod token_bucket;

pub use token_bucket::{Rate, TokenBucket};
