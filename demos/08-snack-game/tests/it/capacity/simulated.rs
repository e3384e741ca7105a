//! Simulated arrivals at many servers: the servers' own placement policy, working with reports as
//! old as real ones.

use demo_08_snack_game::cluster::{ServerInfo, placement};
use std::{cmp::Reverse, collections::BinaryHeap};

/// In milliseconds: the interval between two reports of a server, their time to live, and the time
/// after which a player without a seat asks again.
const REPORT_INTERVAL: u64 = 1_000;
const SERVER_TTL: u64 = 3_000;
const RETRY: u64 = 4_000;

/// A player without a seat gives up this long after the last arrival, in milliseconds.
const PATIENCE: u64 = 600_000;

/// Number of redirects before a player waits.
const MAX_REDIRECTS: u32 = 3;

/// Which server a player asks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstServer {
    /// The first one: one code on the wall.
    One,
    /// One of this many.
    Few(usize),
    /// Any server: one name with many addresses.
    Any,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) players: u32,
    pub(crate) servers: usize,
    pub(crate) seats: u32,
    /// All players arrive within this time, evenly.
    pub(crate) seconds: u64,
    pub(crate) first_server: FirstServer,
    /// True if a redirected player is counted at the target at once.
    pub(crate) counts: bool,
    /// True if the second server crashes after half of the arrivals.
    pub(crate) dies: bool,
    pub(crate) seed: u64,
}

/// Result of a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) seated: u32,
    /// Times that the first server asked had no seat.
    pub(crate) redirected: u32,
    /// Times that the target of a redirect was full or dead.
    pub(crate) found_full: u32,
    /// Times that a player was redirected three times and had to wait.
    pub(crate) waited: u32,
    /// Players of the server that crashed.
    pub(crate) lost_seat: u32,
    /// Difference between the fullest and the emptiest server, in thousandths of the seats: after
    /// half of the arrivals, and at the end.
    pub(crate) spread: [u32; 2],
}

struct Play {
    scenario: Scenario,
    outcome: Outcome,
    taken: Vec<u32>,
    /// The last report of each server, and when.
    reports: Vec<(u32, u64)>,
    /// What each server knows about all of them.
    views: Vec<Vec<ServerInfo>>,
    dead: Option<usize>,
    rng: u64,
    turn: u64,
}

impl Scenario {
    pub(crate) fn play(self) -> Outcome {
        let servers: Vec<ServerInfo> = (0..self.servers)
            .map(|at| ServerInfo::new(&format!("http://{at}"), self.seats))
            .collect();
        let mut play = Play {
            scenario: self,
            outcome: Outcome::default(),
            taken: vec![0; self.servers],
            reports: vec![(0, 0); self.servers],
            views: vec![servers; self.servers],
            dead: None,
            rng: self.seed,
            turn: 0,
        };
        play.run();
        play.outcome
    }
}

impl Play {
    fn run(&mut self) {
        let Scenario {
            players, seconds, ..
        } = self.scenario;
        let mut waiting: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
        let (mut arrived, mut reported, mut half) = (0, 0, players / 2);
        while arrived < players || !waiting.is_empty() {
            let next = (arrived < players)
                .then(|| u64::from(arrived) * seconds * 1_000 / u64::from(players));
            let again = waiting.peek().map(|Reverse(when)| *when);
            let now = next.into_iter().chain(again).min().expect("a player");
            if now > seconds * 1_000 + PATIENCE {
                return; // There are not enough seats.
            }
            while reported <= now {
                self.report(reported);
                reported += 1;
            }
            if next == Some(now) {
                arrived += 1;
            } else {
                waiting.pop();
            }
            if arrived == half {
                half = u32::MAX; // Once.
                self.outcome.spread[0] = self.spread();
                if self.scenario.dies {
                    self.dead = Some(1);
                    let lost = std::mem::take(&mut self.taken[1]);
                    (self.outcome.lost_seat, self.outcome.seated) =
                        (lost, self.outcome.seated - lost);
                    // Each player notices when the server's report has expired, and asks within
                    // another half second.
                    for _ in 0..lost {
                        waiting.push(Reverse(now + SERVER_TTL + self.below(500)));
                    }
                }
            }
            if !self.place() {
                self.outcome.waited += 1;
                waiting.push(Reverse(now + RETRY + self.below(RETRY)));
            }
        }
        self.outcome.spread[1] = self.spread();
    }

    /// Each server reports once a second, in a millisecond of its own, and reads the reports of the
    /// others.
    fn report(&mut self, now: u64) {
        let first =
            |slot: u64| (slot * self.scenario.servers as u64).div_ceil(REPORT_INTERVAL) as usize;
        for at in first(now % REPORT_INTERVAL)..first(now % REPORT_INTERVAL + 1) {
            if !self.is_dead(at) {
                self.reports[at] = (self.taken[at], now);
                for (server, (players, when)) in self.views[at].iter_mut().zip(&self.reports) {
                    server.players = *players;
                    server.draining = now.saturating_sub(*when) > SERVER_TTL;
                }
            }
        }
    }

    /// Plays one arrival. Returns true if the player has a seat.
    fn place(&mut self) -> bool {
        let mut at = match self.scenario.first_server {
            FirstServer::One => 0,
            FirstServer::Few(count) => self.below(count as u64) as usize,
            FirstServer::Any => self.below(self.scenario.servers as u64) as usize,
        };
        if self.is_dead(at) {
            at = 0; // A player who gets no answer asks another server.
        }
        for step in 0..=MAX_REDIRECTS {
            if !self.is_dead(at) && self.taken[at] < self.scenario.seats {
                self.taken[at] += 1;
                self.outcome.seated += 1;
                return true;
            }
            match step {
                0 => self.outcome.redirected += 1,
                1 => self.outcome.found_full += 1,
                _ => {}
            }
            if self.is_dead(at) {
                at = 0; // No answer: the player asks the first server again.
            }
            self.turn += 1;
            let view = &mut self.views[at];
            view[at].draining = true; // A server does not redirect to itself.
            let sent = match self.scenario.counts {
                true => placement::place_one(view, self.turn),
                false => placement::least_loaded(view, self.turn),
            };
            match sent {
                Some(next) => at = next,
                None => break,
            }
        }
        false
    }

    fn is_dead(&self, at: usize) -> bool {
        self.dead == Some(at)
    }

    fn spread(&self) -> u32 {
        let alive = (0..self.taken.len())
            .filter(|at| !self.is_dead(*at))
            .map(|at| self.taken[at]);
        let (least, most) = alive.fold((u32::MAX, 0), |(least, most), it| {
            (least.min(it), most.max(it))
        });
        (most - least) * 1_000 / self.scenario.seats
    }

    /// SplitMix64, below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.rng = self.rng.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.rng;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}
