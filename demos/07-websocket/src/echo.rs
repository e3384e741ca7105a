//! `/echo` returns every message. Autobahn tests frames with it that no room needs.

use crate::{connection::Connection, ends::End};
use axum::extract::ws::Message;
use tokio::{select, sync::watch};

/// Echoes text and binary messages until either side closes the connection.
pub(crate) async fn echo(connection: &Connection, mut shutdown: watch::Receiver<bool>) -> End {
    loop {
        let received = select! {
            biased;
            _ = shutdown.wait_for(|shutdown| *shutdown) => return End::Shutdown,
            received = connection.receive() => received,
        };
        let sent = match received {
            None => return End::NoCloseFrame,
            Some(Err(end)) => return end,
            Some(Ok(Message::Close(frame))) => {
                return End::PageClosed(frame.map_or(1005, |frame| frame.code));
            }
            // tungstenite answers pings itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(message)) => connection.send(message).await,
        };
        if sent.is_err() {
            return End::Reset;
        }
    }
}
