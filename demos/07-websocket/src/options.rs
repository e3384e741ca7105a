//! The options of step 7, besides those of every step.

use super::{limits::Config, logs::Format};
use std::ffi::OsString;
use web_server::Rate;

/// The part of `--help` about these options.
pub const HELP: &str = "\
Only in this step
  --origin URL        pages of this origin may connect, too: https://example.org
  --rate N            messages a second that one client may send  [default: 1000]
  --echo              open /echo, for Autobahn
  --log pretty|json   format of the log on standard error; json also on standard output
                      [default: pretty on a terminal, JSON in a pipe]

You can always join with a browser, with or without bots.";

/// Takes this step's own options from the command line, and returns the other words.
///
/// # Errors
/// A sentence for the user: an option's value is missing or wrong.
pub fn take(
    words: impl IntoIterator<Item = OsString>,
) -> Result<(Config, Format, Vec<OsString>), String> {
    let (mut config, mut format, mut rest) = (Config::default(), Format::default(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        let (name, given) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (&*text, None),
        };
        let mut value = |needs: &str| {
            let next = || words.next().map(|next| next.to_string_lossy().into_owned());
            let value = given.clone().or_else(next);
            value.ok_or_else(|| format!("{name} needs {needs}"))
        };
        match name {
            "--echo" if given.is_none() => config.echo = true,
            "--origin" => {
                let needs = "the origin of a page, such as https://example.org";
                let origin = value(needs)?;
                if !is_origin(&origin) {
                    return Err(format!("--origin needs {needs}, not {origin:?}"));
                }
                config.origins.push(origin);
            }
            "--rate" => {
                let needs = "messages a second, such as 20";
                let rate = value(needs)?;
                let number = rate.parse().ok().filter(|&number| number > 0);
                let number = number.ok_or_else(|| format!("--rate needs {needs}, not {rate:?}"))?;
                config.limits.messages = Rate {
                    at_once: number,
                    a_second: number,
                };
            }
            "--log" => {
                let needs = "pretty or json";
                format = match &*value(needs)? {
                    "pretty" => Format::Pretty,
                    "json" => Format::Json,
                    other => return Err(format!("--log needs {needs}, not {other:?}")),
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
