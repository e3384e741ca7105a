//! A WebSocket whose messages are lines: what is said is one text, and what goes wrong has a cause.

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

/// A WebSocket that is heard and spoken to at the same time, by one task: nobody holds it while
/// waiting.
#[derive(Clone)]
pub(crate) struct Line {
    socket: Rc<RefCell<WebSocket>>,
    broken: Rc<Cell<bool>>,
}

impl Line {
    pub(crate) fn new(socket: WebSocket) -> Line {
        Line {
            socket: Rc::new(RefCell::new(socket)),
            broken: Rc::default(),
        }
    }

    /// The next message of whatever kind. `None` when both sides have said Close.
    pub(crate) async fn hear(&self) -> Option<Result<Message, End>> {
        let heard = poll_fn(|cx| Pin::new(&mut *self.socket.borrow_mut()).poll_next(cx)).await?;
        Some(heard.map_err(cause))
    }

    /// Sends a message, and waits until the kernel has taken it. One that is dropped half-way is
    /// still sent in one piece: what was not taken goes out before whatever is sent next.
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
        self.broken.set(self.broken.get() || sent.is_err());
        sent.map_err(io::Error::other)
    }

    /// Whether something could not be sent, and not because it took too long.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Sends as much of a message as the kernel takes now, and never waits.
    pub(crate) async fn post(&self, message: Message) {
        let mut sending = std::pin::pin!(self.send(message));
        poll_fn(|cx| {
            let _later = sending.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Says one line.
    pub(crate) fn say(&self, line: &impl Display) -> impl Future<Output = io::Result<()>> {
        let message = Message::Text(line.to_string().into());
        async move { self.send(message).await }
    }

    /// Says goodbye with the code that belongs to this end, and hears the other side out until it
    /// has said so, too.
    pub(crate) async fn close(&self, end: &End, patience: Duration) {
        let parting = async {
            if let Some((code, reason)) = end.close() {
                let reason = reason.into();
                let close = Message::Close(Some(CloseFrame { code, reason }));
                if self.send(close).await.is_err() || end.is_misunderstanding() {
                    return;
                }
            }
            // A goodbye of the page's own is answered while we listen for what comes after it.
            while let Some(Ok(_)) = self.hear().await {}
        };
        let _takes_too_long = timeout(patience, parting).await;
    }
}

/// The writing end of a player's connection, as the room's writers know it.
pub struct Socket(Line);

impl Socket {
    pub(crate) fn new(line: Line) -> Socket {
        Socket(line)
    }

    /// Writes a line, and waits for as long as it takes the phone to read.
    ///
    /// # Errors
    /// The connection is over.
    pub fn write(&mut self, line: &impl Display) -> impl Future<Output = io::Result<()>> {
        self.0.say(line)
    }
}

/// What an error of the library means. It sends no Close by itself; whoever asks does, for one can
/// still be sent.
fn cause(error: Error) -> End {
    let error = error.into_inner();
    let Ok(error) = error.downcast::<tungstenite::Error>() else {
        return End::NotWebSocket;
    };
    match *error {
        tungstenite::Error::Capacity(_) => End::TooBig,
        tungstenite::Error::Utf8(_) => End::NotText,
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Vanished,
        tungstenite::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            End::Unreachable
        }
        tungstenite::Error::Io(_) => End::Reset,
        _ => End::NotWebSocket,
    }
}
