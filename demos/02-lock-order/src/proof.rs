//! The model checker's verdict on this step's `room.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: two or three players, one or two requests each, every
//! schedule (no limit on preemptions). A phone is a wire of limited capacity. Not covered: sockets
//! that fail, more players, timeouts. `mutants.toml` lists the edits of `room.rs` that must fail
//! these tests.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use lanes::{Bounds, Verdict, explore};
use scenario::{
    at_once,
    shared::{self, Player},
};
use snack::{Name, Refusal};
use std::sync::Arc;

#[test]
fn keeps_nobody_waits_for_ever() {
    ann_grabs_while_bob_leaves().holds();
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    let verdict = ann_and_cat_grab_while_bob_reads_nothing();
    let failure = verdict.deadlocks();
    assert!(failure.cycle().is_empty(), "{failure}");
    failure.is_drawn_in("README.md");
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

/// Both take the room and then its players.
fn ann_grabs_while_bob_leaves() -> Verdict {
    explore("ann grabs while bob leaves", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins(&room, "bob");
        at_once([ann.does(Player::grabs), bob.does(Player::leaves)]);
    })
}

/// Bob's wire is full: it holds the event that he joined.
fn ann_and_cat_grab_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let cat = Player::joins(&room, "cat");
        let _bob = Player::joins_by_wire(&room, "bob", 1);
        at_once([ann.does(Player::grabs), cat.does(Player::grabs)]);
    })
}

fn ann_and_bob_grab_one_snack_each() -> Verdict {
    explore("ann and bob grab", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins(&room, "bob");
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
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins(&room, "bob");
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
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins_by_wire(&room, "bob", 1);
        let reading = bob.does(|bob| bob.reads(3));
        for grabs in 1..=2 {
            ann.grabs();
            assert_eq!(bob.saw_grabs().len(), grabs, "bounded memory");
        }
        at_once([reading]);
    })
}

impl shared::Room for Room {
    type Seat = Seat;
    type Line = Socket;

    fn joins(&self, name: Name, socket: Socket) -> Result<Seat, Refusal> {
        self.join(&name, socket)
    }

    fn grabs(&self, seat: &Seat) -> Result<(), Refusal> {
        self.grab(seat)
    }

    fn leaves(&self, seat: &Seat) {
        self.leave(seat);
    }
}
