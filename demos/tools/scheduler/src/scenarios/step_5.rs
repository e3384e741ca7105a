//! Step 5: bob's phone hangs up while ann grabs, and everything is a channel.

use super::{Scenario, join_all};
use lanes::{
    net::tokio::phone,
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use room::{Room, ToRoom};
use writer::write_to;

pub(super) const SCENARIO: Scenario = Scenario {
    step: "05-channels",
    story: "ann grabs three times. bob has hung up, and his writer requests to tell the room. Inbox and outbox hold one message each.",
    story_ko: "ann이 간식을 세 번 집습니다. bob은 연결이 끊겼고, bob의 writer는 그 사실을 방에 알리려 합니다. inbox와 outbox에는 메시지가 하나씩만 들어갑니다.",
    challenge: "Make the room and bob's writer wait for each other. There is no lock.",
    challenge_ko: "방과 bob의 writer가 서로를 기다리게 만들어 보세요. 락은 하나도 없습니다.",
    model,
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

/// The capacity of a pipe that is never full here.
const WIDE: usize = 16;

fn model() {
    let mut open = Room::default();
    let mut seat = |name: &str, lines: usize| {
        let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), lines);
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        let name = name.parse().expect("a name");
        block_on(open.apply(ToRoom::Join {
            name,
            outbox,
            reply,
        }));
        let seat = block_on(answer.into_future());
        (seat.expect("an answer").expect("a free seat"), queue)
    };
    let ((ann, anns), (bob, bobs)) = (seat("ann", WIDE), seat("bob", 1));
    let (door, inbox) = mpsc::channel("the inbox", 1);
    let leaving = door.clone();
    join_all([
        thread::spawn("ann", move || {
            for _ in 0..3 {
                let (reply, _answer) = oneshot::channel("an answer for ann");
                let grab = ToRoom::Grab { who: ann, reply };
                let _unless_closed = block_on(door.send(grab));
            }
            drop(anns);
        }),
        thread::spawn("the room", move || block_on(open.run(inbox))),
        thread::spawn("bob's writer", move || {
            let (socket, phone) = phone("bob", WIDE);
            // bob has hung up.
            drop(phone);
            block_on(write_to(bob, socket, bobs, leaving));
        }),
    ]);
}
