//! The token that a page needs to control the stage. It is in the fragment of the page's address,
//! which browsers do not send, and is the first message on the page's WebSocket.

use std::fmt;
use subtle::ConstantTimeEq;

/// 128 random bits, as hexadecimal digits.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// Generates a token.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub(crate) fn new() -> Result<Token, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Token(format!("{:032x}", u128::from_le_bytes(bytes))))
    }

    /// The token of an earlier run. `None` if the text is no token.
    pub(crate) fn from_text(text: &str) -> Option<Token> {
        let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Token(text.to_owned()))
    }

    /// The token as text. Only for the address that the terminal prints, and for the file that
    /// keeps it for the next run.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in constant time, so that the time of an answer does not help to guess the token.
    pub(super) fn is(&self, guess: &str) -> bool {
        self.0.as_bytes().ct_eq(guess.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_equals_only_itself_and_debug_does_not_print_it() {
        let token = Token::new().expect("random numbers");
        assert!(token.is(token.reveal()));
        for guess in [
            "",
            "0",
            &token.reveal()[1..],
            &format!("{}0", token.reveal()),
            Token::new().expect("another").reveal(),
        ] {
            assert!(!token.is(guess));
        }
        assert_eq!(format!("{token:?}"), "Token");
        let again = Token::from_text(token.reveal()).expect("its own text");
        assert!(again.is(token.reveal()));
        for text in ["", "0", &"g".repeat(32), &"A".repeat(32), &"0".repeat(33)] {
            assert!(Token::from_text(text).is_none(), "{text}");
        }
    }
}
