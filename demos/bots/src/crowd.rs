//! The crowd comes, and the crowd goes.

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

/// A bot's stack: it calls nothing deep. A thousand bots take what eight took.
const STACK: usize = 256 * 1024;

/// Bots at play, a thread each. Dropping it sends them home at once, without waiting for them.
#[derive(Debug)]
pub struct Crowd {
    square: Arc<Square>,
}

impl Crowd {
    /// Sends everybody in `plan` to `address`. Returns at once; whoever finds no server comes back later.
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
            // No thread, no bot: `Seen::bots` tells how many there are.
            let _ = thread::Builder::new()
                .name(name.to_string())
                .stack_size(STACK)
                .spawn(bot);
        }
        Self { square }
    }

    /// What the crowd has seen until now. Cheap, and open to any thread.
    pub fn seen(&self) -> Seen {
        Seen::now(&self.square)
    }

    /// Sends everybody home. Takes `within` at most, also when the server is frozen.
    ///
    /// For the first half of it, who waits for an answer may go on waiting, and nobody asks anew. What is unanswered then is unanswered
    /// in the result. After that, sockets are closed under the bots.
    pub fn stop(self, within: Duration) -> Seen {
        self.square.close_soon();
        // The slow ones stay to the last: a server that waits for them shall not be saved by their going.
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
