//! The model checker's verdict on this step's `room.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: two or three players, one or two requests each, every
//! schedule (no limit on preemptions). A phone is a thread that empties an outbox. Not covered:
//! sockets, more players, timeouts. `mutants.toml` lists the edits of `room.rs` that must fail
//! these tests.

use super::{
    room::{Room, Seat},
    sync::Outbox,
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
fn keeps_a_slow_player_stops_no_one_else() {
    ann_and_cat_grab_while_bob_reads_nothing().holds();
}

#[test]
fn breaks_no_snack_twice() {
    let verdict = ann_and_bob_grab_one_snack_each();
    verdict.violates("no snack twice").is_drawn_in("README.md");
}

#[test]
fn breaks_one_order_for_all() {
    ann_and_bob_see_each_other_grab().violates("one order for all");
}

#[test]
fn breaks_bounded_memory() {
    ann_grabs_while_bob_reads_nothing().violates("bounded memory");
}

/// After bob has left, his phone must reach the end of its outbox.
fn ann_grabs_while_bob_leaves() -> Verdict {
    explore("ann grabs while bob leaves", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins(&room, "bob");
        at_once([ann.does(Player::grabs), bob.does(Player::leaves)]);
        let phone = Arc::clone(&bob.phone);
        drop(bob);
        while phone.next().is_some() {}
    })
}

fn ann_and_cat_grab_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let cat = Player::joins(&room, "cat");
        let _bob = Player::joins(&room, "bob");
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

/// Whatever limit an outbox had, a phone that reads nothing would exceed it.
fn ann_grabs_while_bob_reads_nothing() -> Verdict {
    const FEW: usize = 2;
    explore("ann grabs three times", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann");
        let bob = Player::joins(&room, "bob");
        for _ in 0..=FEW {
            ann.grabs();
        }
        assert!(bob.phone.waiting() <= FEW, "bounded memory");
    })
}

impl shared::Room for Room {
    type Seat = Seat;
    type Line = Outbox;

    fn joins(&self, name: Name, outbox: Outbox) -> Result<Seat, Refusal> {
        self.join(&name, outbox)
    }

    fn grabs(&self, seat: &Seat) -> Result<(), Refusal> {
        self.grab(seat)
    }

    fn leaves(&self, seat: &Seat) {
        self.leave(seat);
    }
}
