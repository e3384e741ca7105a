//! A room's deadlines, by a clock that is moved by hand: `apply` and `tick` are told what time it is, so nothing is waited for.

use super::*;
use crate::net::hand;
use crate::{folder::Folder, frame, options::Options, store::Store};
use rush::wire::{Seq, ToClient, Token};
use socket2::SockRef;
use std::{
    fs,
    io::{ErrorKind, Read},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
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
    _folder: Folder,
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
        guest.ended.as_ref().map(|end| end.code)
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

impl Stage {
    /// The last tick.
    fn closes(&mut self, now: Instant) {
        self.room().drain(now);
        self.ticks(1, now);
    }

    /// Opens the room again, so long after it was closed.
    fn is_closed_for(&mut self, since: Duration) -> Option<Room> {
        let house = Arc::clone(&self.room().house);
        let left = house.left_behind();
        let closed = Closed::read(left.first()?).expect("what was written is read");
        closed.room(&house, since).map(|(room, _)| room)
    }
}

#[test]
fn a_room_that_was_closed_goes_on_where_it_was_and_knows_everybody() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    let (token, now) = (stage.token(&ends), ends.between.1);
    stage.ticks(3, now);
    let (seq, dir) = (Seq(7), rush::Dir::Up);
    stage.says(&ends, ToServer::Turn { seq, dir });
    stage.ticks(2, now);
    stage.closes(now);
    stage.ticks(3, now); // Until the last line has ended it is still there, and does not play.
    let mut room = stage.is_closed_for(JUST).expect("somebody may come back");
    let before = stage.room();
    assert_eq!((&room.world, &room.log), (&before.world, &before.log));
    assert!(room.seats.who(Seat(0)).1, "nobody is there yet");
    let back = room
        .seats
        .comes_back(&token, 1)
        .expect("its token is known");
    assert_eq!(
        (back.seat, back.name.as_str(), back.last),
        (Seat(0), "ann", seq)
    );
    assert!(!room.seats.turns(Seat(0), seq), "it was applied already");
    assert!(room.seats.turns(Seat(0), seq.next()));
}

#[test]
fn a_turn_that_was_heard_and_not_yet_played_at_the_closing_is_played_after_it() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    let now = ends.between.1;
    stage.ticks(1, now);
    let dir = stage.room().world.player(Seat(0)).expect("seated").dir;
    let (seq, dir) = (Seq(1), rush::Dir::ALL[(dir as usize + 1) % 4]);
    stage.says(&ends, ToServer::Turn { seq, dir });
    // The next tick begins a round, which is shown and not played; and it is the last one.
    stage.room().anew = true;
    stage.closes(now);
    assert_eq!(stage.goodbye(&ends), Some(1012));
    let mut room = stage.is_closed_for(JUST).expect("somebody may come back");
    assert_eq!(room.seats.last(Seat(0)), seq, "it is acknowledged");
    room.tick(now);
    assert_eq!(room.world.player(Seat(0)).expect("seated").dir, dir);
}

#[test]
fn a_grace_goes_on_while_a_room_is_closed() {
    let mut stage = Stage::with(|_| {});
    let grace = stage.room().house.options.grace;
    let second = Duration::from_secs(1);
    let (ann, bob) = (stage.joins(), stage.joins());
    let (early, late) = (stage.token(&ann), stage.token(&bob));
    let (now, line, why) = (bob.between.1, ann.line.id, "a lift");
    stage.ticks(1, now);
    stage.room().apply(ToRoom::Gone { line, why }, now);
    let now = now + 10 * second;
    stage.closes(now);
    let taken = stage.room().house.players();
    for (since, both) in [(grace - 10 * second, true), (grace - 9 * second, false)] {
        let mut room = stage.is_closed_for(since).expect("bob may come back");
        assert_eq!(room.seats.comes_back(&early, 3).is_some(), both);
        assert!(room.seats.comes_back(&late, 4).is_some());
        room.tick(house::now());
        let left = if both { 2 } else { 1 };
        assert_eq!(
            room.world.players().count(),
            left,
            "whoever is late has left"
        );
        room.house.free_seats(left as u32);
        assert_eq!(room.house.players(), taken, "each seat is counted once");
    }
    assert!(stage.is_closed_for(grace + second).is_none());
    assert!(
        stage.is_closed_for(Duration::MAX).is_none(),
        "the clock was set"
    );
    assert!(stage.is_closed_for(Duration::ZERO).is_some(), "and back");
}

#[test]
fn players_that_a_server_brought_along_end_with_it_and_others_do_not() {
    for (bots, left) in [(12, 1), (0, 2)] {
        let mut stage = Stage::with(|options| options.bots = bots);
        let ann = stage.joins();
        let bot = stage.knocks();
        let name = "bot 7".to_owned();
        stage.says(&bot, ToServer::Join { name });
        let now = bot.between.1;
        stage.ticks(1, now);
        stage.closes(now);
        let mut room = stage.is_closed_for(JUST).expect("ann may come back");
        room.tick(house::now());
        assert_eq!(room.seats.taken(), left);
        assert_eq!(room.seats.name(Seat(0)).as_str(), "ann");
        drop(ann);
    }
    let mut stage = Stage::with(|options| options.bots = 12);
    let bot = stage.knocks();
    let name = "bot 7".to_owned();
    stage.says(&bot, ToServer::Join { name });
    stage.closes(bot.between.1);
    assert!(
        stage.is_closed_for(JUST).is_none(),
        "a room of bots is no room"
    );
}

#[test]
fn no_bytes_are_a_room_unless_they_were_one() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    stage.ticks(3, ends.between.1);
    let bytes = stage.room().at_closing(ends.between.1).expect("ann");
    Closed::read(&bytes).expect("a room");
    for length in 0..bytes.len() {
        Closed::read(&bytes[..length]).expect_err("cut off");
    }
}

#[test]
fn whoever_leaves_in_the_tick_that_falls_leaves_no_ghost() {
    let mut stage = Stage::with(|_| {});
    let (ann, bob) = (stage.joins(), stage.joins());
    let now = bob.between.1;
    stage.ticks(2, now);
    stage.says(&ann, ToServer::Leave);
    stage.room().fell(now);
    stage.ticks(1, now);
    let room = stage.room();
    assert_eq!(room.world.players().count(), 1, "a ghost");
    assert_eq!((room.seats.taken(), room.house.players()), (1, 1));
}

#[test]
fn a_room_whose_seats_were_meddled_with_goes_on_or_is_refused() {
    let mut stage = Stage::with(|_| {});
    let house = Arc::clone(&stage.room().house);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/closed");
    let whole = |name| fs::read(folder.join(name)).expect("the corpus is there");
    let rooms = ["soon", "leaves-twice"].map(whole);
    let (mut chance, mut opened) = (2018_u64, 0);
    let mut below = |end: u64| {
        chance = rush::fnv::fnv1a(&chance.to_le_bytes());
        (chance >> 20) % end
    };
    for _ in 0..3_000 {
        // Behind a time and its own length stands the head: numbers and names. World and log have sums of their own.
        let mut bytes = rooms[below(2) as usize][8..].to_vec();
        let length = bytes.first_chunk().expect("a length");
        let head = 4..4 + u32::from_le_bytes(*length) as usize;
        let digits: Vec<usize> = head.filter(|at| bytes[*at].is_ascii_digit()).collect();
        for _ in 0..below(4) {
            bytes[digits[below(digits.len() as u64) as usize]] = b'0' + below(10) as u8;
        }
        let since = Duration::from_millis(below(40_000));
        let Ok(closed) = Closed::read(&bytes) else {
            continue;
        };
        let Some((mut room, _)) = closed.room(&house, since) else {
            continue;
        };
        opened += 1;
        let mut now = house::now();
        for _ in 0..20 {
            room.tick(now);
            now += Duration::from_secs(3);
        }
        // The grace is over: whoever was brought back and did not come is gone, and their seats are free.
        assert_eq!((room.seats.taken(), house.players()), (0, 0));
    }
    assert!(opened > 500, "{opened} rooms are no proof");
}
