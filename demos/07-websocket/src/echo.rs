//! `/echo`: whatever is said comes back. For Autobahn, which knows more about frames than any room
//! needs.

use crate::{ends::End, line::Line};
use axum::extract::ws::Message;
use tokio::{select, sync::watch};

/// Echoes texts and bytes of whatever size until either side ends it.
pub(crate) async fn echo(line: &Line, mut closing: watch::Receiver<bool>) -> End {
    loop {
        let heard = select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => return End::Closing,
            heard = line.hear() => heard,
        };
        let sent = match heard {
            None => return End::Vanished,
            Some(Err(end)) => return end,
            Some(Ok(Message::Close(said))) => {
                return End::PageLeft(said.map_or(1005, |said| said.code));
            }
            // Pings are answered by the library.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(message)) => line.send(message).await,
        };
        if sent.is_err() {
            return End::Reset;
        }
    }
}
