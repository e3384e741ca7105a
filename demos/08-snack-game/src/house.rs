//! What all rooms and the gateway of one server have in common.

use crate::{
    cluster::{FailureDetector, HeldSeats, Peers, ServerInfo},
    kept::Kept,
    options::{Options, PORT},
    seen::Seen,
    store::Store,
};
use bytes::Bytes;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::sync::mpsc;

/// A server, as its rooms and its door see it. Whatever changes in here is a number or a short
/// list.
#[derive(Debug)]
pub struct House {
    /// What was asked for.
    pub options: Options,
    /// What is counted.
    pub seen: Seen,
    /// Where scores go.
    pub store: Store,
    /// The other servers.
    pub peers: Arc<Peers>,
    /// Whose seats are here.
    pub held_seats: HeldSeats,
    /// Which of the others may be dead.
    pub failure_detector: FailureDetector,
    /// When it was opened.
    pub opened: Instant,
    /// A process that holds what is not to be lost. None: whoever is in when this one dies has to
    /// come back.
    pub kept: Option<Arc<Kept>>,
    /// Seats that are taken in all rooms.
    players: AtomicU32,
    /// Numbers that were given to connections.
    lines: AtomicU64,
    draining: AtomicBool,
    /// Those of the servers that were named which have room.
    elsewhere: Mutex<Arc<[String]>>,
    /// Rooms that have closed, for the next process.
    left: Mutex<Vec<Bytes>>,
    /// Whoever is being let in holds a copy. None: nobody is let in any more.
    entering: Mutex<Option<mpsc::Sender<()>>>,
    /// Hears silence when the last of them is in.
    entered: Mutex<Option<mpsc::Receiver<()>>>,
}

impl House {
    /// Before anybody has come.
    pub fn new(options: Options, store: Store) -> Self {
        let own = options.public.clone();
        let own = own.unwrap_or_else(|| format!("http://127.0.0.1:{PORT}"));
        let (entering, entered) = mpsc::channel(1);
        let (peers, seen) = (Arc::new(Peers::new(&own)), Seen::new());
        Self {
            failure_detector: FailureDetector::new(Arc::clone(&peers), seen.buried.clone()),
            peers,
            held_seats: HeldSeats::default(),
            options,
            seen,
            store,
            opened: now(),
            players: AtomicU32::new(0),
            lines: AtomicU64::new(0),
            draining: AtomicBool::new(false),
            elsewhere: Mutex::default(),
            left: Mutex::default(),
            kept: None,
            entering: Mutex::new(Some(entering)),
            entered: Mutex::new(Some(entered)),
        }
    }

    /// One more seat, if the server has one more: rooms decide at the same time.
    pub fn take_seat(&self) -> bool {
        let most = self.options.max_players;
        let more = |taken: u32| (taken < most).then_some(taken + 1);
        self.players
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .is_ok()
    }

    /// As many seats were taken in a process that died.
    pub fn take_seats_again(&self, count: u32) {
        self.players.fetch_add(count, Ordering::AcqRel);
    }

    /// So many seats are free again.
    pub fn free_seats(&self, count: u32) {
        self.players.fetch_sub(count, Ordering::AcqRel);
    }

    /// Players in all rooms, those included who are away.
    pub fn players(&self) -> u32 {
        self.players.load(Ordering::Acquire)
    }

    /// The number of the next connection.
    pub fn next_line(&self) -> u64 {
        self.lines.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Numbers that were given out up to this one are not given out again.
    pub fn lines_up_to(&self, id: u64) {
        self.lines.fetch_max(id, Ordering::Relaxed);
    }

    /// How this server is.
    pub fn server_info(&self) -> ServerInfo {
        ServerInfo {
            players: self.players(),
            draining: self.is_draining(),
            ..ServerInfo::new(self.peers.own_url(), self.options.max_players)
        }
    }

    /// Other servers that had room a moment ago: those of the directory first, the least loaded
    /// before all, then those that were named.
    pub fn elsewhere(&self) -> Vec<String> {
        let mut all = self.peers.redirect_newcomer(now());
        let named = Arc::clone(&lock(&self.elsewhere));
        for url in named.iter() {
            if !all.contains(url) {
                all.push(url.clone());
            }
        }
        all
    }

    /// Which servers have room now.
    pub fn hear_of(&self, elsewhere: Vec<String>) {
        *lock(&self.elsewhere) = elsewhere.into();
    }

    /// The right to come in, to be held until one is. `None`: it is too late.
    pub fn enters(&self) -> Option<mpsc::Sender<()>> {
        lock(&self.entering).clone()
    }

    /// Nobody is let in from here on; waits for those who are being let in.
    pub async fn nobody_enters(&self) {
        drop(lock(&self.entering).take());
        let entered = lock(&self.entered).take();
        if let Some(mut entered) = entered {
            let _nobody = entered.recv().await;
        }
    }

    /// Nobody new from here on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Nobody new is let in.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// A room has closed: this is what the next process needs to open it again.
    pub(crate) fn leave_behind(&self, room: Bytes) {
        lock(&self.left).push(room);
    }

    /// All that is left behind.
    pub(crate) fn left_behind(&self) -> Vec<Bytes> {
        lock(&self.left).clone()
    }

    /// It cannot be: nobody will find their seat again.
    pub(crate) fn leave_nothing_behind(&self) {
        lock(&self.left).clear();
    }

    /// Microseconds since 1970, for the line.
    pub fn micros(&self) -> u64 {
        self.store.wall().since_1970().as_micros() as u64
    }
}

/// A lock whose holder panicked is a lock like any other: what is behind these is whole between any
/// two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What time it is, for deadlines. Under a simulated network it is that network's time, which
/// nobody waits for.
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Random bytes that nobody can guess; in a simulation, those of its seed.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[cfg(test)]
    if crate::simulation::rng::fill(&mut bytes) {
        return bytes;
    }
    getrandom::fill(&mut bytes).expect("the kernel has random bytes");
    bytes
}
