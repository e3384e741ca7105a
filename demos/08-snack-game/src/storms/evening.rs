//! One evening: a server, its phones, and somebody who spoils the lines between them.

use super::{
    chance::{self, Chance},
    phone,
};
use crate::{
    directory::{Engine, Memory},
    house::House,
    options::Options,
    rooms::Rooms,
    seen::Now,
    server::Server,
    store::Store,
};
use std::{
    iter::Sum,
    net::{Ipv4Addr, SocketAddr},
    ops::Add,
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::{Duration, UNIX_EPOCH},
};
use tokio::{runtime::Handle, time::sleep};
use turmoil::{Builder, net::TcpListener};

const PORT: u16 = 7_008;
const PHONES: u64 = 5;
const SEATS: u16 = 16;

/// The phones play, and the lines are spoilt, for so long.
const LASTS: Duration = Duration::from_secs(8);

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
    /// Lines that were cut with bytes unread.
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

/// Scores are not what this is about: one store for all evenings.
fn store() -> Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    let open = || {
        let folder = std::env::temp_dir().join(format!("snack-rush-storms-{}", std::process::id()));
        Store::open(&folder).expect("a store").0
    };
    STORE.get_or_init(open).clone()
}

/// Spends the evening of a seed. Every promise that is broken is a panic.
pub(super) fn evening(seed: u64) -> Evening {
    chance::begin(seed);
    let mut weather = Chance(seed ^ 0x5707);
    let mut sim = Builder::new()
        .rng_seed(seed)
        .epoch(UNIX_EPOCH + Duration::from_secs(1_532_509_200)) // When the talk was given.
        .tick_duration(MOMENT)
        .simulation_duration(Duration::from_secs(120))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(weather.millis(5, 300))
        .tcp_capacity(24)
        .build();
    let log = Shared::<Log>::default();
    let sums = Shared::<Sums>::default();
    let house = house();
    sim.client("server", serve(Arc::clone(&house), Arc::clone(&sums)));
    for n in 0..PHONES {
        let (chance, log, sums) = (Chance(seed * 31 + n), Arc::clone(&log), Arc::clone(&sums));
        sim.client(
            format!("phone-{n}"),
            phone::plays(n, chance, LASTS, log, sums),
        );
    }
    // Until when each line is held.
    let mut held: [Option<Duration>; PHONES as usize] = [None; PHONES as usize];
    while !sim
        .step()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"))
    {
        let now = sim.elapsed();
        for (n, until) in held.iter_mut().enumerate() {
            let phone = format!("phone-{n}");
            if until.is_some_and(|until| now >= until || now >= LASTS) {
                sim.release("server", phone.as_str());
                *until = None;
            } else if until.is_none() && now < LASTS && weather.below(160) == 0 {
                // A moment, or longer than anybody's patience.
                *until =
                    Some(now + weather.millis(100, [500, 2_000, 8_000][weather.0 as usize % 3]));
                sim.hold("server", phone.as_str());
                sums.lock().expect("one thread").held += 1;
            }
        }
        assert!(
            house.players() <= SEATS.into(),
            "seed {seed}: more players than seats"
        );
    }
    drop(sim);
    chance::end();
    let (log, sums) = (
        log.lock().expect("one thread").clone(),
        *sums.lock().expect("one thread"),
    );
    Evening { log, sums }
}

fn house() -> Arc<House> {
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
    Arc::new(House::new(options, store()))
}

/// Serves the evening, and then finds that nothing is left of it.
async fn serve(house: Arc<House>, sums: Shared<Sums>) -> turmoil::Result {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT));
    let engine = Engine::Here(Memory::default());
    let nothing = thread::spawn(|| {});
    let rooms = Rooms::new(Arc::clone(&house));
    let server = Server::open(
        Arc::clone(&house),
        rooms,
        listener,
        address,
        nothing,
        engine,
    );
    // All phones have gone by then, and the last grace is over.
    sleep(LASTS + phone::LAST_WORDS + SILENCE + GRACE + Duration::from_secs(4)).await;
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
    let mut sums = sums.lock().expect("one thread");
    sums.silent += counts("snack_rush_ends_total{code=\"1006\"}");
    sums.taken_over += counts("snack_rush_ends_total{code=\"4002\"}");
    Ok(())
}
