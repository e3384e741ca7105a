//! The scenarios that the proofs of this step explore: who joins, what they do at once, and what
//! must hold then.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use scenario::{
    at_once,
    shared::{self, Player},
};
use snack::{Name, Refusal};
use std::sync::Arc;

/// A grab locks the room and then each player; a leave locks its player and then the room.
pub(crate) fn ann_grabs_while_bob_leaves() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    at_once([ann.does(Player::grabs), bob.does(Player::leaves)]);
}

/// Bob's wire is full: it holds the event that he joined.
pub(crate) fn ann_and_cat_grab_while_bob_reads_nothing() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let cat = Player::joins(&room, "cat");
    let _bob = Player::joins_by_wire(&room, "bob", 1);
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

/// When a grab is answered, its event is on bob's wire or in his phone: the server keeps no line
/// for him.
pub(crate) fn ann_grabs_while_bob_reads_late() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins_by_wire(&room, "bob", 1);
    let reading = bob.does(|bob| bob.reads(3));
    for grabs in 1..=2 {
        ann.grabs();
        assert_eq!(bob.saw_grabs().len(), grabs, "bounded memory");
    }
    at_once([reading]);
}

impl shared::Room for Room {
    type Seat = Seat;
    type Line = Socket;

    fn opens() -> Room {
        Room::open()
    }

    fn joins(&self, name: Name, socket: Socket) -> Result<Seat, Refusal> {
        self.join(&name, socket)
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
