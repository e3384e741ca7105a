//! One scenario: a server, its clients, and faults on the network between them.

use super::{
    client,
    faults::{Faults, MIN_LATENCY},
    rng,
    world::{CLIENT_EXIT, CLIENTS, Counts, Event, GRACE, Log, PLAY, SERVER, World, client_name},
};
use crate::{
    cluster::{Backend, MemoryBackend},
    folder::Folder,
    metrics::{Format, Gauges},
    net,
    options::Options,
    rooms::Rooms,
    server::Server,
    server_state::ServerState,
    store::Store,
};
use ::rng::Rng;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, UNIX_EPOCH},
};
use tokio::{runtime::Handle, time::sleep};
use turmoil::{Builder, net::TcpListener, sim_elapsed};

const PORT: u16 = 7_008;
const SEATS: u16 = 16;

/// How long a round takes, in seconds.
const ROUND: u16 = 5;

/// A silent connection is closed after this time.
const SILENCE: Duration = Duration::from_secs(3);

/// Time step of the simulated network.
pub(super) const STEP: Duration = Duration::from_millis(25);

/// Result of a scenario.
pub(super) struct Outcome {
    pub(super) log: Log,
    pub(super) counts: Counts,
}

/// A store for all scenarios of a test: scores are not their subject. Deleted with its folder.
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

    pub(super) fn store(&self) -> Store {
        self.store.clone().expect("the store is open until the end")
    }
}

impl Drop for Scores {
    fn drop(&mut self) {
        self.store = None;
        let _unless_panicked = self.thread.take().map(JoinHandle::join);
    }
}

/// Runs the scenario of a seed.
///
/// # Panics
/// If a promise is broken.
pub(super) fn run(seed: u64, scores: &Scores) -> Outcome {
    rng::begin(seed);
    let mut faults = Faults::new(seed);
    let mut sim = Builder::new()
        .rng_seed(seed)
        .epoch(UNIX_EPOCH + Duration::from_secs(1_532_509_200)) // When the talk was given.
        .tick_duration(STEP)
        .simulation_duration(Duration::from_secs(120))
        .min_message_latency(MIN_LATENCY)
        .max_message_latency(faults.max_latency)
        .tcp_capacity(24)
        .build();
    let world = World::default();
    let (server, store) = (world.clone(), scores.store());
    sim.host(SERVER, move || {
        serve(server.clone(), store.clone(), SEATS, ROUND)
    });
    for n in 0..CLIENTS {
        let rng = Rng::new(seed * 31 + n);
        sim.client(client_name(n), client::play(n, rng, PLAY, world.clone()));
    }
    // A simulation ends with its last client, so one more client waits for the server.
    let over = Arc::clone(&world.over);
    sim.client("last-client", async move {
        while !*over.lock().expect("one thread") {
            sleep(STEP).await;
        }
        Ok(())
    });
    while !sim
        .step()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"))
    {
        faults.step(&mut sim, &world);
        let state = world.state.lock().expect("one thread");
        let players = state.as_ref().map_or(0, |state| state.admission.players());
        assert!(
            players <= SEATS.into(),
            "seed {seed}: more players than seats"
        );
    }
    drop(sim);
    rng::end();
    let log = world.log.lock().expect("one thread").clone();
    Outcome {
        log,
        counts: world.counts(),
    }
}

fn state(store: Store, seats: u16, round_seconds: u16) -> Arc<ServerState> {
    let options = Options {
        bots: 0,
        seats,
        max_players: seats.into(),
        grace: GRACE,
        silence: SILENCE,
        behind: Duration::from_secs(2),
        first_message: Duration::from_secs(2),
        round_seconds,
        podium_seconds: 1,
        ..Options::default()
    };
    Arc::new(ServerState::new(
        options,
        ([127, 0, 0, 1], PORT).into(),
        store,
    ))
}

/// Serves a room with these seats until the scenario is over, shuts down, and checks that no seat,
/// connection or task is left.
pub(super) async fn serve(
    world: World,
    store: Store,
    seats: u16,
    round_seconds: u16,
) -> turmoil::Result {
    let state = state(store, seats, round_seconds);
    *world.state.lock().expect("one thread") = Some(Arc::clone(&state));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT));
    let backend = Backend::Memory(MemoryBackend::default());
    let no_store_thread = thread::spawn(|| {}); // `Scores` joins the real one.
    let rooms = Rooms::new(Arc::clone(&state));
    let server = Server::serve(
        Arc::clone(&state),
        rooms,
        listener,
        address,
        no_store_thread,
        backend,
    );
    // By then all clients are gone, and the grace of their seats is over.
    let end = PLAY + CLIENT_EXIT + SILENCE + GRACE + Duration::from_secs(4);
    while sim_elapsed().expect("a simulation") < end {
        sleep(STEP).await;
        let resets = std::mem::take(&mut *world.resets.lock().expect("one thread"));
        world.count(Event::Reset, resets.into_iter().map(net::reset).sum());
    }
    assert_eq!(state.admission.players(), 0, "a seat was not freed");
    server.drain().await;
    let metrics = state.metrics.encode(&Gauges::default(), Format::Text);
    let sum_of = |prefix: &str| -> u64 {
        let lines = metrics.lines().filter(|line| line.starts_with(prefix));
        let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
        values.sum()
    };
    let (opened, ended) = (
        state.metrics.connections.opened.get(),
        sum_of("snack_rush_ends_total{"),
    );
    assert_eq!(opened, ended, "each connection ends once, with a cause");
    assert_eq!(state.metrics.rooms.panics.get(), 0, "a room panicked");
    // A task that is stopping may need a moment.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(
        Handle::current().metrics().num_alive_tasks(),
        0,
        "tasks are left over"
    );
    *world.over.lock().expect("one thread") = true;
    world.count(
        Event::EndedWithoutClose,
        sum_of("snack_rush_ends_total{code=\"1006\"}"),
    );
    world.count(
        Event::TakenOver,
        sum_of("snack_rush_ends_total{code=\"4002\"}"),
    );
    Ok(())
}
