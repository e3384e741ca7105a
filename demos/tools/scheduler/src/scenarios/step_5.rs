//! Step 5: bob's phone hangs up while ann grabs, and everything is a channel.

use super::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "05-channels",
    story: "ann grabs three times. bob has hung up, and his writer requests to tell the room. Inbox and outbox hold one message each.",
    story_ko: "ann이 간식을 세 번 집습니다. bob은 연결이 끊겼고, bob의 writer는 그 사실을 방에 알리려 합니다. inbox와 outbox에는 메시지가 하나씩만 들어갑니다.",
    challenge: "Make the room and bob's writer wait for each other. There is no lock.",
    challenge_ko: "방과 bob의 writer가 서로를 기다리게 만들어 보세요. 락은 하나도 없습니다.",
    model: scenarios::bob_hangs_up_while_ann_grabs,
};

mod sync {
    //! What the room of this step waits for.
    pub(crate) use lanes::{
        net::tokio::Socket,
        tokio::{mpsc, oneshot, within},
    };
}

#[path = "../../../../05-channels/src/room.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "a scenario does not use all that a room can do"
)]
mod room;

#[path = "../../../../05-channels/src/writer.rs"]
#[expect(unreachable_pub, reason = "it is public in the step's library")]
mod writer;

#[path = "../../../../05-channels/src/scenarios.rs"]
#[expect(dead_code, reason = "the other scenarios are only proved")]
mod scenarios;
