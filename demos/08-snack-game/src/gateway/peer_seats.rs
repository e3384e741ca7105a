//! Which of the servers named with `--peers` have a free seat, asked every few seconds, so that a
//! player who finds none here is sent to one of them at once.

use crate::server_state::ServerState;
use serde_json::Value;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// The pause between two rounds of questions.
const INTERVAL: Duration = Duration::from_secs(2);

/// A server that does not answer within this time counts as full.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 8 * 1024;

/// Asks the peers until the task is aborted.
pub(crate) async fn watch_peers(state: Arc<ServerState>) {
    loop {
        let mut open = Vec::new();
        for peer in &state.options.peers {
            if matches!(timeout(TIMEOUT, has_free_seat(peer)).await, Ok(Ok(true))) {
                open.push(peer.clone());
            }
        }
        state.cluster.set_open_named(open);
        sleep(INTERVAL).await;
    }
}

async fn has_free_seat(peer: &str) -> io::Result<bool> {
    let host = peer.strip_prefix("http://").unwrap_or(peer);
    let ends_in_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let stream = match ends_in_port {
        true => TcpStream::connect(host).await?,
        false => TcpStream::connect((host, 80)).await?,
    };
    let mut stream = stream;
    let question = format!("GET /api/seat HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    Ok(says_free(&answer))
}

/// Whether an HTTP answer of `/api/seat` says that a seat is free.
pub(crate) fn says_free(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let seat: Value = serde_json::from_str(body).unwrap_or_default();
    seat["full"] == Value::Bool(false)
}
