//! Step 3: ann and bob grab, and every lock is held for one line.

use super::{Check, Scenario, grabbed, starts};
use crate::gate::Gate;
use std::sync::{Arc, PoisonError};

pub(super) const SCENARIO: Scenario = Scenario {
    step: "03-short-locks",
    story: "ann and bob grab a snack each. Every lock is held only briefly.",
    story_ko: "ann과 bob이 간식을 하나씩 집습니다. 모든 락은 잠깐만 쥡니다.",
    challenge: "Make them eat the same snack.",
    challenge_ko: "둘이 같은 간식을 먹게 만들어 보세요.",
    begin,
};

mod sync {
    //! The types that the room of this step takes from the gate.
    pub(crate) use crate::sync::{Mutex, Outbox};
}

#[path = "../../../../03-short-locks/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "a scenario does not use all that a room can do"
)]
mod room;

fn begin(gate: &Arc<Gate>) -> Check {
    let room = Arc::new(room::Room::open());
    let seat = |name: &str| {
        let (outbox, lines) = crate::sync::outbox(name);
        let known = name.parse().expect("a name");
        (room.join(&known, outbox).expect("a free seat"), lines)
    };
    let ((ann, anns), (bob, bobs)) = (seat("ann"), seat("bob"));
    for (name, seat) in [("ann", ann), ("bob", bob)] {
        let room = Arc::clone(&room);
        // An empty tray is an answer too.
        starts(gate, name, move || drop(room.grab(&seat)));
    }
    Box::new(move || {
        let seen = [&anns, &bobs].map(|lines| {
            let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            grabbed(&lines)
        });
        if let [first, second] = seen[0][..]
            && first == second
        {
            return Err(format!("ann and bob have both eaten {first}."));
        }
        match seen[0] == seen[1] {
            true => Ok(()),
            false => Err("ann and bob have seen the same events in two orders.".to_owned()),
        }
    })
}
