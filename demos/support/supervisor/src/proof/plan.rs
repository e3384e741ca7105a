//! What the model checker says of a change of workers: whatever they do and whenever they die, two
//! never serve at once, so nothing that was said is applied twice and nothing is left out; and as
//! long as nobody dies at closing time, everybody is told goodbye, once.
//!
//! Covers: a keeper, the worker that serves, the one that is to follow it and, after a death, one
//! more; each death of either at each of its steps, a worker that is mute, one that does not stop,
//! and closing time after each of the first messages, said once or twice. Every schedule with up to
//! two preemptions. The keeper's decisions are the real [`Plan`]; its deeds are here: a note is a
//! message in a channel, and whoever is hung up on finds out at its next step. Not: how far a dead
//! worker had come with its tick, which `mark` proves. Dies with: what `mutants.toml` lists of
//! `src/plan.rs`.

use crate::plan::{Order, Plan, Who};
use lanes::{
    Bounds, explore,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};
use std::collections::BTreeMap;

/// Ticks that a worker plays, if it serves for so long.
const TICKS: usize = 2;

/// What a worker hears from its keeper.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Note {
    Check,
    Go,
    HandOver,
    End,
}

/// What the keeper hears.
enum Heard {
    Ready(Who),
    Done(Who),
    Ended(Who),
}

/// What workers leave to each other: the rooms' memory, and what the kernel knows.
#[derive(Default)]
struct Server {
    /// Who reads and writes the sockets.
    served_by: Option<Who>,
    /// What was applied: message 0, 1, 2 and so on, each of them once.
    applied: Vec<usize>,
    goodbyes: u32,
}

/// What a worker is like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Nature {
    /// It dies at this step.
    dies_at: Option<usize>,
    /// It never answers whether it could go on.
    is_mute: bool,
    /// It does not stop when it is told to.
    is_deaf: bool,
}

/// An evening: what its workers are like, and after how many messages closing time comes; at the
/// latest when the change is over.
#[derive(Clone, Copy, Debug, Default)]
struct Evening {
    old: Nature,
    next: Nature,
    closing_after: Option<usize>,
    closes_twice: bool,
}

struct Died;

struct Worker {
    who: Who,
    nature: Nature,
    steps: usize,
    inbox: Receiver<Note>,
    keeper: Sender<Heard>,
    server: Arc<Mutex<Server>>,
}

impl Worker {
    /// Until it ends in order, or by itself, or because it was hung up on. That it has ended is
    /// heard after all that it said.
    fn run(mut self) {
        let _either_way = self.lives();
        let mut server = self.server.lock();
        if server.served_by == Some(self.who) {
            server.served_by = None; // The kernel closes what it had open.
        }
        drop(server);
        let _unless_over = self.keeper.send(Heard::Ended(self.who));
    }

    fn step(&mut self) -> Result<(), Died> {
        self.steps += 1;
        match self.nature.dies_at == Some(self.steps) {
            true => Err(Died),
            false => Ok(()),
        }
    }

    fn hears(&mut self) -> Result<Note, Died> {
        let note = self.inbox.recv().map_err(|_hung_up| Died)?;
        self.step()?;
        Ok(note)
    }

    fn lives(&mut self) -> Result<(), Died> {
        loop {
            match self.hears()? {
                Note::Check if self.nature.is_mute => {}
                Note::Check => {
                    let _unless_over = self.keeper.send(Heard::Ready(self.who));
                }
                Note::Go => return self.serves(),
                Note::HandOver | Note::End => panic!("it does not serve yet"),
            }
        }
    }

    fn serves(&mut self) -> Result<(), Died> {
        let before = self.server.lock().served_by.replace(self.who);
        assert_eq!(before, None, "two serve at once");
        // It goes on from what it finds now, and from then on knows it by heart.
        let first = self.server.lock().applied.len();
        for next in first..first + TICKS {
            self.step()?;
            self.server.lock().applied.push(next);
        }
        loop {
            match self.hears()? {
                Note::HandOver if self.nature.is_deaf => {}
                Note::HandOver => {
                    self.server.lock().served_by = None;
                    self.step()?;
                    let _unless_over = self.keeper.send(Heard::Done(self.who));
                    return Ok(());
                }
                Note::End => {
                    self.server.lock().goodbyes += 1;
                    return Ok(());
                }
                Note::Check | Note::Go => panic!("it serves already"),
            }
        }
    }
}

/// The keeper's deeds.
struct Keeper {
    plan: Plan,
    started: Who,
    workers: BTreeMap<Who, Sender<Note>>,
    way: Sender<Heard>,
    server: Arc<Mutex<Server>>,
    evening: Evening,
    is_over: bool,
}

impl Keeper {
    fn start(&mut self) -> Who {
        self.started += 1;
        let who = self.started;
        let (way, inbox) = channel(format!("the way to {who}"));
        let worker = Worker {
            who,
            nature: match who {
                1 => self.evening.old,
                2 => self.evening.next,
                _ => Nature::default(),
            },
            steps: 0,
            inbox,
            keeper: self.way.clone(),
            server: Arc::clone(&self.server),
        };
        thread::spawn(format!("worker {who}"), move || worker.run());
        self.workers.insert(who, way);
        who
    }

    fn obey(&mut self, orders: Vec<Order>) {
        for order in orders {
            let (who, note) = match order {
                Order::Check(who) => (who, Note::Check),
                Order::HandOver(who) => (who, Note::HandOver),
                Order::Go(who) => (who, Note::Go),
                Order::End(who) => (who, Note::End),
                Order::HangUp(who) => {
                    self.workers.remove(&who);
                    continue;
                }
                Order::Follow => {
                    let who = self.start();
                    let orders = self.plan.serves(who);
                    self.obey(orders);
                    continue;
                }
                Order::Over => {
                    self.is_over = true;
                    continue;
                }
                Order::Say(_) => continue,
            };
            if let Some(way) = self.workers.get(&who) {
                let _unless_dead = way.send(note);
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        let orders = match heard {
            Heard::Ready(who) => self.plan.ready(who),
            Heard::Done(who) => self.plan.done(who),
            Heard::Ended(who) => {
                self.workers.remove(&who);
                self.plan.ended(who)
            }
        };
        self.obey(orders);
    }
}

/// One evening: a server, a change of workers, closing time.
fn evening(evening: Evening) {
    let (way, heard) = channel("the way to the keeper");
    let server = Arc::new(Mutex::new("the server", Server::default()));
    let mut keeper = Keeper {
        plan: Plan::new(),
        started: 0,
        workers: BTreeMap::new(),
        way,
        server: Arc::clone(&server),
        evening,
        is_over: false,
    };
    keeper.obey(vec![Order::Follow]);
    let next = keeper.start();
    let orders = keeper.plan.another(next);
    keeper.obey(orders);
    let (mut messages, mut has_closed) = (0, false);
    while !keeper.is_over {
        let is_time = evening.closing_after == Some(messages) || !keeper.plan.waits();
        if is_time && !has_closed {
            has_closed = true;
            for _ in 0..=u8::from(evening.closes_twice) {
                let orders = keeper.plan.close();
                keeper.obey(orders);
            }
        }
        // Whoever will never say anything is waited for until patience ends: whether it could go
        // on, or, after that, that it has stopped.
        let in_vain = match messages {
            0 => evening.next.is_mute,
            1 => evening.old.is_deaf,
            _ => false,
        };
        if in_vain && keeper.plan.waits() {
            let orders = keeper.plan.too_late();
            keeper.obey(orders);
        }
        keeper.hear(heard.recv().expect("somebody lives"));
        messages += 1;
    }
    let server = server.lock();
    let once: Vec<usize> = (0..server.applied.len()).collect();
    assert_eq!(server.applied, once, "applied twice, or left out");
    assert!(server.goodbyes <= 1, "one goodbye is enough");
    let in_order = evening.old == Nature::default() && evening.next == Nature::default();
    if in_order && !evening.closes_twice {
        assert_eq!(server.goodbyes, 1, "nobody was told goodbye");
    }
}

fn in_every_schedule(name: &'static str, what: Evening) {
    let model = move || evening(what);
    explore(name, Bounds::preemptions(2), model).holds();
}

#[test]
fn a_change_in_order_never_has_two_that_serve_and_ends_with_one_goodbye() {
    in_every_schedule("a change", Evening::default());
}

#[test]
fn closing_time_in_the_midst_of_a_change_ends_with_one_goodbye() {
    for after in 0..4 {
        for closes_twice in [false, true] {
            let what = Evening {
                closing_after: Some(after),
                closes_twice,
                ..Evening::default()
            };
            in_every_schedule("closing time", what);
        }
    }
}

#[test]
fn whoever_dies_in_the_midst_of_a_change_is_followed_and_never_by_two() {
    for step in 1..=6 {
        let dies = Nature {
            dies_at: Some(step),
            ..Nature::default()
        };
        let (old, next) = (Nature::default(), Nature::default());
        for (old, next) in [(dies, next), (old, dies)] {
            let what = Evening {
                old,
                next,
                ..Evening::default()
            };
            in_every_schedule("a death", what);
        }
    }
}

#[test]
fn whoever_is_mute_or_does_not_stop_is_not_waited_for_for_ever() {
    let mute = Nature {
        is_mute: true,
        ..Nature::default()
    };
    let deaf = Nature {
        is_deaf: true,
        ..Nature::default()
    };
    for (old, next) in [(Nature::default(), mute), (deaf, Nature::default())] {
        let what = Evening {
            old,
            next,
            ..Evening::default()
        };
        in_every_schedule("in vain", what);
    }
}
