//! Refusals: one line each, which says what to do instead.

use std::fmt;

use crate::name::NotAName;
use crate::{LINE_LIMIT, Name, SEATS, Said};

/// Why a request was refused. Displays as one line that begins with `no: `, whatever the player
/// typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The line is not a request.
    NotAWord(Said),
    /// The name is not valid.
    BadName(Said),
    /// More than [`LINE_LIMIT`] bytes without a line end.
    LineTooLong,
    /// Bytes that are not UTF-8.
    NotText,
    /// A player must join before `grab` or `leave`.
    JoinFirst,
    /// The player has joined already.
    AlreadyIn,
    /// Another player in the room has this name.
    NameTaken(Name),
    /// All [`SEATS`] are taken.
    RoomFull,
    /// The tray is empty until the next tick.
    TrayEmpty,
    /// The player reads too slowly and is disconnected, so that no other player waits for it.
    TooSlow,
    /// The room that would answer no longer exists.
    RoomClosed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = Name::LONGEST;
        match self {
            Refusal::NotAWord(said) => write!(
                f,
                "no: \"{said}\" is not on the menu; say join NAME, grab or leave"
            ),
            Refusal::BadName(said) => write!(
                f,
                "no: \"{said}\" is not a name; take 1 to {longest} letters, digits, - or _, as in: join ann"
            ),
            Refusal::LineTooLong => write!(
                f,
                "no: that line is longer than {LINE_LIMIT} bytes; say join NAME, grab or leave"
            ),
            Refusal::NotText => {
                f.write_str("no: that line is not UTF-8 text; say join NAME, grab or leave")
            }
            Refusal::JoinFirst => {
                f.write_str("no: you are not in the room yet; say join NAME first")
            }
            Refusal::AlreadyIn => f.write_str("no: you are in the room already; say grab or leave"),
            Refusal::NameTaken(name) => {
                write!(f, "no: {name} is in the room already; join by another name")
            }
            Refusal::RoomFull => write!(
                f,
                "no: all {SEATS} seats are taken; try again when a player has left"
            ),
            Refusal::TrayEmpty => {
                f.write_str("no: the tray is empty; grab again when it has been refilled")
            }
            Refusal::TooSlow => {
                f.write_str("no: you read too slowly to keep up, and were disconnected; come back")
            }
            Refusal::RoomClosed => f.write_str("no: the room was closed; come back in a moment"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<NotAName> for Refusal {
    fn from(NotAName(said): NotAName) -> Self {
        Refusal::BadName(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use proptest::prelude::*;

    fn is_one_harmless_line(refusal: &Refusal) -> bool {
        let line = refusal.to_string();
        let unseen = |c: char| {
            c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        line.starts_with("no: ")
            && line.lines().count() == 1
            && line.chars().count() <= 120
            && !line.contains(unseen)
    }

    #[test]
    fn every_refusal_is_one_line_that_says_what_to_do() {
        let said = || Said::new("\x1b[2J\r\nno: you won\u{202e}");
        let name: Name = "ann".parse().expect("a name");
        for refusal in [
            Refusal::NotAWord(said()),
            Refusal::BadName(said()),
            Refusal::LineTooLong,
            Refusal::NotText,
            Refusal::JoinFirst,
            Refusal::AlreadyIn,
            Refusal::NameTaken(name),
            Refusal::RoomFull,
            Refusal::TrayEmpty,
            Refusal::TooSlow,
            Refusal::RoomClosed,
        ] {
            assert!(is_one_harmless_line(&refusal), "{refusal}");
            assert!(
                refusal.to_string().contains("; "),
                "{refusal}: and what now?"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_refusal_is_one_harmless_line(line in prop_oneof![any::<String>(), "join \\PC*", "join \\p{C}{0,40}"]) {
            if let Err(refusal) = line.parse::<Request>() {
                prop_assert!(is_one_harmless_line(&refusal), "{:?}", refusal.to_string());
            }
        }
    }
}
