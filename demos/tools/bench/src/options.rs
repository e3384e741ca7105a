//! The command line of the measurement.

use crate::report::COMMAND;
use std::fmt;

/// The options of the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether to make the whole measurement, not the rehearsal: cargo passes `--bench` when it
    /// measures.
    pub whole: bool,
    /// Whether to write the report and the page's numbers. Otherwise no file changes.
    pub write: bool,
}

/// Why a command line is not valid. Displayed, it is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// There is no such option.
    Unknown(String),
    /// `--write` is given in a rehearsal, whose numbers mean nothing.
    Rehearsal,
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(option) => {
                write!(f, "unknown option {option}; the only one is --write")
            }
            Self::Rehearsal => write!(
                f,
                "--write needs the whole measurement: {COMMAND} -- --write"
            ),
        }
    }
}

impl std::error::Error for OptionsError {}

impl Options {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// If an option is unknown, or `--write` is given in a rehearsal.
    pub fn read(arguments: impl Iterator<Item = String>) -> Result<Options, OptionsError> {
        let mut options = Options::default();
        for option in arguments {
            match option.as_str() {
                "--bench" => options.whole = true,
                "--write" => options.write = true,
                _ => return Err(OptionsError::Unknown(option)),
            }
        }
        if options.write && !options.whole {
            return Err(OptionsError::Rehearsal);
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(said: &str) -> Result<Options, OptionsError> {
        Options::read(said.split_whitespace().map(String::from))
    }

    #[test]
    fn files_are_written_only_when_asked() {
        for (said, whole, write) in [
            ("", false, false),
            ("--bench", true, false),
            ("--write --bench", true, true),
        ] {
            assert_eq!(read(said), Ok(Options { whole, write }), "{said:?}");
        }
    }

    #[test]
    fn a_wrong_option_is_refused_with_the_right_one() {
        let error = read("--save --bench").unwrap_err();
        assert_eq!(error, OptionsError::Unknown("--save".into()));
        let why = error.to_string();
        assert_eq!(why, "unknown option --save; the only one is --write");
        let error = read("--write").unwrap_err();
        assert_eq!(error, OptionsError::Rehearsal);
        let why = error.to_string();
        assert!(why.ends_with("--features measure -- --write"), "{why}");
    }
}
