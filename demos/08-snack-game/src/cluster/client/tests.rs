//! What the cluster client logs about an outage, and what it answers afterwards.

use super::*;
use crate::{
    cluster::{MemoryBackend, RedisBackend, SeatKey},
    folder::Folder,
    options::{Options, PORT},
    store::Store,
};
use bots::ports::free_address;
use rush::wire::Token;
use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::{Mutex, PoisonError},
    thread,
};
use tracing_subscriber::fmt::MakeWriter;

/// Several times the longest pause between two attempts.
const REPORTS: usize = 20;

const UNREACHABLE: &str = "cluster backend unreachable";
const REACHABLE: &str = "cluster backend reachable again";

/// Everything that this thread has logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn count(&self, event: &str) -> usize {
        let logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&logged).matches(event).count()
    }

    /// Both events of an outage: its beginnings and its ends.
    fn outages(&self) -> (usize, usize) {
        (self.count(UNREACHABLE), self.count(REACHABLE))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A cluster client whose backend a test replaces.
struct Stage {
    client: Option<ClusterClient>,
    store: Option<thread::JoinHandle<()>>,
    _folder: Folder,
}

impl Stage {
    fn new() -> Self {
        let folder = Folder::new();
        let (store, thread) = Store::open(folder.path()).expect("a store");
        let state = Arc::new(ServerState::new(
            Options::default(),
            ([127, 0, 0, 1], PORT).into(),
            store,
        ));
        Self {
            client: Some(ClusterClient::new(state, in_memory())),
            store: Some(thread),
            _folder: folder,
        }
    }

    fn client(&mut self) -> &mut ClusterClient {
        self.client.as_mut().expect("a client")
    }

    /// Sends [`REPORTS`] reports; after each one a heartbeat and both kinds of request.
    async fn reports(&mut self) {
        let client = self.client();
        for _ in 0..REPORTS {
            client.report().await;
            client.heartbeat().await;
            let key = SeatKey::of(&Token([1; 16]));
            let (reply, _location) = oneshot::channel();
            let (reply_last_seen, _last_seen) = oneshot::channel();
            let id = "no such server".to_owned();
            let last_seen = ClusterRequest::LastSeen {
                id,
                reply: reply_last_seen,
            };
            client
                .answer(vec![ClusterRequest::FindSeat { key, reply }, last_seen])
                .await;
        }
    }

    /// Asks for a seat that the backend does not know.
    async fn find_unknown_seat(&mut self) -> SeatLocation {
        let (key, (reply, location)) = (SeatKey::of(&Token([1; 16])), oneshot::channel());
        self.client()
            .answer(vec![ClusterRequest::FindSeat { key, reply }])
            .await;
        location.await.expect("an answer")
    }

    fn use_backend(&mut self, backend: Backend) {
        self.client().backend = backend;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.client.take();
        self.store.take().map(thread::JoinHandle::join);
    }
}

fn in_memory() -> Backend {
    Backend::Memory(MemoryBackend::default())
}

/// A Redis whose address refuses connections.
fn refusing() -> Backend {
    at(free_address())
}

/// A Redis that accepts connections and never answers, until the listener is dropped.
fn hanging() -> (TcpListener, Backend) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let backend = at(listener.local_addr().expect("an address"));
    (listener, backend)
}

fn at(address: SocketAddr) -> Backend {
    let redis = RedisBackend::new(&format!("redis://{address}")).expect("an address");
    Backend::Redis(Box::new(redis))
}

#[tokio::test]
async fn the_beginning_and_the_end_of_an_outage_are_logged_once() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _until_the_end = tracing::subscriber::set_default(subscriber);
    let mut stage = Stage::new();
    stage.reports().await;
    assert_eq!(log.outages(), (0, 0), "nothing is wrong");
    for outage in 1..=3 {
        stage.use_backend(refusing());
        stage.reports().await;
        assert_eq!(log.outages(), (outage, outage - 1));
        stage.use_backend(in_memory());
        stage.reports().await;
        assert_eq!(log.outages(), (outage, outage));
    }
}

#[tokio::test]
async fn a_backend_that_hangs_and_then_refuses_is_one_outage() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _until_the_end = tracing::subscriber::set_default(subscriber);
    let mut stage = Stage::new();
    let (listener, backend) = hanging();
    stage.use_backend(backend);
    stage.reports().await;
    drop(listener);
    stage.use_backend(refusing());
    stage.reports().await;
    stage.use_backend(in_memory());
    stage.reports().await;
    assert_eq!(log.outages(), (1, 1));
}

#[tokio::test]
async fn after_an_outage_no_seat_is_gone_before_every_server_has_reported_its_seats() {
    let mut stage = Stage::new();
    stage.reports().await;
    assert_eq!(stage.find_unknown_seat().await, SeatLocation::Gone);
    stage.use_backend(refusing());
    stage.reports().await;
    assert_eq!(stage.find_unknown_seat().await, SeatLocation::Unknown);
    // The backend comes back empty. The server that holds the seat reports it again within a third
    // of the grace.
    stage.use_backend(in_memory());
    stage.reports().await;
    assert_eq!(stage.find_unknown_seat().await, SeatLocation::Unknown);
    let client = stage.client();
    let longest = client.state.options.grace / 2;
    let until = client.seats_incomplete_until.take().expect("an outage");
    assert!(until > Instant::now() && until < Instant::now() + longest);
    assert_eq!(
        stage.find_unknown_seat().await,
        SeatLocation::Gone,
        "every seat was reported again"
    );
}
