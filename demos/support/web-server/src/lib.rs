//! What the web servers of this workspace share, and what none of them teaches.
//!
//! - [`signals`]: Ctrl-C and SIGTERM.
//! - [`origin`]: which page sent a request.
//! - [`public_url`]: the URL at which the world reaches a server.
//! - [`forwarded`]: what a proxy says about its client.
//! - [`TokenBucket`]: a rate limit.
//! - [`is_coloured`]: whether a log has colours.
//! - `json_log`: lines of a log in JSON that are no events (feature `json-log`).
//! - `join`: the address for phones, and its QR code (feature `join`).

pub mod forwarded;
#[cfg(feature = "join")]
pub mod join;
#[cfg(feature = "json-log")]
pub mod json_log;
pub mod origin;
pub mod public_url;
pub mod signals;
mod token_bucket;

use std::{env, ffi::OsStr};

pub use token_bucket::{Rate, TokenBucket};

/// Whether a log has colours: only on a terminal, and only if `NO_COLOR` is not set (no-color.org:
/// an empty value counts as not set).
pub fn is_coloured(is_terminal: bool) -> bool {
    allows_colours(is_terminal, env::var_os("NO_COLOR").as_deref())
}

fn allows_colours(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_turns_the_colours_of_a_terminal_off() {
        let set = |value| Some(OsStr::new(value));
        assert!(allows_colours(true, None));
        assert!(allows_colours(true, set("")));
        assert!(!allows_colours(true, set("1")));
        assert!(!allows_colours(false, None));
    }
}
