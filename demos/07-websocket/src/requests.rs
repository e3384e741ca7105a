//! Where a session waits for its client: for a message, for the next ping, and for the shutdown.

use crate::{connection::Connection, ends::End, limits::Limits};
use axum::extract::ws::Message;
use snack::{LINE_LIMIT, Refusal, Request};
use tokio::{
    select,
    sync::watch,
    time::{Instant, sleep_until},
};
use web_server::TokenBucket;

/// The code and reason with which tungstenite answers some protocol errors itself.
const PROTOCOL_ERROR: (u16, &str) = (1002, "Protocol violation");

/// The requests of one client, with its heartbeat and its rate limit.
pub(crate) struct Requests<'a> {
    connection: &'a Connection,
    limits: &'a Limits,
    opened: Instant,
    rate_limit: TokenBucket,
    /// When to send the next ping or, if one was sent, when its answer is overdue.
    deadline: Instant,
    ping_sent: bool,
    shutdown: watch::Receiver<bool>,
}

impl<'a> Requests<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        limits: &'a Limits,
        shutdown: watch::Receiver<bool>,
    ) -> Requests<'a> {
        Requests {
            connection,
            limits,
            opened: Instant::now(),
            rate_limit: TokenBucket::new(limits.messages, 0),
            deadline: Instant::now() + limits.ping_after,
            ping_sent: false,
            shutdown,
        }
    }

    /// Waits for the next request. `Err` says why no more will come. Dropping the future loses no
    /// message.
    pub(crate) async fn next(&mut self) -> Result<Result<Request, Refusal>, End> {
        loop {
            match self.message().await? {
                Message::Text(text) => match parse(&text) {
                    Some(request) => return Ok(request),
                    None => continue,
                },
                Message::Binary(_) => return Err(End::Binary),
                // tungstenite answers pings itself, and a pong needs no answer.
                _ => {}
            }
        }
    }

    /// Waits for the next message, within the rate limit. Sends pings meanwhile.
    pub(crate) async fn message(&mut self) -> Result<Message, End> {
        loop {
            select! {
                biased;
                _ = self.shutdown.wait_for(|shutdown| *shutdown) => return Err(End::Shutdown),
                received = self.connection.receive() => {
                    let message = received.unwrap_or(Err(End::NoCloseFrame))?;
                    self.deadline = Instant::now() + self.limits.ping_after;
                    self.ping_sent = false;
                    if let Message::Close(frame) = &message {
                        let frame = frame.as_ref();
                        return Err(closed(frame.map(|frame| (frame.code, &*frame.reason))));
                    }
                    let now = self.opened.elapsed().as_millis() as u64;
                    return match self.rate_limit.take(self.limits.messages, now) {
                        true => Ok(message),
                        false => Err(End::RateLimit),
                    };
                }
                () = sleep_until(self.deadline) => {
                    if self.ping_sent {
                        return Err(End::PingTimeout);
                    }
                    self.connection.post(Message::Ping("still there?".into())).await;
                    self.ping_sent = true;
                    self.deadline = Instant::now() + self.limits.pong_within;
                }
            }
        }
    }
}

/// Parses a message, which is one line. `None` if it is blank: every step skips blank lines.
fn parse(text: &str) -> Option<Result<Request, Refusal>> {
    if text.trim().is_empty() {
        return None;
    }
    Some(match text.trim_end().len() > LINE_LIMIT {
        true => Err(Refusal::LineTooLong),
        false => text.parse(),
    })
}

/// The end after a Close frame with this code and reason.
fn closed(frame: Option<(u16, &str)>) -> End {
    match frame {
        Some(frame) if frame == PROTOCOL_ERROR => End::ProtocolError,
        Some((code, _)) => End::PageClosed(code),
        None => End::PageClosed(1005),
    }
}
