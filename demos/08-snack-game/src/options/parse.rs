//! Parses the command line.

use super::{
    BOTS, Command, Options, OptionsError, Style, WORKER, secret, token_file,
    values::{Words, address, number, origin, peer, within},
};
use crate::cluster::RedisBackend;
use lexopt::Arg::{Long, Short, Value};
use std::{ffi::OsString, net::SocketAddr, path::Path, time::Duration};

/// Parses the command line, without the program's name.
///
/// # Errors
/// What is not valid.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, OptionsError> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let role = supervised_role(&mut words);
    let mut asked = Asked {
        words: Words::of(words),
        options: Options::default(),
        listen: None,
    };
    while let Some(word) = asked.words.next()? {
        let option = match word {
            Short('h') => "help".to_owned(),
            Long(option) => option.to_owned(),
            Value(word) if word == "replay" => return asked.replay(),
            other => return Err(other.unexpected().into()),
        };
        if option == "help" {
            return Ok(Command::Help);
        }
        if !(asked.set_place(&option)? || asked.set_game(&option)? || asked.set_run(&option)?) {
            return Err(OptionsError::NoSuchOption(option));
        }
    }
    let Asked {
        mut options,
        listen,
        ..
    } = asked;
    options.settle(listen)?;
    let options = Box::new(options);
    Ok(match role {
        #[cfg(target_os = "linux")]
        Some(Role::Worker) => Command::Work(options),
        #[cfg(target_os = "linux")]
        Some(Role::Crowd(address)) => Command::Bots(options, address),
        _ => Command::Serve(options),
    })
}

/// The style that a command line asks for which is not valid: another of its words is wrong, and
/// why is a line of the log, too. `None` if it asks for none.
pub fn asked_style(words: impl IntoIterator<Item = OsString>) -> Option<Style> {
    let words: Vec<_> = words.into_iter().collect();
    let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
    let joined = words.iter().find_map(|word| word.strip_prefix("--log="));
    let apart = words.windows(2).find(|pair| pair[0] == "--log");
    style(joined.or(apart.map(|pair| pair[1]))?)
}

fn style(value: &str) -> Option<Style> {
    match value {
        "json" => Some(Style::Json),
        "pretty" => Some(Style::Pretty),
        _ => None,
    }
}

/// The processes that the supervisor starts.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
enum Role {
    Worker,
    Crowd(SocketAddr),
}

/// Removes the first argument if the supervisor added it: [`WORKER`], or [`BOTS`] and an address.
fn supervised_role(words: &mut Vec<OsString>) -> Option<Role> {
    let first = words.first()?.to_str()?;
    let role = match first.strip_prefix(BOTS) {
        Some(address) => Role::Crowd(address.parse().ok()?),
        None if first == WORKER => Role::Worker,
        None => return None,
    };
    words.remove(0);
    Some(role)
}

/// The options so far, and the arguments that follow.
struct Asked {
    words: Words,
    options: Options,
    listen: Option<SocketAddr>,
}

impl Asked {
    /// Sets an option about addresses and access. `false` if it is not one.
    fn set_place(&mut self, option: &str) -> Result<bool, OptionsError> {
        let Self {
            words,
            options,
            listen,
        } = self;
        match option {
            "audience" => options.audience = true,
            "listen" => {
                let wants = "an address and a port, such as 127.0.0.1:7008";
                *listen = Some(words.value(option, wants, address)?);
            }
            "peers" => {
                let wants = "addresses of other servers, such as http://192.168.0.8:7008,http://192.168.0.9:7008";
                let all = |value: &str| value.split(',').map(peer).collect();
                options.peers = words.value(option, wants, all)?;
            }
            "directory" => {
                let wants = "redis://HOST:PORT, such as redis://127.0.0.1:6379";
                let value = words.any(option, wants)?.to_string_lossy().into_owned();
                RedisBackend::new(&value)?;
                options.directory = Some(value);
            }
            "public" => {
                let wants = "where players are sent, such as https://play.example.org/game/";
                options.public = Some(words.url(option, wants)?);
            }
            "trusted-proxy" => {
                let wants = "the address of a proxy, such as 127.0.0.1 or 10.0.0.0/8";
                let range = words.value(option, wants, number)?;
                options.trusted_proxies.add(range);
            }
            "tls" => return Err(OptionsError::Tls),
            "token" => {
                options.token = Some(words.value(option, "8 characters or more", secret)?);
            }
            "token-file" => {
                let wants = "a file with a token of 8 characters or more in it";
                let file = words.any(option, wants)?;
                options.token = Some(token_file::read(Path::new(&file))?);
            }
            "origin" => {
                let wants = "where pages come from, such as https://play.example.org";
                options.origins.push(words.value(option, wants, origin)?);
            }
            "per-address" => {
                let wants = "a number of connections, such as 2000, or 0 for any number";
                options.per_address = Some(words.value(option, wants, number)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Sets an option about players and rounds. `false` if it is not one.
    fn set_game(&mut self, option: &str) -> Result<bool, OptionsError> {
        let Self { words, options, .. } = self;
        match option {
            "bots" => {
                options.bots = words.value(option, "a number of players, such as 12", number)?;
            }
            "seats" => {
                let fits = within(1..=rush::Config::MOST_SEATS);
                options.seats = words.value(option, "1 to 1024 seats, such as 160", fits)?;
            }
            "max-players" => {
                let wants = "a number of players, such as 5000";
                options.max_players = words.value(option, wants, within(1..=u32::MAX))?;
            }
            "round-seconds" => {
                let wants = "1 to 1200 seconds, such as 60";
                options.round_seconds = words.value(option, wants, within(1..=1_200))?;
            }
            "podium-seconds" => {
                let wants = "1 to 60 seconds, such as 10";
                options.podium_seconds = words.value(option, wants, within(1..=60))?;
            }
            "grace-seconds" => options.grace = words.seconds(option)?,
            "behind-seconds" => options.behind = words.seconds(option)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Sets an option about how the program runs. `false` if it is not one.
    fn set_run(&mut self, option: &str) -> Result<bool, OptionsError> {
        let Self { words, options, .. } = self;
        match option {
            "keep" => options.keep = true,
            "data" => options.data = Some(words.any(option, "a folder, such as ./scores")?.into()),
            "seconds" => {
                let wants = "whole seconds, such as 30, or 0 for until Ctrl-C";
                let value: u64 = words.value(option, wants, number)?;
                options.time_limit = (value > 0).then(|| Duration::from_secs(value));
            }
            "drain-seconds" => options.drain = words.seconds(option)?,
            "log" => {
                options.log = Some(words.value(option, "json or pretty", style)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Parses `replay FILE`.
    fn replay(mut self) -> Result<Command, OptionsError> {
        let file = self.words.file().ok_or(OptionsError::Replay)?;
        match self.words.next()? {
            None => Ok(Command::Replay(file)),
            Some(_) => Err(OptionsError::Replay),
        }
    }
}
