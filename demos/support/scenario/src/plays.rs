//! What every room is asked to do: each operation that it offers, alone and beside another one.
//!
//! A step's proof plays these in its own room. They do not depend on what a room is made of.

use crate::WIDE;
use crate::act::{Act, join};
use crate::script::{
    AnyRoom, Explains, Holds, at_once, explains, explains_in_any_order, one_by_one,
    one_by_one_in_two_threads, without_digits,
};
use lanes::{Bounds, Verdict};
use snack::{Refusal, SEATS, TRAY};
use std::iter::repeat_n;

use Act::{Grab, Join, LateGrab, LateLeave, Leave, Read, Refill, Refuse};

/// The tray is emptied by two players. The next grab gets nothing and is no event. A refill is one
/// event.
pub fn the_tray_is_emptied_and_refilled<R: AnyRoom>() {
    let mut script = vec![join("ann"), join("bob"), Refill];
    for taken in 0..TRAY {
        script.push(Grab(["ann", "bob"][taken % 2]));
    }
    script.extend([Grab("ann"), Grab("bob"), Refill, Refill]);
    script.extend([Grab("bob"), Grab("bob"), Refill, Grab("ann"), Leave("bob")]);
    one_by_one::<R>(&script);
}

/// The first, the last and the one between leave, in an order that is not the one in which they
/// came. A player that comes back has eaten nothing.
pub fn players_leave_and_come_back<R: AnyRoom>() {
    one_by_one::<R>(&[
        join("cat"),
        join("ann"),
        join("bob"),
        Grab("bob"),
        Grab("ann"),
        Grab("bob"),
        Leave("bob"),
        Grab("cat"),
        join("bob"),
        Grab("bob"),
        Leave("cat"),
        Leave("bob"),
        join("dan"),
        Grab("ann"),
        Leave("ann"),
        Refill,
        Grab("dan"),
        Leave("dan"),
        // The room is empty. What happens now has the next number.
        Refill,
        join("eve"),
        Grab("eve"),
        Leave("eve"),
        join("ann"),
        Refill,
    ]);
}

/// A name that is in the room is given to no other player, and is free after that.
pub fn a_name_is_given_to_one_player<R: AnyRoom>() {
    one_by_one::<R>(&[
        join("ann"),
        join("ann"),
        join("bob"),
        join("ann"),
        join("bob"),
        Leave("ann"),
        join("bob"),
        join("ann"),
        Grab("ann"),
        join("ann"),
    ]);
}

/// Every seat is taken. The next player is refused, until one has left.
pub fn every_seat_is_taken<R: AnyRoom>() {
    let names = (0..SEATS).map(|number| -> &'static str { format!("p{number}").leak() });
    let mut script: Vec<Act> = names.map(join).collect();
    script.extend([
        join("ann"),
        Leave("p7"),
        join("ann"),
        join("p7"),
        Grab("ann"),
    ]);
    one_by_one_in_two_threads::<R>(&script);
}

/// A refusal reaches one player, between the events.
pub fn a_refusal_reaches_one_player<R: AnyRoom>() {
    one_by_one::<R>(&[
        join("ann"),
        Refuse("ann"),
        join("bob"),
        Refuse("bob"),
        Grab("ann"),
        Refuse("bob"),
        Refuse("bob"),
        Leave("ann"),
        Refuse("bob"),
    ]);
}

/// A leave that is said twice, or late, has no effect, also if another player has the name now.
pub fn a_late_leave_does_nothing<R: AnyRoom>() {
    one_by_one::<R>(&[
        join("ann"),
        join("bob"),
        Leave("bob"),
        LateLeave("bob"),
        join("bob"),
        LateLeave("bob"),
        Grab("bob"),
        Leave("bob"),
        join("cat"),
        LateLeave("bob"),
        Leave("ann"),
        LateLeave("ann"),
        join("ann"),
        LateLeave("ann"),
        Grab("ann"),
    ]);
}

/// A grab with a seat that was left gets nothing, also if another player has the name now.
pub fn a_late_grab_gets_nothing<R: AnyRoom>() {
    one_by_one::<R>(&[
        join("ann"),
        join("bob"),
        Leave("bob"),
        LateGrab("bob"),
        join("cat"),
        LateGrab("bob"),
        join("bob"),
        LateGrab("bob"),
        Grab("bob"),
        Leave("ann"),
        Leave("bob"),
        Leave("cat"),
        join("ann"),
        LateGrab("bob"),
        LateGrab("ann"),
        Grab("ann"),
    ]);
}

/// Players come, eat and go, and the tray is refilled. The room keeps nothing of them.
pub fn the_room_keeps_nothing_of_the_past<R: Holds>() {
    let room = R::opens();
    let ann = room.join("ann", WIDE).expect("a seat");
    keeps_nothing_of(&room, || {
        for _ in 0..2 {
            let bob = room.join("bob", WIDE).expect("a seat");
            room.join("ann", WIDE).err().expect("the name is taken");
            for _ in 0..TRAY / 2 {
                room.grab(&ann).expect("a snack");
                room.grab(&bob).expect("a snack");
            }
            room.grab(&bob).expect_err("the tray is empty");
            room.refill();
            room.leave(&bob);
        }
    });
}

/// Players make requests that fail. The room keeps nothing of the refusals, and neither does a
/// player.
pub fn the_room_keeps_nothing_of_refusals<R: Holds>() {
    let room = R::opens();
    let ann = room.join("ann", WIDE).expect("a seat");
    keeps_nothing_of(&room, || {
        let bob = room.join("bob", WIDE).expect("a seat");
        for _ in 0..2 {
            room.refuse(&ann, &Refusal::AlreadyIn);
            room.refuse(&bob, &Refusal::AlreadyIn);
        }
        room.leave(&bob);
    });
}

/// One player after the other is too slow. The room keeps nothing of them.
pub fn the_room_keeps_nothing_of_slow_players<R: Holds>() {
    let room = R::opens();
    let ann = room.join("ann", WIDE).expect("a seat");
    keeps_nothing_of(&room, || {
        let _slow = room.join("bob", 1).expect("a seat");
        room.grab(&ann).expect("a snack");
        room.refill();
    });
}

/// Plays the same round three times. After each, the room keeps what it kept after the first:
/// numbers may be larger, but there is nothing more.
fn keeps_nothing_of<R: Holds>(room: &R, play_round: impl Fn()) {
    let held = || {
        play_round();
        without_digits(&room.holds())
    };
    let after_one = held();
    for round in 2..=3 {
        assert_eq!(after_one, held(), "bounded memory: after round {round}");
    }
}

/// The last player leaves while the tray is refilled, and comes back: the room is still there.
pub fn the_last_player_leaves_and_comes_back<R: AnyRoom>() {
    const ANN: &[Act] = &[Leave("ann"), join("ann"), Grab("ann")];
    at_once::<R>(&[join("ann")], [ANN, &[Refill]], &[join("zoe")], explains);
}

/// Two lists of acts that are played at once.
#[derive(Clone, Copy, Debug)]
pub struct Pair(pub [&'static [Act]; 2]);

/// What ann does, or the ticker.
const ANN: [&[Act]; 6] = [
    &[Grab("ann")],
    &[Leave("ann")],
    &[Leave("ann"), join("ann")],
    &[Refill],
    &[join("dan")],
    &[Refuse("ann")],
];

/// What bob does, or another player at the door.
const BOB: [&[Act]; 6] = [
    &[Grab("bob")],
    &[Leave("bob")],
    &[Refill],
    &[join("dan")],
    &[join("eve"), Grab("eve")],
    &[Refuse("bob")],
];

/// Each operation beside each other one.
pub fn pairs() -> impl Iterator<Item = Pair> {
    ANN.into_iter()
        .flat_map(|ann| BOB.into_iter().map(move |bob| Pair([ann, bob])))
}

/// The pairs in which no player leaves, for a room in which a leave may wait for ever.
pub fn pairs_without_leaves() -> impl Iterator<Item = Pair> {
    pairs().filter(|pair| !pair.has(|act| matches!(act, Leave(_))))
}

/// Each operation before and after each other one. For a room that handles one message after the
/// other, and has no part in a refusal, there is nothing else than these orders.
pub fn each_operation_meets_each_other_one<R: AnyRoom>() {
    let is_refusal = |act: &Act| matches!(act, Refuse(_));
    for Pair([ann, bob]) in pairs().filter(|pair| !pair.has(is_refusal)) {
        for taken in [1, TRAY - 1, TRAY] {
            for both in [[ann, bob].concat(), [bob, ann].concat()] {
                let mut script = vec![join("ann"), join("bob")];
                script.extend(repeat_n(Grab("bob"), taken));
                script.extend(both);
                script.extend([join("zoe"), Refill]);
                one_by_one::<R>(&script);
            }
        }
    }
}

impl Pair {
    /// Whether one of these acts is in the pair.
    pub fn has(&self, wanted: impl Fn(&Act) -> bool) -> bool {
        self.0.iter().any(|acts| acts.iter().any(&wanted))
    }

    /// Plays it in every schedule within the bounds, when this number of snacks is off the tray.
    /// Another player joins after that, and the tray is refilled: so the room shows what it knows.
    #[track_caller]
    pub fn meets<R: AnyRoom>(self, taken: usize, bounds: Bounds) -> Verdict {
        self.meets_by::<R>(taken, bounds, explains)
    }

    /// The same for a room without one order for all: only the lines of each player count, not
    /// their order and not the numbers in them.
    #[track_caller]
    pub fn meets_in_any_order<R: AnyRoom>(self, taken: usize, bounds: Bounds) -> Verdict {
        self.meets_by::<R>(taken, bounds, explains_in_any_order)
    }

    #[track_caller]
    fn meets_by<R: AnyRoom>(self, taken: usize, bounds: Bounds, explains: Explains) -> Verdict {
        let [ann, bob] = self.0;
        let name = format!("{ann:?} and {bob:?} with {taken} snacks taken");
        lanes::explore(&name, bounds, move || {
            let mut before = vec![join("ann"), join("bob")];
            before.extend(repeat_n(Grab("bob"), taken));
            at_once::<R>(&before, self.0, &[join("zoe"), Refill], explains);
        })
    }
}

/// Ann, bob, cat and dan sit in this order. Each subset of them reads nothing and has an outbox
/// with two places to spare; the others go on.
pub fn any_of_four_are_too_slow<R: AnyRoom>() {
    const NAMES: [&str; 4] = ["ann", "bob", "cat", "dan"];
    for slow in 0..1 << NAMES.len() {
        let is_slow = |seat: usize| slow & 1 << seat != 0;
        let mut script = Vec::new();
        for (seat, name) in NAMES.into_iter().enumerate() {
            // It also receives the events of all players that join after it.
            let places = NAMES.len() - seat + 2;
            script.push(if is_slow(seat) {
                Join(name, places)
            } else {
                join(name)
            });
        }
        script.extend([join("eve"), Grab("eve"), Grab("eve"), Grab("eve"), Refill]);
        for (seat, name) in NAMES.into_iter().enumerate() {
            // Those who lost their seats come back under their names.
            script.extend([if is_slow(seat) {
                join(name)
            } else {
                Grab(name)
            }]);
        }
        one_by_one::<R>(&script);
    }
}

/// A player whose outbox is full leaves, takes a snack, or reads one line at the last moment.
pub fn a_player_at_its_limit_acts<R: AnyRoom>() {
    for act in [
        Leave("bob"),
        Grab("bob"),
        LateLeave("bob"),
        Read("bob", 1),
        Refill,
    ] {
        one_by_one::<R>(&[
            join("ann"),
            Join("bob", 3),
            join("cat"),
            Grab("ann"),
            act,
            Grab("cat"),
            Read("bob", 2),
            Refill,
            join("dan"),
            LateLeave("bob"),
            LateGrab("bob"),
            Leave("ann"),
        ]);
    }
    // The last seat of all is lost, and its number is not given to the next player.
    one_by_one::<R>(&[
        join("ann"),
        Join("bob", 1),
        Grab("ann"),
        join("dan"),
        LateLeave("bob"),
        LateGrab("bob"),
        Grab("dan"),
    ]);
}
