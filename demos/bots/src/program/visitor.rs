//! Somebody with `nc`, in a test.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use snack::Heard;

use crate::wire::{Sound, Wire};

/// The longest wait for anything, also on a busy machine, unless [`Visitor::waits_at_most`] says otherwise.
const WITHIN: Duration = Duration::from_secs(30);

/// A client that says and hears one line at a time. Dropping it hangs up without goodbye.
#[derive(Debug)]
pub struct Visitor {
    wire: Wire,
    /// All lines of the conversation, for the message of a test that fails.
    lines: Vec<String>,
    within: Duration,
}

impl Visitor {
    /// Comes to `address`.
    ///
    /// # Panics
    /// Nobody listens there.
    #[track_caller]
    pub fn connect(address: SocketAddr) -> Self {
        match Wire::connect(address, WITHIN) {
            Ok(wire) => Self {
                wire,
                lines: Vec::new(),
                within: WITHIN,
            },
            Err(error) => panic!("cannot connect to {address}: {error}"),
        }
    }

    /// The longest wait for anything, from now on.
    pub fn waits_at_most(&mut self, within: Duration) {
        self.within = within;
    }

    /// Says a line, as it is.
    ///
    /// # Panics
    /// The server has hung up.
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
    /// None comes within 30 s, or it is none that a server of this house says.
    #[track_caller]
    pub fn hears(&mut self) -> Heard {
        let within = self.within;
        match self.line_within(within) {
            Sound::Line(heard) => heard,
            Sound::Silence => panic!("nothing was heard for {within:?}{}", self.so_far()),
            Sound::Garbage => panic!(
                "a line that is no event, no refusal and no help{}",
                self.so_far()
            ),
            Sound::End => panic!("the server has hung up{}", self.so_far()),
        }
    }

    /// Waits for a line that is `wanted`, and passes over all others.
    ///
    /// # Panics
    /// As [`hears`](Self::hears); also when only other lines come, for 30 s.
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

    /// True if not one line comes for `time`.
    #[track_caller]
    pub fn hears_nothing_for(&mut self, time: Duration) -> bool {
        matches!(self.line_within(time), Sound::Silence)
    }

    /// Passes over what is still said, until the server hangs up.
    ///
    /// # Panics
    /// It does not within 30 s.
    #[track_caller]
    pub fn hears_the_end(&mut self) {
        let within = self.within;
        let until = Instant::now() + within;
        while !matches!(self.line_within(within), Sound::End) {
            if Instant::now() > until {
                panic!("the server has not hung up for {within:?}{}", self.so_far());
            }
        }
    }

    fn line_within(&mut self, time: Duration) -> Sound {
        let until = Instant::now() + time;
        loop {
            // An error would be a socket that is gone, and is heard of next.
            let _ = self
                .wire
                .wait_at_most(until.saturating_duration_since(Instant::now()));
            let sound = self.wire.hear();
            match &sound {
                Sound::Silence if Instant::now() < until => continue,
                Sound::Line(heard) => self.lines.push(heard.to_string()),
                Sound::Garbage => self.lines.push("(a line that makes no sense)".to_owned()),
                Sound::Silence | Sound::End => {}
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
