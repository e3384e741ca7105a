//! What a server tells its peers about itself.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web_server::public_url::PublicUrl;

/// Description of one server. Its JSON form is the value that is stored in the backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// Hash of the URL, so the id stays the same after a restart.
    pub id: String,
    /// The URL that players connect to, such as `http://192.168.0.8:7008`, or
    /// `https://play.example.org/game` behind a proxy.
    pub url: String,
    /// Number of taken seats.
    pub players: u32,
    /// Number of seats in total.
    pub max: u32,
    /// True once the server has begun to shut down: it accepts no new players.
    pub draining: bool,
}

impl ServerInfo {
    /// Describes an empty server at `url`.
    pub fn new(url: &str, max: u32) -> Self {
        Self {
            id: hex(&Sha256::digest(url.as_bytes())[..8]),
            url: url.to_owned(),
            players: 0,
            max,
            draining: false,
        }
    }

    /// Returns the number of seats for new players: zero while the server drains.
    pub fn free(&self) -> u32 {
        match self.draining {
            true => 0,
            false => self.max.saturating_sub(self.players),
        }
    }

    /// Returns true if players may be sent to this URL. Other programs can write to a shared
    /// backend, and the URL ends up in pages, so it is validated.
    pub fn is_sound(&self) -> bool {
        let url = self.url.parse::<PublicUrl>();
        url.is_ok_and(|url| url.base() == self.url)
    }
}

/// Returns the bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_urls_are_accepted() {
        for url in [
            "http://192.168.0.8:7008",
            "https://play.example.org",
            "http://[::1]:1",
            "https://play.example.org/game",
        ] {
            assert!(ServerInfo::new(url, 1).is_sound(), "{url}");
        }
        for url in [
            "",
            "http://",
            "ftp://a",
            "javascript:alert(1)",
            "http://a/b/",
            "http://a/b;c",
            "http://a/../b",
            "http://a/b?c",
            "http://a;script-src *",
            "http://a b",
            "HTTP://A",
            "http://:7008",
            "http://:::",
            "http://a:",
            "http://a:70080",
        ] {
            assert!(!ServerInfo::new(url, 1).is_sound(), "{url}");
        }
    }

    #[test]
    fn a_draining_or_overfull_server_has_no_free_seat() {
        let overfull = ServerInfo {
            players: 7,
            ..ServerInfo::new("http://a", 5)
        };
        assert_eq!(overfull.free(), 0);
        let server = ServerInfo {
            players: 3,
            ..overfull
        };
        assert_eq!(server.free(), 2);
        let draining = ServerInfo {
            draining: true,
            ..server
        };
        assert_eq!(draining.free(), 0);
    }
}
