//! One evening: a server, its phones, and somebody who spoils the lines between them.

use super::{
    client,
    faults::{LEAST, Weather},
    rng::{self, Chance},
};
use crate::{
    cluster::{Backend, MemoryBackend},
    folder::Folder,
    house::House,
    net,
    options::Options,
    rooms::Rooms,
    seen::Now,
    server::Server,
    store::Store,
};
use std::{
    iter::Sum,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::Add,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, UNIX_EPOCH},
};
use tokio::{runtime::Handle, time::sleep};
use turmoil::{Builder, net::TcpListener, sim_elapsed};

const PORT: u16 = 7_008;
pub(super) const PHONES: u64 = 5;
const SEATS: u16 = 16;

/// The phones play, and the lines are spoilt, for so long.
pub(super) const LASTS: Duration = Duration::from_secs(8);

/// A seat is kept for so long.
pub(super) const GRACE: Duration = Duration::from_secs(4);

/// Who says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(3);

/// Between two moments of the network.
const MOMENT: Duration = Duration::from_millis(25);

/// What became of an evening.
pub(super) struct Evening {
    pub(super) log: Log,
    pub(super) sums: Sums,
}

/// All that the phones saw, in the order in which they saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) hash: u64,
    pub(super) lines: u64,
}

impl Log {
    /// Something happened to a phone.
    pub(super) fn write(&mut self, what: &str) {
        let after = turmoil::elapsed().as_micros();
        let line = format!("{:016x} {after} {what}", self.hash);
        self.hash = rush::fnv::fnv1a(line.as_bytes());
        self.lines += 1;
    }
}

/// How much went wrong, and how much went well all the same.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Lines that were held for a while.
    pub(super) held: u64,
    /// Lines that lost whatever was said, both ways or one.
    pub(super) lost: u64,
    pub(super) lost_one_way: u64,
    /// Servers that died in the middle of it, and were started again.
    pub(super) crashed: u64,
    /// Lines on which nothing was heard for too long, as their phones found.
    pub(super) mute: u64,
    /// Lines that their phones cut with bytes unread.
    pub(super) cut: u64,
    /// Lines that were reset between two ends that were alive.
    pub(super) reset: u64,
    /// Turns that were sent twice.
    pub(super) repeated: u64,
    pub(super) acknowledged: u64,
    pub(super) joined: u64,
    pub(super) resumed: u64,
    pub(super) taken_over: u64,
    /// Ends without a goodbye, by the server's account.
    pub(super) silent: u64,
}

impl Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            held: self.held + other.held,
            lost: self.lost + other.lost,
            lost_one_way: self.lost_one_way + other.lost_one_way,
            crashed: self.crashed + other.crashed,
            mute: self.mute + other.mute,
            cut: self.cut + other.cut,
            reset: self.reset + other.reset,
            repeated: self.repeated + other.repeated,
            acknowledged: self.acknowledged + other.acknowledged,
            joined: self.joined + other.joined,
            resumed: self.resumed + other.resumed,
            taken_over: self.taken_over + other.taken_over,
            silent: self.silent + other.silent,
        }
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// What everybody of an evening writes to. One thread, so nobody waits.
pub(super) type Shared<T> = Arc<Mutex<T>>;

/// Scores are not what this is about: one store for all evenings of a test, gone with it.
pub(super) struct Scores {
    store: Option<Store>,
    thread: Option<JoinHandle<()>>,
    _folder: Folder,
}

impl Scores {
    pub(super) fn new() -> Self {
        let folder = Folder::new();
        let (store, thread) = Store::open(folder.path()).expect("a store");
        Self {
            store: Some(store),
            thread: Some(thread),
            _folder: folder,
        }
    }

    fn store(&self) -> Store {
        self.store.clone().expect("until the end")
    }
}

impl Drop for Scores {
    fn drop(&mut self) {
        self.store = None;
        let _fell_already = self.thread.take().map(JoinHandle::join);
    }
}

/// What everybody of an evening writes to, and reads.
#[derive(Clone, Default)]
pub(super) struct Scene {
    pub(super) log: Shared<Log>,
    pub(super) sums: Shared<Sums>,
    /// The server that runs, and when the last one died, on the clock on the wall.
    house: Shared<Option<Arc<House>>>,
    pub(super) died: Shared<Option<Duration>>,
    over: Shared<bool>,
    /// Whose lines are to be reset.
    pub(super) resets: Shared<Vec<IpAddr>>,
}

/// Spends the evening of a seed. Every promise that is broken is a panic.
pub(super) fn evening(seed: u64, scores: &Scores) -> Evening {
    rng::begin(seed);
    let mut weather = Weather::of(seed);
    let mut sim = Builder::new()
        .rng_seed(seed)
        .epoch(UNIX_EPOCH + Duration::from_secs(1_532_509_200)) // When the talk was given.
        .tick_duration(MOMENT)
        .simulation_duration(Duration::from_secs(120))
        .min_message_latency(LEAST)
        .max_message_latency(weather.most)
        .tcp_capacity(24)
        .build();
    let scene = Scene::default();
    let (server, store) = (scene.clone(), scores.store());
    sim.host("server", move || serve(server.clone(), store.clone()));
    for n in 0..PHONES {
        let chance = Chance(seed * 31 + n);
        sim.client(phone_of(n), client::plays(n, chance, LASTS, scene.clone()));
    }
    let over = Arc::clone(&scene.over);
    sim.client("night", async move {
        while !*over.lock().expect("one thread") {
            sleep(MOMENT).await;
        }
        Ok(())
    });
    while !sim
        .step()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"))
    {
        weather.passes(&mut sim, &scene);
        let house = scene.house.lock().expect("one thread");
        let players = house.as_ref().map_or(0, |house| house.players());
        assert!(
            players <= SEATS.into(),
            "seed {seed}: more players than seats"
        );
    }
    drop(sim);
    rng::end();
    let (log, sums) = (
        scene.log.lock().expect("one thread").clone(),
        *scene.sums.lock().expect("one thread"),
    );
    Evening { log, sums }
}

pub(super) fn phone_of(n: u64) -> String {
    format!("phone-{n}")
}

fn house(store: Store) -> Arc<House> {
    let options = Options {
        bots: 0,
        seats: SEATS,
        max_players: SEATS.into(),
        grace: GRACE,
        silence: SILENCE,
        behind: Duration::from_secs(2),
        first_word: Duration::from_secs(2),
        round_seconds: 5,
        podium_seconds: 1,
        ..Options::default()
    };
    Arc::new(House::new(options, store))
}

/// Serves what is left of the evening, and then finds that nothing is left of it.
async fn serve(scene: Scene, store: Store) -> turmoil::Result {
    let house = house(store);
    *scene.house.lock().expect("one thread") = Some(Arc::clone(&house));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT));
    let backend = Backend::Memory(MemoryBackend::default());
    let nothing = thread::spawn(|| {});
    let rooms = Rooms::new(Arc::clone(&house));
    let server = Server::open(
        Arc::clone(&house),
        rooms,
        listener,
        address,
        nothing,
        backend,
    );
    // All phones have gone by then, and the last grace is over.
    let end = LASTS + client::LAST_WORDS + SILENCE + GRACE + Duration::from_secs(4);
    while sim_elapsed().expect("an evening") < end {
        sleep(MOMENT).await;
        let resets = std::mem::take(&mut *scene.resets.lock().expect("one thread"));
        let count: u64 = resets.into_iter().map(net::reset).sum();
        scene.sums.lock().expect("one thread").reset += count;
    }
    assert_eq!(house.players(), 0, "a seat was not given back");
    server.drain().await;
    let told = house.seen.text(&Now::default());
    let counts = |what: &str| -> u64 {
        let lines = told.lines().filter(|line| line.starts_with(what));
        let counts = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
        counts.sum()
    };
    let (opened, ended) = (house.seen.opened.get(), counts("snack_rush_ends_total{"));
    assert_eq!(opened, ended, "each line ends once, with a cause");
    assert_eq!(house.seen.falls.get(), 0, "a room fell");
    // Whoever was told to go may need a moment to hear that they have gone.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(
        Handle::current().metrics().num_alive_tasks(),
        0,
        "tasks are left over"
    );
    *scene.over.lock().expect("one thread") = true;
    let mut sums = scene.sums.lock().expect("one thread");
    sums.silent += counts("snack_rush_ends_total{code=\"1006\"}");
    sums.taken_over += counts("snack_rush_ends_total{code=\"4002\"}");
    Ok(())
}
