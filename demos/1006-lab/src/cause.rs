//! A cause: what happens, which server makes it happen, what a browser then sees, and what to do.

use super::{network::Network, visits::Visit};
use axum::extract::ws::WebSocket;
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use tokio::net::TcpStream;

/// A text in both languages of the page.
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
    /// Its name in the URL.
    pub name: &'static str,
    /// The section of the page that it is in.
    pub group: Group,
    /// Its title.
    pub title: Words,
    /// Why the connection ends like this.
    pub why: Words,
    /// What to do about it.
    pub todo: Words,
    /// What the page does when the connection is open.
    pub act: Act,
    /// What Chromium and the server see. The tests compare it with what really happens.
    pub expected: Outcome<&'static str>,
    /// Part of the message in the browser's console, which a person can read and a page cannot.
    pub console: &'static str,
    /// The network between the browser and the server.
    #[serde(skip)]
    pub network: Network,
    /// The server.
    #[serde(skip)]
    pub serve: Serve,
}

/// A section of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The server ends.
    Server,
    /// One side sends a Close frame.
    Close,
    /// One side sends an invalid frame.
    Frame,
    /// The connection never opens.
    Refusal,
    /// The network fails.
    Network,
    /// The browser ends.
    Browser,
}

/// What the page does when the connection is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It waits.
    Wait,
    /// It sends this text.
    Say(&'static str),
    /// It sends binary messages: the bytes of each, and how many.
    Send(u32, u32),
    /// It closes, with a code and a reason.
    Close(u16, &'static str),
    /// It closes without a code.
    Hangup,
    /// It closes after 2 s, although the connection is not open yet.
    Giveup,
    /// It connects from a frame that then navigates away.
    Leave,
    /// It asks with `fetch` and does not connect.
    Ask,
    /// It connects to a closed port.
    Nowhere,
    /// It waits until a person kills the tab or the browser, which no button can.
    Hold,
}

/// What the page and the server saw. The table in `README.md` is generated from these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome<Text = String> {
    /// Whether `onopen` fired.
    pub opened: bool,
    /// `event.code`. `None` if no `close` event came.
    pub code: Option<u16>,
    /// `event.reason`; without an event, what the page knows instead.
    pub reason: Text,
    /// `event.wasClean`.
    pub clean: bool,
    /// The server's log line.
    pub saw: Text,
}

/// The future of a server.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The server of a cause.
#[derive(Clone, Copy)]
pub enum Serve {
    /// An axum handler.
    Axum(fn(WebSocket, Visit) -> Task),
    /// It gets the TCP stream before any byte was read.
    Raw(fn(TcpStream, Visit) -> Task),
    /// No server: a plain HTTP route answers, or no program listens.
    Route,
}
