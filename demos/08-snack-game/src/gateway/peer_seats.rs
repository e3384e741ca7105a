//! Which of the servers named with `--peers` have a free seat, asked every few seconds, so that a
//! player who finds none here is sent to one of them at once. A cluster does the same and more, but
//! needs a Redis; this needs only the addresses.

use crate::server_state::ServerState;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

/// The pause between two rounds of questions.
const INTERVAL: Duration = Duration::from_secs(2);

/// A server that does not answer within this time counts as full.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// Asks the peers until the task is aborted.
pub(crate) async fn watch_peers(state: Arc<ServerState>) {
    loop {
        let mut open = Vec::new();
        for peer in &state.options.peers {
            if timeout(TIMEOUT, has_free_seat(peer)).await == Ok(true) {
                open.push(peer.clone());
            }
        }
        state.cluster.set_open_named(open);
        sleep(INTERVAL).await;
    }
}

async fn has_free_seat(peer: &str) -> bool {
    let host = peer.strip_prefix("http://").unwrap_or(peer);
    let ends_in_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let connected = match ends_in_port {
        true => TcpStream::connect(host).await,
        false => TcpStream::connect((host, 80)).await,
    };
    let Ok(stream) = connected else {
        return false;
    };
    let answer = http_client::get(stream, host, "/api/seat", LONGEST).await;
    answer.is_ok_and(|(_, body)| says_free(&body))
}

/// Whether the answer of `/api/seat` says that a seat is free.
pub(crate) fn says_free(body: &[u8]) -> bool {
    let seat: Value = serde_json::from_slice(body).unwrap_or_default();
    seat["full"] == Value::Bool(false)
}
