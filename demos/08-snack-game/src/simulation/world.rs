//! What the server, its clients and the faults of one scenario share.

use crate::server_state::ServerState;
use std::{
    collections::BTreeMap,
    iter::Sum,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Number of clients.
pub(super) const CLIENTS: u64 = 5;

/// For this long clients play and faults happen.
pub(super) const PLAY: Duration = Duration::from_secs(8);

/// After [`PLAY`], clients have this long to finish.
pub(super) const CLIENT_EXIT: Duration = Duration::from_secs(6);

/// A seat is kept for this long after its connection has ended.
pub(super) const GRACE: Duration = Duration::from_secs(4);

/// Host name of the server.
pub(super) const SERVER: &str = "server";

/// Host name of a client.
pub(super) fn client_name(n: u64) -> String {
    format!("client-{n}")
}

/// Everything that the clients saw, in sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) hash: u64,
    pub(super) lines: u64,
}

impl Log {
    /// Adds a line, with the simulated time.
    pub(super) fn write(&mut self, what: &str) {
        let after = turmoil::elapsed().as_micros();
        let line = format!("{:016x} {after} {what}", self.hash);
        self.hash = rush::fnv::fnv1a(line.as_bytes());
        self.lines += 1;
    }
}

/// Faults that happened, and what the clients achieved all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The bytes of a connection were held back for a while.
    Held,
    /// A connection lost bytes in both directions.
    Lost,
    /// A connection lost bytes in one direction.
    LostOneWay,
    /// A connection was reset between two ends that were both alive.
    Reset,
    /// The server crashed and was restarted.
    Crashed,
    /// A client received nothing for too long and gave the connection up.
    NoTicks,
    /// A client cut its connection with bytes unread.
    Cut,
    /// A client sent a turn twice.
    TurnRepeated,
    /// The server applied a turn.
    TurnApplied,
    /// A client got a seat.
    Joined,
    /// A client got its seat back.
    Resumed,
    /// A client took its seat over from its own older connection.
    TakenOver,
    /// A connection ended without a Close frame, as counted by the server.
    EndedWithoutClose,
}

/// Number of events of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(BTreeMap<Event, u64>);

impl Counts {
    pub(super) fn add(&mut self, event: Event, count: u64) {
        *self.0.entry(event).or_default() += count;
    }

    pub(super) fn of(&self, event: Event) -> u64 {
        self.0.get(&event).copied().unwrap_or_default()
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut sum = Self::default();
        for counts in all {
            counts.0.iter().for_each(|(event, n)| sum.add(*event, *n));
        }
        sum
    }
}

/// Shared between the hosts of one scenario. They run on one thread, so no host waits for a lock.
pub(super) type Shared<T> = Arc<Mutex<T>>;

/// State that the hosts of one scenario share.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) log: Shared<Log>,
    counts: Shared<Counts>,
    /// The server that runs.
    pub(super) state: Shared<Option<Arc<ServerState>>>,
    /// When the server crashed, in simulated time since 1970.
    pub(super) crashed_at: Shared<Option<Duration>>,
    /// The server has shut down, and the scenario is over.
    pub(super) over: Shared<bool>,
    /// Clients whose connections are to be reset.
    pub(super) resets: Shared<Vec<IpAddr>>,
}

impl World {
    pub(super) fn count(&self, event: Event, count: u64) {
        self.counts.lock().expect("one thread").add(event, count);
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.lock().expect("one thread").clone()
    }
}
