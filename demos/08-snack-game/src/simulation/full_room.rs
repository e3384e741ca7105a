//! Scenarios of a full room, in which seats of players who are away are given to others. Phones
//! come and go, and a script takes as many seats as it gets. A watcher sees every tick, and knows
//! from that alone how long each player has played and been away.
//!
//! Fails if: a seat is taken from a player who is here, or from one whose seat is held; another
//! spare seat than the least played one is taken (`Seats::evict`); more than a quarter of the room
//! is held for one address, so that others are refused (`Seats::settle`).

use super::{
    client::{Socket, TIMEOUT, connect},
    rng::{self, millis},
    scenario::{STEP, Scores, serve},
    world::{GRACE, PLAY, SERVER, Shared, World},
};
use ::rng::Rng;
use futures_util::{SinkExt, StreamExt};
use rush::{
    Dir, Seat,
    wire::{Delta, Seq, ToClient, ToServer, Token},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};
use tungstenite::Message;
use turmoil::Builder;

const SEATS: u16 = 8;

/// The most seats that are held for players of one address who are away.
const SHARE: usize = SEATS as usize / 4;

/// Phones, each with an address of its own. One of them never goes away.
const PHONES: u64 = 5;

/// Connections at once of the script, all of one address.
const SCRIPTED: u64 = 6;

const TICK: Duration = Duration::from_millis(100);

/// What the watcher and the server may disagree about, in ticks: it sees a change in the next one.
const SLACK: u32 = 4;

/// A player, as the watcher knows it. The name begins with the host, which has one address.
#[derive(Debug)]
struct Player {
    name: String,
    has_turned: bool,
    /// Ticks with a turn behind them, while the player was here.
    played: u32,
    /// The tick in which the player went away.
    away_since: Option<u32>,
}

impl Player {
    fn host(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// For how many ticks the seat is held while the player is away, if the address has no others.
    fn held(&self) -> u32 {
        self.played
            .min((GRACE.as_millis() / TICK.as_millis()) as u32)
    }
}

/// What all clients of a scenario know together.
#[derive(Default)]
struct Table {
    tick: u32,
    seats: BTreeMap<Seat, Player>,
    /// Players with a connection who were welcomed.
    here: BTreeSet<String>,
    /// Those who have asked for a seat, or for their own, and have no answer yet.
    coming: BTreeSet<String>,
    /// When a player has dropped its connection.
    dropped: BTreeMap<String, u32>,
    found: Found,
}

/// What has happened. A scenario in which it did not would prove nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) evicted: u32,
    pub(super) refused: u32,
    pub(super) resumed: u32,
    pub(super) too_late: u32,
}

impl Table {
    fn watch(&mut self, delta: &Delta) {
        self.tick = delta.tick;
        for seat in &delta.left {
            let player = self.seats.remove(seat).expect("a player");
            assert!(
                !self.here.contains(&player.name),
                "{player:?} is here and lost the seat"
            );
            if delta.joined.iter().any(|it| it.seat == *seat) {
                self.found.evicted += 1;
                self.check_least_played(&player, &delta.left);
            }
        }
        for turned in &delta.turned {
            if let Some(player) = self.seats.get_mut(&turned.seat) {
                player.has_turned = true;
            }
        }
        for joined in &delta.joined {
            let player = Player {
                name: joined.name.to_string(),
                has_turned: false,
                played: 0,
                away_since: None,
            };
            self.seats.insert(joined.seat, player);
        }
        for (seat, away) in &delta.away {
            if let Some(player) = self.seats.get_mut(seat) {
                player.away_since = away.then_some(delta.tick);
            }
        }
        for player in self.seats.values_mut() {
            player.played += u32::from(player.has_turned && player.away_since.is_none());
        }
    }

    fn check_least_played(&self, evicted: &Player, left: &[Seat]) {
        let others = self.seats.iter().filter(|(seat, _)| !left.contains(seat));
        for (_, other) in others {
            let is_spare = other
                .away_since
                .is_some_and(|since| self.tick - since > other.held() + SLACK);
            assert!(
                !is_spare || evicted.played <= other.played + SLACK,
                "{evicted:?} lost the seat, and {other:?} did not"
            );
        }
    }

    /// A new player was refused: every seat is taken by a player who is here, or held for one who
    /// is away, of one address for a quarter of the room at most.
    fn check_refused(&mut self, name: &str) {
        self.coming.remove(name);
        self.found.refused += 1;
        let mut held: BTreeMap<&str, usize> = BTreeMap::new();
        for player in self.seats.values() {
            let is_held = |since| self.tick - since <= player.held() + SLACK;
            if !self.here.contains(&player.name) && player.away_since.is_none_or(is_held) {
                *held.entry(player.host()).or_default() += 1;
            }
        }
        let held: usize = held.into_values().map(|count| count.min(SHARE)).sum();
        // The server has not heard yet of those who went away just now.
        let recent = self.dropped.values().filter(|at| self.tick - **at <= 1);
        let taken = self.here.len() + self.coming.len() + held + recent.count();
        assert!(
            taken >= SEATS.into(),
            "{name} was refused: {} are here and {held} seats are held: {:?}",
            self.here.len(),
            self.seats
        );
    }

    /// A player came too late for the seat.
    fn check_too_late(&mut self, name: &str, token_dropped_at: u32, played: u32) {
        self.coming.remove(name);
        self.found.too_late += 1;
        let away = self.tick - token_dropped_at;
        let held = played.min((GRACE.as_millis() / TICK.as_millis()) as u32);
        assert!(
            away + SLACK >= held,
            "{name} lost the seat after {away} ticks, and had played for {played}"
        );
    }
}

/// A seat that a client may come back to.
struct Own {
    token: Token,
    seq: Seq,
    /// Since its first turn.
    played: Duration,
}

/// A client of this scenario.
struct Client {
    name: String,
    rng: Rng,
    table: Shared<Table>,
    own: Option<Own>,
}

impl Client {
    /// Sends a message. `false` if the connection is lost.
    async fn send(socket: &mut Socket, message: &ToServer) -> bool {
        let sent = socket.send(Message::Binary(message.encode()));
        matches!(timeout(TIMEOUT, sent).await, Ok(Ok(())))
    }

    /// Joins or comes back, plays until then, and drops the connection.
    async fn visit(&mut self, until: Instant) {
        let Ok(Some(mut socket)) = timeout(TIMEOUT, connect()).await else {
            panic!("{} found no server", self.name);
        };
        self.table().coming.insert(self.name.clone());
        let first = match &self.own {
            Some(own) => ToServer::Resume { token: own.token },
            None => ToServer::Join {
                name: self.name.clone(),
            },
        };
        assert!(Self::send(&mut socket, &first).await);
        let mut began = None;
        let mut turns = Instant::now();
        loop {
            let next = turns.min(until);
            match tokio::select! {
                biased;
                received = socket.next() => Some(received),
                () = sleep_until(next) => None,
            } {
                Some(Some(Ok(Message::Binary(bytes)))) => {
                    if let Ok(ToClient::Welcome(welcome)) = ToClient::decode(&bytes) {
                        self.welcome(welcome.token, welcome.last_seq);
                    }
                }
                Some(Some(Ok(Message::Close(frame)))) => {
                    let code = frame.map(|it| u16::from(it.code));
                    return self.refused(code);
                }
                Some(Some(Ok(_))) => {}
                Some(other) => panic!("{}: {other:?}", self.name),
                None if Instant::now() >= until => break,
                None => {
                    turns = Instant::now() + millis(&mut self.rng, 150, 400);
                    let dir = [Dir::Up, Dir::Right, Dir::Down, Dir::Left];
                    let dir = dir[self.rng.below(4) as usize];
                    let Some(own) = &mut self.own else { continue };
                    own.seq = own.seq.next();
                    let turn = ToServer::Turn { seq: own.seq, dir };
                    assert!(Self::send(&mut socket, &turn).await);
                    began.get_or_insert_with(Instant::now);
                }
            }
        }
        if let (Some(own), Some(began)) = (&mut self.own, began) {
            own.played += began.elapsed();
        }
        let mut table = self.table.lock().expect("one thread");
        let tick = table.tick;
        table.here.remove(&self.name);
        table.coming.remove(&self.name);
        table.dropped.insert(self.name.clone(), tick);
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        self.table.lock().expect("one thread")
    }

    fn welcome(&mut self, token: Token, seq: Seq) {
        let mut table = self.table.lock().expect("one thread");
        table.dropped.remove(&self.name);
        table.coming.remove(&self.name);
        table.here.insert(self.name.clone());
        match &mut self.own {
            Some(own) => {
                table.found.resumed += 1;
                own.seq = seq;
            }
            None => {
                self.own = Some(Own {
                    token,
                    seq,
                    played: Duration::ZERO,
                });
            }
        }
    }

    fn refused(&mut self, code: Option<u16>) {
        let mut table = self.table.lock().expect("one thread");
        match (code, self.own.take()) {
            (Some(1013), None) => table.check_refused(&self.name),
            (Some(4004), Some(own)) => {
                let at = table.dropped.get(&self.name).copied().unwrap_or_default();
                let played = own.played.as_millis() / TICK.as_millis();
                table.check_too_late(&self.name, at, played as u32);
            }
            other => panic!("{}: closed with {:?}", self.name, other.0),
        }
    }
}

/// A phone, which comes back to its seat as long as there is one.
async fn phone(n: u64, rng: Rng, table: Shared<Table>) -> turmoil::Result {
    let host = format!("phone {n}");
    let mut client = Client {
        name: String::new(),
        rng,
        table,
        own: None,
    };
    let over = Instant::now() + PLAY;
    for visit in 0.. {
        if client.own.is_none() {
            client.name = format!("{host}.{visit}");
        }
        let stays = match n {
            0 => PLAY,
            _ => millis(&mut client.rng, 200, 3_000),
        };
        client.visit((Instant::now() + stays).min(over)).await;
        let away = millis(&mut client.rng, 100, 3_500);
        if Instant::now() + away >= over {
            return Ok(());
        }
        sleep(away).await;
    }
    Ok(())
}

/// One of the script's connections: each visit is another player.
async fn script(n: u64, mut rng: Rng, table: Shared<Table>) {
    let over = Instant::now() + PLAY;
    for visit in 0.. {
        let stays = millis(&mut rng, 10, 1_500);
        let mut client = Client {
            name: format!("script.{n}-{visit}"),
            rng: Rng::new(rng.below(1 << 30).into()),
            table: Arc::clone(&table),
            own: None,
        };
        client.visit((Instant::now() + stays).min(over)).await;
        let pause = millis(&mut rng, 10, 600);
        if Instant::now() + pause >= over {
            return;
        }
        sleep(pause).await;
    }
}

async fn watch(table: Shared<Table>) -> turmoil::Result {
    let mut socket = connect().await.expect("a server");
    assert!(Client::send(&mut socket, &ToServer::Watch).await);
    let mut echoes = 0;
    let over = Instant::now() + PLAY + Duration::from_secs(2);
    while Instant::now() < over {
        let received = timeout(TIMEOUT, socket.next()).await.expect("ticks");
        let received = received.expect("no end").expect("no error");
        assert!(!received.is_close(), "{received:?}");
        echoes += 1;
        if echoes % 10 == 0 {
            // A client that says nothing is hung up on.
            assert!(Client::send(&mut socket, &ToServer::Echo(echoes)).await);
        }
        if let Message::Binary(bytes) = received {
            match ToClient::decode(&bytes).expect("a valid message") {
                ToClient::Delta(delta) => table.lock().expect("one thread").watch(&delta),
                ToClient::Snapshot(snapshot) => assert!(snapshot.players.is_empty(), "one round"),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Runs the scenario of a seed.
///
/// # Panics
/// If a promise is broken.
pub(super) fn run(seed: u64, scores: &Scores) -> Found {
    rng::begin(seed);
    let mut sim = Builder::new()
        .rng_seed(seed)
        .epoch(UNIX_EPOCH + Duration::from_secs(1_532_509_200))
        .tick_duration(STEP)
        .simulation_duration(Duration::from_secs(120))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(10))
        .tcp_capacity(64)
        .build();
    let (world, store) = (World::default(), scores.store());
    let table: Shared<Table> = Arc::default();
    let server = world.clone();
    sim.host(SERVER, move || {
        serve(server.clone(), store.clone(), SEATS, 60)
    });
    sim.client("watcher", watch(Arc::clone(&table)));
    for n in 0..PHONES {
        let (rng, table) = (Rng::new(seed * 31 + n), Arc::clone(&table));
        sim.client(format!("phone-{n}"), async move {
            sleep(TICK * (5 + n as u32)).await;
            phone(n, rng, table).await
        });
    }
    let scripted = Arc::clone(&table);
    sim.client("script", async move {
        sleep(TICK * 20).await;
        let mut all = JoinSet::new();
        for n in 0..SCRIPTED {
            let rng = Rng::new(seed * 37 + 100 + n);
            all.spawn_local(script(n, rng, Arc::clone(&scripted)));
        }
        while let Some(ended) = all.join_next().await {
            ended?;
        }
        Ok(())
    });
    let over = Arc::clone(&world.over);
    sim.client("last-client", async move {
        while !*over.lock().expect("one thread") {
            sleep(STEP).await;
        }
        Ok(())
    });
    sim.run()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    rng::end();
    table.lock().expect("one thread").found
}
