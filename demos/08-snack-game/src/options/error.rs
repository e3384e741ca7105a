//! Why a command line is not valid.

use super::TokenFileError;
use crate::cluster::NotARedisUrl;
use std::fmt;
use web_server::public_url::NotAPublicUrl;

/// Why a command line is not valid. Displayed, it is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// There is no option of this name.
    NoSuchOption(String),
    /// An argument or a value is where none belongs: the parser's sentence.
    Unexpected(String),
    /// An option has no value, or one that it cannot use.
    Value {
        /// The option's name, without dashes.
        option: String,
        /// What it wants, and an example.
        wants: &'static str,
        /// The value. `None` without one, and for a secret: errors end up in logs.
        said: Option<String>,
    },
    /// The value is not the URL of a server.
    Url {
        /// The option's name, without dashes.
        option: String,
        /// What it wants, and an example.
        wants: &'static str,
        /// The value.
        said: String,
        /// What is wrong with it.
        why: NotAPublicUrl,
    },
    /// `--token-file`: there is no token in it.
    TokenFile(TokenFileError),
    /// `--tls`: the server speaks no TLS.
    Tls,
    /// The value of `--directory` is not the URL of a Redis.
    Directory(NotARedisUrl),
    /// `replay` without a file, or with more than one.
    Replay,
    /// More bots than players are allowed.
    TooManyBots {
        /// The bots that `--bots` asks for.
        bots: u32,
        /// The players that `--max-players` allows.
        max_players: u32,
    },
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SEE_HELP: &str = "--help tells what there is";
        match self {
            Self::NoSuchOption(name) => write!(f, "there is no option --{name}; {SEE_HELP}"),
            Self::Unexpected(sentence) => write!(f, "{sentence}; {SEE_HELP}"),
            Self::Value {
                option,
                wants,
                said: None,
            } => write!(f, "--{option} wants {wants}"),
            Self::Value {
                option,
                wants,
                said: Some(said),
            } => write!(f, "--{option} wants {wants}, not {said:?}"),
            Self::Url {
                option,
                wants,
                said,
                why,
            } => write!(f, "--{option} wants {wants}, not {said:?}: {why}"),
            Self::TokenFile(error) => error.fmt(f),
            Self::Tls => f.write_str(
                "there is no TLS in this program: a session's keys would be lost with each worker. Let nginx or Caddy on this machine speak it, as in demos/08-snack-game/deploy/README.md",
            ),
            Self::Directory(error) => error.fmt(f),
            Self::Replay => {
                f.write_str("replay wants the file of a round, such as replay ROUND.rush")
            }
            Self::TooManyBots { bots, max_players } => {
                write!(f, "--bots {bots} are more than --max-players {max_players}")
            }
        }
    }
}

impl std::error::Error for OptionsError {}

impl From<lexopt::Error> for OptionsError {
    fn from(error: lexopt::Error) -> Self {
        Self::Unexpected(error.to_string())
    }
}

impl From<NotARedisUrl> for OptionsError {
    fn from(error: NotARedisUrl) -> Self {
        Self::Directory(error)
    }
}

impl From<TokenFileError> for OptionsError {
    fn from(error: TokenFileError) -> Self {
        Self::TokenFile(error)
    }
}
