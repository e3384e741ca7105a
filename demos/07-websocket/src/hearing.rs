//! The one place in which a session listens: to its visitor, to the clock, and for closing time.

use crate::{
    ends::End,
    limits::{Bucket, Limits},
    line::Line,
};
use axum::extract::ws::Message;
use snack::{LINE_LIMIT, Refusal, Request};
use tokio::{
    select,
    sync::watch,
    time::{Instant, sleep_until},
};

/// Protocol violations that the library answers by itself, with this reason.
const VIOLATION: (u16, &str) = (1002, "Protocol violation");

/// Hears a visitor out, and finds out when there is nothing more to hear.
pub(crate) struct Hearing<'a> {
    line: &'a Line,
    limits: &'a Limits,
    bucket: Bucket,
    /// When the next ping is due or, once it has gone out, its answer.
    due: Instant,
    pinged: bool,
    closing: watch::Receiver<bool>,
    /// Messages heard, of whatever kind.
    pub(crate) heard: u64,
}

impl<'a> Hearing<'a> {
    pub(crate) fn new(
        line: &'a Line,
        limits: &'a Limits,
        closing: watch::Receiver<bool>,
    ) -> Hearing<'a> {
        Hearing {
            line,
            limits,
            bucket: Bucket::new(limits, std::time::Instant::now()),
            due: Instant::now() + limits.ping_after,
            pinged: false,
            closing,
            heard: 0,
        }
    }

    /// What is asked for next, or why nothing more will be. A `next` that is dropped loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Result<Request, Refusal>, End> {
        loop {
            match self.message().await? {
                Message::Text(text) => match understood(&text) {
                    Some(request) => return Ok(request),
                    None => continue,
                },
                Message::Binary(_) => return Err(End::Binary),
                // The library has answered the ping, and a pong is a sign of life.
                _ => {}
            }
        }
    }

    /// The next message, as long as it comes at a bearable rate.
    pub(crate) async fn message(&mut self) -> Result<Message, End> {
        loop {
            select! {
                biased;
                _ = self.closing.wait_for(|closing| *closing) => return Err(End::Closing),
                heard = self.line.hear() => {
                    let message = heard.unwrap_or(Err(End::Vanished))?;
                    self.heard += 1;
                    self.due = Instant::now() + self.limits.ping_after;
                    self.pinged = false;
                    if let Message::Close(said) = &message {
                        return Err(goodbye(said.as_ref().map(|said| (said.code, &*said.reason))));
                    }
                    return match self.bucket.takes_one(std::time::Instant::now()) {
                        true => Ok(message),
                        false => Err(End::TooMany),
                    };
                }
                () = sleep_until(self.due) => {
                    if self.pinged {
                        return Err(End::Mute);
                    }
                    self.line.post(Message::Ping("still there?".into())).await;
                    self.pinged = true;
                    self.due = Instant::now() + self.limits.pong_within;
                }
            }
        }
    }
}

/// A message is a line: blank ones are skipped, as they are in the steps before.
fn understood(text: &str) -> Option<Result<Request, Refusal>> {
    if text.trim().is_empty() {
        return None;
    }
    Some(match text.trim_end().len() > LINE_LIMIT {
        true => Err(Refusal::LineTooLong),
        false => text.parse(),
    })
}

fn goodbye(said: Option<(u16, &str)>) -> End {
    match said {
        Some(said) if said == VIOLATION => End::NotWebSocket,
        Some((code, _)) => End::PageLeft(code),
        None => End::PageLeft(1005),
    }
}
