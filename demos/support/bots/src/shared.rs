//! The state that all bots of a crowd share.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use lock::lock;
use snack::{Name, Snack};

use crate::connection::Connection;
use crate::dial::dial;
use crate::duplicates::{Duplicates, Giving};
use crate::ledger::Ledger;
use crate::{Plan, RETURNS_A_SECOND};

/// Longer than a busy listener takes. A frozen server still accepts at once, because the kernel
/// does it.
const CONNECT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) plan: Plan,
    pub(crate) ledgers: Vec<Ledger>,
    pub(crate) ground: Mutex<Ground>,
    opened: Instant,
    /// The time of the latest answer to any bot, in microseconds of the crowd's clock.
    replied: AtomicU64,
    /// When the next bot may connect again.
    door: Mutex<Instant>,
    /// Set when no bot may send a new request.
    closing: AtomicBool,
    /// Set when no bot may wait any more.
    closed: AtomicBool,
    /// The number of running bots. `bell` is notified when one ends, and when all should end.
    here: Mutex<usize>,
    bell: Condvar,
}

/// The data that bots compare with each other.
#[derive(Debug)]
pub(crate) struct Ground {
    given: Duplicates,
    pub(crate) twice: u64,
    pub(crate) unjudged: u64,
    pub(crate) first_disorder: Option<(Name, u64, u64)>,
}

impl Shared {
    pub(crate) fn new(address: SocketAddr, plan: Plan, names: Vec<Name>) -> Arc<Self> {
        let ground = Ground {
            given: Duplicates::new(),
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

    /// Microseconds since the crowd started.
    pub(crate) fn now(&self) -> u64 {
        self.opened.elapsed().as_micros() as u64
    }

    /// Whether the crowd has played for less than `time`.
    pub(crate) fn plays_less_than(&self, time: Duration) -> bool {
        self.opened.elapsed() < time
    }

    /// Records that a bot was answered.
    pub(crate) fn replied(&self) {
        self.replied.fetch_max(self.now(), Ordering::Relaxed);
    }

    /// The time since the last answer to any bot.
    pub(crate) fn quiet(&self) -> Duration {
        Duration::from_micros(
            self.now()
                .saturating_sub(self.replied.load(Ordering::Relaxed)),
        )
    }

    /// Records a given snack, and whether any bot was given it before.
    pub(crate) fn was_given(&self, snack: Snack) {
        let mut ground = lock(&self.ground);
        match ground.given.note(snack) {
            Giving::First => {}
            Giving::Again => ground.twice += 1,
            Giving::Unjudged => ground.unjudged += 1,
        }
    }

    /// Connects, and puts a handle into the ledger with which [`close`](Self::close) ends every
    /// wait on the connection.
    pub(crate) fn connect(&self, ledger: &Ledger) -> Option<Connection> {
        self.hold(Connection::connect(self.address, CONNECT), ledger)
    }

    /// Connects a phone that is going to be slow.
    pub(crate) fn connect_slow(&self, ledger: &Ledger) -> Option<Connection> {
        self.hold(
            dial(self.address, CONNECT).and_then(Connection::over),
            ledger,
        )
    }

    fn hold(&self, connected: io::Result<Connection>, ledger: &Ledger) -> Option<Connection> {
        let connected =
            connected.and_then(|connection| Ok((connection.stream().try_clone()?, connection)));
        let (socket, connection) = match connected {
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
        // `close` may have run just before the handle was there: then this thread must close the
        // socket.
        if self.is_closed() {
            ledger.close();
        }
        Some(connection)
    }

    /// Waits until this bot may connect again. False if the crowd is closing.
    pub(crate) fn return_in_turn(&self) -> bool {
        let turn = {
            let mut door = lock(&self.door);
            let turn = (*door).max(Instant::now());
            *door = turn + Duration::from_secs(1) / RETURNS_A_SECOND;
            turn
        };
        self.pause(turn.saturating_duration_since(Instant::now()))
    }

    /// Waits for `pause` or until the crowd closes. False if it closes.
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

    /// Asks every bot to end once its pending request is answered.
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
        // A bot may have read the flag and not wait on the condition variable yet. With this lock
        // the notification comes after that.
        let _here = lock(&self.here);
        flag.store(true, Ordering::SeqCst);
        self.bell.notify_all();
    }

    /// Counts a bot as running until the result is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Here {
        *lock(&self.here) += 1;
        Here(Arc::clone(self))
    }

    /// The number of running bots.
    pub(crate) fn here(&self) -> usize {
        *lock(&self.here)
    }

    /// Waits until at most `left` bots are running.
    pub(crate) fn empties(&self, left: usize, within: Duration) {
        let here = lock(&self.here);
        drop(
            self.bell
                .wait_timeout_while(here, within, |here| *here > left),
        );
    }
}

/// A running bot. It is counted down even if the bot panics.
#[derive(Debug)]
pub(crate) struct Here(Arc<Shared>);

impl Drop for Here {
    fn drop(&mut self) {
        *lock(&self.0.here) -= 1;
        self.0.bell.notify_all();
    }
}

/// Returns whether the server or the way to it refused. Otherwise this machine has no descriptor,
/// port or memory left for a socket, and the server was not even asked.
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
