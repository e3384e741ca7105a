//! The requests of a player.

use std::fmt;
use std::str::FromStr;

use crate::{Name, Refusal, Said};

/// One line from a player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `join NAME`: come into the room.
    Join(Name),
    /// `grab`: take a snack from the tray.
    Grab,
    /// `leave`: leave the room. The goodbye is the last line that the player reads.
    Leave,
}

impl FromStr for Request {
    type Err = Refusal;

    /// Parses a line. The verb may be in upper or lower case, and white space around the line is
    /// ignored.
    fn from_str(line: &str) -> Result<Self, Refusal> {
        let line = line.trim();
        let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim_start();
        if verb.eq_ignore_ascii_case("join") {
            Ok(Request::Join(rest.parse()?))
        } else if verb.eq_ignore_ascii_case("grab") && rest.is_empty() {
            Ok(Request::Grab)
        } else if verb.eq_ignore_ascii_case("leave") && rest.is_empty() {
            Ok(Request::Leave)
        } else {
            Err(Refusal::NotAWord(Said::new(line)))
        }
    }
}

/// The line that a player types.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Join(name) => write!(f, "join {name}"),
            Request::Grab => f.write_str("grab"),
            Request::Leave => f.write_str("leave"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn upper_case_and_extra_spaces_are_accepted() {
        let ann = Request::Join("Ann".parse().expect("a name"));
        assert_eq!("  JOIN \t Ann \r".parse(), Ok(ann));
        assert_eq!("Grab".parse(), Ok(Request::Grab));
        assert_eq!("\tlEAVE ".parse(), Ok(Request::Leave));
    }

    #[test]
    fn a_line_that_is_no_request_is_refused_with_advice() {
        for line in [
            "",
            "hello",
            "grab two",
            "leave now",
            "joinann",
            "GET / HTTP/1.1",
            "grab\0",
        ] {
            assert!(
                matches!(line.parse::<Request>(), Err(Refusal::NotAWord(_))),
                "{line:?}"
            );
        }
        for line in ["join", "join ", "join ann lee", "join <b>"] {
            assert!(
                matches!(line.parse::<Request>(), Err(Refusal::BadName(_))),
                "{line:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_read_back(name in "[\\p{Latin}가-힣0-9_-]{1,16}") {
            let Ok(name) = name.parse() else { return Ok(()) };
            for request in [Request::Join(name), Request::Grab, Request::Leave] {
                prop_assert_eq!(request.to_string().parse(), Ok(request));
            }
        }

        #[test]
        fn any_line_is_a_request_or_a_refusal(line in prop_oneof![any::<String>(), "(?i)(join|grab|leave)[ \\t]?\\PC*"]) {
            let _ = line.parse::<Request>();
        }
    }
}
