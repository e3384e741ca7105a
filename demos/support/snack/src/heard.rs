//! The lines that a client reads.

use std::fmt;
use std::str::FromStr;

use crate::Event;
use crate::event::Unheard;

/// One line from the server, as a client reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An event in the room.
    Event(Event),
    /// A request was refused. Holds the reason: the line without its `no: `.
    Refused(String),
    /// Advice for newcomers: the line without its `* `.
    Help(String),
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Heard::Event(event) => event.fmt(f),
            Heard::Refused(why) => write!(f, "no: {why}"),
            Heard::Help(advice) => write!(f, "* {advice}"),
        }
    }
}

impl FromStr for Heard {
    type Err = Unheard;

    fn from_str(line: &str) -> Result<Self, Unheard> {
        if let Some(why) = line.strip_prefix("no: ") {
            Ok(Heard::Refused(why.to_owned()))
        } else if let Some(advice) = line.strip_prefix("* ") {
            Ok(Heard::Help(advice.to_owned()))
        } else {
            line.parse().map(Heard::Event)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HELP, Refusal};

    #[test]
    fn refusals_and_help_are_parsed() {
        assert_eq!(
            Refusal::TrayEmpty
                .to_string()
                .parse::<Heard>()
                .map(|heard| matches!(heard, Heard::Refused(_))),
            Ok(true)
        );
        assert_eq!(
            HELP.parse::<Heard>()
                .map(|heard| matches!(heard, Heard::Help(_))),
            Ok(true)
        );
    }
}
