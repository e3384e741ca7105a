//! Rounds through nginx with TLS, below a path, while the server behind it is killed and replaced.
//!
//! The players are not those of the crate `crowd`: they read the bytes as PROTOCOL.md writes them,
//! and share no line with the server.

use super::{
    nginx::{SITES, start},
    proxy::{Proxy, Tls, has},
};
use crate::{
    common::{PATIENCE, wait_until},
    handover::game::{Game, ROOM, log},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, client::IntoClientRequest, http::HeaderValue};

/// Time between two changes: a worker that has not lived for a second is a crash loop.
const BETWEEN: Duration = Duration::from_millis(1_400);

/// Ticks between an acknowledged turn and the next one.
const BETWEEN_TURNS: u32 = 2;

/// The fields of a message, in the order in which it has them.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    /// The next bytes as one number, the lowest first.
    fn number(&mut self, bytes: usize) -> u64 {
        let (these, rest) = self.0.split_at(bytes);
        self.0 = rest;
        these
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | u64::from(*byte))
    }

    fn skip(&mut self, bytes: usize) {
        self.0 = &self.0[bytes..];
    }

    fn text(&mut self) {
        let length = self.number(1) as usize;
        self.skip(length);
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.number(2);
        (0..length).map(|_| item(self)).collect()
    }
}

/// What a player has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    ticks: u64,
    missed: u64,
    rounds: u64,
    sent: u64,
    acknowledged: u64,
    doubled: u64,
    /// Snacks that the server gave to this player, who stood somewhere else.
    elsewhere: u64,
    closes: u64,
}

impl Seen {
    fn plus(self, other: Self) -> Self {
        Self {
            ticks: self.ticks + other.ticks,
            missed: self.missed + other.missed,
            rounds: self.rounds.min(other.rounds),
            sent: self.sent + other.sent,
            acknowledged: self.acknowledged + other.acknowledged,
            doubled: self.doubled + other.doubled,
            elsewhere: self.elsewhere + other.elsewhere,
            closes: self.closes + other.closes,
        }
    }
}

/// A player, who turns right again and again.
pub(super) struct Player {
    socket: WebSocket<Tls>,
    seat: u64,
    size: (u64, u64),
    round: u64,
    tick: u64,
    place: Option<(u64, u64)>,
    dir: u64,
    seq: u64,
    /// The turn that is not acknowledged yet, and when it was sent.
    waiting: Option<Instant>,
    rest: u32,
    seen: Seen,
}

impl Player {
    /// Joins through TLS, below this path.
    pub(super) fn join(proxy: &Proxy, name: &str, path: &str) -> Self {
        let port = proxy.tls.port();
        let url = format!("wss://{name}:{port}{path}ws/{ROOM}");
        let mut request = url.into_client_request().expect("a URL");
        let origin = format!("https://{name}:{port}");
        for (name, value) in [
            ("sec-websocket-protocol", "snack-rush.v1"),
            ("origin", &origin),
        ] {
            let value = HeaderValue::from_str(value).expect("a value");
            request.headers_mut().insert(name, value);
        }
        let (mut socket, _) = tungstenite::client(request, proxy.connect(name))
            .unwrap_or_else(|error| panic!("no WebSocket: {error}"));
        let join = b"\x01\x03tls".to_vec();
        socket
            .send(Message::Binary(join.into()))
            .expect("it is open");
        let welcome = socket.read().expect("a welcome").into_data();
        let mut welcome = Fields(&welcome);
        assert_eq!((welcome.number(1), welcome.number(1)), (0x81, 1));
        let seat = welcome.number(2);
        welcome.skip(16);
        let (seq, _resumed) = (welcome.number(2), welcome.number(1));
        let size = (welcome.number(1), welcome.number(1));
        Self {
            socket,
            seat,
            size,
            round: 0,
            tick: 0,
            place: None,
            dir: 0,
            seq,
            waiting: None,
            rest: 0,
            seen: Seen::default(),
        }
    }

    /// Plays this many rounds, goes on until `enough`, and leaves.
    fn play(mut self, rounds: u64, enough: &AtomicBool, played: &AtomicU64) -> Seen {
        let until = Instant::now() + 5 * PATIENCE;
        while !enough.load(Ordering::Relaxed) || self.waiting.is_some() || self.seen.rounds < rounds
        {
            assert!(Instant::now() < until, "{:?}", self.seen);
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => self.take(&bytes, enough.load(Ordering::Relaxed)),
                Ok(Message::Ping(_)) => {}
                other => {
                    eprintln!("the end: {other:?}");
                    self.seen.closes += 1;
                    return self.seen;
                }
            }
            played.fetch_max(self.seen.rounds, Ordering::Relaxed);
        }
        self.send(vec![0x05]);
        loop {
            match self.socket.read() {
                Ok(Message::Close(Some(frame))) if u16::from(frame.code) == 1000 => break,
                Ok(Message::Binary(_)) => {}
                other => panic!("not the goodbye: {other:?}"),
            }
        }
        self.seen
    }

    fn take(&mut self, bytes: &[u8], last: bool) {
        let mut fields = Fields(bytes);
        match fields.number(1) {
            0x82 => self.snapshot(&mut fields),
            0x83 => self.delta(&mut fields, last),
            other => panic!("a message {other:#x}"),
        }
    }

    fn snapshot(&mut self, fields: &mut Fields<'_>) {
        fields.skip(8);
        let (round, tick, _phase) = (fields.number(4), fields.number(4), fields.number(1));
        if self.round != 0 && round == self.round {
            self.seen.missed += tick - self.tick; // Ticks that were not sent to this player.
        }
        self.seen.rounds += u64::from(self.round != 0 && round == self.round + 1);
        (self.round, self.tick) = (round, tick);
        fields.skip(16);
        let seat = self.seat;
        let players = fields.list(|it| {
            let (who, x, y, dir) = (it.number(2), it.number(1), it.number(1), it.number(1));
            it.skip(1 + 2 + 1);
            it.text();
            (who == seat).then_some(((x, y), dir))
        });
        if let Some((place, dir)) = players.into_iter().flatten().next() {
            (self.place, self.dir) = (Some(place), dir);
        }
    }

    fn delta(&mut self, fields: &mut Fields<'_>, last: bool) {
        fields.skip(8);
        let (round, tick, phase) = (fields.number(4), fields.number(4), fields.number(1));
        if round == self.round && tick <= self.tick {
            return; // The snapshot is newer.
        }
        self.seen.missed += tick - self.tick - 1;
        self.seen.ticks += 1;
        self.tick = tick;
        assert_eq!(round, self.round, "a round without its snapshot");
        fields.list(|it| it.skip(2));
        for (who, dir, seq) in fields.list(|it| (it.number(2), it.number(1), it.number(2))) {
            if who == self.seat {
                self.turned(dir, seq);
            }
        }
        if phase == 0 {
            self.step();
        }
        for (x, y, who) in fields.list(|it| (it.number(1), it.number(1), it.number(2))) {
            let here = self.place.is_none_or(|place| place == (x, y));
            self.seen.elsewhere += u64::from(who == self.seat && !here);
        }
        fields.list(|it| it.skip(3));
        let joined = fields.list(|it| {
            let who = it.number(2);
            let (place, dir) = ((it.number(1), it.number(1)), it.number(1));
            it.skip(1);
            it.text();
            (who, place, dir)
        });
        for (who, place, dir) in joined {
            if who == self.seat {
                (self.place, self.dir) = (Some(place), dir);
            }
        }
        if phase == 0 && !last && self.place.is_some() {
            self.turn();
        }
    }

    /// The server has applied a turn of this player.
    fn turned(&mut self, dir: u64, seq: u64) {
        match self.waiting.take() {
            Some(_) if seq == self.seq => {
                self.seen.acknowledged += 1;
                assert_eq!(dir, (self.dir + 1) % 4, "the direction of turn {seq}");
            }
            _ => self.seen.doubled += 1,
        }
        (self.dir, self.rest) = (dir, BETWEEN_TURNS);
    }

    /// Sends the next turn, once the last one is acknowledged.
    fn turn(&mut self) {
        if let Some(sent) = self.waiting {
            assert!(sent.elapsed() < PATIENCE, "turn {} is lost", self.seq);
        } else if self.rest > 0 {
            self.rest -= 1;
        } else {
            self.seq = (self.seq + 1) % 65_536;
            let [low, high] = (self.seq as u16).to_le_bytes();
            self.send(vec![0x04, low, high, ((self.dir + 1) % 4) as u8]);
            self.waiting = Some(Instant::now());
            self.seen.sent += 1;
        }
    }

    fn step(&mut self) {
        let Some((x, y)) = &mut self.place else {
            return;
        };
        let (width, height) = self.size;
        match self.dir {
            0 => *y = (*y + height - 1) % height,
            1 => *x = (*x + 1) % width,
            2 => *y = (*y + 1) % height,
            _ => *x = (*x + width - 1) % width,
        }
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.socket
            .send(Message::Binary(bytes.into()))
            .expect("it is open");
    }
}

/// Plays `rounds` rounds of so many seconds with `players`, and meanwhile kills and replaces the
/// server `times` times each. Returns what all players have seen together.
fn play(players: usize, rounds: u64, seconds: u32, times: u32) -> Seen {
    let (site, name, path) = SITES[1];
    let seconds = seconds.to_string();
    let public = format!("https://{name}{path}");
    let options = ["--public", &public, "--trusted-proxy", "127.0.0.1"];
    let round = ["--round-seconds", &seconds, "--podium-seconds", "1"];
    let game = Game::start(&[&options[..], &round].concat());
    let proxy = start(site, name, game.address);
    let (enough, played) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let players: Vec<_> = (0..players)
        .map(|_| {
            let player = Player::join(&proxy, name, path);
            let (enough, played) = (Arc::clone(&enough), Arc::clone(&played));
            thread::spawn(move || player.play(rounds, &enough, &played))
        })
        .collect();
    for _ in 0..times {
        thread::sleep(BETWEEN);
        game.crash();
        thread::sleep(BETWEEN);
        game.replace();
    }
    wait_until("the rounds", || played.load(Ordering::Relaxed) >= rounds);
    enough.store(true, Ordering::Relaxed);
    let seen: Vec<Seen> = players
        .into_iter()
        .map(|it| it.join().expect("it played"))
        .collect();
    assert_eq!(game.log_count(log::NOT_REPLACED), 0);
    seen.into_iter().reduce(Seen::plus).expect("a player")
}

/// Checks that the players have noticed nothing.
fn check(seen: &Seen) {
    println!("{seen:?}");
    let Seen {
        missed,
        sent,
        acknowledged,
        doubled,
        elsewhere,
        closes,
        ..
    } = *seen;
    assert_eq!(
        (closes, doubled, elsewhere, missed),
        (0, 0, 0, 0),
        "{seen:?}"
    );
    assert_eq!(sent, acknowledged, "{seen:?}");
    assert!(sent > 0, "{seen:?}");
}

#[test]
fn a_kill_and_a_replacement_behind_tls_close_no_connection_and_lose_no_turn() {
    if has(&["nginx", "openssl"]) {
        check(&play(3, 1, 4, 1));
    }
}

/// The whole form: `cargo test -p demo-08-snack-game --test it through_tls -- --ignored
/// --nocapture`.
#[test]
#[ignore = "takes a minute: cargo test -p demo-08-snack-game --test it through_tls -- --ignored --nocapture"]
fn three_rounds_with_ten_kills_and_ten_replacements_behind_tls_lose_nothing() {
    if has(&["nginx", "openssl"]) {
        check(&play(16, 3, 18, 10));
    }
}
