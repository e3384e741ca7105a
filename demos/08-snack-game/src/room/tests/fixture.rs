//! A room with a server state of its own, and clients for it.

use super::super::*;
use crate::{
    close_cause::ReadEnd,
    connection::{Connection, tests::connected},
    encode,
    folder::Folder,
    net::socket_ref,
    options::{Options, PORT},
    store::Store,
};
use rush::{
    Dir,
    wire::{Seq, ToClient, ToServer, Token, Welcome},
};
use std::{
    io::Read,
    net::{IpAddr, Ipv4Addr, TcpStream},
    thread,
};
use tokio::runtime::{Builder, Runtime};

/// The shortest time after a deadline.
pub(super) const JUST: Duration = Duration::from_millis(1);

/// The longest wait for a byte on the loopback interface.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The network of all clients here.
pub(super) const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A room with a server state of its own.
pub(super) struct Fixture {
    room: Option<Room>,
    runtime: Runtime,
    store: Option<thread::JoinHandle<()>>,
    _folder: Folder,
    connections: u64,
}

/// A client: both ends of its connection.
pub(super) struct Client {
    pub(super) connection: Arc<Connection>,
    pub(super) socket: TcpStream,
    /// The connection was opened between these instants.
    pub(super) between: (Instant, Instant),
}

impl Fixture {
    pub(super) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Folder::new();
        let (store, thread) = Store::open(folder.path()).expect("a store");
        let mut options = Options::default();
        change(&mut options);
        let stats = Arc::new(Stats::new("hall", options.seats));
        let state = Arc::new(ServerState::new(
            options,
            ([127, 0, 0, 1], PORT).into(),
            store,
        ));
        Self {
            room: Some(Room::new("hall", state, stats)),
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            store: Some(thread),
            _folder: folder,
            connections: 0,
        }
    }

    pub(super) fn room(&mut self) -> &mut Room {
        self.room.as_mut().expect("until the end")
    }

    /// Connects a client that sends nothing.
    pub(super) fn connect(&mut self) -> Client {
        self.connections += 1;
        let (id, send_buffer) = (self.connections, self.room().state.options.send_buffer);
        let within = self.runtime.enter();
        let before = Instant::now();
        let (connection, socket) = connected(id, send_buffer);
        let between = (before, Instant::now());
        drop(within);
        let connection = Arc::new(connection);
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let connected = ToRoom::Connected {
            connection: Arc::clone(&connection),
            refuse: None,
        };
        self.room().apply(connected, between.1);
        Client {
            connection,
            socket,
            between,
        }
    }

    /// Connects a client that watches.
    pub(super) fn watch(&mut self) -> Client {
        let client = self.connect();
        self.send(&client, ToServer::Watch);
        client
    }

    /// Connects a client that joins as `ann`.
    pub(super) fn join(&mut self) -> Client {
        let client = self.connect();
        let name = "ann".to_owned();
        self.send(&client, ToServer::Join { name });
        client
    }

    pub(super) fn send(&mut self, client: &Client, message: ToServer) {
        let (id, now) = (client.connection.id, client.between.1);
        self.room().apply(ToRoom::Message { id, message }, now);
    }

    pub(super) fn ticks(&mut self, count: usize, now: Instant) {
        (0..count).for_each(|_| self.room().tick(now));
    }

    /// Runs the room until its inbox has no sender.
    pub(super) fn run(&mut self, inbox: &mut mpsc::Receiver<ToRoom>) {
        let room = self.room.as_mut().expect("until the end");
        self.runtime.block_on(room.run(inbox));
    }

    /// The code of the close frame that the client was sent. `None` if it was sent none.
    pub(super) fn close_code(&mut self, client: &Client) -> Option<u16> {
        let id = client.connection.id;
        let client = self.room().connections.get(id).expect("it is connected");
        client.outbox.closed_at()?;
        client.cause.as_ref().map(|cause| cause.code())
    }

    /// The frames that the client was sent so far: the first byte and the payload of each. The last
    /// one is the answer to an echo.
    pub(super) fn frames(&mut self, client: &Client) -> Vec<(u8, Vec<u8>)> {
        self.send(client, ToServer::Echo(7));
        let echo = encode::binary(&ToClient::Echo(7).encode());
        let (mut received, mut chunk) = (Vec::new(), [0; 4096]);
        while !received.ends_with(&echo) {
            let count = (&client.socket).read(&mut chunk).expect("an echo");
            assert_ne!(count, 0, "the connection ended");
            received.extend(&chunk[..count]);
        }
        let (mut rest, mut frames) = (&received[..], Vec::new());
        while let [first, length, ..] = *rest {
            let (length, start) = match length {
                126 => (usize::from(u16::from_be_bytes([rest[2], rest[3]])), 4),
                short => (usize::from(short), 2),
            };
            frames.push((first, rest[start..start + length].to_vec()));
            rest = &rest[start + length..];
        }
        frames
    }

    /// The messages that the client was sent so far. The last one is the answer to an echo.
    pub(super) fn messages(&mut self, client: &Client) -> Vec<ToClient> {
        let frames = self.frames(client);
        let messages = frames.iter().map(|(_, payload)| ToClient::decode(payload));
        messages.collect::<Result<_, _>>().expect("valid")
    }

    /// The client's welcome, which is its first message.
    pub(super) fn welcome(&mut self, client: &Client) -> Welcome {
        match ToClient::decode(&self.frames(client)[0].1) {
            Ok(ToClient::Welcome(welcome)) => welcome,
            other => panic!("{other:?}"),
        }
    }

    /// The token in the client's welcome.
    pub(super) fn token(&mut self, client: &Client) -> Token {
        self.welcome(client).token
    }

    pub(super) fn taken(&mut self) -> usize {
        self.room().seats.taken()
    }

    /// Plays the last tick before a shutdown.
    pub(super) fn shut_down(&mut self, now: Instant) {
        self.room().drain(now);
        self.ticks(1, now);
    }

    /// Opens the room again, `ago` after it was shut down.
    pub(super) fn reopen(&mut self, ago: Duration) -> Option<Room> {
        let state = Arc::clone(&self.room().state);
        let closed = state.closed_rooms.all();
        let snapshot = Snapshot::read(closed.first()?).expect("what was written is read");
        snapshot.reopen(&state, ago).map(|(room, _)| room)
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.room = None; // It has the last sender to the store.
        if let Some(store) = self.store.take() {
            let _ = store.join();
        }
    }
}

impl Client {
    /// The message that this client's connection has ended.
    pub(super) fn gone(&self) -> ToRoom {
        let (id, found) = (self.connection.id, ReadEnd::Closed);
        ToRoom::Gone { id, found }
    }

    /// Whether the room has hung up.
    pub(super) fn is_hung_up(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        matches!(socket_ref(&self.connection.stream).recv(&mut byte), Ok(0))
    }

    /// All bytes that the client was sent, once its connection has ended.
    pub(super) fn received(mut self) -> Vec<u8> {
        let mut received = Vec::new();
        self.socket.read_to_end(&mut received).expect("an end");
        received
    }
}

pub(super) fn turn(seq: u16, dir: Dir) -> ToServer {
    let seq = Seq(seq);
    ToServer::Turn { seq, dir }
}
