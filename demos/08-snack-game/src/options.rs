//! What the person who starts the game may ask for.

mod help;

pub use help::HELP;

use crate::directory::Link;
use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr, ToSocketAddrs},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// Where the game is, unless told otherwise.
pub const PORT: u16 = 7008;

/// What a keeper says first to a worker.
pub const WORKER: &str = "worker-of-keeper";

/// What a keeper says first to those who come along, before the address.
pub const CROWD: &str = "crowd-of-keeper:";

/// What was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// A server.
    Serve(Box<Options>),
    /// A server whose keeper is at the other end of standard input.
    #[cfg(target_os = "linux")]
    Work(Box<Options>),
    /// Its players, at an address.
    #[cfg(target_os = "linux")]
    Come(Box<Options>, SocketAddr),
    /// A round once more.
    Replay(PathBuf),
    /// What there is to ask for.
    Help,
}

/// How to serve.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Also for phones: on every interface, with a code to scan.
    pub audience: bool,
    /// Players that the server brings along.
    pub bots: u32,
    /// Seats of a room.
    pub seats: u16,
    /// Players in all rooms together.
    pub max_players: u32,
    /// Other servers, for whoever finds no seat here.
    pub peers: Vec<String>,
    /// The directory that several servers share, such as `redis://127.0.0.1:6379`. None: this server is alone.
    pub directory: Option<String>,
    /// Where the other servers send players to. None: where it listens.
    pub public: Option<String>,
    /// Where scores and rounds are kept. None: the user's own folder for such things.
    pub data: Option<PathBuf>,
    /// What opens the inner rooms (metrics, x-ray) from elsewhere.
    pub token: Option<String>,
    /// Pages of other addresses that may play here, such as `https://play.example.org`.
    pub origins: Vec<String>,
    /// None: until Ctrl-C.
    pub lasts: Option<Duration>,
    /// Seconds that a round lasts.
    pub round_seconds: u16,
    /// Seconds for the winners.
    pub podium_seconds: u16,
    /// The seat of somebody whose line dropped is kept for so long.
    pub grace: Duration,
    /// At the end, a round may go on for so long.
    pub drain: Duration,
    /// Who is behind for so long is shown out.
    pub behind: Duration,
    /// Who says nothing at all for so long after connecting is shown out.
    pub first_word: Duration,
    /// Who does not even answer a ping for so long is gone.
    pub silence: Duration,
    /// Bytes that the kernel may hold for a phone. They are old by the time they are read, so it is little; a snapshot of the largest room
    /// fits, so that one is sent in one go.
    pub kernel_holds: usize,
    /// Connections that one address may have; 0: any number. None: as many as a hall behind one router needs, and any number from
    /// this machine itself.
    pub per_address: Option<u32>,
    /// A keeper holds what players must not lose, and starts the server again when it dies.
    pub keep: bool,
    /// How to log; None: for people on a terminal, for machines into a pipe.
    pub log: Option<Style>,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// An object a line.
    Json,
    /// A sentence a line.
    Pretty,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)),
            audience: false,
            bots: 12,
            seats: 160,
            max_players: 5_000,
            peers: Vec::new(),
            directory: None,
            public: None,
            data: None,
            token: None,
            origins: Vec::new(),
            lasts: None,
            round_seconds: 60,
            podium_seconds: 10,
            grace: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            behind: Duration::from_secs(5),
            first_word: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            kernel_holds: 32 * 1024,
            per_address: None,
            keep: false,
            log: None,
        }
    }
}

/// Reads the command line, without the program's name.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Wish, String> {
    use lexopt::Arg::{Long, Short, Value};

    let mut options = Options::default();
    let mut words: Vec<OsString> = words.into_iter().collect();
    let part = kept_part(&mut words);
    let mut words = lexopt::Parser::from_args(words);
    let mut listen = None;
    let see_help = |error: lexopt::Error| format!("{error}; --help tells what there is");
    while let Some(word) = words.next().map_err(see_help)? {
        let option = match word {
            Short('h') => "help".to_owned(),
            Long(option) => option.to_owned(),
            Value(word) if word == "replay" => {
                let wants = "replay wants the file of a round, such as replay ROUND.rush";
                let file = words.value().map_err(|_| wants)?;
                return match words.next().map_err(see_help)? {
                    None => Ok(Wish::Replay(file.into())),
                    Some(_) => Err(wants.to_owned()),
                };
            }
            other => return Err(see_help(other.unexpected())),
        };
        match option.as_str() {
            "help" => return Ok(Wish::Help),
            "audience" => options.audience = true,
            "keep" => options.keep = true,
            "listen" => {
                let wants = "an address and a port, such as 127.0.0.1:7008";
                listen = Some(value(&mut words, &option, wants, address)?);
            }
            "bots" => {
                options.bots = value(
                    &mut words,
                    &option,
                    "a number of players, such as 12",
                    number,
                )?
            }
            "seats" => {
                let fits = |told: &str| {
                    number(told).filter(|n| (1..=rush::Config::MOST_SEATS).contains(n))
                };
                options.seats = value(&mut words, &option, "1 to 1024 seats, such as 160", fits)?;
            }
            "max-players" => {
                let fits = |told: &str| number(told).filter(|&n: &u32| n > 0);
                options.max_players = value(
                    &mut words,
                    &option,
                    "a number of players, such as 5000",
                    fits,
                )?;
            }
            "peers" => {
                let wants = "addresses of other servers, such as http://192.168.0.8:7008,http://192.168.0.9:7008";
                let all = |told: &str| told.split(',').map(peer).collect();
                options.peers = value(&mut words, &option, wants, all)?;
            }
            "directory" => {
                let wants = "--directory wants redis://HOST:PORT, such as redis://127.0.0.1:6379";
                let told = words.value().map_err(|_| wants)?;
                let told = told.to_string_lossy().into_owned();
                Link::to(&told)?;
                options.directory = Some(told);
            }
            "public" => {
                let wants = "where players are sent, such as http://192.168.0.8:7008";
                options.public = Some(value(&mut words, &option, wants, origin)?);
            }
            "data" => {
                let folder = words
                    .value()
                    .map_err(|_| "--data wants a folder, such as ./scores")?;
                options.data = Some(folder.into());
            }
            "token" => {
                options.token = Some(value(&mut words, &option, "8 characters or more", secret)?)
            }
            "token-file" => {
                let wants = "a file with a token of 8 characters or more in it";
                let read = |path: &str| secret(std::fs::read_to_string(path).ok()?.trim());
                options.token = Some(value(&mut words, &option, wants, read)?);
            }
            "origin" => {
                let wants = "where pages come from, such as https://play.example.org";
                options
                    .origins
                    .push(value(&mut words, &option, wants, origin)?);
            }
            "seconds" => {
                let wants = "whole seconds, such as 30, or 0 for until Ctrl-C";
                let told: u64 = value(&mut words, &option, wants, number)?;
                options.lasts = (told > 0).then(|| Duration::from_secs(told));
            }
            "round-seconds" => {
                let fits = |told: &str| number(told).filter(|n| (1..=1_200).contains(n));
                options.round_seconds =
                    value(&mut words, &option, "1 to 1200 seconds, such as 60", fits)?;
            }
            "podium-seconds" => {
                let fits = |told: &str| number(told).filter(|n| (1..=60).contains(n));
                options.podium_seconds =
                    value(&mut words, &option, "1 to 60 seconds, such as 10", fits)?;
            }
            "grace-seconds" => options.grace = seconds(&mut words, &option)?,
            "drain-seconds" => options.drain = seconds(&mut words, &option)?,
            "per-address" => {
                let wants = "a number of connections, such as 2000, or 0 for any number";
                options.per_address = Some(value(&mut words, &option, wants, number)?);
            }
            "log" => {
                let style = |told: &str| match told {
                    "json" => Some(Style::Json),
                    "pretty" => Some(Style::Pretty),
                    _ => None,
                };
                options.log = Some(value(&mut words, &option, "json or pretty", style)?);
            }
            _ => {
                return Err(format!(
                    "there is no option --{option}; --help tells what there is"
                ));
            }
        }
    }
    options.settle(listen)?;
    let options = Box::new(options);
    Ok(match part {
        #[cfg(target_os = "linux")]
        Some(Part::Worker) => Wish::Work(options),
        #[cfg(target_os = "linux")]
        Some(Part::Crowd(address)) => Wish::Come(options, address),
        _ => Wish::Serve(options),
    })
}

/// What a keeper starts.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
enum Part {
    Worker,
    Crowd(SocketAddr),
}

/// The first word that a keeper says to those it starts, in front of what it was told itself: [`WORKER`], or [`CROWD`] and an address.
fn kept_part(words: &mut Vec<OsString>) -> Option<Part> {
    let first = words.first()?.to_str()?;
    let part = match first.strip_prefix(CROWD) {
        Some(address) => Part::Crowd(address.parse().ok()?),
        None if first == WORKER => Part::Worker,
        None => return None,
    };
    words.remove(0);
    Some(part)
}

impl Options {
    /// What depends on several words at once.
    fn settle(&mut self, listen: Option<SocketAddr>) -> Result<(), String> {
        self.listen = match listen {
            None if self.audience => SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT)),
            None => self.listen,
            Some(told) if self.audience && told.ip().is_loopback() => {
                SocketAddr::from((Ipv4Addr::UNSPECIFIED, told.port()))
            }
            Some(told) => told,
        };
        // To listen beyond this machine is to have an audience.
        self.audience |= !self.listen.ip().is_loopback();
        if self.bots > self.max_players {
            let Self {
                bots, max_players, ..
            } = self;
            return Err(format!(
                "--bots {bots} are more than --max-players {max_players}"
            ));
        }
        Ok(())
    }

    /// The rooms' arena and rounds.
    pub fn config(&self) -> rush::Config {
        rush::Config {
            round_ticks: self.round_seconds * 10,
            podium_ticks: self.podium_seconds * 10,
            ..rush::Config::for_seats(self.seats)
        }
    }
}

/// The value of `option`, which `wants` something that `read` understands.
fn value<T>(
    words: &mut lexopt::Parser,
    option: &str,
    wants: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, String> {
    let told = words
        .value()
        .map_err(|_| format!("--{option} wants {wants}"))?;
    let told = told.to_string_lossy();
    // A secret is not repeated: errors end in logs.
    let said = if option.starts_with("token") {
        String::new()
    } else {
        format!(", not {told:?}")
    };
    read(&told).ok_or_else(|| format!("--{option} wants {wants}{said}"))
}

fn seconds(words: &mut lexopt::Parser, option: &str) -> Result<Duration, String> {
    let told = value(words, option, "whole seconds, such as 20", number::<u32>)?;
    Ok(Duration::from_secs(told.into()))
}

fn number<T: FromStr>(told: &str) -> Option<T> {
    told.parse().ok()
}

/// An address, or this machine by its name; no other name, for asking the network for one may take as long as it likes.
fn address(told: &str) -> Option<SocketAddr> {
    number(told).or_else(|| {
        let port: u16 = number(told.strip_prefix("localhost:")?)?;
        let known = ("localhost", port).to_socket_addrs().ok()?;
        known.min_by_key(SocketAddr::is_ipv6)
    })
}

/// `http://host:port`, without a path.
fn peer(told: &str) -> Option<String> {
    let told = told.trim().trim_end_matches('/');
    told.strip_prefix("http://").filter(|host| plain(host))?;
    Some(told.to_owned())
}

fn origin(told: &str) -> Option<String> {
    let told = told.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = told
        .strip_prefix("https://")
        .or(told.strip_prefix("http://"))?;
    plain(host).then(|| told.clone())
}

fn plain(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
}

fn secret(told: &str) -> Option<String> {
    (told.len() >= 8).then(|| told.to_owned())
}

#[cfg(test)]
mod tests;
