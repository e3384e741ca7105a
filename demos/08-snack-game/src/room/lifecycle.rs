//! The life of a room, and of the connections in it: connect, close, disconnect.

use super::{
    Room,
    client::{Client, Role},
    drain::restarting,
    peek_reader::PeekReader,
};
use crate::{
    close_cause::{CloseCause, ReadEnd},
    connection::Connection,
    encode,
    outbox::Outbox,
};
use rush::close::Close;
use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

/// How far a room is on its way from opening to closing.
#[derive(Debug, Default)]
pub(super) struct Lifecycle {
    /// Ticks since the room was opened.
    pub(super) beats: u64,
    /// When a draining room closes at the latest. `None` unless it drains.
    pub(super) drain_until: Option<Instant>,
    /// Every client was sent a close frame, and each new one is sent one, too.
    pub(super) closed: bool,
    /// When the room panicked last.
    pub(super) last_panic: Option<Instant>,
    /// Another process takes over after the next tick.
    pub(super) handing_over: bool,
    /// When the tick that is being played was due. `None` before the first one.
    pub(super) tick_due: Option<Instant>,
    /// When the process went on after it had stood still. `None` if it never did.
    pub(super) awake_since: Option<Instant>,
    /// The first tick of a room that an earlier process has opened.
    pub(super) next_tick: Option<Instant>,
}

/// A tick that comes so late means that the whole process stood still: Ctrl-Z, a frozen virtual
/// machine, a machine that swaps.
const STOOD_STILL: Duration = Duration::from_secs(2);

impl Lifecycle {
    /// For how long the process has been able to read. What arrived while it stood still was not
    /// read, so no deadline of a client has run for longer than this.
    pub(super) fn awake_for(&self, now: Instant) -> Duration {
        let since = |then| now.saturating_duration_since(then);
        self.awake_since.map_or(Duration::MAX, since)
    }
}

impl Room {
    /// Notes by how much a tick was late. If the process stood still, that players are away is not
    /// their doing.
    pub(super) fn tick_was_late(&mut self, late: Duration, now: Instant) {
        if late >= STOOD_STILL {
            self.lifecycle.awake_since = Some(now);
            self.seats.excuse(now + self.state.options.grace);
        }
    }

    /// Adds a new connection. With `refuse` it is closed at once: it speaks another protocol.
    pub(super) fn connect(
        &mut self,
        connection: Arc<Connection>,
        refuse: Option<Close>,
        now: Instant,
    ) {
        let id = connection.id;
        let (outbox, peek_reader) = match PeekReader::new(&connection) {
            None => (Outbox::new(connection), None),
            Some((reader, backlog)) => {
                let outbox = Outbox::with_backlog(connection, backlog);
                (outbox, Some(Box::new(reader)))
            }
        };
        self.connections.insert(Client {
            id,
            outbox,
            peek_reader,
            role: Role::New,
            cause: None,
        });
        if let Some(close) = refuse {
            self.close(id, close.into(), now);
        } else if self.lifecycle.closed {
            self.close(id, restarting(id).into(), now);
        }
    }

    pub(super) fn answer_ping(&mut self, id: u64, payload: &[u8]) {
        if let Some(client) = self.connections.get_mut(id) {
            client.outbox.answer(encode::pong(payload));
        }
    }

    /// Answers a close frame with its own code. The player may come back, because a closed tab can
    /// be opened again: only a `Leave` message gives the seat up.
    pub(super) fn answer_close(&mut self, id: u64, code: Option<u16>, now: Instant) {
        if let Some(client) = self.connections.get_mut(id) {
            client.ends_with(CloseCause::CloseFrame(code));
            let answer = code.map_or_else(encode::bare_close, |code| encode::close(code, ""));
            client.outbox.close(answer, now);
            self.detach_player(id, now);
        }
    }

    /// Removes a connection that has ended, and logs its cause. Every connection ends here.
    pub(super) fn disconnect(&mut self, id: u64, found: ReadEnd, now: Instant) {
        self.detach_player(id, now);
        let Some(client) = self.connections.remove(id) else {
            return;
        };
        let connection = client.outbox.connection();
        let seconds = connection.age(now).as_secs_f32();
        let cause = client.cause.as_deref().unwrap_or(&CloseCause::NoCloseFrame);
        self.state.metrics.connection_ended(cause);
        let (code, cause) = (cause.code(), &*cause.reason());
        // A span that lives as long as its connection would cost more memory than everything else
        // of it, so it is made for the one event.
        let span = tracing::info_span!("connection", id, peer = %connection.peer);
        span.in_scope(|| tracing::info!(code, cause, %found, seconds, "connection ended"));
    }

    /// Closes a connection with a close frame. A player's seat is kept for the grace period, unless
    /// the player has left.
    pub(super) fn close(&mut self, id: u64, cause: CloseCause, now: Instant) {
        let Some(client) = self.connections.get_mut(id) else {
            return;
        };
        if client.outbox.closed_at().is_none() {
            let frame = encode::close(cause.code(), &cause.reason());
            client.ends_with(cause);
            client.outbox.close(frame, now);
            self.detach_player(id, now);
        }
    }

    /// Marks the player on this connection as away.
    fn detach_player(&mut self, id: u64, now: Instant) {
        let Some(client) = self.connections.get_mut(id) else {
            return;
        };
        if let Role::Player(seat) = mem::replace(&mut client.role, Role::Closing)
            && self.seats.disconnect(seat, id, now)
        {
            self.round.away.push((seat, true));
            // At once, and not at the next tick: a script is faster than the ticks.
            if !self.lifecycle.closed && self.seats.release_unplayed(seat) {
                self.state.admission.free_seats(1);
            }
        }
    }
}
