//! The word that a page must know to control the stage. It stands behind the `#` of the address,
//! which no browser sends anywhere, and is said in the first message of the socket.

use std::fmt::{self, Write};

/// A hundred and twenty-eight random bits.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// One that nobody can guess.
    pub(crate) fn new() -> Result<Secret, String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|error| format!("this machine gives no random numbers: {error}"))?;
        let mut text = String::new();
        for byte in bytes {
            let _never_fails = write!(text, "{byte:02x}");
        }
        Ok(Secret(text))
    }

    /// For the address that the terminal prints, and for nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in the same time whatever was guessed.
    pub(super) fn is(&self, said: &str) -> bool {
        let differs = self
            .0
            .bytes()
            .zip(said.bytes())
            .fold(0, |all, (one, other)| all | (one ^ other));
        differs == 0 && said.len() == self.0.len()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_itself_alone_and_is_not_printed() {
        let secret = Secret::new().expect("random numbers");
        assert!(secret.is(secret.reveal()));
        for said in [
            "",
            "0",
            &secret.reveal()[1..],
            &format!("{}0", secret.reveal()),
            Secret::new().expect("another").reveal(),
        ] {
            assert!(!secret.is(said));
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
