//! One client of the crowd: what it remembers from connection to connection, and where it connects
//! next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rng::Rng;
use rush::Seat;
use rush::wire::Token;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::http::Failure;
use crate::pending_turns::PendingTurns;
use crate::plan::Behavior;
use crate::seat_api::{self, FreeSeat, Location};
use crate::shared::Shared;
use crate::steering::Steering;

/// The pause after a failed attempt. It doubles with every attempt up to [`MAX_BACKOFF`].
const BACKOFF: Duration = Duration::from_millis(200);
const MAX_BACKOFF: Duration = Duration::from_secs(3);

/// How long a sleepy phone sleeps.
const SLEEP: (Duration, Duration) = (Duration::from_millis(300), Duration::from_millis(1500));

/// The pause before asking again whether the cluster has found a server to be dead.
const ASK_AGAIN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_millis(600));

/// The maximum number of redirects from full servers before a player waits.
const MAX_REDIRECTS: usize = 3;

/// Why a connection ended, or why there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The crowd stops.
    Stopped,
    /// The phone fell asleep.
    Asleep,
    /// The server said when to come back.
    RetryAfter(Duration),
    /// The connection dropped, or the server ended it.
    Dropped,
    /// The server refused the player.
    Refused,
    /// The server does not answer; another server of its cluster may know more.
    ServerGone,
}

/// A player's seat, and what a resumed session must still have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) token: Token,
    pub(crate) seat: Seat,
    pub(crate) round: u32,
    pub(crate) points: u16,
}

/// The servers that a player knows.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) server: SocketAddr,
    pub(crate) others: Vec<SocketAddr>,
    backoff: Duration,
}

#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) shared: Arc<Shared>,
    pub(crate) number: u64,
    pub(crate) behavior: Behavior,
    pub(crate) rng: Rng,
    pub(crate) turns: PendingTurns,
    pub(crate) steering: Steering,
    pub(crate) route: Route,
    /// Since when a player with a seat has no connection: it dropped, or the server restarts.
    pub(crate) disconnected: Option<Instant>,
    /// The token to resume with.
    pub(crate) ticket: Option<Ticket>,
    /// The connection of a sleeping phone: still open, but nothing reads it.
    pub(crate) half_open: Option<TcpStream>,
    pub(crate) stopped: watch::Receiver<bool>,
}

impl Player {
    pub(crate) fn new(
        shared: Arc<Shared>,
        number: u64,
        behavior: Behavior,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let mut rng = Rng::of(shared.plan.seed, number);
        let steering = Steering::new(Rng::new(rng.draw()), shared.plan.turns_per_second);
        Self {
            rng,
            route: Route {
                server: shared.server,
                others: Vec::new(),
                backoff: BACKOFF,
            },
            shared,
            number,
            behavior,
            turns: PendingTurns::default(),
            steering,
            disconnected: None,
            ticket: None,
            half_open: None,
            stopped,
        }
    }

    /// Asks for a free seat. If the server is full, follows its redirect to another one.
    pub(crate) async fn find_seat(&mut self) -> Result<FreeSeat, Failure> {
        let mut redirects = 0;
        loop {
            match seat_api::free_seat(self.route.server).await {
                Err(Failure::Full(elsewhere))
                    if redirects < MAX_REDIRECTS && !elsewhere.is_empty() =>
                {
                    redirects += 1;
                    self.route.server = elsewhere[0];
                    self.shared.metrics().redirected += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Asks another server of the cluster about the player's own one, which does not answer. If the
    /// own server is dead or the seat has moved, the next attempt connects to another server.
    pub(crate) async fn change_server(&mut self) {
        let own = self.route.server;
        self.route.others.retain(|other| *other != own);
        if self.route.others.is_empty() {
            return;
        }
        let next = self.rng.draw() as usize % self.route.others.len();
        let other = self.route.others[next];
        let Some(ticket) = self.ticket else {
            self.route.server = other; // Without a seat there is nothing to lose.
            return;
        };
        match seat_api::locate(other, own, &ticket.token).await {
            Location::At(server) => self.route.server = server,
            Location::Gone(free) => {
                self.ticket = None;
                self.route.server = free.unwrap_or(other);
            }
            Location::Unknown => {}
        }
    }

    /// Counts a failed attempt to connect.
    pub(crate) fn count(&self, failure: &Failure) {
        let mut metrics = self.shared.metrics();
        match failure {
            Failure::Unreachable(error) if sockets::is_exhausted(error) => {
                metrics.no_socket += 1;
            }
            Failure::Unreachable(_) | Failure::Timeout => metrics.unreachable += 1,
            Failure::Full(_) | Failure::Status(..) => metrics.refused += 1,
            Failure::Protocol(_) => metrics.garbage += 1,
        }
        metrics.last_refusal = Some(failure.to_string());
    }

    /// Returns the pause before the next attempt, or `None` if there is no next one. `moved`: the
    /// seat is at another server, which was not asked yet.
    pub(crate) fn pause(&mut self, ending: Ending, moved: bool) -> Option<Duration> {
        if moved {
            self.route.backoff = BACKOFF;
        }
        Some(match ending {
            Ending::Stopped => return None,
            Ending::Asleep => self.rng.between(SLEEP.0, SLEEP.1),
            Ending::RetryAfter(wait) => self.rng.between(wait, wait.mul_f64(1.5)),
            Ending::ServerGone if moved => Duration::ZERO,
            Ending::ServerGone => self.rng.between(ASK_AGAIN.0, ASK_AGAIN.1),
            Ending::Dropped => {
                self.route.backoff = BACKOFF;
                self.rng.between(Duration::ZERO, BACKOFF)
            }
            Ending::Refused => {
                self.route.backoff = (self.route.backoff * 2).min(MAX_BACKOFF);
                self.rng.between(self.route.backoff / 2, self.route.backoff)
            }
        })
    }
}
