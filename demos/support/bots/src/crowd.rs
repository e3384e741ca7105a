//! Starts and stops the crowd.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use snack::Name;

use crate::bot::{Bot, Manners};
use crate::chance::Chance;
use crate::slow;
use crate::square::Square;
use crate::{Plan, Seen};

/// A bot's stack: its calls are not deep. With this size a thousand bots need as much memory as
/// eight with the default.
const STACK: usize = 256 * 1024;

/// A running crowd, one thread per bot. Dropping it stops the bots without waiting for them.
#[derive(Debug)]
pub struct Crowd {
    square: Arc<Square>,
}

impl Crowd {
    /// Starts every bot in `plan` against `address`. Returns at once; a bot that finds no server
    /// tries again later.
    pub fn start(address: SocketAddr, plan: &Plan) -> Self {
        let kinds = [
            ("bot", plan.players, Manners::Polite),
            ("rude", plan.rude, Manners::Rude),
            ("slow", plan.slow, Manners::Slow),
        ];
        let bots: Vec<(Name, Manners)> = kinds
            .into_iter()
            .flat_map(|(kind, count, manners)| {
                (1..=count).map(move |number| (format!("{kind}-{number}"), manners))
            })
            .map(|(name, manners)| {
                (
                    name.parse().expect("short, of letters, digits and a dash"),
                    manners,
                )
            })
            .collect();
        let square = Square::new(
            address,
            plan.clone(),
            bots.iter().map(|(name, _)| name.clone()).collect(),
        );
        for (number, (name, manners)) in bots.into_iter().enumerate() {
            let chance = Chance::new(plan.seed, number as u64);
            let here = square.enter();
            let square = Arc::clone(&square);
            let bot = move || {
                let _here = here;
                let ledger = &square.ledgers[number];
                match manners {
                    Manners::Polite | Manners::Rude => {
                        Bot::new(&square, ledger, chance, manners).play()
                    }
                    Manners::Slow => slow::play(&square, ledger),
                }
            };
            // If the thread cannot be started, there is one bot less; `Seen::bots` says how many
            // there are.
            let _ = thread::Builder::new()
                .name(name.to_string())
                .stack_size(STACK)
                .spawn(bot);
        }
        Self { square }
    }

    /// What the crowd has seen so far. Cheap, and callable from any thread.
    pub fn seen(&self) -> Seen {
        Seen::now(&self.square)
    }

    /// Stops the crowd. Takes at most `within`, also if the server is frozen.
    ///
    /// In the first half of that time, bots that wait for an answer continue to wait, but no bot
    /// sends a new request. Requests that are unanswered then are unanswered in the result. After
    /// that, the bots' sockets are closed.
    pub fn stop(self, within: Duration) -> Seen {
        self.square.close_soon();
        // The slow bots stay until the end: if they left, a server that waits for them would
        // recover.
        self.square.empties(self.square.plan.slow, within / 2);
        let seen = self.seen();
        self.square.close();
        self.square.empties(0, within / 2);
        Seen {
            bots: self.square.here(),
            ..seen
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.square.close();
    }
}
