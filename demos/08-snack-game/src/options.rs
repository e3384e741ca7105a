//! What the person who starts the game may ask for.

mod help;
mod parse;
mod values;

pub use help::HELP;
pub use parse::parse;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// Where the game is, unless told otherwise.
pub const PORT: u16 = 7008;

/// What a keeper says first to a worker.
pub const WORKER: &str = "worker-of-keeper";

/// What a keeper says first to those who come along, before the address.
pub const BOTS: &str = "crowd-of-keeper:";

/// What was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A server.
    Serve(Box<Options>),
    /// A server whose keeper is at the other end of standard input.
    #[cfg(target_os = "linux")]
    Work(Box<Options>),
    /// Its players, at an address.
    #[cfg(target_os = "linux")]
    Bots(Box<Options>, SocketAddr),
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
    /// The directory that several servers share, such as `redis://127.0.0.1:6379`. None: this
    /// server is alone.
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
    /// Bytes that the kernel may hold for a phone. They are old by the time they are read, so it is
    /// little; a snapshot of the largest room fits, so that one is sent in one go.
    pub kernel_holds: usize,
    /// Connections that one address may have; 0: any number. None: as many as a hall behind one
    /// router needs, and any number from this machine itself.
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

#[cfg(test)]
mod tests;
