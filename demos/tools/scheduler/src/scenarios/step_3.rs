//! Step 3: ann and bob grab, and every lock is held for one line.

use super::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "03-short-locks",
    story: "ann and bob grab a snack each. Every lock is held only briefly.",
    story_ko: "ann과 bob이 간식을 하나씩 집습니다. 모든 락은 잠깐만 쥡니다.",
    challenge: "Make them eat the same snack.",
    challenge_ko: "둘이 같은 간식을 먹게 만들어 보세요.",
    model: scenarios::ann_and_bob_grab_one_snack_each,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Outbox, sync::Mutex};
}

#[path = "../../../../03-short-locks/src/room.rs"]
#[expect(unreachable_pub, reason = "it is public in the step's library")]
mod room;

#[path = "../../../../03-short-locks/src/scenarios.rs"]
#[expect(dead_code, reason = "the other scenarios are only proved")]
mod scenarios;
