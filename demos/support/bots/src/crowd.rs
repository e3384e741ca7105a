//! Starts and stops the crowd.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use snack::Name;

use crate::bot::{Behaviour, Bot};
use crate::shared::Shared;
use crate::slow;
use crate::{Plan, Stats, player};
use rng::Rng;

/// A bot's stack: its calls are not deep. With this size a thousand bots need as much memory as
/// eight with the default.
const STACK: usize = 256 * 1024;

/// A running crowd, one thread per bot. Dropping it stops the bots without waiting for them.
#[derive(Debug)]
pub struct Crowd {
    shared: Arc<Shared>,
}

impl Crowd {
    /// Starts every bot in `plan` against `address`. Returns at once; a bot that finds no server
    /// tries again later.
    pub fn start(address: SocketAddr, plan: &Plan) -> Self {
        let kinds = [
            ("bot", plan.players, Behaviour::Polite),
            ("rude", plan.rude, Behaviour::Rude),
            ("slow", plan.slow, Behaviour::Slow),
        ];
        let bots: Vec<(Name, Behaviour)> = kinds
            .into_iter()
            .flat_map(|(kind, count, behaviour)| {
                (1..=count).map(move |number| (format!("{kind}-{number}"), behaviour))
            })
            .map(|(name, behaviour)| {
                (
                    name.parse().expect("short, of letters, digits and a dash"),
                    behaviour,
                )
            })
            .collect();
        let shared = Shared::new(
            address,
            plan.clone(),
            bots.iter().map(|(name, _)| name.clone()).collect(),
        );
        for (number, (name, behaviour)) in bots.into_iter().enumerate() {
            let rng = Rng::of(plan.seed, number as u64);
            let here = shared.enter();
            let shared = Arc::clone(&shared);
            let bot = move || {
                let _here = here;
                let ledger = &shared.ledgers[number];
                match behaviour {
                    Behaviour::Polite | Behaviour::Rude => {
                        player::play(Bot::new(&shared, ledger, rng, behaviour))
                    }
                    Behaviour::Slow => slow::play(&shared, ledger),
                }
            };
            // If the thread cannot be started, there is one bot less; `Stats::bots` says how many
            // there are.
            let _ = thread::Builder::new()
                .name(name.to_string())
                .stack_size(STACK)
                .spawn(bot);
        }
        Self { shared }
    }

    /// What the crowd has seen so far. Cheap, and callable from any thread.
    pub fn stats(&self) -> Stats {
        Stats::now(&self.shared)
    }

    /// Stops the crowd. Takes at most `within`, also if the server is frozen.
    ///
    /// In the first half of that time, bots that wait for an answer continue to wait, but no bot
    /// sends a new request. Requests that are unanswered then are unanswered in the result. After
    /// that, the bots' sockets are closed.
    pub fn stop(self, within: Duration) -> Stats {
        self.shared.close_soon();
        // The slow bots stay until the end: if they left, a server that waits for them would
        // recover.
        self.shared.empties(self.shared.plan.slow, within / 2);
        let seen = self.stats();
        self.shared.close();
        self.shared.empties(0, within / 2);
        Stats {
            bots: self.shared.here(),
            ..seen
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.shared.close();
    }
}
