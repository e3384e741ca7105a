//! A client for tests, as simple as `nc`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use snack::Heard;

use crate::connection::{Connection, Received};

/// The longest wait, also on a busy machine, unless [`LineClient::waits_at_most`] sets another.
const WITHIN: Duration = Duration::from_secs(30);

/// A client that sends and receives one line at a time. Dropping it hangs up without `leave`.
#[derive(Debug)]
pub struct LineClient {
    wire: Connection,
    /// All lines of the conversation, for the message of a failing test.
    lines: Vec<String>,
    within: Duration,
}

impl LineClient {
    /// Connects to `address`.
    ///
    /// # Panics
    /// If no server listens there.
    #[track_caller]
    pub fn connect(address: SocketAddr) -> Self {
        match Connection::connect(address, WITHIN) {
            Ok(wire) => Self {
                wire,
                lines: Vec::new(),
                within: WITHIN,
            },
            Err(error) => panic!("cannot connect to {address}: {error}"),
        }
    }

    /// Sets the longest wait from now on.
    pub fn waits_at_most(&mut self, within: Duration) {
        self.within = within;
    }

    /// Sends a line unchanged.
    ///
    /// # Panics
    /// If the server has hung up.
    #[track_caller]
    pub fn says(&mut self, line: &str) {
        self.lines.push(format!("> {line}"));
        if let Err(error) = self.wire.say(&line) {
            panic!("cannot say {line:?}: {error}{}", self.so_far());
        }
    }

    /// Waits for the next line.
    ///
    /// # Panics
    /// If no line comes within 30 s, or if it is not a line of this protocol.
    #[track_caller]
    pub fn hears(&mut self) -> Heard {
        let within = self.within;
        match self.line_within(within) {
            Received::Line(heard) => heard,
            Received::Silence => panic!("nothing was heard for {within:?}{}", self.so_far()),
            Received::Garbage => panic!(
                "a line that is no event, no refusal and no help{}",
                self.so_far()
            ),
            Received::End => panic!("the server has hung up{}", self.so_far()),
        }
    }

    /// Waits for a line that is `wanted`, and skips all others.
    ///
    /// # Panics
    /// As [`hears`](Self::hears); also if only other lines come for 30 s.
    #[track_caller]
    pub fn hears_until(&mut self, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let within = self.within;
        let until = Instant::now() + within;
        loop {
            let heard = self.hears();
            if wanted(&heard) {
                return heard;
            }
            if Instant::now() > until {
                panic!("not what was waited for, for {within:?}{}", self.so_far());
            }
        }
    }

    /// True if no line comes for `time`.
    #[track_caller]
    pub fn hears_nothing_for(&mut self, time: Duration) -> bool {
        matches!(self.line_within(time), Received::Silence)
    }

    /// Skips the remaining lines until the server hangs up.
    ///
    /// # Panics
    /// If it does not hang up within 30 s.
    #[track_caller]
    pub fn hears_the_end(&mut self) {
        let within = self.within;
        let until = Instant::now() + within;
        while !matches!(self.line_within(within), Received::End) {
            if Instant::now() > until {
                panic!("the server has not hung up for {within:?}{}", self.so_far());
            }
        }
    }

    fn line_within(&mut self, time: Duration) -> Received {
        let until = Instant::now() + time;
        loop {
            // An error means that the socket is gone; the next read reports that.
            let _ = self
                .wire
                .wait_at_most(until.saturating_duration_since(Instant::now()));
            let sound = self.wire.hear();
            match &sound {
                Received::Silence if Instant::now() < until => continue,
                Received::Line(heard) => self.lines.push(heard.to_string()),
                Received::Garbage => self.lines.push("(a line that makes no sense)".to_owned()),
                Received::Silence | Received::End => {}
            }
            return sound;
        }
    }

    fn so_far(&self) -> String {
        let last = &self.lines[self.lines.len().saturating_sub(20)..];
        format!(
            "\nuntil then, the last {} of {} lines:\n{}",
            last.len(),
            self.lines.len(),
            last.join("\n")
        )
    }
}
