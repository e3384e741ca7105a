//! What a server says about itself, and the mark by which a seat is found.

use axum::http::uri::Authority;
use rush::wire::Token;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The longest address that is believed.
const LONGEST: usize = 200;

/// A server, as it tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// The same for the same address, also after a restart.
    pub id: String,
    /// Where players are sent, such as `http://192.168.0.8:7008`.
    pub url: String,
    /// Seats that are taken.
    pub players: u32,
    /// Seats that there are.
    pub max: u32,
    /// It lets nobody in, for it is about to end.
    pub draining: bool,
}

impl ServerInfo {
    /// An empty server at this address.
    pub fn new(url: &str, max: u32) -> Self {
        Self {
            id: short(&Sha256::digest(url.as_bytes())[..8]),
            url: url.to_owned(),
            players: 0,
            max,
            draining: false,
        }
    }

    /// Seats that are free for newcomers.
    pub fn free(&self) -> u32 {
        match self.draining {
            true => 0,
            false => self.max.saturating_sub(self.players),
        }
    }

    /// Whether players may be sent there. A directory is shared: what others wrote into it is read
    /// with care, for it ends in pages.
    pub fn is_sound(&self) -> bool {
        self.url.len() <= LONGEST && is_origin(&self.url)
    }
}

/// `http://host:port` or `https://host`, and nothing after it.
pub fn is_origin(url: &str) -> bool {
    let host = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b);
    host.is_some_and(|host| host.bytes().all(plain) && is_authority(host))
}

/// A host, and behind a colon a port that there can be.
fn is_authority(host: &str) -> bool {
    let named = host.parse::<Authority>();
    named.is_ok_and(|it| !it.host().is_empty() && (it.host() == host || it.port_u16().is_some()))
}

/// A seat in the directory: what a token becomes there. Whoever reads the directory learns no token
/// from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatKey([u8; 16]);

impl SeatKey {
    /// Of this token.
    pub fn of(token: &Token) -> Self {
        let mut hash = Sha256::new_with_prefix(b"snack-rush seat ");
        hash.update(token.0);
        let mut mark = [0; 16];
        mark.copy_from_slice(&hash.finalize()[..16]);
        Self(mark)
    }
}

impl fmt::Display for SeatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&short(&self.0))
    }
}

fn short(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_nothing_of_its_token_and_is_the_same_each_time() {
        let token = Token([0xa5; 16]);
        let mark = SeatKey::of(&token).to_string();
        assert_eq!(mark, SeatKey::of(&token).to_string());
        assert_eq!(mark.len(), 32);
        assert!(!mark.contains("a5a5"), "{mark}");
        assert_ne!(mark, SeatKey::of(&Token([0xa6; 16])).to_string());
    }

    #[test]
    fn an_address_that_could_be_anything_else_is_not_believed() {
        for url in [
            "http://192.168.0.8:7008",
            "https://play.example.org",
            "http://[::1]:1",
        ] {
            assert!(ServerInfo::new(url, 1).is_sound(), "{url}");
        }
        for url in [
            "",
            "http://",
            "ftp://a",
            "javascript:alert(1)",
            "http://a/b",
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
    fn a_server_that_ends_has_no_seat_and_one_that_is_overfull_none_too_few() {
        let card = ServerInfo {
            players: 7,
            ..ServerInfo::new("http://a", 5)
        };
        assert_eq!(card.free(), 0);
        let card = ServerInfo { players: 3, ..card };
        assert_eq!(card.free(), 2);
        assert_eq!(
            ServerInfo {
                draining: true,
                ..card
            }
            .free(),
            0
        );
    }
}
