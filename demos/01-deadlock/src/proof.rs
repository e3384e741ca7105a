//! The model checker's verdict on this step's `room.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: two or three players, one or two requests each, every
//! schedule (no limit on preemptions). A phone is a wire of limited capacity. Not covered: sockets
//! that fail, more players, timeouts. `mutants.toml` lists the edits of `room.rs` that must fail
//! these tests.

use super::room::{Room, Seat};
use lanes::{
    Bounds, Verdict, explore,
    net::{Phone, phone},
    thread,
};
use snack::{Event, Name, News, Snack};
use std::sync::Arc;

/// The capacity of a wire that is never full here.
const WIDE: usize = 16;

#[test]
fn breaks_nobody_waits_for_ever() {
    let verdict = ann_grabs_while_bob_leaves();
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["ann", "bob"], "{failure}");
    failure.is_drawn_in("README.md");
    failure.is_pictured_in("deadlock.svg");
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    let verdict = ann_and_cat_grab_while_bob_reads_nothing();
    let failure = verdict.deadlocks();
    assert!(failure.cycle().is_empty(), "{failure}");
}

#[test]
fn keeps_no_snack_twice() {
    ann_and_bob_grab_one_snack_each().holds();
}

#[test]
fn keeps_one_order_for_all() {
    ann_and_bob_see_each_other_grab().holds();
}

#[test]
fn keeps_bounded_memory() {
    ann_grabs_while_bob_reads_late().holds();
}

/// A grab locks the room and then each player; a leave locks its player and then the room.
fn ann_grabs_while_bob_leaves() -> Verdict {
    explore("ann grabs while bob leaves", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", WIDE);
        at_once([ann.does(Player::grabs), bob.does(Player::leaves)]);
    })
}

/// Bob's wire is full: it holds the event that he joined.
fn ann_and_cat_grab_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let cat = Player::joins(&room, "cat", WIDE);
        let _bob = Player::joins(&room, "bob", 1);
        at_once([ann.does(Player::grabs), cat.does(Player::grabs)]);
    })
}

fn ann_and_bob_grab_one_snack_each() -> Verdict {
    explore("ann and bob grab", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", WIDE);
        at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
        let [first, second] = &ann.saw_grabs()[..] else {
            panic!("every player sees every grab");
        };
        assert_ne!(first.snack, second.snack, "no snack twice");
    })
}

fn ann_and_bob_see_each_other_grab() -> Verdict {
    explore("ann and bob see each other", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", WIDE);
        at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
        for player in [&ann, &bob] {
            let grabs: Vec<u64> = player.saw_grabs().iter().map(|grab| grab.number).collect();
            assert_eq!(grabs, [3, 4], "one order for all");
        }
    })
}

/// When a grab is answered, its event is on bob's wire or in his phone: the server keeps no line
/// for him.
fn ann_grabs_while_bob_reads_late() -> Verdict {
    explore("bob reads late", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", 1);
        let reading = bob.does(Player::reads_three_lines);
        for grabs in 1..=2 {
            ann.grabs();
            assert_eq!(bob.saw_grabs().len(), grabs, "bounded memory");
        }
        at_once([reading]);
    })
}

/// A player and its phone.
#[derive(Clone)]
struct Player {
    name: &'static str,
    room: Arc<Room>,
    seat: Seat,
    phone: Arc<Phone>,
}

impl Player {
    /// Takes a seat. The wire to the phone holds `wire` lines.
    fn joins(room: &Arc<Room>, name: &'static str, wire: usize) -> Player {
        let (socket, phone) = phone(name, wire);
        let known: Name = name.parse().expect("a name");
        let seat = room.join(&known, socket).expect("a free seat");
        let (room, phone) = (Arc::clone(room), Arc::new(phone));
        Player {
            name,
            room,
            seat,
            phone,
        }
    }

    /// Runs `something` on a thread of its own.
    fn does(&self, something: fn(&Player)) -> thread::JoinHandle<()> {
        let player = self.clone();
        thread::spawn(self.name, move || something(&player))
    }

    fn grabs(&self) {
        self.room.grab(&self.seat).expect("the tray is full");
    }

    fn leaves(&self) {
        self.room.leave(&self.seat);
    }

    fn reads_three_lines(&self) {
        for _ in 0..3 {
            self.phone.read().expect("the server does not hang up");
        }
    }

    /// The grabs whose events have reached the wire, in order of arrival.
    fn saw_grabs(&self) -> Vec<Grab> {
        let lines = self.phone.told();
        let events = lines.iter().map(|line| line.parse().expect("an event"));
        let grabs = events.filter_map(|Event { number, news }| match news {
            News::Grabbed { snack, .. } => Some(Grab { number, snack }),
            _ => None,
        });
        grabs.collect()
    }
}

/// A grab, as a phone shows it.
#[derive(Debug)]
struct Grab {
    number: u64,
    snack: Snack,
}

fn at_once<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().expect("a panic ends the model");
    }
}
