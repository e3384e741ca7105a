//! Step 2: ann and cat grab, and bob's phone reads nothing.

use super::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "02-lock-order",
    story: "ann and cat grab a snack each. bob's phone has stopped reading: its wire is full.",
    story_ko: "ann과 cat이 간식을 하나씩 집습니다. bob의 휴대폰은 읽기를 멈췄고, 소켓 버퍼는 이미 가득 찼습니다.",
    challenge: "Find an order in which cat gets her snack.",
    challenge_ko: "cat이 간식을 받을 수 있는 순서를 찾아보세요.",
    model: scenarios::ann_and_cat_grab_while_bob_reads_nothing,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{net::Socket, sync::Mutex};
}

#[path = "../../../../02-lock-order/src/room.rs"]
#[expect(unreachable_pub, reason = "it is public in the step's library")]
mod room;

#[path = "../../../../02-lock-order/src/scenarios.rs"]
#[expect(dead_code, reason = "the other scenarios are only proved")]
mod scenarios;
