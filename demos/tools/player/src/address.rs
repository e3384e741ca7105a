//! Which server: an address from the command line, a connection, or a sentence that says what to
//! do.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Where step 1 listens.
const DEFAULT: &str = "127.0.0.1:7001";

/// How long to wait for one address. A host that drops packets never answers.
const CONNECT: Duration = Duration::from_secs(5);

/// Why words are no address. Displayed, it is a sentence with an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// More words than an address has.
    TooManyWords,
    /// There is no host, or no port that a server can have.
    NotAnAddress(String),
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyWords => {
                write!(f, "too many words: give one address, such as {DEFAULT}")
            }
            Self::NotAnAddress(address) => write!(
                f,
                "{address:?} is not an address: give a host and a port, such as {DEFAULT}, or a port alone, such as 7003"
            ),
        }
    }
}

impl std::error::Error for AddressError {}

/// The sentence that a program prints.
impl From<AddressError> for String {
    fn from(error: AddressError) -> Self {
        error.to_string()
    }
}

/// Parses the command line: nothing, `7003`, `127.0.0.1:7003`, or, as with `nc`, `127.0.0.1 7003`.
/// Returns `HOST:PORT`.
///
/// # Errors
/// The words are no address.
pub fn read(words: &[String]) -> Result<String, AddressError> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let address = match words[..] {
        [] => return Ok(DEFAULT.to_owned()),
        [port] if port.bytes().all(|byte| byte.is_ascii_digit()) => format!("127.0.0.1:{port}"),
        [address] => address.to_owned(),
        [host, port] if host.contains(':') && !host.starts_with('[') => format!("[{host}]:{port}"),
        [host, port] => format!("{host}:{port}"),
        _ => return Err(AddressError::TooManyWords),
    };
    match address.rsplit_once(':') {
        Some((host, port))
            if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) =>
        {
            Ok(address)
        }
        _ => Err(AddressError::NotAnAddress(address)),
    }
}

/// Why there is no connection. Displayed, it also says what to do.
#[derive(Debug)]
pub enum ConnectError {
    /// The host's name cannot be looked up.
    NotFound {
        /// `HOST:PORT`.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// The host's name has no address: `HOST:PORT`.
    NoAddress(String),
    /// No server listens there.
    Refused(SocketAddr),
    /// No answer came in time.
    Silent(SocketAddr),
    /// The system has another reason.
    Failed(SocketAddr, io::Error),
}

impl ConnectError {
    fn new(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused(address),
            ErrorKind::TimedOut => Self::Silent(address),
            _ => Self::Failed(address, error),
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { address, error } => write!(f, "cannot find {address}: {error}"),
            Self::NoAddress(address) => write!(f, "{address} is the name of no address"),
            Self::Refused(address) if address.ip().is_loopback() => {
                let start = start(address.port());
                write!(f, "no server listens on {address}. {start}")
            }
            Self::Refused(address) => write!(
                f,
                "no server listens on {address}: a step serves other machines if it is started with --listen 0.0.0.0:{}",
                address.port()
            ),
            Self::Silent(address) => write!(
                f,
                "{address} did not answer within {} s: check the address, the network, and the firewall of that machine",
                CONNECT.as_secs()
            ),
            Self::Failed(address, error) => write!(f, "cannot connect to {address}: {error}"),
        }
    }
}

impl std::error::Error for ConnectError {}

/// The sentence that a program prints.
impl From<ConnectError> for String {
    fn from(error: ConnectError) -> Self {
        error.to_string()
    }
}

/// Connects to `HOST:PORT`.
///
/// # Errors
/// The host is not known, or none of its addresses accepts a connection: why the last one does not.
pub fn connect(address: &str) -> Result<TcpStream, ConnectError> {
    let found = address.to_socket_addrs();
    let found = found.map_err(|error| ConnectError::NotFound {
        address: address.to_owned(),
        error,
    })?;
    let mut last = None;
    for address in found {
        match TcpStream::connect_timeout(&address, CONNECT) {
            // The kernel may connect a socket to itself when it picks the very port that is asked
            // for.
            Ok(stream) if stream.local_addr().is_ok_and(|own| own == address) => {
                last = Some((address, ErrorKind::ConnectionRefused.into()));
            }
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some((address, error)),
        }
    }
    Err(last.map_or_else(
        || ConnectError::NoAddress(address.to_owned()),
        |(address, error)| ConnectError::new(address, error),
    ))
}

/// How to start the server that belongs to this port.
fn start(port: u16) -> String {
    let step = match port {
        7001 => "demo-01-deadlock",
        7002 => "demo-02-lock-order",
        7003 => "demo-03-short-locks",
        7004 => "demo-04-await --bin 04-await",
        7014 => "demo-04-await --bin 04-async-mutex",
        7005 => "demo-05-channels",
        7006 => "demo-06-actor",
        7007 => return in_a_browser("step 7", "demo-07-websocket --bin 07-websocket", port),
        7008 => return in_a_browser("step 8", "demo-08-snack-game", port),
        _ => {
            return "The steps listen on the ports 7001 to 7006; each says where when it starts"
                .to_owned();
        }
    };
    format!("Start it in another terminal first: cargo run -p {step} -- --bots 0")
}

fn in_a_browser(step: &str, package: &str, port: u16) -> String {
    format!(
        "This port is for {step}, which is played in a browser: cargo run -p {package}, then open http://127.0.0.1:{port}/"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn why_not(address: SocketAddr, kind: ErrorKind) -> String {
        ConnectError::new(address, kind.into()).to_string()
    }

    fn of(words: &[&str]) -> Result<String, AddressError> {
        read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_port_an_address_and_the_words_of_nc_are_addresses() {
        assert_eq!(of(&[]).unwrap(), "127.0.0.1:7001");
        assert_eq!(of(&["7003"]).unwrap(), "127.0.0.1:7003");
        assert_eq!(of(&["localhost:7003"]).unwrap(), "localhost:7003");
        assert_eq!(of(&["[::1]:7003"]).unwrap(), "[::1]:7003");
        assert_eq!(of(&["127.0.0.1", "7003"]).unwrap(), "127.0.0.1:7003");
        assert_eq!(of(&["::1", "7003"]).unwrap(), "[::1]:7003");
    }

    #[test]
    fn other_words_are_refused_with_an_example() {
        for words in [
            &["70000"][..],
            &["0"],
            &["bar"],
            &["bar:"],
            &[":7001"],
            &["bar:x"],
            &[""],
        ] {
            let error = of(words).unwrap_err();
            assert!(
                matches!(error, AddressError::NotAnAddress(_)),
                "{words:?}: {error:?}"
            );
            let why = error.to_string();
            assert!(why.contains("such as 127.0.0.1:7001"), "{words:?}: {why}");
        }
        let error = of(&["a", "b", "c"]).unwrap_err();
        assert_eq!(error, AddressError::TooManyWords);
        assert!(error.to_string().starts_with("too many words"));
    }

    #[test]
    fn a_port_without_a_server_names_the_command_that_starts_it() {
        for (port, package) in [
            (7001, "cargo run -p demo-01-deadlock -- --bots 0"),
            (7006, "cargo run -p demo-06-actor -- --bots 0"),
            (
                7014,
                "cargo run -p demo-04-await --bin 04-async-mutex -- --bots 0",
            ),
            (7007, "then open http://127.0.0.1:7007/"),
            (9, "The steps listen on the ports 7001 to 7006"),
        ] {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let why = why_not(address, ErrorKind::ConnectionRefused);
            assert!(why.contains(package), "{port}: {why}");
        }
        let free = TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .unwrap();
        let error = connect(&free.to_string()).unwrap_err();
        assert!(
            matches!(error, ConnectError::Refused(at) if at == free),
            "{error:?}"
        );
        let why = error.to_string();
        assert!(
            why.starts_with(&format!("no server listens on {free}. ")),
            "{why}"
        );
    }

    #[test]
    fn another_machine_that_refuses_or_is_silent_is_a_sentence_too() {
        let there = SocketAddr::from(([192, 0, 2, 1], 7003));
        let refused = why_not(there, ErrorKind::ConnectionRefused);
        assert!(refused.contains("--listen 0.0.0.0:7003"), "{refused}");
        let silent = why_not(there, ErrorKind::TimedOut);
        assert!(silent.contains("did not answer within 5 s") && silent.contains("firewall"));
        let other = why_not(there, ErrorKind::Other);
        assert!(
            other.starts_with("cannot connect to 192.0.2.1:7003: "),
            "{other}"
        );
        let unknown = connect("no.such.name.invalid:7001").unwrap_err();
        assert!(
            matches!(unknown, ConnectError::NotFound { .. }),
            "{unknown:?}"
        );
        assert!(unknown.to_string().starts_with("cannot find "));
    }
}
