//! Other servers: which of them has a seat, asked every few seconds, so that whoever finds none
//! here is told at once.

use crate::house::House;
use serde_json::Value;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// Between two rounds of questions.
const EVERY: Duration = Duration::from_secs(2);

/// A server that takes longer to answer has no seat for anybody.
const PATIENCE: Duration = Duration::from_secs(1);

/// More than any answer has.
const LONGEST: u64 = 8 * 1024;

/// Asks the others for ever.
pub(crate) async fn ask_peers(house: Arc<House>) {
    loop {
        let mut with_room = Vec::new();
        for peer in &house.options.peers {
            // Whoever does not answer is as good as full.
            if matches!(timeout(PATIENCE, has_a_seat(peer)).await, Ok(Ok(true))) {
                with_room.push(peer.clone());
            }
        }
        house.hear_of(with_room);
        sleep(EVERY).await;
    }
}

async fn has_a_seat(peer: &str) -> io::Result<bool> {
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

/// Whether this answer says that there is a seat.
pub(crate) fn says_free(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let told: Value = serde_json::from_str(body).unwrap_or_default();
    told["full"] == Value::Bool(false)
}
