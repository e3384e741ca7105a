//! The key under which the backend stores a seat.

use super::server_info::hex;
use rush::wire::Token;
use sha2::{Digest, Sha256};
use std::fmt;

/// Hash of a seat's token. A process that can read the backend cannot learn a token from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatKey([u8; 16]);

impl SeatKey {
    /// Hashes a token: the first 16 bytes of SHA-256 over a fixed prefix and the token.
    pub fn of(token: &Token) -> Self {
        let mut hash = Sha256::new_with_prefix(b"snack-rush seat ");
        hash.update(token.0);
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }
}

impl fmt::Display for SeatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_key_is_stable_and_does_not_reveal_the_token() {
        let token = Token([0xa5; 16]);
        let key = SeatKey::of(&token).to_string();
        assert_eq!(key, SeatKey::of(&token).to_string());
        assert_eq!(key.len(), 32);
        assert!(!key.contains("a5a5"), "{key}");
        assert_ne!(key, SeatKey::of(&Token([0xa6; 16])).to_string());
    }
}
