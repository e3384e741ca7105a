//! What can be wrong with a browser.

use std::{fmt, io};

/// Why there is no browser, or no answer from it.
#[derive(Debug)]
pub enum Error {
    /// No Chromium and no Chrome is installed.
    NotFound,
    /// It is there and does not start.
    DoesNotStart {
        /// Why the system, or the browser, says it does not.
        why: String,
    },
    /// It has ended, or what was asked of it has.
    Gone,
    /// It did not answer in time.
    NoAnswer {
        /// To which command.
        to: String,
    },
    /// It answered that this cannot be done.
    Refused {
        /// Which command.
        what: String,
        /// Its own words.
        why: String,
    },
    /// A script of the page threw.
    Threw(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => write!(
                f,
                "no Chromium here: install `chromium` or Google Chrome (or name the program in the variable CHROME)"
            ),
            Error::DoesNotStart { why } => write!(f, "the browser does not start: {why}"),
            Error::Gone => write!(f, "the browser, or its page, has ended"),
            Error::NoAnswer { to } => write!(f, "the browser does not answer to {to}"),
            Error::Refused { what, why } => write!(f, "the browser refuses {what}: {why}"),
            Error::Threw(what) => write!(f, "the page threw: {what}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::DoesNotStart {
            why: error.to_string(),
        }
    }
}
