//! Step 1: ann grabs while bob leaves.

use super::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "01-deadlock",
    story: "ann grabs a snack while bob leaves.",
    story_ko: "ann이 간식을 집는 동안 bob이 나갑니다.",
    challenge: "Make them wait for each other for ever.",
    challenge_ko: "둘이 서로를 영원히 기다리게 만들어 보세요.",
    model: scenarios::ann_grabs_while_bob_leaves,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Socket, sync::Mutex};
}

#[path = "../../../../01-deadlock/src/room.rs"]
#[expect(unreachable_pub, reason = "it is public in the step's library")]
mod room;

#[path = "../../../../01-deadlock/src/scenarios.rs"]
#[expect(dead_code, reason = "the other scenarios are only proved")]
mod scenarios;
