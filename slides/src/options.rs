//! What the stage is told on its command line.

use crate::{deck::LANGUAGES, public_name::Public};
use lexopt::prelude::*;
use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// Where the presenter's pages are. Not 7000: AirPlay sits there on a Mac.
const LISTEN: &str = "127.0.0.1:7010";

/// Where the phones' page is.
const PHONES: u16 = 7011;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Stage(Options),
    Check(Options),
    Lint(Options),
    List,
    Record,
    /// A kit is written into this folder.
    Kit(PathBuf),
    Help,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    /// Phones may follow, on this port; 0 takes any.
    pub(crate) audience: Option<u16>,
    /// Where phones find this machine, if it is not where it looks.
    pub(crate) address: Option<Ipv4Addr>,
    /// The name by which phones reach it from outside.
    pub(crate) public: Option<Public>,
    pub(crate) language: String,
    pub(crate) deck: Option<PathBuf>,
    /// The stage hands out the repository and its crates, if phones may follow.
    pub(crate) hands_out: bool,
    /// The kit that is written or checked.
    pub(crate) kit: Option<PathBuf>,
}

pub(crate) const HELP: &str = "\
The stage: the talk's slides, and the demos on them.

Usage: cargo run -- [OPTIONS]

  --audience            let phones follow and vote: opens a second listener for
                        the local network, and shows its code
  --no-kit              do not hand out the repository and its crates; with
                        --audience, attendees can clone and build from this stage
  --phones PORT         where that is                     [default: 7011]
  --address ADDR        which of this machine's addresses the phones' code names,
                        if it has several
  --public NAME         behind a tunnel or in a container: the name by which phones
                        reach the stage, such as https://talk.example or HOST:PORT
  --lang en|ko          the language it begins in         [default: en]
  --listen ADDR:PORT    where the presenter's pages are   [default: 127.0.0.1:7010]
                        (this machine alone: 127.0.0.1 or ::1)
  --deck FOLDER         another deck, with en/ and ko/ in it
  --check               before the talk: builds the demos, looks at everything
                        that a presenter fears, and says how it is
  --kit DIR             writes a kit for a USB stick: the repository and the
                        crates of every system, so that a laptop with a Rust
                        toolchain needs no network. Holds the commit that the
                        repository is on; refreshes a kit that is there already.
                        With --check: says whether the kit in DIR is fresh
  --lint                looks at the deck alone
  --record              runs every demo of the deck and keeps what it says, for
                        the day when one cannot run
  --list                no slides: the steps, in this terminal
  --help                this text

It ends with Ctrl-C, and the demos with it. slides/README.md is for presenters.";

/// Reads the command line.
pub(crate) fn read(words: impl IntoIterator<Item = OsString>) -> Result<Wanted, String> {
    let mut words = lexopt::Parser::from_args(words);
    let mut options = Options {
        listen: LISTEN.parse().map_err(|_| "no default address")?,
        audience: None,
        address: None,
        public: None,
        language: LANGUAGES[0].to_owned(),
        deck: None,
        hands_out: true,
        kit: None,
    };
    let (mut mode, mut phones) = ("stage", None);
    while let Some(word) = words.next().map_err(|error| see_help(&error))? {
        match word {
            Short('h') | Long("help") => return Ok(Wanted::Help),
            Long("list") => mode = "list",
            Long("check") => mode = "check",
            Long("lint") => mode = "lint",
            Long("record") => mode = "record",
            Long("kit") => {
                options.kit = Some(value(
                    &mut words,
                    "--kit",
                    "a folder, such as one on a USB stick",
                )?);
            }
            Long("no-kit") => options.hands_out = false,
            Long("audience") => options.audience = options.audience.or(Some(PHONES)),
            Long("phones") => phones = Some(value(&mut words, "--phones", "a port, such as 7011")?),
            Long("address") => {
                options.address = Some(value(
                    &mut words,
                    "--address",
                    "an address such as 192.168.0.5",
                )?);
            }
            Long("public") => {
                options.public = Some(value(
                    &mut words,
                    "--public",
                    "a name without a path, such as https://talk.example or 192.168.0.5:7011",
                )?);
            }
            Long("lang") => options.language = value(&mut words, "--lang", "en or ko")?,
            Long("listen") => {
                options.listen = value(&mut words, "--listen", "an address such as 127.0.0.1:7010")?
            }
            Long("deck") => options.deck = Some(value(&mut words, "--deck", "a folder")?),
            other => return Err(see_help(&other.unexpected())),
        }
    }
    if !LANGUAGES.contains(&options.language.as_str()) {
        return Err(format!("--lang wants en or ko, not {:?}", options.language));
    }
    if !options.listen.ip().is_loopback() {
        return Err(format!(
            "--listen {}: who reaches the presenter's pages can start programs here, so they are for this machine alone \
             (127.0.0.1 or ::1). Phones follow with --audience.",
            options.listen
        ));
    }
    let invited = options.public.as_ref().map(|_| PHONES);
    options.audience = phones.or(options.audience).or(invited);
    if let ("stage", Some(folder)) = (mode, &options.kit) {
        return Ok(Wanted::Kit(folder.clone()));
    }
    Ok(match mode {
        "list" => Wanted::List,
        "check" => Wanted::Check(options),
        "lint" => Wanted::Lint(options),
        "record" => Wanted::Record,
        _ => Wanted::Stage(options),
    })
}

fn value<T: std::str::FromStr>(
    words: &mut lexopt::Parser,
    option: &str,
    wants: &str,
) -> Result<T, String> {
    let told = words
        .value()
        .map_err(|_| format!("{option} wants {wants}"))?;
    let told = told.to_string_lossy();
    told.parse()
        .map_err(|_| format!("{option} wants {wants}, not {told:?}"))
}

fn see_help(error: &lexopt::Error) -> String {
    format!("{error}; see `cargo run -- --help`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &[&str]) -> Result<Wanted, String> {
        read(words.iter().map(OsString::from))
    }

    #[test]
    fn the_stage_is_what_nothing_asks_for_and_phones_are_asked_for() {
        let Ok(Wanted::Stage(options)) = said(&[]) else {
            panic!("no stage")
        };
        assert_eq!((options.audience, options.language.as_str()), (None, "en"));
        let Ok(Wanted::Stage(options)) = said(&["--audience", "--phones", "0", "--lang", "ko"])
        else {
            panic!("no stage")
        };
        assert_eq!(
            (options.audience, options.language.as_str()),
            (Some(0), "ko")
        );
        let Ok(Wanted::Stage(options)) = said(&["--public", "https://talk.example"]) else {
            panic!("no stage")
        };
        assert_eq!(
            options.audience,
            Some(PHONES),
            "a public name invites phones"
        );
        assert_eq!(said(&["--list"]), Ok(Wanted::List));
        assert!(options.hands_out);
    }

    #[test]
    fn a_kit_is_written_or_checked_and_is_handed_out_unless_it_is_switched_off() {
        let folder = PathBuf::from("stick");
        assert_eq!(said(&["--kit", "stick"]), Ok(Wanted::Kit(folder.clone())));
        let Ok(Wanted::Check(options)) = said(&["--kit", "stick", "--check"]) else {
            panic!("no check")
        };
        assert_eq!(options.kit, Some(folder));
        let Ok(Wanted::Stage(options)) = said(&["--audience", "--no-kit"]) else {
            panic!("no stage")
        };
        assert!(!options.hands_out);
    }

    #[test]
    fn misuse_is_told_in_a_sentence() {
        for (words, what) in [
            (&["--lang", "xx"][..], "en or ko"),
            (&["--listen", "0.0.0.0:7010"], "this machine alone"),
            (&["--listen", "x"], "--listen wants"),
            (&["--phones"], "--phones wants"),
            (&["--kit"], "--kit wants a folder"),
            (&["--address", "home"], "--address wants"),
            (&["--public"], "--public wants a name"),
            (&["--public", "https://talk.example/x"], "without a path"),
            (&["--fly"], "--help"),
        ] {
            let why = said(words).expect_err("misuse");
            assert!(why.contains(what), "{words:?}: {why}");
        }
    }
}
