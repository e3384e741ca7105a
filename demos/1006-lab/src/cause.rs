//! A cause: what happens, who makes it happen, what a browser then sees, and what to do about it.

use super::{network::Network, visits::Visit};
use axum::extract::ws::WebSocket;
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use tokio::net::TcpStream;

/// A sentence in both languages of the room.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Korean.
    pub ko: &'static str,
}

/// One way in which a WebSocket ends.
#[derive(Clone, Copy, Serialize)]
pub struct Cause {
    /// Its name, as in its address.
    pub name: &'static str,
    /// With which others it belongs.
    pub group: Group,
    /// What it is called.
    pub title: Words,
    /// Why it ends like this.
    pub why: Words,
    /// What to do about it.
    pub todo: Words,
    /// What the page does once the connection is open.
    pub act: Act,
    /// What is seen, in Chromium and at the server. The tests hold it against what really happens.
    pub expected: Outcome<&'static str>,
    /// Part of what the browser's console says; a page cannot read it, a person can.
    pub console: &'static str,
    /// What lies between the browser and the server.
    #[serde(skip)]
    pub network: Network,
    /// Who serves.
    #[serde(skip)]
    pub serve: Serve,
}

/// What belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The server ends.
    Server,
    /// One side sends a Close frame.
    Close,
    /// Somebody says what may not be said.
    Frame,
    /// The connection never opens.
    Refusal,
    /// The network fails.
    Network,
    /// The browser ends.
    Browser,
}

/// What the page does once the connection is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It waits for what comes.
    Wait,
    /// It says this.
    Say(&'static str),
    /// It sends messages of so many bytes, this many.
    Send(u32, u32),
    /// It closes, with a code and a reason.
    Close(u16, &'static str),
    /// It closes and gives no code.
    Hangup,
    /// It closes without being open yet, after a while.
    Giveup,
    /// It connects from a frame that then goes somewhere else.
    Leave,
    /// It asks with `fetch` before it connects, and is told.
    Ask,
    /// It connects where nobody listens.
    Nowhere,
    /// It waits for the person in front of it to kill something. No button can do that.
    Hold,
}

/// What was seen, by the page and by the server. The table of `README.md` is made of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome<Text = String> {
    /// Whether `onopen` fired.
    pub opened: bool,
    /// `event.code`. None: no `close` event came.
    pub code: Option<u16>,
    /// `event.reason`, or what the page knows instead of an event.
    pub reason: Text,
    /// `event.wasClean`.
    pub clean: bool,
    /// What the server saw: its own log line.
    pub saw: Text,
}

/// What a handler becomes.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who serves a cause.
#[derive(Clone, Copy)]
pub enum Serve {
    /// An axum handler.
    Axum(fn(WebSocket, Visit) -> Task),
    /// Whoever takes the socket before a byte of it was read.
    Raw(fn(TcpStream, Visit) -> Task),
    /// No WebSocket gets that far: a plain route answers, or nobody does.
    Route,
}
