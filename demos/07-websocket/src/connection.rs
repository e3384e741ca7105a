//! A WebSocket whose messages are lines, and what its errors mean.

use crate::ends::End;
use axum::{
    Error,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use futures_util::{Sink, Stream};
use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    future::poll_fn,
    io,
    pin::Pin,
    rc::Rc,
    task::Poll,
    time::Duration,
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, error::ProtocolError};

/// A WebSocket that one task reads and writes at the same time. It is borrowed only while it is
/// polled, never across an `.await`.
#[derive(Clone)]
pub(crate) struct Connection {
    socket: Rc<RefCell<WebSocket>>,
    send_failed: Rc<Cell<bool>>,
}

impl Connection {
    pub(crate) fn new(socket: WebSocket) -> Connection {
        Connection {
            socket: Rc::new(RefCell::new(socket)),
            send_failed: Rc::default(),
        }
    }

    /// Waits for the next message of any kind. `None` if both sides have sent a Close frame.
    pub(crate) async fn receive(&self) -> Option<Result<Message, End>> {
        let received = poll_fn(|cx| Pin::new(&mut *self.socket.borrow_mut()).poll_next(cx)).await?;
        Some(received.map_err(end_of))
    }

    /// Sends a message, and waits until the kernel has accepted it. If the future is dropped
    /// half-way, the message is still sent whole: the rest goes out before the next one.
    pub(crate) async fn send(&self, message: Message) -> io::Result<()> {
        let mut message = Some(message);
        let sending = poll_fn(|cx| {
            let mut socket = self.socket.borrow_mut();
            let mut socket = Pin::new(&mut *socket);
            if let Some(message) = message.take() {
                socket.as_mut().start_send(message)?;
            }
            socket.poll_flush(cx)
        });
        let sent = sending.await;
        self.send_failed
            .set(self.send_failed.get() || sent.is_err());
        sent.map_err(io::Error::other)
    }

    /// Whether a message could not be sent because of an error. A timeout is not an error.
    pub(crate) fn send_failed(&self) -> bool {
        self.send_failed.get()
    }

    /// Sends as much of a message as the kernel accepts now, and never waits.
    pub(crate) async fn post(&self, message: Message) {
        let mut sending = std::pin::pin!(self.send(message));
        poll_fn(|cx| {
            let _later = sending.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Sends one line as a text message.
    pub(crate) fn say(&self, line: &impl Display) -> impl Future<Output = io::Result<()>> {
        let message = Message::Text(line.to_string().into());
        async move { self.send(message).await }
    }

    /// Sends the Close frame of this end, and reads until the other side has sent its own, for at
    /// most `patience`.
    pub(crate) async fn close(&self, end: &End, patience: Duration) {
        let closing = async {
            if let Some((code, reason)) = end.close() {
                let reason = reason.into();
                let close = Message::Close(Some(CloseFrame { code, reason }));
                if self.send(close).await.is_err() || end.is_undecodable() {
                    return;
                }
            }
            // If the page sent its Close frame first, tungstenite answers it during this read.
            while let Some(Ok(_)) = self.receive().await {}
        };
        let _takes_too_long = timeout(patience, closing).await;
    }
}

/// The writing end of a player's connection, as the player's writer knows it.
pub struct Socket(Connection);

impl Socket {
    pub(crate) fn new(connection: Connection) -> Socket {
        Socket(connection)
    }

    /// Writes a line, and waits for as long as the phone takes to read.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn write(&mut self, line: &impl Display) -> impl Future<Output = io::Result<()>> {
        self.0.say(line)
    }
}

/// The meaning of tungstenite's errors. It sends no Close frame after an error, but one can still
/// be sent: [`Connection::close`] does.
fn end_of(error: Error) -> End {
    let error = error.into_inner();
    let Ok(error) = error.downcast::<tungstenite::Error>() else {
        return End::ProtocolError;
    };
    match *error {
        tungstenite::Error::Capacity(_) => End::MessageTooBig,
        tungstenite::Error::Utf8(_) => End::InvalidUtf8,
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            End::NoCloseFrame
        }
        tungstenite::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => End::AckTimeout,
        tungstenite::Error::Io(_) => End::Reset,
        _ => End::ProtocolError,
    }
}
