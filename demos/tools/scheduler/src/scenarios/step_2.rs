//! Step 2: ann and cat grab, and bob's phone reads nothing.

use super::{Scenario, join_all};
use lanes::{net::phone, thread};
use std::sync::Arc;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "02-lock-order",
    story: "ann and cat grab a snack each. bob's phone has stopped reading: its wire is full.",
    story_ko: "ann과 cat이 간식을 하나씩 집습니다. bob의 휴대폰은 읽기를 멈췄고, 회선은 이미 꽉 찼습니다.",
    challenge: "Find an order in which cat gets her snack.",
    challenge_ko: "cat이 간식을 받을 수 있는 순서를 찾아보세요.",
    model,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Socket, sync::Mutex};
}

#[path = "../../../../02-lock-order/src/room.rs"]
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
    let seat = |name: &str, wire: usize| {
        let (socket, phone) = phone(name, wire);
        let known = name.parse().expect("a name");
        (room.join(&known, socket).expect("a free seat"), phone)
    };
    let ((ann, _anns), (cat, _cats)) = (seat("ann", WIDE), seat("cat", WIDE));
    // The event that bob joined fills his wire.
    let _bob = seat("bob", 1);
    let grabs = [("ann", ann), ("cat", cat)].map(|(name, seat)| {
        let room = Arc::clone(&room);
        thread::spawn(name, move || {
            room.grab(&seat).expect("the tray is full");
        })
    });
    join_all(grabs);
}
