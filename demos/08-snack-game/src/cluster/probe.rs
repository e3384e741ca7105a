//! Health probe: asks a peer for `GET /health` once. The failure detector decides when; only peers
//! that the backend named are probed.

use http_client::StatusCode;
use std::{io::ErrorKind, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// A peer that takes longer does not answer. Windows retries a refused connection for 2 s before it
/// reports the refusal.
pub(super) const PROBE_TIMEOUT: Duration =
    Duration::from_millis(if cfg!(windows) { 3_000 } else { 500 });

/// The longest answer of a healthy server, in bytes.
const LONGEST: usize = 1024;

/// Outcome of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeResult {
    /// The machine refused the connection: no process listens on the port. A server that is busy,
    /// hangs, or has lost the backend is not refused, because its kernel still accepts. Nor is a
    /// server that its supervisor is about to restart: the supervisor holds the listener.
    Refused,
    /// The peer answered 200.
    Healthy,
    /// The peer accepted a connection that uses TLS. The probe does not speak TLS.
    AcceptedTls,
    /// No answer, or not an answer of a healthy server.
    NoAnswer,
}

/// Probes the peer at `url` once.
pub(super) async fn probe(url: &str) -> ProbeResult {
    probe_within(PROBE_TIMEOUT, url).await
}

async fn probe_within(longest: Duration, url: &str) -> ProbeResult {
    timeout(longest, connect_and_ask(url))
        .await
        .unwrap_or(ProbeResult::NoAnswer)
}

async fn connect_and_ask(url: &str) -> ProbeResult {
    let (tls, rest) = match url.split_once("://") {
        Some(("http", rest)) => (false, rest),
        Some(("https", rest)) => (true, rest),
        _ => return ProbeResult::NoAnswer,
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // Windows resolves an empty name to this machine.
    if host.is_empty() || host.starts_with(':') {
        return ProbeResult::NoAnswer;
    }
    let target = match (has_port(host), tls) {
        (true, _) => host.to_owned(),
        (false, false) => format!("{host}:80"),
        (false, true) => format!("{host}:443"),
    };
    let Ok(addresses) = lookup_host(&target).await else {
        return ProbeResult::NoAnswer;
    };
    // A name may have several addresses. The peer is refused only if all of them refuse.
    let mut result = None;
    for address in addresses {
        let refused = match TcpStream::connect(address).await {
            Ok(_) if tls => return ProbeResult::AcceptedTls,
            Ok(stream) => return ask_health(stream, host, path).await,
            Err(error) => error.kind() == ErrorKind::ConnectionRefused,
        };
        result = match result {
            None | Some(ProbeResult::Refused) if refused => Some(ProbeResult::Refused),
            _ => Some(ProbeResult::NoAnswer),
        };
    }
    result.unwrap_or(ProbeResult::NoAnswer)
}

/// Asks the server at this path of the host.
async fn ask_health(stream: TcpStream, host: &str, path: &str) -> ProbeResult {
    match http_client::get(stream, host, &format!("{path}/health"), LONGEST).await {
        Ok((StatusCode::OK, _)) => ProbeResult::Healthy,
        _ => ProbeResult::NoAnswer,
    }
}

/// Returns true for `[::1]:7008` and `a:7008`, false for `[::1]` and `a`.
fn has_port(host: &str) -> bool {
    let port = host.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| port.parse::<u16>().is_ok() && !host.ends_with(']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bots::ports::free_address;
    use std::net::TcpListener;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt};

    /// For a peer that answers: this machine may be busy.
    const PATIENT: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn only_a_refused_connection_counts_as_refused() {
        let listener = TcpListener::bind(free_address()).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        // A server that hangs: its kernel accepts, and no answer comes.
        assert_eq!(probe(&url).await, ProbeResult::NoAnswer);
        let with_tls = url.replacen("http", "https", 1);
        let accepted = probe_within(PATIENT, &with_tls).await;
        assert_eq!(accepted, ProbeResult::AcceptedTls);
        drop(listener);
        // A child that another test starts has this listener until it has become a program.
        let until = std::time::Instant::now() + PATIENT;
        while probe_within(PATIENT, &url).await != ProbeResult::Refused {
            assert!(std::time::Instant::now() < until, "it is not refused");
        }
        for invalid in [
            "",
            "ftp://127.0.0.1",
            "http://",
            "http://:7008",
            "http://no.such.name.invalid",
        ] {
            assert_eq!(probe(invalid).await, ProbeResult::NoAnswer, "{invalid}");
        }
    }

    #[tokio::test]
    async fn only_status_200_counts_as_healthy() {
        for (answer, result) in [
            ("HTTP/1.1 200 OK\r\n\r\nok\n", ProbeResult::Healthy),
            (
                "HTTP/1.1 503 Service Unavailable\r\n\r\n",
                ProbeResult::NoAnswer,
            ),
            ("HTTP", ProbeResult::NoAnswer),
        ] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            let server = tokio::spawn(async move {
                let (stream, _) = listener.accept().await.expect("a probe");
                let (read, mut write) = stream.into_split();
                let mut lines = tokio::io::BufReader::new(read).lines();
                while lines
                    .next_line()
                    .await
                    .is_ok_and(|line| line.is_some_and(|line| !line.is_empty()))
                {}
                write
                    .write_all(answer.as_bytes())
                    .await
                    .expect("the probe reads");
            });
            assert_eq!(probe_within(PATIENT, &url).await, result, "{answer}");
            server.await.expect("the server answers");
        }
    }

    #[test]
    fn ports_are_found_beside_names_and_ipv6_addresses() {
        for (host, expected) in [
            ("a:1", true),
            ("[::1]:1", true),
            ("a", false),
            ("[::1]", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(has_port(host), expected, "{host}");
        }
    }
}
