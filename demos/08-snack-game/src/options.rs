//! The command-line options.

mod error;
mod help;
mod parse;
mod token_file;
mod values;

pub use error::OptionsError;
pub use help::HELP;
pub use parse::{asked_style, parse};
pub use token_file::TokenFileError;
pub(crate) use token_file::secret;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use web_server::{forwarded::TrustedProxies, public_url::PublicUrl};

/// The default port.
pub const PORT: u16 = 7008;

/// The first argument that the supervisor passes to a worker.
pub const WORKER: &str = "worker-of-keeper";

/// The first argument that the supervisor passes to the bots, before the address.
pub const BOTS: &str = "crowd-of-keeper:";

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Serve; with `--keep`, supervise a server.
    Serve(Box<Options>),
    /// Serve as a worker, with the supervisor at the other end of standard input.
    #[cfg(target_os = "linux")]
    Work(Box<Options>),
    /// Run the bots of a supervised server at this address.
    #[cfg(target_os = "linux")]
    Bots(Box<Options>, SocketAddr),
    /// Replay a stored round.
    Replay(PathBuf),
    /// Print the help.
    Help,
}

/// The options of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Listen on every interface, and print a QR code for phones.
    pub audience: bool,
    /// The number of bots.
    pub bots: u32,
    /// The seats of a room.
    pub seats: u16,
    /// The most players in all rooms together.
    pub max_players: u32,
    /// URLs of other servers, for players who find no seat here.
    pub peers: Vec<String>,
    /// The URL of the backend that the servers of a cluster share, such as
    /// `redis://127.0.0.1:6379`. `None`: this server is alone.
    pub directory: Option<String>,
    /// The URL at which players reach this server: in its QR code, and for other servers. `None`:
    /// where it listens.
    pub public: Option<PublicUrl>,
    /// The proxies that say for which client they ask.
    pub trusted_proxies: TrustedProxies,
    /// The folder for scores and rounds. `None`: [the default](crate::store::default_folder).
    pub data: Option<PathBuf>,
    /// The token that opens the metrics and the x-ray. `None`: [that of the data
    /// folder](crate::operator_token).
    pub token: Option<String>,
    /// Origins of pages that may play here, such as `https://play.example.org`.
    pub origins: Vec<String>,
    /// How long to serve. `None`: until Ctrl-C.
    pub time_limit: Option<Duration>,
    /// The length of a round in seconds.
    pub round_seconds: u16,
    /// The length of the podium in seconds.
    pub podium_seconds: u16,
    /// The grace period: how long a disconnected player's seat is held at most.
    pub grace: Duration,
    /// How long a round may last at a graceful shutdown.
    pub drain: Duration,
    /// How long a client may be behind before it is closed.
    pub behind: Duration,
    /// How long a new client may send nothing before it is closed.
    pub first_message: Duration,
    /// How long nothing may be received from a client, pongs included.
    pub silence: Duration,
    /// The size of a connection's send buffer in the kernel, in bytes. Small, because what it holds
    /// is old when it is read; but a snapshot of the largest room fits, so it is sent at once.
    pub send_buffer: usize,
    /// The most connections of one IP address; 0 means no limit. `None`: enough for a hall behind
    /// one router, and no limit for this machine.
    pub per_address: Option<u32>,
    /// A supervisor holds the sockets and snapshots, and replaces the server when it crashes.
    pub keep: bool,
    /// How to log. `None`: pretty on a terminal, JSON into a pipe.
    pub log: Option<Style>,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A JSON object per line.
    Json,
    /// A readable line per event.
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
            trusted_proxies: TrustedProxies::default(),
            data: None,
            token: None,
            origins: Vec::new(),
            time_limit: None,
            round_seconds: 60,
            podium_seconds: 10,
            grace: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            behind: Duration::from_secs(5),
            first_message: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            send_buffer: 32 * 1024,
            per_address: None,
            keep: false,
            log: None,
        }
    }
}

impl Options {
    /// Derives what depends on several options.
    fn settle(&mut self, listen: Option<SocketAddr>) -> Result<(), OptionsError> {
        self.listen = match listen {
            None if self.audience => SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT)),
            None => self.listen,
            Some(address) if self.audience && address.ip().is_loopback() => {
                SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()))
            }
            Some(address) => address,
        };
        // To listen beyond this machine is to have an audience.
        self.audience |= !self.listen.ip().is_loopback();
        if self.bots > self.max_players {
            return Err(OptionsError::TooManyBots {
                bots: self.bots,
                max_players: self.max_players,
            });
        }
        Ok(())
    }

    /// The rules of the rooms.
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
