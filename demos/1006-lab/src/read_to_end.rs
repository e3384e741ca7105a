//! Reading to the end, the part of closing that is forgotten most often.

use axum::extract::ws;
use futures_util::{Stream, StreamExt};
use std::{fmt::Display, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};
use tokio_tungstenite::tungstenite;

/// Longer than any browser takes to close. Without a Close frame, Chromium waits for a minute.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// A message that may be a Close frame.
pub(super) trait MaybeClose {
    /// The Close frame in words. `None` for other messages.
    fn close(&self) -> Option<String>;
}

impl MaybeClose for ws::Message {
    fn close(&self) -> Option<String> {
        let ws::Message::Close(frame) = self else {
            return None;
        };
        let frame = frame.as_ref();
        Some(words(
            frame.map(|frame| (frame.code, frame.reason.as_str())),
        ))
    }
}

impl MaybeClose for tungstenite::Message {
    fn close(&self) -> Option<String> {
        let tungstenite::Message::Close(frame) = self else {
            return None;
        };
        let frame = frame.as_ref();
        Some(words(
            frame.map(|frame| (frame.code.into(), frame.reason.as_str())),
        ))
    }
}

fn words(frame: Option<(u16, &str)>) -> String {
    match frame {
        Some((code, "")) => format!("Close {code}"),
        Some((code, reason)) => format!("Close {code} “{reason}”"),
        None => "Close without a code".to_owned(),
    }
}

/// Reads until the connection has ended. Returns how: the first Close frame in words, or the
/// error's text.
pub(super) async fn to_the_end<M: MaybeClose, E: Display>(
    socket: &mut (impl Stream<Item = Result<M, E>> + Unpin),
) -> String {
    let mut close = None;
    loop {
        match timeout(PATIENCE, socket.next()).await {
            Ok(Some(Ok(message))) => close = close.or(message.close()),
            Ok(Some(Err(error))) => return close.unwrap_or_else(|| error.to_string()),
            Ok(None) => return close.unwrap_or_else(|| "the end without a Close frame".to_owned()),
            Err(_) => return "nothing for 90 s".to_owned(),
        }
    }
}

/// Reads and discards until the other side has ended. If input stayed unread, closing the socket
/// would send a reset.
pub(super) async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    let mut piece = [0; 4096];
    let reading = async { while matches!(stream.read(&mut piece).await, Ok(1..)) {} };
    let _long_enough = timeout(PATIENCE, reading).await;
}
