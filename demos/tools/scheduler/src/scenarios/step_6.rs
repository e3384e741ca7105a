//! Step 6: the scenario of step 5, and no schedule ends badly.

use super::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "06-actor",
    story: "The scenario of step 5: ann grabs, bob has hung up. But this room only tries to send; it never waits.",
    story_ko: "5단계와 같은 시나리오입니다. ann은 간식을 집고 bob은 연결이 끊겼습니다. 하지만 이번 방은 보내 보기만 하고 기다리지 않습니다.",
    challenge: "Make any thread wait for ever. No schedule has done it yet.",
    challenge_ko: "스레드 하나라도 영원히 기다리게 만들어 보세요. 아직 그런 스케줄은 나오지 않았습니다.",
    model: scenarios::bob_hangs_up_while_ann_grabs,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{
        net::tokio::Socket,
        tokio::{mpsc, oneshot, within},
    };
}

#[path = "../../../../06-actor/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "a scenario does not use all that a room can do"
)]
mod room;

#[path = "../../../../06-actor/src/writer.rs"]
#[expect(unreachable_pub, reason = "it is public in the step's library")]
mod writer;

#[path = "../../../../06-actor/src/scenarios.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the other scenarios are only proved"
)]
mod scenarios;
