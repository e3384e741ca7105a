//! The command line.

use crate::{deck::LANGUAGES, public_name::PublicName, reach::Reach, stage::VOTE};
use lexopt::prelude::*;
use std::{
    ffi::OsString,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU8,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// The default address of the presenter's pages. Not 7000, which AirPlay uses on a Mac.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7010);

/// The default port of the phones' page.
pub(crate) const PHONES: u16 = 7011;

/// What `--deck` needs.
const DECK: &str = "a folder that exists";

/// What `--vote-seconds` needs.
const VOTE_SECONDS: &str = "a number of seconds from 1 to 60";

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Stage(Options),
    Check(Options),
    Lint(Options),
    List,
    Record,
    /// Writes a kit into this folder.
    Kit(PathBuf),
    Help,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) phones: Phones,
    pub(crate) language: String,
    /// Whether the command line chose the language.
    pub(crate) chose_language: bool,
    /// Whether the stage ignores the state of an earlier one.
    pub(crate) fresh: bool,
    pub(crate) deck: Option<PathBuf>,
    /// Whether attendees can clone the repository from the stage, if phones may follow.
    pub(crate) hands_out: bool,
    /// Whether the audience can ask and react from the start.
    pub(crate) questions: bool,
    /// The folder of the kit that is written or checked.
    pub(crate) kit: Option<PathBuf>,
    /// How long each vote of the audience takes.
    pub(crate) vote: Duration,
    /// Whether the time of each slide is kept for the next run.
    pub(crate) rehearse: bool,
}

/// How phones reach the stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phones {
    /// The port of the phones' page. 0 for any; `None` if phones cannot follow.
    pub(crate) port: Option<u16>,
    /// The address or the name in the QR codes. `None` for the one that is found.
    pub(crate) address: Option<Reach>,
    /// The name of `--public`.
    pub(crate) public: Option<PublicName>,
}

pub(crate) const HELP: &str = "\
The stage: the slides of the talk, with the demos on them.

Usage: cargo run -- [OPTIONS]

  --audience            let phones follow and vote: opens a second listener on the
                        local network and shows its QR code; attendees can clone
                        the repository from it and build without internet
  --no-kit              with --audience: do not hand out the repository
  --no-questions        with --audience: no questions and reactions from phones,
                        until the speaker's page opens them
  --phones PORT         the port of the phones' page      [default: 7011]
  --address HOST        the address or the name of this machine in the QR codes:
                        one of several addresses, fd00::5, laptop.local, or the
                        address around a virtual machine that forwards its ports
  --public NAME         the name by which phones reach the stage through a tunnel
                        or a container: https://talk.example or HOST:PORT
  --lang en|ko          the language of the slides        [default: en]
  --rehearse            measure how long each slide is shown, compare it with the
                        plan at the end, and keep it for the next run
  --vote-seconds N      how long each vote of the audience takes, 1 to 60
                                                          [default: 4]
  --listen ADDR:PORT    the presenter's pages, on 127.0.0.1 or ::1 only
                                                          [default: 127.0.0.1:7010]
  --deck FOLDER         show another talk: a folder with Markdown files, or with a
                        folder a language (en/, de/); slides/README.md has an
                        example
  --fresh               start over: first slide, clock at zero, new token. Without it,
                        a stage that is started again within four hours continues
                        where it ended
  --check               before the talk: builds the demos, checks everything that
                        can fail, and prints what to fix
  --kit DIR             write a kit to a USB stick: the repository and the crates
                        for every system, so that a laptop with a Rust toolchain
                        needs no network. The kit has the current commit; run
                        again to refresh it. With --check: is the kit in DIR fresh?
  --lint                check the deck only
  --record              run every demo of the deck and record it, to be played if
                        the demo cannot run
  --list                no slides: choose the steps in this terminal
  --help                this text

Ctrl-C ends the stage and its demos. For presenters: slides/README.md";

/// What is wrong with the command line. The message also says what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OptionError {
    /// The text is the parser's.
    Unknown(String),
    /// An option without its value, or with another kind of value.
    Value {
        option: &'static str,
        needs: &'static str,
        /// `None` if there was no value.
        got: Option<String>,
    },
    /// The presenter's pages would listen on the network.
    NotLoopback(SocketAddr),
    /// Two options that each do something else than to start the stage.
    Both(&'static str, &'static str),
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionError::Unknown(why) => write!(f, "{why}; see `cargo run -- --help`"),
            OptionError::Value { option, needs, got } => {
                write!(f, "{option} needs {needs}")?;
                got.iter().try_for_each(|got| write!(f, ", not {got:?}"))
            }
            OptionError::NotLoopback(address) => write!(
                f,
                "--listen {address}: the presenter's pages can start programs, so they are for \
                this machine alone: use 127.0.0.1 or ::1. With --audience phones can follow."
            ),
            OptionError::Both(first, second) => {
                write!(
                    f,
                    "{first} and {second} do different things: give one of them"
                )
            }
        }
    }
}

impl From<lexopt::Error> for OptionError {
    fn from(error: lexopt::Error) -> OptionError {
        OptionError::Unknown(error.to_string())
    }
}

/// Parses the command line.
///
/// # Errors
/// See [`OptionError`].
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Mode, OptionError> {
    let mut words = lexopt::Parser::from_args(words);
    let mut options = Options {
        listen: LISTEN,
        phones: Phones::default(),
        language: LANGUAGES[0].to_owned(),
        chose_language: false,
        fresh: false,
        deck: None,
        hands_out: true,
        questions: true,
        kit: None,
        vote: VOTE,
        rehearse: false,
    };
    let (mut mode, mut phones) = (None, None);
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => return Ok(Mode::Help),
            Long("list") => only(&mut mode, "--list")?,
            Long("check") => only(&mut mode, "--check")?,
            Long("lint") => only(&mut mode, "--lint")?,
            Long("record") => only(&mut mode, "--record")?,
            Long("kit") => {
                options.kit = Some(folder(
                    &mut words,
                    "--kit",
                    "a folder, such as one on a USB stick",
                )?);
            }
            Long("no-questions") => options.questions = false,
            Long("no-kit") => options.hands_out = false,
            Long("audience") => options.phones.port = options.phones.port.or(Some(PHONES)),
            Long("phones") => phones = Some(value(&mut words, "--phones", "a port, such as 7011")?),
            Long("address") => {
                options.phones.address = Some(value(
                    &mut words,
                    "--address",
                    "an address or a name without a port, such as 192.168.0.5, fd00::5 or laptop.local",
                )?);
            }
            Long("public") => {
                options.phones.public = Some(value(
                    &mut words,
                    "--public",
                    "a name without a path, such as https://talk.example or 192.168.0.5:7011",
                )?);
            }
            Long("rehearse") => options.rehearse = true,
            Long("vote-seconds") => {
                let seconds = value::<NonZeroU8>(&mut words, "--vote-seconds", VOTE_SECONDS)?;
                if seconds.get() > 60 {
                    return Err(OptionError::Value {
                        option: "--vote-seconds",
                        needs: VOTE_SECONDS,
                        got: Some(seconds.to_string()),
                    });
                }
                options.vote = Duration::from_secs(seconds.get().into());
            }
            Long("lang") => {
                options.language = value(&mut words, "--lang", "en or ko")?;
                options.chose_language = true;
            }
            Long("fresh") => options.fresh = true,
            Long("listen") => {
                options.listen = value(&mut words, "--listen", "an address such as 127.0.0.1:7010")?
            }
            Long("deck") => {
                let deck = folder(&mut words, "--deck", DECK)?;
                if !deck.is_dir() {
                    return Err(OptionError::Value {
                        option: "--deck",
                        needs: DECK,
                        got: Some(deck.display().to_string()),
                    });
                }
                options.deck = Some(deck);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    // Another talk may have other languages; the stage checks them once it has read the deck.
    if options.deck.is_none() && !LANGUAGES.contains(&options.language.as_str()) {
        return Err(OptionError::Value {
            option: "--lang",
            needs: "en or ko",
            got: Some(options.language),
        });
    }
    if !options.listen.ip().is_loopback() {
        return Err(OptionError::NotLoopback(options.listen));
    }
    let by_public = options.phones.public.as_ref().map(|_| PHONES);
    options.phones.port = phones.or(options.phones.port).or(by_public);
    if let Some(folder) = &options.kit
        && mode != Some("--check")
    {
        only(&mut mode, "--kit")?;
        return Ok(Mode::Kit(folder.clone()));
    }
    Ok(match mode {
        Some("--list") => Mode::List,
        Some("--check") => Mode::Check(options),
        Some("--lint") => Mode::Lint(options),
        Some("--record") => Mode::Record,
        _ => Mode::Stage(options),
    })
}

/// Chooses what is done, unless another option has done so.
fn only(mode: &mut Option<&'static str>, option: &'static str) -> Result<(), OptionError> {
    match mode.replace(option) {
        Some(first) if first != option => Err(OptionError::Both(first, option)),
        _ => Ok(()),
    }
}

/// The path after an option.
fn folder(
    words: &mut lexopt::Parser,
    option: &'static str,
    needs: &'static str,
) -> Result<PathBuf, OptionError> {
    let folder = words.value().ok().filter(|it| !it.is_empty());
    let none = OptionError::Value {
        option,
        needs,
        got: None,
    };
    folder.map(PathBuf::from).ok_or(none)
}

fn value<T: FromStr>(
    words: &mut lexopt::Parser,
    option: &'static str,
    needs: &'static str,
) -> Result<T, OptionError> {
    let wrong = |got| OptionError::Value { option, needs, got };
    let value = words.value().map_err(|_| wrong(None))?;
    let value = value.to_string_lossy();
    value
        .parse()
        .map_err(|_| wrong(Some(value.clone().into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Mode, OptionError> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn without_options_the_stage_starts_and_phones_cannot_follow() {
        let Ok(Mode::Stage(options)) = parsed(&[]) else {
            panic!("no stage")
        };
        assert_eq!(
            (options.phones.port, options.language.as_str()),
            (None, "en")
        );
        assert!(!options.fresh && !options.chose_language);
        let Ok(Mode::Stage(options)) =
            parsed(&["--audience", "--phones", "0", "--lang", "ko", "--fresh"])
        else {
            panic!("no stage")
        };
        assert_eq!(
            (options.phones.port, options.language.as_str()),
            (Some(0), "ko")
        );
        assert!(options.fresh && options.chose_language);
        let Ok(Mode::Stage(options)) = parsed(&["--public", "https://talk.example"]) else {
            panic!("no stage")
        };
        assert_eq!(
            options.phones.port,
            Some(PHONES),
            "with a public name phones may follow"
        );
        let Ok(Mode::Stage(slow)) = parsed(&["--vote-seconds", "9"]) else {
            panic!("no stage")
        };
        assert_eq!((slow.vote.as_secs(), options.vote), (9, VOTE));
        assert_eq!(parsed(&["--list"]), Ok(Mode::List));
        assert!(options.hands_out);
    }

    #[test]
    fn a_kit_is_written_or_checked_and_no_kit_switches_it_off() {
        let folder = PathBuf::from("stick");
        assert_eq!(parsed(&["--kit", "stick"]), Ok(Mode::Kit(folder.clone())));
        let Ok(Mode::Check(options)) = parsed(&["--kit", "stick", "--check"]) else {
            panic!("no check")
        };
        assert_eq!(options.kit, Some(folder));
        let Ok(Mode::Stage(options)) = parsed(&["--audience", "--no-questions"]) else {
            panic!("no stage")
        };
        assert!(!options.questions && options.hands_out);
        let Ok(Mode::Stage(options)) = parsed(&["--audience", "--no-kit"]) else {
            panic!("no stage")
        };
        assert!(!options.hands_out);
    }

    #[test]
    fn a_wrong_option_is_explained() {
        for (words, what) in [
            (&["--lang", "xx"][..], "en or ko"),
            (&["--listen", "0.0.0.0:7010"], "this machine alone"),
            (&["--listen", "x"], "--listen needs"),
            (&["--phones"], "--phones needs"),
            (&["--kit"], "--kit needs a folder"),
            (&["--address", "192.168.0"], "--address needs"),
            (&["--address", "0.0.0.0"], "without a port, such as"),
            (&["--address", "laptop.local:7011"], "--address needs"),
            (&["--vote-seconds", "0"], "from 1 to 60"),
            (&["--vote-seconds", "61"], "from 1 to 60"),
            (&["--public"], "--public needs a name"),
            (&["--public", "https://talk.example/x"], "without a path"),
            (&["--fly"], "--help"),
            (&["--deck"], "--deck needs a folder"),
            (&["--deck", ""], "--deck needs a folder"),
            (&["--deck", "/no/such"], "exists, not \"/no/such\""),
            (&["--kit", ""], "--kit needs a folder"),
            (&["--list", "--check"], "--list and --check do different"),
            (&["--kit", "x", "--lint"], "--lint and --kit do different"),
        ] {
            let why = parsed(words).expect_err("a wrong option").to_string();
            assert!(why.contains(what), "{words:?}: {why}");
        }
    }
}
