//! Step 2: ann and cat grab, and bob's phone reads nothing.

use super::{Check, Evening, starts};
use crate::gate::Gate;
use std::sync::Arc;

pub(super) const EVENING: Evening = Evening {
    step: "02-lock-order",
    story: "ann and cat grab a snack each. bob's phone is in his pocket: its wire is full.",
    story_ko: "앤과 캣이 간식을 하나씩 집습니다. 밥의 휴대폰은 주머니 속, 회선은 이미 꽉 찼습니다.",
    challenge: "Find an order in which cat gets her snack.",
    challenge_ko: "캣이 간식을 받을 수 있는 순서를 찾아보세요.",
    begin,
};

mod sync {
    //! What the room of this step takes from the gate.
    pub(crate) use crate::sync::{Mutex, Wire as Socket};
}

#[path = "../../../02-lock-order/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "an evening does not do all that a room can"
)]
mod room;

/// A wire that is never full.
const WIDE: usize = 16;

fn begin(gate: &Arc<Gate>) -> Check {
    let room = Arc::new(room::Room::open());
    let seat = |name: &str, wire: usize| {
        let (socket, _told) = crate::sync::Wire::to(name, wire);
        let known = name.parse().expect("a name");
        room.join(&known, socket).expect("a free seat")
    };
    let (ann, cat) = (seat("ann", WIDE), seat("cat", WIDE));
    // The news that he joined fills it.
    let _bob = seat("bob", 1);
    for (name, seat) in [("ann", ann), ("cat", cat)] {
        let room = Arc::clone(&room);
        starts(gate, name, move || {
            room.grab(&seat).expect("the tray is full")
        });
    }
    Box::new(|| Ok(()))
}
