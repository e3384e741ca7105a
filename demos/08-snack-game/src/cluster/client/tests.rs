//! What a clerk says about its directory: that it is gone, and that it is back, once an outage and
//! no oftener, however often it tried.

use super::*;
use crate::{
    cluster::{MemoryBackend, RedisBackend},
    folder::Folder,
    options::Options,
    store::Store,
};
use rush::wire::Token;
use std::{
    io::Write,
    net::TcpListener,
    sync::{Mutex, PoisonError},
    thread,
};
use tracing_subscriber::fmt::MakeWriter;

/// More than its longest pause, several times.
const BEATS: usize = 20;

const GONE: &str = "the directory is gone";
const BACK: &str = "the directory is back";

/// All that was logged by this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn counts(&self, what: &str) -> usize {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&told).matches(what).count()
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

/// A house that a clerk works for.
struct Stage {
    clerk: Option<ClusterClient>,
    store: Option<thread::JoinHandle<()>>,
    _folder: Folder,
}

impl Stage {
    fn new() -> Self {
        let folder = Folder::new();
        let (store, thread) = Store::open(folder.path()).expect("a store");
        let house = Arc::new(House::new(Options::default(), store));
        Self {
            clerk: Some(ClusterClient::new(
                house,
                Backend::Memory(MemoryBackend::default()),
            )),
            store: Some(thread),
            _folder: folder,
        }
    }

    /// So many beats, and between them somebody asks for a seat, and for a server.
    async fn beats(&mut self) {
        let clerk = self.clerk.as_mut().expect("at work");
        for _ in 0..BEATS {
            clerk.beat().await;
            clerk.pulse().await;
            let mark = SeatKey::of(&Token([1; 16]));
            let (reply, _place) = oneshot::channel();
            let (told, _said) = oneshot::channel();
            let id = "somebody".to_owned();
            clerk
                .answer(vec![
                    ClusterRequest::FindSeat { mark, reply },
                    ClusterRequest::LastSeen { id, reply: told },
                ])
                .await;
        }
    }

    /// Where is a seat that the directory has not heard of?
    async fn asks(&mut self) -> SeatLocation {
        let clerk = self.clerk.as_mut().expect("at work");
        let (mark, (reply, place)) = (SeatKey::of(&Token([1; 16])), oneshot::channel());
        clerk
            .answer(vec![ClusterRequest::FindSeat { mark, reply }])
            .await;
        place.await.expect("an answer")
    }

    fn directory(&mut self, engine: Backend) {
        self.clerk.as_mut().expect("at work").engine = engine;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.clerk.take();
        self.store.take().map(thread::JoinHandle::join);
    }
}

/// An address at which nobody listens.
fn nowhere() -> Backend {
    let (_is_closed, engine) = mute();
    engine
}

/// Somebody who lets people in and never answers.
fn mute() -> (TcpListener, Backend) {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("redis://{}", door.local_addr().expect("an address"));
    (
        door,
        Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address"))),
    )
}

#[tokio::test]
async fn an_outage_is_said_once_and_its_end_once() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _until_the_end = tracing::subscriber::set_default(subscriber);
    let mut stage = Stage::new();
    stage.beats().await;
    assert_eq!(
        (log.counts(GONE), log.counts(BACK)),
        (0, 0),
        "nothing is wrong"
    );
    for outage in 1..=3 {
        stage.directory(nowhere());
        stage.beats().await;
        assert_eq!((log.counts(GONE), log.counts(BACK)), (outage, outage - 1));
        stage.directory(Backend::Memory(MemoryBackend::default()));
        stage.beats().await;
        assert_eq!((log.counts(GONE), log.counts(BACK)), (outage, outage));
    }
}

#[tokio::test]
async fn a_directory_that_hangs_and_then_is_gone_is_one_outage() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _until_the_end = tracing::subscriber::set_default(subscriber);
    let mut stage = Stage::new();
    let (door, engine) = mute();
    stage.directory(engine);
    stage.beats().await;
    drop(door);
    stage.directory(nowhere());
    stage.beats().await;
    stage.directory(Backend::Memory(MemoryBackend::default()));
    stage.beats().await;
    assert_eq!((log.counts(GONE), log.counts(BACK)), (1, 1));
}

#[tokio::test]
async fn nobodys_seat_is_gone_because_a_directory_that_came_back_has_yet_to_hear_of_it() {
    let mut stage = Stage::new();
    stage.beats().await;
    assert_eq!(stage.asks().await, SeatLocation::Gone);
    stage.directory(nowhere());
    stage.beats().await;
    assert_eq!(stage.asks().await, SeatLocation::Unknown);
    // Empty: whoever has the seat says so again within a third of the grace.
    stage.directory(Backend::Memory(MemoryBackend::default()));
    stage.beats().await;
    assert_eq!(stage.asks().await, SeatLocation::Unknown);
    let clerk = stage.clerk.as_mut().expect("at work");
    let longest = clerk.house.options.grace / 2;
    let whole = clerk.whole.take().expect("it was gone");
    assert!(whole > Instant::now() && whole < Instant::now() + longest);
    assert_eq!(
        stage.asks().await,
        SeatLocation::Gone,
        "everything was said again"
    );
}
