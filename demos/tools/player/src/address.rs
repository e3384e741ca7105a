//! Which server: an address from the command line, a connection, or a sentence that says what to
//! do.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Where step 1 listens.
const DEFAULT: &str = "127.0.0.1:7001";

/// How long to wait for one address. A host that drops packets never answers.
const CONNECT: Duration = Duration::from_secs(5);

/// Parses the command line: nothing, `7003`, `127.0.0.1:7003`, or, as with `nc`, `127.0.0.1 7003`.
/// Returns `HOST:PORT`.
///
/// # Errors
/// A sentence: the words are no address.
pub fn read(words: &[String]) -> Result<String, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let address = match words[..] {
        [] => return Ok(DEFAULT.to_owned()),
        [port] if port.bytes().all(|byte| byte.is_ascii_digit()) => format!("127.0.0.1:{port}"),
        [address] => address.to_owned(),
        [host, port] if host.contains(':') && !host.starts_with('[') => format!("[{host}]:{port}"),
        [host, port] => format!("{host}:{port}"),
        _ => {
            return Err(format!(
                "too many words: give one address, such as {DEFAULT}"
            ));
        }
    };
    match address.rsplit_once(':') {
        Some((host, port))
            if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) =>
        {
            Ok(address)
        }
        _ => Err(format!(
            "{address:?} is not an address: give a host and a port, such as {DEFAULT}, or a port alone, such as 7003"
        )),
    }
}

/// Connects to `HOST:PORT`.
///
/// # Errors
/// A sentence that says what to do.
pub fn connect(address: &str) -> Result<TcpStream, String> {
    let found = address.to_socket_addrs();
    let found = found.map_err(|error| format!("cannot find {address}: {error}"))?;
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
        || format!("{address} is the name of no address"),
        |(address, error)| why_not(address, &error),
    ))
}

fn why_not(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused if address.ip().is_loopback() => {
            format!("no server listens on {address}. {}", start(address.port()))
        }
        ErrorKind::ConnectionRefused => format!(
            "no server listens on {address}: a step serves other machines if it is started with --listen 0.0.0.0:{}",
            address.port()
        ),
        ErrorKind::TimedOut => format!(
            "{address} did not answer within {} s: check the address, the network, and the firewall of that machine",
            CONNECT.as_secs()
        ),
        _ => format!("cannot connect to {address}: {error}"),
    }
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

    fn of(words: &[&str]) -> Result<String, String> {
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
            let why = of(words).unwrap_err();
            assert!(why.contains("such as 127.0.0.1:7001"), "{words:?}: {why}");
        }
        assert!(
            of(&["a", "b", "c"])
                .unwrap_err()
                .starts_with("too many words")
        );
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
            let why = why_not(address, &ErrorKind::ConnectionRefused.into());
            assert!(why.contains(package), "{port}: {why}");
        }
        let free = TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .unwrap();
        let why = connect(&free.to_string()).unwrap_err();
        assert!(
            why.starts_with(&format!("no server listens on {free}. ")),
            "{why}"
        );
    }

    #[test]
    fn another_machine_that_refuses_or_is_silent_is_a_sentence_too() {
        let there = SocketAddr::from(([192, 0, 2, 1], 7003));
        let refused = why_not(there, &ErrorKind::ConnectionRefused.into());
        assert!(refused.contains("--listen 0.0.0.0:7003"), "{refused}");
        let silent = why_not(there, &ErrorKind::TimedOut.into());
        assert!(silent.contains("did not answer within 5 s") && silent.contains("firewall"));
        let other = why_not(there, &ErrorKind::Other.into());
        assert!(
            other.starts_with("cannot connect to 192.0.2.1:7003: "),
            "{other}"
        );
        assert!(
            connect("no.such.name.invalid:7001")
                .unwrap_err()
                .starts_with("cannot find ")
        );
    }
}
