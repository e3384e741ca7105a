//! Step 1: ann grabs while bob leaves.

use super::{Scenario, join_all};
use lanes::{net::phone, thread};
use std::sync::Arc;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "01-deadlock",
    story: "ann grabs a snack while bob leaves.",
    story_ko: "ann이 간식을 집는 동안 bob이 나갑니다.",
    challenge: "Make them wait for each other for ever.",
    challenge_ko: "둘이 서로를 영원히 기다리게 만들어 보세요.",
    model,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Socket, sync::Mutex};
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

fn model() {
    let room = Arc::new(room::Room::open());
    let seat = |name: &str| {
        let (socket, phone) = phone(name, WIDE);
        let known = name.parse().expect("a name");
        (room.join(&known, socket).expect("a free seat"), phone)
    };
    let ((ann, _anns), (bob, _bobs)) = (seat("ann"), seat("bob"));
    let (grabbing, leaving) = (Arc::clone(&room), Arc::clone(&room));
    join_all([
        thread::spawn("ann", move || {
            grabbing.grab(&ann).expect("the tray is full");
        }),
        thread::spawn("bob", move || leaving.leave(&bob)),
    ]);
}
