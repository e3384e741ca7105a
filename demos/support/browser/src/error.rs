//! The errors of a browser.

use std::{fmt, io};

/// Why there is no browser, or no answer from it.
#[derive(Debug)]
pub enum Error {
    /// Neither Chromium nor Chrome is installed.
    NotFound,
    /// The browser exists but does not start.
    DoesNotStart {
        /// The reason, from the system or the browser.
        why: String,
    },
    /// The browser or the page has ended.
    Gone,
    /// The browser did not answer in time.
    NoAnswer {
        /// The command.
        to: String,
    },
    /// The browser refused a command.
    Refused {
        /// The command.
        what: String,
        /// The browser's message.
        why: String,
    },
    /// A script in the page threw.
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
