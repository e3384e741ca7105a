//! A room in a house of its own, and phones that say what they are told to.

use super::super::*;
use crate::{folder::Folder, frame, line::Line, net::socket_ref, options::Options, store::Store};
use rush::wire::{ToClient, ToServer, Token};
use std::{
    io::Read,
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};
use tokio::runtime::{Builder, Runtime};

/// The least that is later.
pub(super) const JUST: Duration = Duration::from_millis(1);

/// For a byte from one end of this machine's own network to the other.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A room in a house of its own.
pub(super) struct Stage {
    room: Option<Room>,
    runtime: Runtime,
    store: Option<thread::JoinHandle<()>>,
    _folder: Folder,
    lines: u64,
}

/// A connection: the room's end of it, and the phone's.
pub(super) struct Ends {
    pub(super) line: Arc<Line>,
    pub(super) phone: TcpStream,
    /// Nobody was connected yet, and somebody was.
    pub(super) between: (Instant, Instant),
}

impl Stage {
    pub(super) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Folder::new();
        let (store, thread) = Store::open(folder.path()).expect("a store");
        let mut options = Options::default();
        change(&mut options);
        let desk = Arc::new(Desk::new("hall", options.seats));
        Self {
            room: Some(Room::new(
                "hall",
                Arc::new(House::new(options, store)),
                desk,
            )),
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            store: Some(thread),
            _folder: folder,
            lines: 0,
        }
    }

    pub(super) fn room(&mut self) -> &mut Room {
        self.room.as_mut().expect("until the end")
    }

    /// Somebody connects, and says nothing.
    pub(super) fn knocks(&mut self) -> Ends {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let phone = TcpStream::connect(address).expect("it listens");
        phone.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let (ours, from) = listener.accept().expect("a connection");
        ours.set_nonblocking(true).expect("it does not wait");
        let within = self.runtime.enter();
        let ours = tokio::net::TcpStream::from_std(ours).expect("a socket");
        drop(within);
        self.lines += 1;
        let before = Instant::now();
        let holds = self.room().house.options.kernel_holds;
        let line = Arc::new(Line::new(self.lines, from.ip(), ours, None, holds));
        let between = (before, Instant::now());
        let arrived = ToRoom::Arrived {
            line: Arc::clone(&line),
            refuse: None,
        };
        self.room().apply(arrived, between.1);
        Ends {
            line,
            phone,
            between,
        }
    }

    pub(super) fn joins(&mut self) -> Ends {
        let ends = self.knocks();
        let name = "ann".to_owned();
        self.says(&ends, ToServer::Join { name });
        ends
    }

    pub(super) fn says(&mut self, ends: &Ends, what: ToServer) {
        let (line, now) = (ends.line.id, ends.between.1);
        self.room().apply(ToRoom::Said { line, what }, now);
    }

    pub(super) fn ticks(&mut self, count: usize, now: Instant) {
        (0..count).for_each(|_| self.room().tick(now));
    }

    /// The code with which the room said goodbye, once it has.
    pub(super) fn goodbye(&mut self, ends: &Ends) -> Option<u16> {
        let guest = self.room().guests.get(ends.line.id).expect("it is here");
        guest.outbox.closed()?;
        guest.ended.as_ref().map(|end| end.code)
    }

    /// What the phone was told until now: the first byte and the payload of each frame. An echo
    /// comes behind all of it.
    pub(super) fn frames(&mut self, ends: &Ends) -> Vec<(u8, Vec<u8>)> {
        self.says(ends, ToServer::Echo(7));
        let echo = frame::binary(&ToClient::Echo(7).encode());
        let (mut told, mut some) = (Vec::new(), [0; 4096]);
        while !told.ends_with(&echo) {
            let count = (&ends.phone).read(&mut some).expect("an echo");
            assert_ne!(count, 0, "the line ended");
            told.extend(&some[..count]);
        }
        let (mut rest, mut frames) = (&told[..], Vec::new());
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

    /// From somebody's welcome.
    pub(super) fn token(&mut self, ends: &Ends) -> Token {
        match ToClient::decode(&self.frames(ends)[0].1) {
            Ok(ToClient::Welcome(welcome)) => welcome.token,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn taken(&mut self) -> usize {
        self.room().seats.taken()
    }

    /// The last tick.
    pub(super) fn closes(&mut self, now: Instant) {
        self.room().drain(now);
        self.ticks(1, now);
    }

    /// Opens the room again, so long after it was closed.
    pub(super) fn is_closed_for(&mut self, since: Duration) -> Option<Room> {
        let house = Arc::clone(&self.room().house);
        let left = house.left_behind();
        let closed = Closed::read(left.first()?).expect("what was written is read");
        closed.room(&house, since).map(|(room, _)| room)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.room = None; // The last who could add to the store.
        if let Some(store) = self.store.take() {
            let _ = store.join();
        }
    }
}

impl Ends {
    /// Whether the room has hung up: its reader finds the end, and says that the line is gone.
    pub(super) fn is_hung_up(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        matches!(socket_ref(&self.line.stream).recv(&mut byte), Ok(0))
    }

    /// All that the phone was told, after its line was closed.
    pub(super) fn told(mut self) -> Vec<u8> {
        let mut told = Vec::new();
        self.phone.read_to_end(&mut told).expect("an end");
        told
    }
}
