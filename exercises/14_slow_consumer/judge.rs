//! Judges exercise 14 by tokio's clock, standing still. Unsolved: `room-waits`.
//!
//! Covers: two phones that read and one that stops, 1,000 events; a player who leaves. Not: several threads.

use super::exercise::Room;
use judge::clock::{Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;

/// Lines that the kernel and the phone hold between them.
const WIRE: usize = 4;
/// More than anybody may keep for a phone that does not read.
const TOO_MANY: usize = 256 + WIRE;
const MINUTE: Duration = Duration::from_secs(60);

pub fn judge(case: &mut Case) -> Judged {
    case.promise("Everybody sees every event, in order.")
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
                    "20 events were told, in order; {name} heard {heard:?}"
                );
            }
            let players = room.players();
            assert!(
                players == 2,
                "two joined and read everything, and {players} are counted"
            );
        })?;

    case.promise("The room never waits for a player.")
        .if_broken(
            "timeout",
            |broken, answer| broken.says("saw") && answer.says("timeout"),
            "A timeout bounds the wait for one event, and every event pays it again: everybody is as slow as the slowest player is \
             allowed to be. Do not wait less. Do not wait.",
        )
        .if_broken(
            "room-waits",
            |broken, _| broken.is_late() || broken.says("saw"),
            "The room itself waits for a phone, and while it waits nobody is told anything. Somebody else must do the waiting: a task \
             for each player, with a queue that the room fills without waiting (`try_send`).",
        )
        .on_a_paused_clock("bob goes into a tunnel", MINUTE, |clock| async move {
            let mut room = Room::default();
            // Bob sits in front: whoever is told after him notices.
            let (_bob, ann) = (joins(&mut room, "bob"), joins(&mut room, "ann"));
            ann.reads();
            clock.note("bob", "stops reading");
            for event in 0..40 {
                let told = clock.shows();
                room.tell_everyone(&format!("#{event}")).await;
                clock.settle().await;
                let heard = ann.heard().iter().find(|(_, line)| *line == format!("#{event}")).map(|(when, _)| *when);
                let saw = heard.map(|when| when - told);
                assert!(
                    saw == Some(Duration::ZERO),
                    "ann reads, and saw event #{event} {}",
                    saw.map_or("not at all".into(), |late| format!("{} s late", late.as_secs_f64()))
                );
            }
        })?;

    case.promise("Who does not read is shown out, before much is kept for it.")
        .if_broken(
            "unbounded",
            |broken, answer| broken.says("is kept") && answer.says("unbounded_channel"),
            "An unbounded queue moves the waiting into memory: nobody stands still, and the room's memory grows until the machine \
             ends it, for everybody. A queue needs a size, and fullness a meaning.",
        )
        .if_broken(
            "huge",
            |broken, answer| broken.says("is kept") && answer.says("channel"),
            "A huge queue is an unbounded one that takes longer to hurt. How old an event is a player still glad to see? That is the \
             size; who is further behind is shown out.",
        )
        .if_broken(
            "tasks",
            |broken, answer| broken.says("is kept") && answer.says("spawn"),
            "A task for each event is an unbounded queue too, made of tasks; and with several threads they overtake each other.",
        )
        .if_broken(
            "gap",
            |broken, _| broken.says("has missed"),
            "What does not fit was skipped, and the player stays: from now on its screen shows a room that never was. \
             Who misses one event must be shown out, or be sent everything anew.",
        )
        .if_broken(
            "left-behind",
            |broken, _| broken.says("hung up") || broken.says("task"),
            "The room has forgotten the player, but the task that writes to its phone still waits in `send`, and will for ever: it has \
             the phone, so nobody hangs up, and each such player leaves a task behind. Closing the queue does not reach it there; `abort` does.",
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
                assert!(heard < TOO_MANY, "every one of {TOO_MANY} events is kept for bob, who reads nothing");
                panic!("bob is still counted, and has missed events: he was told {heard} of {TOO_MANY}");
            }
            let players = room.players();
            assert!(players == 1, "ann reads and stays, bob is shown out; and {players} are counted");
            assert!(bob.was_hung_up(), "bob is counted no more, and nobody has hung up his phone");
            drop(room);
            clock.settle().await;
            let tasks = clock.tasks();
            assert!(tasks == 0, "the room is closed, and left {tasks} task(s) behind");
        })
}

fn joins(room: &mut Room, name: &str) -> Hand {
    let (phone, hand) = phone(name, WIRE);
    room.join(phone);
    hand
}
