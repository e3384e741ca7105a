//! Step 3: ann and bob grab, and every lock is held for one line.

use super::{Scenario, grabbed, join_all};
use lanes::{net::outbox, thread};
use std::sync::Arc;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "03-short-locks",
    story: "ann and bob grab a snack each. Every lock is held only briefly.",
    story_ko: "ann과 bob이 간식을 하나씩 집습니다. 모든 락은 잠깐만 쥡니다.",
    challenge: "Make them eat the same snack.",
    challenge_ko: "둘이 같은 간식을 먹게 만들어 보세요.",
    model,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Outbox, sync::Mutex};
}

#[path = "../../../../03-short-locks/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "a scenario does not use all that a room can do"
)]
mod room;

fn model() {
    let room = Arc::new(room::Room::open());
    let seat = |name: &str| {
        let (outbox, lines) = outbox(name);
        let known = name.parse().expect("a name");
        (room.join(&known, outbox).expect("a free seat"), lines)
    };
    let ((ann, anns), (bob, bobs)) = (seat("ann"), seat("bob"));
    let grabs = [("ann", ann), ("bob", bob)].map(|(name, seat)| {
        let room = Arc::clone(&room);
        // An empty tray is an answer too.
        thread::spawn(name, move || drop(room.grab(&seat)))
    });
    join_all(grabs);
    let [anns, bobs] = [anns, bobs].map(|lines| grabbed(&lines.told()));
    if let [first, second] = anns[..] {
        assert!(first != second, "ann and bob have both eaten {first}.");
    }
    assert!(
        anns == bobs,
        "ann and bob have seen the same events in two orders."
    );
}
