//! The command-line options of every step.

use crate::front::Front;
use crate::{Step, advice};
use snack::SEATS;
use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

/// The default number of bots.
const BOTS: usize = 8;
/// The default length of a run, in seconds.
const SECONDS: u64 = 30;
/// How long a room is seen to work before its crowd does what it may not survive, in seconds.
const CALM: u64 = 3;

/// The command that a command line stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run(Options),
    Help,
}

/// The options of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) bots: usize,
    pub(crate) slow: usize,
    /// When slow players stop reading.
    pub(crate) slow_after: Duration,
    /// When the first player may leave.
    pub(crate) leave_after: Duration,
    /// `None`: until Ctrl-C.
    pub(crate) lasts: Option<Duration>,
}

/// Parses the command line, without the program's name. An error is a sentence for the user.
pub(crate) fn parse(step: &Step, words: Vec<OsString>) -> Result<Command, String> {
    use lexopt::Arg::{Long, Short};

    let mut listen = SocketAddr::from(([127, 0, 0, 1], step.port));
    let (mut bots, mut slow, mut seconds) = (BOTS, 0, None);
    let (mut slow_after, mut leave_after) = (CALM, CALM);
    let mut words = lexopt::Parser::from_args(words);
    let see_help = |error: lexopt::Error| format!("{error}; --help tells what there is");
    while let Some(word) = words.next().map_err(see_help)? {
        match word {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("listen") => {
                let wants = format!("an address and a port, such as 127.0.0.1:{}", step.port);
                listen = value(&mut words, "--listen", &wants, address)?;
            }
            Long("bots") => {
                let wants = "a number of players, such as 8";
                bots = value(&mut words, "--bots", wants, number)?;
            }
            Long("slow") => {
                let wants = "a number of players, such as 1";
                slow = value(&mut words, "--slow", wants, number)?;
            }
            Long("slow-after") => {
                slow_after = value(&mut words, "--slow-after", WANTS_SECONDS, number)?;
            }
            Long("leave-after") => {
                leave_after = value(&mut words, "--leave-after", WANTS_SECONDS, number)?;
            }
            Long("seconds") => {
                let wants = "whole seconds, such as 30, or 0 for until Ctrl-C";
                seconds = Some(value(&mut words, "--seconds", wants, number)?);
            }
            other => return Err(see_help(other.unexpected())),
        }
    }
    if bots.saturating_add(slow) > SEATS {
        return Err(format!(
            "--bots {bots} and --slow {slow} are more players than the {SEATS} seats of a room"
        ));
    }
    // `--bots 0` means a manual session, so there is no time limit.
    let unless_told = if bots + slow == 0 { 0 } else { SECONDS };
    let seconds = seconds.unwrap_or(unless_told);
    Ok(Command::Run(Options {
        listen,
        bots,
        slow,
        slow_after: Duration::from_secs(slow_after),
        leave_after: Duration::from_secs(leave_after),
        lasts: (seconds > 0).then(|| Duration::from_secs(seconds)),
    }))
}

/// What `--slow-after` and `--leave-after` want.
const WANTS_SECONDS: &str = "whole seconds, such as 3, or 0 for at once";

/// Parses the value of `option` with `read`. `wants` describes a valid one.
fn value<T>(
    words: &mut lexopt::Parser,
    option: &str,
    wants: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, String> {
    let told = words
        .value()
        .map_err(|_| format!("{option} wants {wants}"))?;
    let told = told.to_string_lossy();
    read(&told).ok_or_else(|| format!("{option} wants {wants}, not {told:?}"))
}

fn number<T: FromStr>(told: &str) -> Option<T> {
    told.parse().ok()
}

/// `127.0.0.1:7001`, `[::1]:7001` or `localhost:7001`. No other name, because a DNS request may
/// take very long.
fn address(told: &str) -> Option<SocketAddr> {
    number(told).or_else(|| {
        let port: u16 = number(told.strip_prefix("localhost:")?)?;
        // Some machines resolve localhost to ::1 alone.
        let known = ("localhost", port).to_socket_addrs().ok()?;
        known.min_by_key(SocketAddr::is_ipv6)
    })
}

/// The text of `--help`.
pub(crate) fn help(step: &Step, front: Option<&Front>) -> String {
    let Step {
        name,
        command,
        port,
        title,
        ..
    } = step;
    let walk_up = match front {
        Some(front) => front.help.to_owned(),
        None => format!(
            "Walk up from a second terminal, whether there is a crowd or not
  {}
and type, a line each: join ann, grab, leave.",
            advice::walk_up(SocketAddr::from(([127, 0, 0, 1], *port)))
        ),
    };
    format!(
        "{name}: {title}

A snack bar on a TCP port, with its own crowd. A player may join NAME, grab a
snack from the tray, and leave. Every player sees every event.

Usage: {command} -- [OPTIONS]

  --listen ADDR:PORT  where to listen            [default: 127.0.0.1:{port}]
  --bots N            players in the crowd       [default: {BOTS}; 0: none]
  --slow N            players that stop reading  [default: 0]
  --slow-after S      when they stop reading     [default: {CALM}; 0: at once]
  --leave-after S     when players begin to leave and to come back
                                                 [default: {CALM}; 0: at once]
  --seconds S         how long to serve          [default: {SECONDS}; 0: until Ctrl-C]
                      (without a crowd, the default is 0)
  --help              this text

Examples, to add after `{command} --`
  --slow 1                the crowd, and one phone that does not read
  --bots 0                no crowd: walk up yourself
  --bots 32 --seconds 0   a large crowd, until Ctrl-C

{walk_up}

The exit status is 0 after a complete run, 2 if the server froze (no reply to
any player for 2 s; it then prints who waited for whom), and 1 if it could not
start. NO_COLOR=1 turns the colours off."
    )
}

#[cfg(test)]
mod tests;
