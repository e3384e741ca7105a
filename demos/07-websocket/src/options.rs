//! The options of step 7, besides those of every step.

use super::{limits::Config, logs::Format};
use std::{ffi::OsString, fmt};
use web_server::Rate;

/// The part of `--help` about these options.
pub const HELP: &str = "\
Only in this step
  --origin URL        pages of this origin may connect, too: https://example.org
  --rate N            messages a second that one client may send  [default: 1000]
  --echo              open /echo, for Autobahn
  --log pretty|json   format of the log on standard error
                      [default: pretty on a terminal, JSON in a pipe]

You can always join with a browser, with or without bots.";

/// Why an option of this step is not valid. Displayed, it is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// The option has no value.
    Missing {
        /// The option, with its dashes.
        option: String,
        /// What it needs.
        needs: &'static str,
    },
    /// The option cannot use its value.
    Invalid {
        /// The option, with its dashes.
        option: String,
        /// What it needs.
        needs: &'static str,
        /// The value.
        value: String,
    },
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { option, needs } => write!(f, "{option} needs {needs}"),
            Self::Invalid {
                option,
                needs,
                value,
            } => write!(f, "{option} needs {needs}, not {value:?}"),
        }
    }
}

impl std::error::Error for OptionsError {}

/// Takes this step's own options from the command line, and returns the other words.
///
/// # Errors
/// An option's value is missing, or the option cannot use it.
pub fn take(
    words: impl IntoIterator<Item = OsString>,
) -> Result<(Config, Format, Vec<OsString>), OptionsError> {
    let (mut config, mut format, mut rest) = (Config::default(), Format::default(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        let (name, given) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (&*text, None),
        };
        let mut value = |needs| {
            let next = || words.next().map(|next| next.to_string_lossy().into_owned());
            let value = given.clone().or_else(next);
            value.ok_or_else(|| OptionsError::Missing {
                option: name.to_owned(),
                needs,
            })
        };
        let invalid = |needs, value: String| OptionsError::Invalid {
            option: name.to_owned(),
            needs,
            value,
        };
        match name {
            "--echo" if given.is_none() => config.echo = true,
            "--origin" => {
                let needs = "the origin of a page, such as https://example.org";
                let origin = value(needs)?;
                if !is_origin(&origin) {
                    return Err(invalid(needs, origin));
                }
                config.origins.push(origin);
            }
            "--rate" => {
                let needs = "messages a second, such as 20";
                let rate = value(needs)?;
                let number = rate.parse().ok().filter(|&number| number > 0);
                let number = number.ok_or_else(|| invalid(needs, rate))?;
                config.limits.messages = Rate {
                    at_once: number,
                    a_second: number,
                };
            }
            "--log" => {
                let needs = "pretty or json";
                let style = value(needs)?;
                format = match &*style {
                    "pretty" => Format::Pretty,
                    "json" => Format::Json,
                    _ => return Err(invalid(needs, style)),
                };
            }
            _ => rest.push(word),
        }
    }
    Ok((config, format, rest))
}

/// Whether this is a scheme and a host with nothing behind them, as in a browser's Origin header.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ']))
}
