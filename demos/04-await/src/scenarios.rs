//! The scenarios that this step's proofs explore, once for each of its two rooms.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use lanes::task::{Task, block_on, join_all};
use scenario::{
    at_once,
    shared::{self, Player},
};
use snack::{Name, Refusal};
use std::sync::Arc;

/// Bob's wire is full: it holds the event that he joined. But he reads, sooner or later.
pub(crate) fn ann_and_cat_grab_while_bob_reads_late() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let cat = Player::joins(&room, "cat");
    let bob = Player::joins_by_wire(&room, "bob", 1);
    let reading = bob.does(|bob| bob.reads(3));
    join_all(vec![("ann", grabbing(&ann)), ("cat", grabbing(&cat))]);
    at_once([reading]);
}

/// Bob's wire is full: it holds the event that he joined.
pub(crate) fn ann_and_cat_grab_while_bob_reads_nothing() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let cat = Player::joins(&room, "cat");
    let _bob = Player::joins_by_wire(&room, "bob", 1);
    join_all(vec![("ann", grabbing(&ann)), ("cat", grabbing(&cat))]);
}

/// Ann and bob have a thread each, as on a runtime with two threads. That allows more schedules
/// than one thread does.
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

/// Ann and bob have a thread each, as on a runtime with two threads. That allows more schedules
/// than one thread does.
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

/// Bob's session says twice that he leaves, at the same time: the second one does nothing.
pub(crate) fn bob_leaves_twice_at_once() {
    let room = Arc::new(Room::open());
    let ann = Player::joins(&room, "ann");
    let bob = Player::joins(&room, "bob");
    at_once([bob.does(Player::leaves), bob.does(Player::leaves)]);
    let told = ann.phone.told();
    assert_eq!(
        told,
        [
            "#1 ann joined",
            "#2 bob joined",
            "#3 bob left with 0 snacks"
        ],
        "bob leaves once"
    );
}

/// A task that grabs.
fn grabbing(player: &Player<Room>) -> Task<'_> {
    Box::pin(async {
        player
            .room
            .grab(player.seat)
            .await
            .expect("the tray is full")
    })
}

impl shared::Room for Room {
    type Seat = Seat;
    type Line = Socket;

    fn opens() -> Room {
        Room::open()
    }

    fn joins(&self, name: Name, socket: Socket) -> Result<Seat, Refusal> {
        block_on(self.join(name, socket))
    }

    fn grabs(&self, seat: &Seat) -> Result<(), Refusal> {
        block_on(self.grab(*seat))
    }

    fn leaves(&self, seat: &Seat) {
        block_on(self.leave(*seat));
    }

    fn refills(&self) {
        block_on(self.refill());
    }

    fn refuses(&self, seat: &Seat, refusal: &Refusal) {
        block_on(self.refuse(*seat, refusal));
    }
}
