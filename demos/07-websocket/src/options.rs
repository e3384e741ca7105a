//! What step 7 can be asked for besides what every step can.

use super::{limits::Config, logs::Format};
use std::ffi::OsString;

/// What `--help` says of it.
pub const HELP: &str = "\
Of this step alone
  --origin URL        pages of this origin may connect, too: https://example.org
  --rate N            messages a second that anybody may send  [default: 1000]
  --echo              open /echo, for Autobahn
  --log pretty|json   how the log on standard error looks
                      (unless told: pretty on a terminal, JSON in a pipe)

Walk up with a browser, whether there is a crowd or not.";

/// Takes this step's own options out of the command line, and leaves the rest.
///
/// # Errors
/// A sentence for whoever typed it.
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
        let mut value = |wants: &str| {
            let next = || words.next().map(|next| next.to_string_lossy().into_owned());
            let value = given.clone().or_else(next);
            value.ok_or_else(|| format!("{name} wants {wants}"))
        };
        match name {
            "--echo" if given.is_none() => config.echo = true,
            "--origin" => {
                let wants = "the origin of a page, such as https://example.org";
                let origin = value(wants)?;
                if !is_origin(&origin) {
                    return Err(format!("--origin wants {wants}, not {origin:?}"));
                }
                config.origins.push(origin);
            }
            "--rate" => {
                let wants = "messages a second, such as 20";
                let rate = value(wants)?;
                let number = rate.parse().ok().filter(|&number| number > 0);
                let number = number.ok_or_else(|| format!("--rate wants {wants}, not {rate:?}"))?;
                (config.limits.a_second, config.limits.burst) = (number, number);
            }
            "--log" => {
                let wants = "pretty or json";
                format = match &*value(wants)? {
                    "pretty" => Format::Pretty,
                    "json" => Format::Json,
                    other => return Err(format!("--log wants {wants}, not {other:?}")),
                };
            }
            _ => rest.push(word),
        }
    }
    Ok((config, format, rest))
}

/// A scheme and a host, and nothing behind them: what a browser sends.
fn is_origin(said: &str) -> bool {
    let host = said
        .strip_prefix("https://")
        .or_else(|| said.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ']))
}
