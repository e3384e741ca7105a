//! An evening of many servers, without any: the servers' own policy, and information that is as old
//! as theirs.

use demo_08_snack_game::cluster::{ServerInfo, placement};
use std::{cmp::Reverse, collections::BinaryHeap};

/// Milliseconds between two words of a server, after which one is dead, and before somebody who
/// found no seat asks again.
const REPORT_INTERVAL: u64 = 1_000;
const SERVER_TTL: u64 = 3_000;
const AGAIN: u64 = 4_000;

/// Who has no seat so long after the last has come goes home.
const PATIENCE: u64 = 600_000;

/// Servers that a phone is sent to before it waits.
const STEPS: u32 = 3;

/// Where people knock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// All at the first server: one code on the wall.
    One,
    /// Each at one of so many.
    Few(usize),
    /// Each at any server: one name with many addresses.
    ByChance,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Evening {
    pub(crate) people: u32,
    pub(crate) servers: usize,
    pub(crate) seats: u32,
    /// All come within that, evenly.
    pub(crate) seconds: u64,
    pub(crate) door: Door,
    /// Whoever is sent somewhere is counted there at once.
    pub(crate) counts: bool,
    /// The second server dies when half have come.
    pub(crate) dies: bool,
    pub(crate) seed: u64,
}

/// How it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) seated: u32,
    /// Times that whoever knocked found no seat at the first server.
    pub(crate) sent_on: u32,
    /// Times that the server to which somebody was sent was full, or dead, by then.
    pub(crate) found_full: u32,
    /// Times that somebody was sent three times, and had to wait.
    pub(crate) waited: u32,
    /// Players of the server that died.
    pub(crate) lost_seat: u32,
    /// Between the fullest and the emptiest server, in thousandths of the seats, when half have
    /// come and at the end.
    pub(crate) spread: [u32; 2],
}

struct Play {
    evening: Evening,
    told: Told,
    taken: Vec<u32>,
    /// What each server has said of itself, and when.
    said: Vec<(u32, u64)>,
    /// What each server believes of all.
    views: Vec<Vec<ServerInfo>>,
    dead: Option<usize>,
    chance: u64,
    turn: u64,
}

impl Evening {
    pub(crate) fn play(self) -> Told {
        let cards: Vec<ServerInfo> = (0..self.servers)
            .map(|at| ServerInfo::new(&format!("http://{at}"), self.seats))
            .collect();
        let mut play = Play {
            evening: self,
            told: Told::default(),
            taken: vec![0; self.servers],
            said: vec![(0, 0); self.servers],
            views: vec![cards; self.servers],
            dead: None,
            chance: self.seed,
            turn: 0,
        };
        play.run();
        play.told
    }
}

impl Play {
    fn run(&mut self) {
        let Evening {
            people, seconds, ..
        } = self.evening;
        let mut waiting: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
        let (mut come, mut beat, mut half) = (0, 0, people / 2);
        while come < people || !waiting.is_empty() {
            let next =
                (come < people).then(|| u64::from(come) * seconds * 1_000 / u64::from(people));
            let again = waiting.peek().map(|Reverse(when)| *when);
            let now = next
                .into_iter()
                .chain(again)
                .min()
                .expect("somebody is there");
            if now > seconds * 1_000 + PATIENCE {
                return; // There are not seats for everybody.
            }
            while beat <= now {
                self.beat(beat);
                beat += 1;
            }
            if next == Some(now) {
                come += 1;
            } else {
                waiting.pop();
            }
            if come == half {
                half = u32::MAX; // Once.
                self.told.spread[0] = self.spread();
                if self.evening.dies {
                    self.dead = Some(1);
                    let lost = std::mem::take(&mut self.taken[1]);
                    (self.told.lost_seat, self.told.seated) = (lost, self.told.seated - lost);
                    // Each hears of it once the directory has forgotten the server, and asks within
                    // another half second.
                    for _ in 0..lost {
                        waiting.push(Reverse(now + SERVER_TTL + self.any(500)));
                    }
                }
            }
            if !self.place() {
                self.told.waited += 1;
                waiting.push(Reverse(now + AGAIN + self.any(AGAIN)));
            }
        }
        self.told.spread[1] = self.spread();
    }

    /// Servers speak once a second, each in a millisecond of its own, and hear what was said until
    /// then.
    fn beat(&mut self, now: u64) {
        let first =
            |slot: u64| (slot * self.evening.servers as u64).div_ceil(REPORT_INTERVAL) as usize;
        for at in first(now % REPORT_INTERVAL)..first(now % REPORT_INTERVAL + 1) {
            if !self.is_dead(at) {
                self.said[at] = (self.taken[at], now);
                for (card, (players, when)) in self.views[at].iter_mut().zip(&self.said) {
                    card.players = *players;
                    card.draining = now.saturating_sub(*when) > SERVER_TTL;
                }
            }
        }
    }

    /// Somebody knocks; whether they have a seat.
    fn place(&mut self) -> bool {
        let mut door = match self.evening.door {
            Door::One => 0,
            Door::Few(count) => self.any(count as u64) as usize,
            Door::ByChance => self.any(self.evening.servers as u64) as usize,
        };
        if self.is_dead(door) {
            door = 0; // Who finds nobody asks another one.
        }
        for step in 0..=STEPS {
            if !self.is_dead(door) && self.taken[door] < self.evening.seats {
                self.taken[door] += 1;
                self.told.seated += 1;
                return true;
            }
            match step {
                0 => self.told.sent_on += 1,
                1 => self.told.found_full += 1,
                _ => {}
            }
            if self.is_dead(door) {
                door = 0; // It does not answer: back to where one knocked.
            }
            self.turn += 1;
            let view = &mut self.views[door];
            view[door].draining = true; // Nobody is sent to where they are.
            let sent = match self.evening.counts {
                true => placement::place_one(view, self.turn),
                false => placement::least_loaded(view, self.turn),
            };
            match sent {
                Some(next) => door = next,
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
        (most - least) * 1_000 / self.evening.seats
    }

    /// SplitMix64, below `most`.
    fn any(&mut self, most: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}
