//! Whether somebody is at home at an address. Only servers that stand in the directory are knocked
//! at, and nobody at the door decides how often.

use std::{io::ErrorKind, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// A server that needs longer is mute. Windows itself tries a port that refuses it for 2 s before
/// it says so.
pub(super) const PATIENCE: Duration =
    Duration::from_millis(if cfg!(windows) { 3_000 } else { 500 });

/// How the answer of a server begins that is well and goes on.
const WELL: &[u8] = b"HTTP/1.1 200";

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeResult {
    /// Its machine says that nobody listens there. A server that is only busy, hung, or cut off
    /// from the directory is not refused for: its kernel lets people in. Nor is one that a keeper
    /// is about to start again: the keeper holds the listener.
    Nobody,
    /// It is well.
    Well,
    /// It lets us in. What is spoken behind TLS is not understood here.
    Sealed,
    /// Nothing, or nothing that makes sense.
    Nothing,
}

/// Knocks once.
pub(super) async fn at(url: &str) -> ProbeResult {
    timeout(PATIENCE, knock(url))
        .await
        .unwrap_or(ProbeResult::Nothing)
}

async fn knock(url: &str) -> ProbeResult {
    let (tls, host) = match url.split_once("://") {
        Some(("http", host)) => (false, host),
        Some(("https", host)) => (true, host),
        _ => return ProbeResult::Nothing,
    };
    // Windows resolves an empty name to this machine.
    if host.is_empty() || host.starts_with(':') {
        return ProbeResult::Nothing;
    }
    let to = match (ends_in_port(host), tls) {
        (true, _) => host.to_owned(),
        (false, false) => format!("{host}:80"),
        (false, true) => format!("{host}:443"),
    };
    let Ok(all) = lookup_host(&to).await else {
        return ProbeResult::Nothing;
    };
    // A name may have several addresses, and all of them have to agree.
    let mut heard = None;
    for address in all {
        let refused = match TcpStream::connect(address).await {
            Ok(_) if tls => return ProbeResult::Sealed,
            Ok(stream) => return asked(stream, host).await,
            Err(error) => error.kind() == ErrorKind::ConnectionRefused,
        };
        heard = match heard {
            None | Some(ProbeResult::Nobody) if refused => Some(ProbeResult::Nobody),
            _ => Some(ProbeResult::Nothing),
        };
    }
    heard.unwrap_or(ProbeResult::Nothing)
}

async fn asked(mut stream: TcpStream, host: &str) -> ProbeResult {
    let question = format!("GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut answer = [0; WELL.len()];
    let asked = async {
        stream.write_all(question.as_bytes()).await?;
        stream.read_exact(&mut answer).await
    };
    match asked.await {
        Ok(_) if answer == WELL => ProbeResult::Well,
        _ => ProbeResult::Nothing,
    }
}

/// `[::1]:7008` and `a:7008` do, `[::1]` and `a` do not.
fn ends_in_port(host: &str) -> bool {
    let port = host.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| port.parse::<u16>().is_ok() && !host.ends_with(']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use tokio::io::AsyncBufReadExt;

    #[tokio::test]
    async fn nobody_is_there_only_where_a_machine_says_so() {
        let door = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", door.local_addr().expect("an address"));
        // It hangs: the kernel lets us in, and nobody says a word.
        assert_eq!(at(&url).await, ProbeResult::Nothing);
        let behind_tls = url.replacen("http", "https", 1);
        assert_eq!(at(&behind_tls).await, ProbeResult::Sealed);
        drop(door);
        assert_eq!(at(&url).await, ProbeResult::Nobody);
        for odd in [
            "",
            "ftp://127.0.0.1",
            "http://",
            "http://:7008",
            "http://no.such.name.invalid",
        ] {
            assert_eq!(at(odd).await, ProbeResult::Nothing, "{odd}");
        }
    }

    #[tokio::test]
    async fn a_server_is_well_that_says_so_and_not_one_that_is_about_to_end() {
        for (answer, heard) in [
            ("HTTP/1.1 200 OK\r\n\r\nok\n", ProbeResult::Well),
            (
                "HTTP/1.1 503 Service Unavailable\r\n\r\n",
                ProbeResult::Nothing,
            ),
            ("HTTP", ProbeResult::Nothing),
        ] {
            let door = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let url = format!("http://{}", door.local_addr().expect("an address"));
            let server = tokio::spawn(async move {
                let (stream, _) = door.accept().await.expect("somebody");
                let (heard, mut says) = stream.into_split();
                let mut lines = tokio::io::BufReader::new(heard).lines();
                while lines
                    .next_line()
                    .await
                    .is_ok_and(|line| line.is_some_and(|line| !line.is_empty()))
                {}
                says.write_all(answer.as_bytes()).await.expect("it hears");
            });
            assert_eq!(at(&url).await, heard, "{answer}");
            server.await.expect("it answers");
        }
    }

    #[test]
    fn an_address_has_a_port_or_has_none() {
        for (host, has) in [
            ("a:1", true),
            ("[::1]:1", true),
            ("a", false),
            ("[::1]", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(ends_in_port(host), has, "{host}");
        }
    }
}
