//! Reading to the end: the half of a goodbye that is forgotten most often.

use axum::extract::ws;
use futures_util::{Stream, StreamExt};
use std::{fmt::Display, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};
use tokio_tungstenite::tungstenite;

/// Longer than any goodbye takes. A browser that is not told waits a minute.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// A message that may be a goodbye.
pub(super) trait Goodbye {
    /// The goodbye, in words.
    fn goodbye(&self) -> Option<String>;
}

impl Goodbye for ws::Message {
    fn goodbye(&self) -> Option<String> {
        let ws::Message::Close(frame) = self else {
            return None;
        };
        let frame = frame.as_ref();
        Some(words(
            frame.map(|frame| (frame.code, frame.reason.as_str())),
        ))
    }
}

impl Goodbye for tungstenite::Message {
    fn goodbye(&self) -> Option<String> {
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

/// Reads until nothing can come any more, and says how it ended: with a Close, or with an error, in
/// its own words.
pub(super) async fn to_the_end<M: Goodbye, E: Display>(
    socket: &mut (impl Stream<Item = Result<M, E>> + Unpin),
) -> String {
    let mut goodbye = None;
    loop {
        match timeout(PATIENCE, socket.next()).await {
            Ok(Some(Ok(message))) => goodbye = goodbye.or(message.goodbye()),
            Ok(Some(Err(error))) => return goodbye.unwrap_or_else(|| error.to_string()),
            Ok(None) => return goodbye.unwrap_or_else(|| "the end, and no Close".to_owned()),
            Err(_) => return "nothing at all, for a minute and a half".to_owned(),
        }
    }
}

/// Reads and throws away, until the other side has ended as well: nothing that is unread can turn
/// our end into a reset.
pub(super) async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    let mut piece = [0; 4096];
    let reading = async { while matches!(stream.read(&mut piece).await, Ok(1..)) {} };
    let _long_enough = timeout(PATIENCE, reading).await;
}
