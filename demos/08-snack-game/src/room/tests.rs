//! A room's deadlines, by a clock that is moved by hand: `apply` and `tick` are told what time it is, so nothing is waited for.

use super::*;
use crate::net::hand;
use crate::{frame, options::Options, store::Store};
use rush::wire::{ToClient, Token};
use socket2::SockRef;
use std::{
    fs,
    io::{ErrorKind, Read},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    thread,
};
use tokio::runtime::{Builder, Runtime};

/// The least that is later.
const JUST: Duration = Duration::from_millis(1);

/// For a byte from one end of this machine's own network to the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// A room in a house of its own.
struct Stage {
    room: Option<Room>,
    runtime: Runtime,
    store: Option<thread::JoinHandle<()>>,
    folder: PathBuf,
    lines: u64,
}

/// A connection: the room's end of it, and the phone's.
struct Ends {
    line: Arc<Line>,
    phone: TcpStream,
    /// Nobody was connected yet, and somebody was.
    between: (Instant, Instant),
}

impl Stage {
    fn with(change: impl FnOnce(&mut Options)) -> Self {
        let name = format!("snack-rush-room-{:016x}", u64::from_le_bytes(random()));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a new folder");
        let (store, thread) = Store::open(&folder).expect("a store");
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
            folder,
            lines: 0,
        }
    }

    fn room(&mut self) -> &mut Room {
        self.room.as_mut().expect("until the end")
    }

    /// Somebody connects, and says nothing.
    fn knocks(&mut self) -> Ends {
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

    fn joins(&mut self) -> Ends {
        let ends = self.knocks();
        let name = "ann".to_owned();
        self.says(&ends, ToServer::Join { name });
        ends
    }

    fn says(&mut self, ends: &Ends, what: ToServer) {
        let (line, now) = (ends.line.id, ends.between.1);
        self.room().apply(ToRoom::Said { line, what }, now);
    }

    fn ticks(&mut self, count: usize, now: Instant) {
        (0..count).for_each(|_| self.room().tick(now));
    }

    /// The code with which the room said goodbye, once it has.
    fn goodbye(&mut self, ends: &Ends) -> Option<u16> {
        let guest = self.room().guests.get(ends.line.id).expect("it is here");
        guest.outbox.closed()?;
        guest.ended.as_ref().map(|end| end.0)
    }

    /// What the phone was told until now: the first byte and the payload of each frame. An echo comes behind all of it.
    fn frames(&mut self, ends: &Ends) -> Vec<(u8, Vec<u8>)> {
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
    fn token(&mut self, ends: &Ends) -> Token {
        match ToClient::decode(&self.frames(ends)[0].1) {
            Ok(ToClient::Welcome(welcome)) => welcome.token,
            other => panic!("{other:?}"),
        }
    }

    fn taken(&mut self) -> usize {
        self.room().seats.taken()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.room = None; // The last who could add to the store.
        if let Some(store) = self.store.take() {
            let _ = store.join();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ends {
    /// Whether the room has hung up: its reader finds the end, and says that the line is gone.
    fn is_hung_up(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        matches!(hand(&self.line.stream).recv(&mut byte), Ok(0))
    }

    /// All that the phone was told, after its line was closed.
    fn told(mut self) -> Vec<u8> {
        let mut told = Vec::new();
        self.phone.read_to_end(&mut told).expect("an end");
        told
    }
}

#[test]
fn whoever_says_nothing_is_told_when_the_time_is_over_and_not_before() {
    let mut stage = Stage::with(|_| {});
    let first_word = stage.room().house.options.first_word;
    let ends = stage.knocks();
    stage.ticks(1, ends.between.0 + first_word);
    assert_eq!(stage.goodbye(&ends), None);
    stage.ticks(1, ends.between.1 + first_word + JUST);
    assert_eq!(stage.goodbye(&ends), Some(4005));
    assert_eq!(ends.told(), frame::close(4005, "nothing said"));
}

#[test]
fn whoever_has_said_a_word_may_be_quiet() {
    let mut stage = Stage::with(|_| {});
    let first_word = stage.room().house.options.first_word;
    let ends = stage.joins();
    stage.ticks(1, ends.between.1 + first_word + JUST);
    assert_eq!((stage.goodbye(&ends), stage.taken()), (None, 1));
}

#[test]
fn a_goodbye_that_nobody_answers_is_not_waited_for_any_longer() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    stage.says(&ends, ToServer::Leave);
    assert_eq!(stage.goodbye(&ends), Some(1000));
    stage.ticks(1, ends.between.1 + GOODBYE);
    assert!(!ends.is_hung_up());
    stage.ticks(1, ends.between.1 + GOODBYE + JUST);
    assert!(ends.is_hung_up());
}

#[test]
fn somebody_quiet_is_asked_and_somebody_who_does_not_answer_is_hung_up_on() {
    let mut stage = Stage::with(|_| {});
    let silence = stage.room().house.options.silence;
    let ends = stage.joins();
    let asked = |stage: &mut Stage, now| {
        stage.ticks(40, now);
        stage.frames(&ends).contains(&(0x89, Vec::new()))
    };
    assert!(!asked(&mut stage, ends.between.0 + silence / 2));
    assert!(asked(&mut stage, ends.between.1 + silence / 2 + JUST));
    stage.ticks(10, ends.between.0 + silence);
    assert!(!ends.is_hung_up());
    stage.ticks(10, ends.between.1 + silence + JUST);
    assert!(ends.is_hung_up());
    assert_eq!(stage.taken(), 1, "the seat is kept");
}

#[test]
fn a_seat_is_kept_for_its_grace_and_then_it_is_free_and_its_token_worth_nothing() {
    let mut stage = Stage::with(|_| {});
    let grace = stage.room().house.options.grace;
    let ends = stage.joins();
    let token = stage.token(&ends);
    stage.ticks(1, ends.between.1);
    let gone = ToRoom::Gone {
        line: ends.line.id,
        why: "a lift",
    };
    stage.room().apply(gone, ends.between.1);
    stage.ticks(10, ends.between.1 + grace);
    assert_eq!(stage.taken(), 1);
    stage.ticks(10, ends.between.1 + grace + JUST);
    assert_eq!(stage.taken(), 0);
    let late = stage.knocks();
    stage.says(&late, ToServer::Resume { token });
    assert_eq!(stage.goodbye(&late), Some(4004));
}

#[test]
fn whoever_stays_behind_is_told_when_the_time_is_over_and_not_before() {
    let mut stage = Stage::with(|options| options.kernel_holds = 4 * 1024);
    let behind = stage.room().house.options.behind;
    let mut ends = stage.joins();
    let little = SockRef::from(&ends.phone).set_recv_buffer_size(4 * 1024);
    little.expect("a phone whose kernel holds little");
    let (id, now) = (ends.line.id, ends.between.1);
    let is_behind = |stage: &mut Stage| {
        let guest = stage.room().guests.get(id).expect("it is here");
        guest.outbox.behind() == Some(now)
    };
    let full = (0..100_000).any(|_| {
        stage.ticks(1, now);
        is_behind(&mut stage)
    });
    assert!(full, "a kernel that holds 4 kB");
    stage.ticks(1, now + behind);
    assert_eq!(stage.goodbye(&ends), None);
    stage.ticks(1, now + behind + JUST);
    assert_eq!(stage.goodbye(&ends), Some(4000));

    // It reads again: what the kernel held, the rest of a frame that was begun, and then why that was all.
    ends.phone.set_nonblocking(true).expect("it does not wait");
    let (mut told, mut some) = (Vec::new(), [0; 4096]);
    let until = Instant::now() + PATIENCE;
    loop {
        match ends.phone.read(&mut some) {
            Ok(0) => break,
            Ok(count) => told.extend(&some[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(Instant::now() < until, "no end");
                stage.ticks(1, now + behind + JUST);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(told.ends_with(&frame::close(4000, "too far behind")));
}
