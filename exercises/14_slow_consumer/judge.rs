//! Judges exercise 14 by tokio's paused clock. Unsolved: `room-waits`.
//!
//! Covers: two phones that read, or one that reads and one that stops; up to 260 events. Does not
//! cover: several threads.

use super::exercise::Room;
use judge::clock::{Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;

/// The number of lines that the kernel and the phone hold.
const WIRE: usize = 4;
/// More events than the room may keep for a phone that does not read.
const TOO_MANY: usize = 256 + WIRE;
const MINUTE: Duration = Duration::from_secs(60);

pub fn judge(case: &mut Case) -> Judged {
    case.promise("All players see every event, in sequence.")
        .on_a_paused_clock("two who read", MINUTE, |clock| async move {
            let mut room = Room::default();
            let hands = [joins(&mut room, "ann"), joins(&mut room, "bob")];
            hands.iter().for_each(Hand::reads);
            for event in 0..20 {
                room.tell_everyone(&format!("#{event}")).await;
                clock.settle().await;
            }
            for hand in &hands {
                let heard: Vec<String> = hand.heard().into_iter().map(|(_, line)| line).collect();
                let told: Vec<String> = (0..20).map(|event| format!("#{event}")).collect();
                let name = hand.name();
                assert!(
                    heard == told,
                    "20 events were sent, in sequence; but {name} heard {heard:?}"
                );
            }
            let players = room.players();
            assert!(
                players == 2,
                "two players joined and read everything, but {players} are counted"
            );
        })?;

    case.promise("The room never waits for a player.")
        .if_broken(
            "timeout",
            |broken, answer| broken.says("saw") && answer.says("timeout"),
            "A timeout limits the wait for one event, but every event may take that long again: \
             all players are as slow as the slowest player may be. A shorter wait is not enough. \
             Do not wait at all.",
        )
        .if_broken(
            "room-waits",
            |broken, _| broken.is_late() || broken.says("saw"),
            "The room itself waits for a phone, and while it waits, no other player gets an event. \
             Another task must wait: one task for each player, with a queue that the room fills \
             without waiting (`try_send`).",
        )
        .on_a_paused_clock("bob goes into a tunnel", MINUTE, |clock| async move {
            let mut room = Room::default();
            // Bob is first in the list, so players behind him notice when the room waits.
            let (_bob, ann) = (joins(&mut room, "bob"), joins(&mut room, "ann"));
            ann.reads();
            clock.note("bob", "stops reading");
            for event in 0..40 {
                let told = clock.shows();
                room.tell_everyone(&format!("#{event}")).await;
                clock.settle().await;
                let heard = ann
                    .heard()
                    .iter()
                    .find(|(_, line)| *line == format!("#{event}"))
                    .map(|(when, _)| *when);
                let saw = heard.map(|when| when - told);
                assert!(
                    saw == Some(Duration::ZERO),
                    "ann reads, but she saw event #{event} {}",
                    saw.map_or("not at all".into(), |late| format!(
                        "{} s late",
                        late.as_secs_f64()
                    ))
                );
            }
        })?;

    case.promise("A player who does not read is disconnected before the room keeps much for it.")
        .if_broken(
            "unbounded",
            |broken, answer| broken.says("is kept") && answer.says("unbounded_channel"),
            "An unbounded queue moves the waiting into memory: no player waits, but the room's \
             memory grows until the operating system ends the server, for all players. A queue \
             needs a bound, and a full queue needs a meaning.",
        )
        .if_broken(
            "huge",
            |broken, answer| broken.says("is kept") && answer.says("channel"),
            "A huge queue is an unbounded one that takes longer to do harm. How old may an event \
             be when a player sees it? Choose the bound by that; a player who is further behind is \
             disconnected.",
        )
        .if_broken(
            "tasks",
            |broken, answer| broken.says("is kept") && answer.says("spawn"),
            "A task for each event is an unbounded queue too, made of tasks; and with several \
             threads they overtake each other.",
        )
        .if_broken(
            "gap",
            |broken, _| broken.says("has missed"),
            "An event that did not fit was skipped, but the player stays: from now on its screen \
             is wrong. If a player misses one event, it must be disconnected, or get the whole \
             state again.",
        )
        .if_broken(
            "left-behind",
            |broken, _| broken.says("still connected") || broken.says("task"),
            "The room has removed the player, but the task that writes to its phone still waits in \
             `send`, forever: it holds the phone, so the phone is not disconnected, and each such \
             player leaves a task behind. Closing the queue does not reach the task there; `abort` \
             does.",
        )
        .on_a_paused_clock("bob does not come back", MINUTE, |clock| async move {
            let mut room = Room::default();
            let (ann, bob) = (joins(&mut room, "ann"), joins(&mut room, "bob"));
            ann.reads();
            clock.note("bob", "stops reading");
            for event in 0..TOO_MANY {
                room.tell_everyone(&format!("#{event}")).await;
                clock.settle().await;
            }
            clock.note("bob", &format!("has not read {TOO_MANY} events"));
            if room.players() == 2 {
                bob.reads();
                clock.settle().await;
                let heard = bob.heard().len();
                assert!(
                    heard < TOO_MANY,
                    "every one of {TOO_MANY} events is kept for bob, who reads nothing"
                );
                panic!("bob is still counted, but has missed events: he got {heard} of {TOO_MANY}");
            }
            let players = room.players();
            assert!(
                players == 1,
                "ann reads and stays, bob is disconnected; but {players} are counted"
            );
            assert!(
                bob.was_hung_up(),
                "bob is no longer counted, but his phone is still connected"
            );
            drop(room);
            clock.settle().await;
            let tasks = clock.tasks();
            assert!(
                tasks == 0,
                "the room is closed, but left {tasks} task(s) behind"
            );
        })
}

fn joins(room: &mut Room, name: &str) -> Hand {
    let (phone, hand) = phone(name, WIRE);
    room.join(phone);
    hand
}
