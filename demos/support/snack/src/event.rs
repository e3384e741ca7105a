//! The events that every player in the room receives.

use std::fmt;
use std::str::FromStr;

use crate::{Name, Said, Snack};

/// An event, with its number in the room's order: 1, 2, 3…
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the room's order.
    pub number: u64,
    /// What happened.
    pub news: News,
}

/// What can happen in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A player joined.
    Joined {
        /// The player.
        name: Name,
    },
    /// A player took a snack off the tray.
    Grabbed {
        /// The player.
        name: Name,
        /// The snack.
        snack: Snack,
    },
    /// A player left.
    Left {
        /// The player.
        name: Name,
        /// Snacks grabbed since joining.
        snacks: u32,
    },
    /// The tray was refilled.
    Refilled {
        /// Snacks on the tray now.
        snacks: usize,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}", self.number, self.news)
    }
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            News::Joined { name } => write!(f, "{name} joined"),
            News::Grabbed { name, snack } => write!(f, "{name} grabbed {snack}"),
            News::Left { name, snacks } => {
                write!(f, "{name} left with {snacks} {}", noun(u64::from(*snacks)))
            }
            News::Refilled { snacks } => {
                write!(f, "the tray holds {snacks} {}", noun(*snacks as u64))
            }
        }
    }
}

/// Parses only what [`Display`](fmt::Display) writes, no other spelling of the same event.
impl FromStr for Event {
    type Err = Unheard;

    fn from_str(line: &str) -> Result<Self, Unheard> {
        read(line).ok_or_else(|| Unheard(Said::new(line)))
    }
}

fn read(line: &str) -> Option<Event> {
    let (number_read, news) = line.strip_prefix('#')?.split_once(' ')?;
    let mut words = news.split(' ');
    let mut next = || words.next();
    let (first, second) = (next()?, next()?);
    let news = match (first, second, next(), next(), next()) {
        (name, "joined", None, _, _) => News::Joined {
            name: name.parse().ok()?,
        },
        (name, "grabbed", Some("snack"), Some(snack), None) => News::Grabbed {
            name: name.parse().ok()?,
            snack: Snack(number(snack)?),
        },
        (name, "left", Some("with"), Some(snacks), Some(things))
            if things == noun(number(snacks)?) =>
        {
            News::Left {
                name: name.parse().ok()?,
                snacks: number(snacks)?.try_into().ok()?,
            }
        }
        ("the", "tray", Some("holds"), Some(snacks), Some(things))
            if things == noun(number(snacks)?) =>
        {
            News::Refilled {
                snacks: number(snacks)?.try_into().ok()?,
            }
        }
        _ => return None,
    };
    next().is_none().then_some(Event {
        number: number(number_read)?,
        news,
    })
}

/// Parses digits alone: no sign, no leading zero.
fn number(word: &str) -> Option<u64> {
    let plain =
        word.starts_with(|c: char| c.is_ascii_digit()) && (word == "0" || !word.starts_with('0'));
    if plain { word.parse().ok() } else { None }
}

fn noun(snacks: u64) -> &'static str {
    if snacks == 1 { "snack" } else { "snacks" }
}

/// A line that no server of this repository sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard(pub Said);

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is nothing that a snack bar says", self.0)
    }
}

impl std::error::Error for Unheard {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Heard;
    use proptest::prelude::*;

    #[test]
    fn events_are_displayed_as_sentences() {
        let name = || "ann".parse::<Name>().expect("a name");
        for (number, news, line) in [
            (1, News::Joined { name: name() }, "#1 ann joined"),
            (
                2,
                News::Grabbed {
                    name: name(),
                    snack: Snack(5),
                },
                "#2 ann grabbed snack 5",
            ),
            (
                3,
                News::Left {
                    name: name(),
                    snacks: 3,
                },
                "#3 ann left with 3 snacks",
            ),
            (
                3,
                News::Left {
                    name: name(),
                    snacks: 1,
                },
                "#3 ann left with 1 snack",
            ),
            (
                4,
                News::Refilled { snacks: 8 },
                "#4 the tray holds 8 snacks",
            ),
        ] {
            let event = Event { number, news };
            assert_eq!(event.to_string(), line);
            assert_eq!(line.parse(), Ok(Heard::Event(event)));
        }
    }

    #[test]
    fn a_player_called_the_is_not_the_tray() {
        let joined: Event = "#1 the joined".parse().expect("an event");
        assert!(matches!(joined.news, News::Joined { name } if name.as_str() == "the"));
        assert!("#1 the left with 2 snacks".parse::<Event>().is_ok());
    }

    #[test]
    fn a_line_that_is_almost_an_event_is_refused() {
        for line in [
            "",
            "#",
            "#1",
            "#1 ",
            "#1 ann",
            "# ann joined",
            "#01 ann joined",
            "#+1 ann joined",
            "#1 ann joined ",
            "#1  ann joined",
            "#1 ann joined us",
            "#1 ann grabbed snack",
            "#1 ann grabbed snack 5 6",
            "#1 ann grabbed snack -5",
            "#1 ann left with 1 snacks",
            "#1 ann left with 2 snack",
            "#1 ann left with 2 snacks more",
            "#1 the tray holds 8 snacks now",
            "#1 ann left with 4294967296 snacks",
            "#18446744073709551616 ann joined",
            "#1 <b> joined",
            "1 ann joined",
        ] {
            assert!(line.parse::<Heard>().is_err(), "{line:?}");
        }
    }

    fn events() -> impl Strategy<Value = Event> {
        let name =
            || "[a-zA-Z가-힣0-9_-]{1,16}".prop_map(|name| name.parse::<Name>().expect("a name"));
        let news = prop_oneof![
            name().prop_map(|name| News::Joined { name }),
            (name(), any::<u64>()).prop_map(|(name, snack)| News::Grabbed {
                name,
                snack: Snack(snack)
            }),
            (name(), prop_oneof![0..3u32, any::<u32>()])
                .prop_map(|(name, snacks)| News::Left { name, snacks }),
            prop_oneof![0..3usize, any::<usize>()].prop_map(|snacks| News::Refilled { snacks }),
        ];
        (any::<u64>(), news).prop_map(|(number, news)| Event { number, news })
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_read_back(event in events()) {
            prop_assert_eq!(event.to_string().parse(), Ok(Heard::Event(event)));
        }

        #[test]
        fn what_is_read_is_displayed_again(line in prop_oneof![any::<String>(), "(#|no: |\\* )\\PC*",
            "#[0-9+]{1,3} (ann|the) (joined|grabbed|left|tray)( (snack|with|holds))?( [0-9+-]{1,3})?( snacks?)?"]) {
            if let Ok(heard) = line.parse::<Heard>() {
                prop_assert_eq!(heard.to_string(), line);
            }
        }
    }
}
