//! Step 6: the scenario of step 5, and no schedule ends badly.

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
    step: "06-actor",
    story: "The scenario of step 5: ann grabs, bob has hung up. But this room only tries to send; it never waits.",
    story_ko: "5단계와 같은 시나리오입니다. ann은 간식을 집고 bob은 연결이 끊겼습니다. 하지만 이번 방은 보내 보기만 하고 기다리지 않습니다.",
    challenge: "Make any thread wait for ever. No schedule has done it yet.",
    challenge_ko: "스레드 하나라도 영원히 기다리게 만들어 보세요. 아직 그런 스케줄은 나오지 않았습니다.",
    model,
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

/// The capacity of a pipe that is never full here.
const WIDE: usize = 16;

fn model() {
    let mut open = Room::default();
    let mut seat = |name: &str, lines: usize| {
        let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), lines);
        let (goodbye, parting) = oneshot::channel(format!("{name}'s parting"));
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        let name = name.parse().expect("a name");
        open.apply(ToRoom::Join {
            name,
            outbox,
            parting: goodbye,
            reply,
        });
        let seat = block_on(answer.into_future());
        (
            seat.expect("an answer").expect("a free seat"),
            queue,
            parting,
        )
    };
    let ((ann, anns, _), (bob, bobs, parting)) = (seat("ann", WIDE), seat("bob", 1));
    let (door, mut inbox) = mpsc::channel("the inbox", 1);
    let leaving = door.clone();
    join_all([
        thread::spawn("ann", move || {
            for _ in 0..2 {
                let (reply, _answer) = oneshot::channel("an answer for ann");
                let grab = ToRoom::Grab { who: ann, reply };
                let _unless_closed = block_on(door.send(grab));
            }
            drop(anns);
        }),
        thread::spawn("the room", move || block_on(open.run(&mut inbox))),
        thread::spawn("bob's writer", move || {
            let (socket, phone) = phone("bob", WIDE);
            // bob has hung up.
            drop(phone);
            block_on(write_to(socket, bobs, parting));
            let _unless_closed = block_on(leaving.send(ToRoom::Leave { who: bob }));
        }),
    ]);
}
