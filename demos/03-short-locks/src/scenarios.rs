//! The scenarios that the proofs of this step explore: who joins, what they do at once, and what
//! must hold then.

use super::{
    room::{Room, Seat},
    sync::Outbox,
};
use scenario::{
    at_once,
    shared::{self, Player},
};
use snack::{Name, Refusal};
use std::sync::Arc;

/// After bob has left, his phone must reach the end of its outbox.
pub(crate) fn ann_grabs_while_bob_leaves() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    at_once([ann.does(Player::grabs), bob.does(Player::leaves)]);
    let phone = Arc::clone(&bob.phone);
    drop(bob);
    while phone.next().is_some() {}
}

pub(crate) fn ann_and_cat_grab_while_bob_reads_nothing() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let cat = Player::joins(&room, "cat");
    let _bob = Player::joins(&room, "bob");
    at_once([ann.does(Player::grabs), cat.does(Player::grabs)]);
}

pub(crate) fn ann_and_bob_grab_one_snack_each() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
    let [first, second] = &ann.saw_grabs()[..] else {
        panic!("every player sees every grab");
    };
    assert!(
        first.snack != second.snack,
        "no snack twice: two players have eaten {}",
        first.snack
    );
}

pub(crate) fn ann_and_bob_see_each_other_grab() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
    for player in [&ann, &bob] {
        let grabs: Vec<u64> = player.saw_grabs().iter().map(|grab| grab.number).collect();
        assert_eq!(grabs, [3, 4], "one order for all");
    }
}

/// Whatever limit an outbox had, a phone that reads nothing would exceed it.
pub(crate) fn ann_grabs_while_bob_reads_nothing() {
    const FEW: usize = 2;
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    for _ in 0..=FEW {
        ann.grabs();
    }
    assert!(bob.phone.waiting() <= FEW, "bounded memory");
}

impl shared::Room for Room {
    type Seat = Seat;
    type Line = Outbox;

    fn opens() -> Room {
        Room::open()
    }

    fn joins(&self, name: Name, outbox: Outbox) -> Result<Seat, Refusal> {
        self.join(&name, outbox)
    }

    fn grabs(&self, seat: &Seat) -> Result<(), Refusal> {
        self.grab(seat)
    }

    fn leaves(&self, seat: &Seat) {
        self.leave(seat);
    }

    fn refills(&self) {
        self.refill();
    }

    fn refuses(&self, seat: &Seat, refusal: &Refusal) {
        self.refuse(seat, refusal);
    }
}
