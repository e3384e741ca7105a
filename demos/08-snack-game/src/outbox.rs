//! The writing side of a connection, owned by its room. Nothing here ever waits.

mod backlog;

pub use backlog::Backlog;

use crate::{
    connection::Connection,
    net::{SocketRef, socket_ref},
};
use bytes::Bytes;
use std::{io, sync::Arc, time::Instant};

/// The most answers that may wait for a client. Answers beyond that are dropped: the client asked
/// for them, and does not read.
pub(crate) const MAX_WAITING_ANSWERS: usize = 8;

/// The same under a supervisor, where frames are written once a tick: as many answers as a client
/// may ask for between two ticks.
const MAX_ANSWERS_A_TICK: usize = 80;

/// The frames for one connection.
#[derive(Debug)]
pub struct Outbox {
    connection: Arc<Connection>,
    /// `None` while the kernel takes every frame at once, which is nearly always: a room walks over
    /// all outboxes in each tick, so they are small.
    backlog: Option<Box<Backlog>>,
}

/// What one connection was sent in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The tick, like everyone else.
    Tick,
    /// The newest snapshot, in place of the ticks that it missed.
    Snapshot,
    /// Nothing: the kernel's buffer is full.
    Nothing,
}

impl Outbox {
    /// An empty outbox.
    pub fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            backlog: None,
        }
    }

    /// An outbox that continues with the `backlog` of an earlier process, or begins with an empty
    /// one under a supervisor.
    pub fn with_backlog(connection: Arc<Connection>, backlog: Backlog) -> Self {
        Self {
            connection,
            backlog: Some(Box::new(backlog)),
        }
    }

    /// The connection.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The frames that the kernel did not take. `None` if it has taken all.
    pub fn backlog(&self) -> Option<&Backlog> {
        self.backlog.as_deref()
    }

    /// Whether the kernel has taken everything so far, and the connection stays open.
    pub fn keeps_up(&self) -> bool {
        self.backlog.is_none()
    }

    /// When the first of the missed ticks was left out. `None` if none is missing.
    pub fn behind_since(&self) -> Option<Instant> {
        self.backlog.as_ref()?.behind_since
    }

    /// Bytes that the kernel did not take.
    pub fn waiting_bytes(&self) -> usize {
        self.backlog.as_ref().map_or(0, |backlog| backlog.bytes())
    }

    /// When the close frame was queued.
    pub fn closed_at(&self) -> Option<Instant> {
        self.backlog.as_ref()?.closed_at
    }

    /// Sends an answer. It is dropped if too many answers wait.
    pub fn answer(&mut self, frame: Bytes) {
        let accepts = |backlog: &Backlog| {
            let most = match backlog.is_supervised() {
                true => MAX_ANSWERS_A_TICK,
                false => MAX_WAITING_ANSWERS,
            };
            backlog.closed_at.is_none() && backlog.frames.len() < most
        };
        if self.backlog.as_deref().is_none_or(accepts) {
            self.push(frame);
        }
    }

    /// The socket, if the connection [keeps up](Self::keeps_up). The caller sends a tick to it and
    /// passes the result to [`record_sent`](Self::record_sent).
    pub fn socket(&self) -> Option<SocketRef<'_>> {
        self.keeps_up().then(|| socket_ref(&self.connection.stream))
    }

    /// Records the result of sending a tick straight to the [`socket`](Self::socket).
    pub fn record_sent(&mut self, tick: &Bytes, result: io::Result<usize>) -> Sent {
        if !result.as_ref().is_ok_and(|&count| count == tick.len()) {
            let mut backlog = Backlog::default();
            let rest = backlog.record_write(&self.connection, tick.clone(), result);
            backlog.frames.extend(rest);
            self.backlog = Some(Box::new(backlog));
        }
        Sent::Tick
    }

    /// Sends a tick. If earlier ticks were left out it sends a snapshot instead, and if the kernel
    /// takes nothing it leaves this tick out, too.
    pub fn send_tick(
        &mut self,
        tick: &Bytes,
        snapshot: impl FnOnce() -> Bytes,
        now: Instant,
    ) -> Sent {
        if !self.flush() {
            let backlog = self.backlog.get_or_insert_default();
            backlog.behind_since.get_or_insert(now);
            return Sent::Nothing;
        }
        let backlog = self.backlog.as_mut();
        let behind_since = backlog.and_then(|backlog| backlog.behind_since.take());
        let (frame, sent) = match behind_since {
            None => (tick.clone(), Sent::Tick),
            Some(_) => (snapshot(), Sent::Snapshot),
        };
        self.push(frame);
        sent
    }

    /// Sends a close frame. Frames of which no byte was written are dropped, so that the client
    /// reads the close frame next.
    pub fn close(&mut self, frame: Bytes, now: Instant) {
        if self.closed_at().is_none() {
            let backlog = self.backlog.get_or_insert_default();
            backlog.drop_unbegun();
            backlog.closed_at = Some(now);
            self.push(frame);
        }
    }

    /// Writes what the kernel takes now. `true` if nothing is left that may be written.
    pub fn flush(&mut self) -> bool {
        let Some(backlog) = &mut self.backlog else {
            return true;
        };
        let all = backlog.flush(&self.connection);
        if backlog.is_done() {
            self.backlog = None;
        }
        all
    }

    /// Allows all waiting frames to be written: they are part of a snapshot now.
    pub fn seal(&mut self) {
        if let Some(backlog) = &mut self.backlog {
            backlog.seal();
        }
    }

    fn push(&mut self, frame: Bytes) {
        self.backlog.get_or_insert_default().frames.push_back(frame);
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::connection::tests::{connected, shrink_receive_buffer};
    use std::{
        io::{ErrorKind, Read},
        net::TcpStream,
        time::Duration,
    };
    use tokio::runtime::{Builder, Runtime};

    /// An outbox with small buffers in the kernel, and its client.
    fn outbox() -> (Outbox, TcpStream, Runtime) {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let within = runtime.enter();
        let (connection, client) = connected(1, 4 * 1024);
        drop(within);
        shrink_receive_buffer(&client);
        client.set_nonblocking(true).expect("non-blocking");
        (Outbox::new(Arc::new(connection)), client, runtime)
    }

    fn tick(number: u32) -> Bytes {
        Bytes::from(number.to_be_bytes().repeat(64))
    }

    /// Lets the outbox write and reads what comes, until nothing has come for 300 looks, a
    /// millisecond apart. Looks, because this thread itself may stand still for any time.
    fn read(outbox: &mut Outbox, client: &mut TcpStream) -> Vec<u8> {
        let (mut received, mut chunk) = (Vec::new(), [0; 64 * 1024]);
        let mut in_vain = 0;
        while in_vain < 300 {
            outbox.flush();
            match client.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => {
                    received.extend(&chunk[..count]);
                    in_vain = 0;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    in_vain += 1;
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => panic!("{error}"),
            }
        }
        received
    }

    /// A client that missed ticks is sent a snapshot in their place, and then ticks again; no frame
    /// is torn, whatever was written of it when the kernel was full.
    #[test]
    fn a_client_that_missed_ticks_gets_a_snapshot_and_then_ticks_again() {
        let (mut outbox, mut client, _runtime) = outbox();
        let (start, mut expected) = (Instant::now(), Vec::new());
        let snapshot = || Bytes::from_static(b"the whole picture");
        let at = |number: u32| start + Duration::from_millis(number.into());
        let mut number = 0;
        let first_missed = loop {
            match outbox.send_tick(&tick(number), || panic!("it keeps up"), at(number)) {
                Sent::Tick => expected.extend(tick(number)),
                Sent::Nothing => break number,
                Sent::Snapshot => panic!("it keeps up"),
            }
            number += 1;
            assert!(
                number < 1_000_000,
                "the kernel's buffers of 4 kB are not full"
            );
        };
        assert_eq!(outbox.behind_since(), Some(at(first_missed)));
        for number in first_missed + 1..first_missed + 50 {
            let sent = outbox.send_tick(&tick(number), snapshot, at(number));
            assert_eq!(sent, Sent::Nothing);
            assert!(outbox.backlog().is_some_and(|it| it.frames.len() <= 1));
        }
        assert_eq!(
            outbox.behind_since(),
            Some(at(first_missed)),
            "the first one"
        );
        assert!(!outbox.keeps_up() && outbox.waiting_bytes() <= 256);
        let received = read(&mut outbox, &mut client);
        assert!(
            received == expected,
            "whole frames, and nothing that was missed"
        );
        let (now, next) = (at(number + 100), tick(7));
        assert_eq!(outbox.send_tick(&next, snapshot, now), Sent::Snapshot);
        assert_eq!(outbox.behind_since(), None);
        assert_eq!(
            outbox.send_tick(&next, || panic!("it has one"), now),
            Sent::Tick
        );
        let received = read(&mut outbox, &mut client);
        assert_eq!(received, [&b"the whole picture"[..], &next].concat());
        assert!(outbox.keeps_up() && outbox.backlog().is_none());
    }

    #[test]
    fn after_a_close_frame_nothing_is_sent_and_it_ends_the_connection() {
        let (mut outbox, mut client, _runtime) = outbox();
        let now = Instant::now();
        outbox.answer(Bytes::from_static(b"welcome"));
        outbox.close(Bytes::from_static(b"bye"), now);
        outbox.answer(Bytes::from_static(b"late"));
        outbox.close(Bytes::from_static(b"another"), now + Duration::from_secs(1));
        assert_eq!(outbox.closed_at(), Some(now));
        assert_eq!(read(&mut outbox, &mut client), b"welcomebye");
        client.set_nonblocking(false).expect("blocking");
        let patience = Some(Duration::from_secs(60));
        client.set_read_timeout(patience).expect("a timeout");
        assert_eq!(client.read(&mut [0; 8]).expect("an end"), 0);
        assert!(!outbox.keeps_up(), "it stays closed");
    }

    #[test]
    fn while_a_close_frame_waits_for_the_kernel_nothing_is_put_behind_it() {
        let (mut outbox, mut client, _runtime) = outbox();
        let now = Instant::now();
        let is_full = |number| outbox.send_tick(&tick(number), || tick(0), now) == Sent::Nothing;
        assert!(
            (0..1_000_000).any(is_full),
            "the kernel's buffers of 4 kB are not full"
        );
        outbox.close(Bytes::from_static(b"bye"), now);
        outbox.answer(Bytes::from_static(b"late"));
        outbox.close(Bytes::from_static(b"another"), now);
        assert!(outbox.backlog().is_some_and(|it| it.frames.len() <= 2));
        let received = read(&mut outbox, &mut client);
        assert!(received.ends_with(b"bye"));
    }

    /// Under a supervisor, what a snapshot does not contain is not written: not even a goodbye.
    #[test]
    fn a_frame_waits_for_its_snapshot_and_makes_place_for_a_close_frame() {
        let (outbox, mut client, _runtime) = outbox();
        let connection = Arc::clone(outbox.connection());
        let mut backlog = Backlog::supervised(3, [Bytes::from_static(b"rest")].into());
        backlog.partly_written = true;
        let mut outbox = Outbox::with_backlog(connection, backlog);
        assert!(outbox.flush() && !outbox.keeps_up());
        let written = |outbox: &Outbox| outbox.backlog().and_then(Backlog::written);
        assert_eq!(written(&outbox), Some(7));
        outbox.answer(Bytes::from_static(b"an answer"));
        assert_eq!(read(&mut outbox, &mut client), b"rest");
        outbox.close(Bytes::from_static(b"bye"), Instant::now());
        assert_eq!((outbox.waiting_bytes(), written(&outbox)), (3, Some(7)));
        assert_eq!(read(&mut outbox, &mut client), b"");
        outbox.seal();
        assert_eq!(read(&mut outbox, &mut client), b"bye");
        assert_eq!(written(&outbox), Some(10));
    }

    #[test]
    fn a_tick_that_the_kernel_took_in_part_is_finished_first() {
        let (mut outbox, mut client, _runtime) = outbox();
        let frame = tick(1);
        let count = outbox.socket().expect("it keeps up").send(&frame[..100]);
        assert_eq!(count.expect("the kernel has space"), 100);
        assert_eq!(outbox.record_sent(&frame, Ok(100)), Sent::Tick);
        assert!(outbox.socket().is_none() && outbox.waiting_bytes() == 156);
        outbox.close(Bytes::from_static(b"bye"), Instant::now());
        let received = read(&mut outbox, &mut client);
        assert_eq!(received, [&frame[..], b"bye"].concat());
    }

    #[test]
    fn an_outbox_without_a_backlog_is_two_words() {
        assert_eq!(size_of::<Outbox>(), 2 * size_of::<usize>());
    }
}
