//! A client that is connected to a room.

use super::peek_reader::PeekReader;
use crate::{close_cause::CloseCause, encode, options::Options, outbox::Outbox};
use rush::{Seat, close::Close};
use std::time::{Duration, Instant};

/// A connection, from the room's side.
#[derive(Debug)]
pub(super) struct Client {
    /// Its connection's number.
    pub(super) id: u64,
    pub(super) outbox: Outbox,
    pub(super) role: Role,
    /// The first cause of its end, once there is one.
    pub(super) cause: Option<Box<CloseCause>>,
    /// Under a supervisor the room itself reads the socket; otherwise, `None`, a task does.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has a supervisor")
    )]
    pub(super) peek_reader: Option<Box<PeekReader>>,
}

/// What a client is to its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has not sent its first message.
    New,
    /// It watches.
    Watcher,
    /// It plays on this seat.
    Player(Seat),
    /// It was sent a close frame.
    Closing,
}

/// How long a client may take to answer a close frame. Then the server hangs up.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// Ticks between two checks of a client that keeps up and can only have fallen silent.
const CHECK_EVERY: u64 = 10;

/// Ticks between two pings to a silent client.
const PING_EVERY: u64 = 40;

impl Client {
    /// Whether it is sent ticks.
    pub(super) fn is_in(&self) -> bool {
        matches!(self.role, Role::Player(_) | Role::Watcher)
    }

    /// Whether it is checked in this tick. The checks are spread over several ticks, so that a
    /// thousand clients are not pinged in the same one; a client that may be closed soon is checked
    /// in each.
    pub(super) fn is_due(&self, beats: u64) -> bool {
        !self.is_in() || !self.outbox.keeps_up() || self.has_turn(beats, CHECK_EVERY)
    }

    /// True once in `every` ticks. Both numbers may come from a snapshot, so they may be any.
    fn has_turn(&self, beats: u64, every: u64) -> bool {
        beats.wrapping_add(self.id).is_multiple_of(every)
    }

    /// Records why the connection ends. Only the first cause counts.
    pub(super) fn ends_with(&mut self, cause: CloseCause) {
        self.cause.get_or_insert_with(|| Box::new(cause));
    }

    /// Checks the client's deadlines between two ticks: pings a silent one, hangs up on one that
    /// has not answered. Returns why the room has to close it, if it has to. No deadline has run
    /// for longer than the process has been `awake`.
    pub(super) fn check(
        &mut self,
        options: &Options,
        beats: u64,
        now: Instant,
        awake: Duration,
    ) -> Option<Close> {
        let silent = self.outbox.connection().silent_for(now).min(awake);
        let since = |then: Instant| now.saturating_duration_since(then).min(awake);
        if let Some(closed_at) = self.outbox.closed_at() {
            self.outbox.flush();
            if since(closed_at) > CLOSE_TIMEOUT {
                self.outbox.connection().hang_up();
            }
        } else if silent > options.silence {
            self.ends_with(CloseCause::Silent);
            self.outbox.connection().hang_up();
        } else if self.role == Role::New
            && self.outbox.connection().age(now).min(awake) > options.first_message
        {
            return Some(Close::SaidNothing);
        } else if self.outbox.behind_since().map(since) > Some(options.behind) {
            return Some(Close::TooFarBehind);
        } else if self.has_turn(beats, PING_EVERY) && silent > options.silence / 2 {
            self.outbox.answer(encode::ping());
        }
        None
    }
}
