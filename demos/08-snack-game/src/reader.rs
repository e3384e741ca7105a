//! Reads one client's messages and hands them to its room. Without a supervisor it is the only task
//! that a connection has, and a small one: thousands of them are idle.

use crate::{
    close_cause::{CloseCause, ReadEnd},
    connection::Connection,
    decode::{Decoder, Frame},
    room::inbox::ToRoom,
};
use bytes::{Buf, Bytes};
use rush::{close::Close, wire::ToServer};
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    sync::Arc,
};
use tokio::sync::mpsc::{Permit, Sender, error::TrySendError};
use web_server::{Rate, TokenBucket};

/// The rate limit of a connection. Each frame counts, whatever is in it: a ping, a pong, an empty
/// fragment. No player turns that often.
pub(crate) const MESSAGES: Rate = Rate {
    at_once: 80,
    a_second: 40,
};

/// So many bytes of a frame count as a message if they arrive in several reads: the reads cost as
/// much as a message if each has one byte.
pub(crate) const CHARGED_BYTES: usize = 16;

/// The most bytes of a connection that are read and ignored after its last message: more than an
/// honest client can have on the way, and less than a flood of three seconds.
const MOST_IGNORED: u32 = 1 << 20;

/// Reads a connection to its end, and hands every message to the room; the last one is
/// [`ToRoom::Gone`]. `early` are bytes that were read before.
pub fn read_messages(
    connection: Arc<Connection>,
    early: Bytes,
    room: Sender<ToRoom>,
) -> impl Future<Output = ()> + Send {
    let unparsed = Unparsed::of(early);
    // Every variable in here is part of each connection's task for as long as it lives.
    async move {
        let found = read_all(&connection, unparsed, &room).await;
        if let Some(slot) = reserve(&room).await {
            let id = connection.id;
            slot.send(ToRoom::Gone { id, found });
        }
    }
}

/// Reads messages until the connection or the room ends.
async fn read_all(
    connection: &Connection,
    mut unparsed: Option<Box<Unparsed>>,
    room: &Sender<ToRoom>,
) -> ReadEnd {
    let mut limit = TokenBucket::new(MESSAGES, 0);
    loop {
        match fill(connection, &mut unparsed).await {
            Ok(0) => return ReadEnd::Closed,
            Ok(count) => charge_read(count, unparsed.as_deref(), connection, &mut limit),
            Err(error) => return (&error).into(),
        }
        loop {
            // Reserves a place in the inbox first, so that this task holds no message while it
            // waits. Waiting here is the backpressure on the client: it is what makes the inbox
            // bounded.
            let Some(slot) = reserve(room).await else {
                connection.hang_up(); // The room has gone, and has closed its connections.
                return ReadEnd::RoomClosed;
            };
            let Some(Parsed { message, last }) = parse(&mut unparsed, connection, &mut limit)
            else {
                break;
            };
            slot.send(message);
            if last {
                return read_to_end(connection).await;
            }
        }
    }
}

/// Waits for a place in the room's inbox. `None` if the room has gone.
async fn reserve(room: &Sender<ToRoom>) -> Option<Permit<'_, ToRoom>> {
    match room.try_reserve() {
        Ok(slot) => Some(slot),
        // Boxed, because it is rare, and without the box each connection's task would be as large
        // as if it always waited.
        Err(TrySendError::Full(())) => Box::pin(room.reserve()).await.ok(),
        Err(TrySendError::Closed(())) => None,
    }
}

/// Bytes that were read and not parsed. Between two messages there are none, and the connection
/// needs no memory for them.
#[derive(Debug, Default)]
struct Unparsed {
    decoder: Decoder,
    early: Bytes,
}

impl Unparsed {
    fn of(early: Bytes) -> Option<Box<Self>> {
        let decoder = Decoder::default();
        (!early.is_empty()).then(|| Box::new(Self { decoder, early }))
    }

    /// Moves early bytes into the decoder, and returns their number.
    fn take_early(&mut self) -> usize {
        let space = self.decoder.space();
        let count = space.len().min(self.early.len());
        self.early.copy_to_slice(&mut space[..count]);
        self.decoder.fill(count);
        count
    }

    fn is_empty(&self) -> bool {
        self.early.is_empty() && self.decoder.is_between_messages()
    }
}

/// A message of a client, as its room gets it.
pub(crate) struct Parsed {
    pub(crate) message: ToRoom,
    /// Whatever follows on the connection is ignored.
    pub(crate) last: bool,
}

impl Parsed {
    /// The last message of a client that broke a rule.
    fn failed(connection: &Connection, cause: CloseCause) -> Self {
        let id = connection.id;
        Self {
            message: ToRoom::Failed { id, cause },
            last: true,
        }
    }
}

/// The next message. `None` if more bytes have to be read.
fn parse(
    unparsed: &mut Option<Box<Unparsed>>,
    connection: &Connection,
    limit: &mut TokenBucket,
) -> Option<Parsed> {
    let parsed = next_message(&mut unparsed.as_mut()?.decoder, connection, limit);
    if parsed.is_none() {
        unparsed.take_if(|unparsed| unparsed.is_empty());
    }
    parsed
}

/// The next message. `None` if the decoder needs more bytes.
pub(crate) fn next_message(
    decoder: &mut Decoder,
    connection: &Connection,
    limit: &mut TokenBucket,
) -> Option<Parsed> {
    let id = connection.id;
    let failed = |cause| Some(Parsed::failed(connection, cause));
    loop {
        let frame = match decoder.decode() {
            Ok(frame) => frame?,
            Err(error) => return failed(CloseCause::Decode(error)),
        };
        if !limit.take(MESSAGES, connection.mark_alive()) {
            return failed(Close::TooManyMessages.into());
        }
        let (message, last) = match frame {
            Frame::Binary(message) => match ToServer::decode(&message) {
                Ok(message) => (ToRoom::Message { id, message }, false),
                Err(_) => return failed(Close::Malformed.into()),
            },
            Frame::Ping(payload) => {
                let payload = Bytes::copy_from_slice(&payload);
                (ToRoom::Ping { id, payload }, false)
            }
            Frame::Pong | Frame::Fragment => continue, //M
            Frame::Close(code) => (ToRoom::CloseFrame { id, code }, true),
        };
        return Some(Parsed { message, last });
    }
}

/// Charges a read of `count` bytes that continued a frame. If it is one too many, the frame finds
/// no token left for itself when it is complete, and no frame is longer than the decoder's buffer.
fn charge_read(
    count: usize,
    unparsed: Option<&Unparsed>,
    connection: &Connection,
    limit: &mut TokenBucket,
) {
    let filled = unparsed.map_or(0, |it| it.decoder.unparsed());
    let before = filled.saturating_sub(count);
    if before > 0 && filled / CHARGED_BYTES > before / CHARGED_BYTES {
        let _noticed_by_the_frame = limit.take(MESSAGES, connection.age_in_millis());
    }
}

/// Waits for bytes, and puts them into the decoder. Returns 0 if the connection has ended, by
/// either side.
async fn fill(connection: &Connection, unparsed: &mut Option<Box<Unparsed>>) -> io::Result<usize> {
    loop {
        if let Some(count @ 1..) = unparsed.as_mut().map(|unparsed| unparsed.take_early()) {
            return Ok(count);
        }
        if !poll_fn(|context| connection.poll_readable(context)).await? {
            return Ok(0);
        }
        match try_read(connection, unparsed) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            done => return done,
        }
    }
}

fn try_read(connection: &Connection, unparsed: &mut Option<Box<Unparsed>>) -> io::Result<usize> {
    let decoder = &mut unparsed.get_or_insert_default().decoder;
    let read = connection.stream.try_read(decoder.space());
    decoder.fill(*read.as_ref().unwrap_or(&0));
    unparsed.take_if(|unparsed| unparsed.is_empty());
    read
}

/// Reads and ignores what is left: if a socket is closed with bytes unread, the kernel resets the
/// connection, and the browser may lose the close frame. The room hangs up if this takes too long,
/// and a client that goes on sending is not read for more than [`MOST_IGNORED`] bytes.
async fn read_to_end(connection: &Connection) -> ReadEnd {
    let mut ignored = 0;
    while ignored < MOST_IGNORED {
        match poll_fn(|context| connection.poll_readable(context)).await {
            Ok(true) => {}
            Ok(false) => return ReadEnd::Drained,
            Err(error) => return (&error).into(),
        }
        match discard(connection) {
            Ok(0) => return ReadEnd::Drained,
            Ok(count) => ignored += count as u32,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return (&error).into(),
        }
    }
    connection.hang_up();
    ReadEnd::Drained
}

/// Not an `async fn`, so that the buffer is on the stack and not in every connection's task.
fn discard(connection: &Connection) -> io::Result<usize> {
    connection.stream.try_read(&mut [0; 4096])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connection::tests::connected, decode::DecodeError, decoders::seeds::frame};

    /// The messages in these bytes, and whether the last one ends them.
    fn messages(bytes: &[u8], connection: &Connection) -> (Vec<ToRoom>, bool) {
        let (mut all, mut unparsed) = (Vec::new(), Unparsed::of(Bytes::copy_from_slice(bytes)));
        let mut limit = TokenBucket::new(MESSAGES, 0);
        while unparsed.as_mut().is_some_and(|it| it.take_early() > 0) {
            while let Some(Parsed { message, last }) = parse(&mut unparsed, connection, &mut limit)
            {
                assert!(matches!(
                    message,
                    ToRoom::Message { id: 7, .. }
                        | ToRoom::Ping { id: 7, .. }
                        | ToRoom::CloseFrame { id: 7, .. }
                        | ToRoom::Failed { id: 7, .. }
                ));
                all.push(message);
                if last {
                    return (all, true);
                }
            }
        }
        (all, false)
    }

    fn failed(messages: &[ToRoom]) -> Option<CloseCause> {
        match messages.last() {
            Some(ToRoom::Failed { cause, .. }) => Some(cause.clone()),
            _ => None,
        }
    }

    #[tokio::test]
    async fn messages_are_handed_on_in_their_order_and_pongs_are_not() {
        let (connection, _client) = connected(7, 4_096);
        let echo = |number| frame(0x82, &ToServer::Echo(number).encode());
        let bytes = [
            echo(1),
            frame(0x8A, b""),
            frame(0x89, b"?"),
            echo(2),
            frame(0x8A, b"!"),
        ];
        let (all, ended) = messages(&bytes.concat(), &connection);
        assert!(!ended);
        assert!(matches!(
            all[..],
            [
                ToRoom::Message {
                    message: ToServer::Echo(1),
                    ..
                },
                ToRoom::Ping { .. },
                ToRoom::Message {
                    message: ToServer::Echo(2),
                    ..
                },
            ]
        ));
    }

    /// An idle connection needs no memory, and half a message is not forgotten.
    #[tokio::test]
    async fn a_buffer_is_kept_while_a_message_is_incomplete_and_not_longer() {
        let (connection, _client) = connected(7, 4_096);
        let mut limit = TokenBucket::new(MESSAGES, 0);
        let bytes = frame(0x82, &ToServer::Echo(5).encode());
        let fragment = frame(0x02, b"");
        for half in [&bytes[..1], &bytes[..9], &fragment] {
            let mut unparsed = Unparsed::of(Bytes::copy_from_slice(half));
            assert_eq!(
                unparsed.as_mut().map(|it| it.take_early()),
                Some(half.len())
            );
            assert!(parse(&mut unparsed, &connection, &mut limit).is_none());
            assert!(unparsed.is_some());
        }
        let mut unparsed = Unparsed::of(Bytes::copy_from_slice(&bytes));
        unparsed.as_mut().map(|it| it.take_early());
        assert!(parse(&mut unparsed, &connection, &mut limit).is_some());
        assert!(parse(&mut unparsed, &connection, &mut limit).is_none());
        assert!(unparsed.is_none());
    }

    #[tokio::test]
    async fn what_follows_a_close_frame_or_a_broken_rule_is_not_handed_on() {
        let (connection, _client) = connected(7, 4_096);
        let watch = frame(0x82, &ToServer::Watch.encode());
        let ends = [
            (frame(0x88, &[0x03, 0xE9]), None),
            (frame(0x82, b"\xff"), Some(Close::Malformed.into())),
            (frame(0x82, b""), Some(Close::Malformed.into())),
            (
                frame(0x81, b"text"),
                Some(CloseCause::Decode(DecodeError::Text)),
            ),
        ];
        for (end, cause) in ends {
            let bytes = [watch.clone(), end, watch.clone()].concat();
            let (all, ended) = messages(&bytes, &connection);
            assert!(ended);
            assert_eq!((all.len(), failed(&all)), (2, cause.clone()));
            let close = matches!(
                all[1],
                ToRoom::CloseFrame {
                    code: Some(1001),
                    ..
                }
            );
            assert_eq!(close, cause.is_none());
        }
    }

    #[tokio::test]
    async fn more_messages_than_the_rate_limit_allows_end_the_connection_pongs_included() {
        let (connection, _client) = connected(7, 4_096);
        let most = MESSAGES.at_once as usize;
        for one in [
            frame(0x82, &ToServer::Watch.encode()),
            frame(0x89, b""),
            frame(0x8A, b""),
        ] {
            let (all, ended) = messages(&one.repeat(most - 1), &connection);
            assert!(!ended && all.len() <= most);
            // A slow machine may fill the bucket again meanwhile, but not that often.
            let (all, ended) = messages(&one.repeat(most * 20), &connection);
            let cause = Some(Close::TooManyMessages.into());
            assert_eq!((failed(&all), ended), (cause, true));
        }
    }

    /// Six bytes a frame: ninety thousand of them cross a fast network in one tick.
    #[tokio::test]
    async fn fragments_without_end_count_as_messages() {
        let (connection, _client) = connected(7, 4_096);
        let most = MESSAGES.at_once as usize;
        let endless = [frame(0x02, b""), frame(0x00, b"").repeat(most * 20)];
        let (all, ended) = messages(&endless.concat(), &connection);
        let cause = Some(Close::TooManyMessages.into());
        assert_eq!((all.len(), failed(&all), ended), (1, cause, true));
        let pieces = [frame(0x02, b"\x06"), frame(0x00, b"").repeat(most / 2)];
        let last = frame(0x80, &5_u32.to_le_bytes());
        let (all, ended) = messages(&[pieces.concat(), last].concat(), &connection);
        let whole = matches!(
            all[..],
            [ToRoom::Message {
                message: ToServer::Echo(5),
                ..
            }]
        );
        assert!(whole && !ended, "{all:?}");
    }

    /// What ends the connection when its frames arrive in pieces of this size, without a pause.
    fn in_pieces(size: usize, frames: usize) -> Option<CloseCause> {
        let (connection, _client) = connected(7, 4_096);
        let mut limit = TokenBucket::new(MESSAGES, 0);
        let ping = frame(0x89, &[7; 125]);
        let mut unparsed = Some(Box::<Unparsed>::default());
        for piece in (0..frames).flat_map(|_| ping.chunks(size)) {
            let decoder = &mut unparsed.get_or_insert_default().decoder;
            decoder.space()[..piece.len()].copy_from_slice(piece);
            decoder.fill(piece.len());
            charge_read(piece.len(), unparsed.as_deref(), &connection, &mut limit);
            while let Some(Parsed { message, .. }) = parse(&mut unparsed, &connection, &mut limit) {
                if let ToRoom::Failed { cause, .. } = message {
                    return Some(cause);
                }
            }
        }
        None
    }

    #[tokio::test]
    async fn bytes_that_arrive_one_by_one_count_as_messages() {
        let cause = Some(Close::TooManyMessages.into());
        assert_eq!(in_pieces(1, 100), cause);
        assert_eq!(in_pieces(1, 3), None, "a slow network");
        assert_eq!(in_pieces(66, 30), None, "each frame in two segments");
        assert_eq!(in_pieces(131, MESSAGES.at_once as usize), None);
    }

    /// The size of the future that this function returns.
    fn size_of_future<A, B, C, F>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_connections_task_is_small() {
        let size = size_of_future(read_messages);
        assert!(size <= 160, "the task of each connection has {size} bytes");
    }
}
