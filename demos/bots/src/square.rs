//! The square in front of the snack bar: what all bots share.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use snack::{Name, Snack};

use crate::given::{Given, Giving};
use crate::ledger::Ledger;
use crate::slow;
use crate::wire::Wire;
use crate::{Plan, RETURNS_A_SECOND};

/// Longer than a busy listener takes; a frozen one accepts at once, for the kernel does it.
const CONNECT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Square {
    pub(crate) address: SocketAddr,
    pub(crate) plan: Plan,
    pub(crate) ledgers: Vec<Ledger>,
    pub(crate) ground: Mutex<Ground>,
    opened: Instant,
    /// Microseconds of the crowd's clock at the latest answer to anybody.
    replied: AtomicU64,
    /// When the next one may return; each takes its turn.
    door: Mutex<Instant>,
    /// Nobody asks anything any more.
    closing: AtomicBool,
    /// Nobody waits for anything any more.
    closed: AtomicBool,
    /// Bots that are still here. The bell rings when one goes home, and when all shall.
    here: Mutex<usize>,
    bell: Condvar,
}

/// What the bots compare among each other.
#[derive(Debug)]
pub(crate) struct Ground {
    given: Given,
    pub(crate) twice: u64,
    pub(crate) unjudged: u64,
    pub(crate) first_disorder: Option<(Name, u64, u64)>,
}

impl Square {
    pub(crate) fn new(address: SocketAddr, plan: Plan, names: Vec<Name>) -> Arc<Self> {
        let ground = Ground {
            given: Given::new(),
            twice: 0,
            unjudged: 0,
            first_disorder: None,
        };
        Arc::new(Self {
            address,
            plan,
            ledgers: names.into_iter().map(Ledger::new).collect(),
            ground: Mutex::new(ground),
            opened: Instant::now(),
            replied: AtomicU64::new(0),
            door: Mutex::new(Instant::now()),
            closing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            here: Mutex::new(0),
            bell: Condvar::new(),
        })
    }

    /// Microseconds since the square was opened.
    pub(crate) fn now(&self) -> u64 {
        self.opened.elapsed().as_micros() as u64
    }

    /// Somebody was answered.
    pub(crate) fn replied(&self) {
        self.replied.fetch_max(self.now(), Ordering::Relaxed);
    }

    /// Since when nobody was answered.
    pub(crate) fn quiet(&self) -> Duration {
        Duration::from_micros(
            self.now()
                .saturating_sub(self.replied.load(Ordering::Relaxed)),
        )
    }

    /// Notes whether a snack that a bot was given had been given before, to whomever.
    pub(crate) fn was_given(&self, snack: Snack) {
        let mut ground = lock(&self.ground);
        match ground.given.note(snack) {
            Giving::First => {}
            Giving::Again => ground.twice += 1,
            Giving::Unjudged => ground.unjudged += 1,
        }
    }

    /// Connects, and leaves a handle in the ledger by which [`close`](Self::close) ends every wait on it.
    pub(crate) fn connect(&self, ledger: &Ledger) -> Option<Wire> {
        self.hold(Wire::connect(self.address, CONNECT), ledger)
    }

    /// The same for a phone that is going to be slow.
    pub(crate) fn connect_slow(&self, ledger: &Ledger) -> Option<Wire> {
        self.hold(
            slow::dial(self.address, CONNECT).and_then(Wire::over),
            ledger,
        )
    }

    fn hold(&self, connected: io::Result<Wire>, ledger: &Ledger) -> Option<Wire> {
        let connected = connected.and_then(|wire| Ok((wire.stream().try_clone()?, wire)));
        let (socket, wire) = match connected {
            Ok(connected) => connected,
            Err(error) if is_the_servers(&error) => {
                ledger.unreachable.add(1);
                return None;
            }
            Err(_) => {
                ledger.no_socket.add(1);
                return None;
            }
        };
        ledger.hold(Some(socket));
        // `close` may have passed just before: then it is on us.
        if self.is_closed() {
            ledger.close();
        }
        Some(wire)
    }

    /// Waits for one's turn to come back. False: there is no coming back.
    pub(crate) fn return_in_turn(&self) -> bool {
        let turn = {
            let mut door = lock(&self.door);
            let turn = (*door).max(Instant::now());
            *door = turn + Duration::from_secs(1) / RETURNS_A_SECOND;
            turn
        };
        self.pause(turn.saturating_duration_since(Instant::now()))
    }

    /// Waits, but not beyond the end of the day. False: it has come.
    pub(crate) fn pause(&self, pause: Duration) -> bool {
        let here = lock(&self.here);
        let woken = self
            .bell
            .wait_timeout_while(here, pause, |_| !self.is_closing());
        drop(woken);
        !self.is_closing()
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until [`close`](Self::close).
    pub(crate) fn outstay(&self) {
        let here = lock(&self.here);
        drop(self.bell.wait_while(here, |_| !self.is_closed()));
    }

    /// Asks everybody to go once they have been answered.
    pub(crate) fn close_soon(&self) {
        self.ring(&self.closing);
    }

    /// Ends every wait.
    pub(crate) fn close(&self) {
        self.ring(&self.closing);
        self.ring(&self.closed);
        for ledger in &self.ledgers {
            ledger.close();
        }
    }

    fn ring(&self, flag: &AtomicBool) {
        // Somebody may have looked at the flag and not yet be asleep. The lock makes the bell wait for that.
        let _here = lock(&self.here);
        flag.store(true, Ordering::SeqCst);
        self.bell.notify_all();
    }

    /// Counts a bot in until what it gets is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Here {
        *lock(&self.here) += 1;
        Here(Arc::clone(self))
    }

    /// Bots that are here.
    pub(crate) fn here(&self) -> usize {
        *lock(&self.here)
    }

    /// Waits until no more than `left` bots are here.
    pub(crate) fn empties(&self, left: usize, within: Duration) {
        let here = lock(&self.here);
        drop(
            self.bell
                .wait_timeout_while(here, within, |here| *here > left),
        );
    }
}

/// A bot that is here, also while it panics.
#[derive(Debug)]
pub(crate) struct Here(Arc<Square>);

impl Drop for Here {
    fn drop(&mut self) {
        *lock(&self.0.here) -= 1;
        self.0.bell.notify_all();
    }
}

/// Returns whether the server or the way to it refused. Otherwise this machine has no descriptor, port
/// or memory left for a socket, and the server was not even asked.
fn is_the_servers(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, NetworkDown,
        NetworkUnreachable, NotConnected, TimedOut, WouldBlock,
    };
    matches!(
        error.kind(),
        ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | NetworkDown
            | NetworkUnreachable
            | NotConnected
            | TimedOut
            | WouldBlock
    )
}

/// A bot that panicked has left counters behind, nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
