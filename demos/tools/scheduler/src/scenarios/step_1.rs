//! Step 1: ann grabs while bob leaves.

use super::{Check, Scenario, starts};
use crate::gate::Gate;
use std::sync::Arc;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "01-deadlock",
    story: "ann grabs a snack while bob leaves.",
    story_ko: "ann이 간식을 집는 동안 bob이 나갑니다.",
    challenge: "Make them wait for each other for ever.",
    challenge_ko: "둘이 서로를 영원히 기다리게 만들어 보세요.",
    begin,
};

mod sync {
    //! The types that the room of this step takes from the gate.
    pub(crate) use crate::sync::{Mutex, Wire as Socket};
}

#[path = "../../../../01-deadlock/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "a scenario does not use all that a room can do"
)]
mod room;

/// The capacity of a wire that is never full here.
const WIDE: usize = 16;

fn begin(gate: &Arc<Gate>) -> Check {
    let room = Arc::new(room::Room::open());
    let seat = |name: &str| {
        let (socket, _lines) = crate::sync::Wire::to(name, WIDE);
        let known = name.parse().expect("a name");
        room.join(&known, socket).expect("a free seat")
    };
    let (ann, bob) = (seat("ann"), seat("bob"));
    let grabbing = Arc::clone(&room);
    starts(gate, "ann", move || {
        grabbing.grab(&ann).expect("the tray is full")
    });
    starts(gate, "bob", move || room.leave(&bob));
    Box::new(|| Ok(()))
}
