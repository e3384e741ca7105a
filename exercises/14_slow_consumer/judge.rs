//! Judges exercise 14 by tokio's paused clock. Unsolved: `room-waits`.
//!
//! Covers: phones that read, stop, read again or are gone, one or several, anywhere in the list; up
//! to 260 events, one by one and eight at once; a room that is dropped. Does not cover: several
//! threads, what waits in a room at the moment when it is dropped.

use super::exercise::Room;
use judge::clock::{Clock, Hand, phone};
use judge::{Case, Judged};
use std::ops::Range;
use std::time::Duration;

/// The number of lines that the kernel and the phone hold.
const WIRE: usize = 4;
/// More events than the room may keep for a phone that does not read.
const TOO_MANY: usize = 256 + WIRE;
/// So many events at once must not disconnect a player that reads.
const BURST: usize = 8;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

const GAP: &str = "An event that did not fit was skipped, but the player stays: from now on its \
    screen is wrong. If a player misses one event, it must be disconnected, or get the whole state \
    again.";

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise("All players see every event, in sequence.")
        .on_a_paused_clock("two who read", MINUTE, |clock| async move {
            let mut room = Room::default();
            let hands = [joins(&mut room, "ann"), joins(&mut room, "bob")];
            hands.iter().for_each(Hand::reads);
            tells(&mut room, &clock, 0..20).await;
            for hand in &hands {
                let heard = hand.lines();
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

    case.promise("Everyone who joins sees every event from then on, also eight at once.")
        .if_broken(
            "by-name",
            |broken, _| broken.says("called ann"),
            "Two players have the same name, and the second one has taken the place of the first. \
             Each call of `join` adds a player, whatever its name is.",
        )
        .if_broken(
            "burst",
            |broken, _| broken.says("at once") && broken.says("are counted"),
            "A player that reads was disconnected, because several events came at the same moment, \
             before its phone had the time to take the first ones. That is what a queue is for: it \
             needs places for a burst.",
        )
        .if_broken(
            "not-told",
            |broken, _| broken.says("but"),
            "The phone shows something else than what was told: an event was left out, changed, or \
             added. A phone gets each event as it is, once, in sequence, beginning with the first \
             one after it has joined; two equal events are two events.",
        )
        .on_a_paused_clock("a burst", MINUTE, |clock| async move {
            let mut room = Room::default();
            assert!(
                room.players() == 0,
                "an empty room, but {} are counted",
                room.players()
            );
            room.tell_everyone("to no one").await;
            let hands = [
                joins(&mut room, "ann"),
                joins(&mut room, "ann"),
                joins(&mut room, "bob"),
            ];
            let players = room.players();
            assert!(
                players == 3,
                "three players have joined, two of them called ann; but {players} are counted"
            );
            hands.iter().for_each(Hand::reads);
            clock.settle().await;
            let told = ["a", "b", "b", "a", "a", "", "c", "d"];
            assert!(told.len() == BURST, "a burst");
            for event in told {
                room.tell_everyone(event).await;
            }
            clock.note("the room", "has told eight events at once");
            let players = room.players();
            assert!(
                players == 3,
                "three players read, and eight events were told at once; but {players} are counted"
            );
            clock.settle().await;
            let late = joins(&mut room, "cat");
            late.reads();
            clock.settle().await;
            room.tell_everyone("e").await;
            clock.settle().await;
            for hand in &hands {
                let heard = hand.lines();
                assert!(
                    heard == [&told[..], &["e"]].concat(),
                    "{told:?} and then \"e\" were told; but {} heard {heard:?}",
                    hand.name()
                );
            }
            let heard = late.lines();
            assert!(
                heard == ["e"],
                "after cat had joined, \"e\" was told; but she heard {heard:?}"
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
        .if_broken("gap", |broken, _| broken.says("has missed"), GAP)
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
            tells(&mut room, &clock, 0..TOO_MANY).await;
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
        })?;

    case.promise("Every player who does not read is disconnected, wherever it is in the list; the others see \
         every event.")
        .if_broken(
            "another-slow",
            |broken, _| broken.says("are counted") || broken.says("saw"),
            "One player that does not read is treated as it should be; but the others behind it, \
             slow or not, are not. Send every event to every player, and disconnect every one that \
             is too far behind.",
        )
        .on_a_paused_clock("three of five stop reading", MINUTE, |clock| async move {
            let mut room = Room::default();
            let hands = ["bob", "ben", "ann", "bea", "amy"].map(|name| joins(&mut room, name));
            let [_, _, ann, _, amy] = &hands;
            ann.reads();
            amy.reads();
            clock.note("bob, ben, bea", "stop reading");
            let mut told = vec![];
            for event in 0..TOO_MANY {
                told.push(format!("#{event}"));
                room.tell_everyone(&told[event]).await;
                clock.settle().await;
                for hand in [ann, amy] {
                    let heard = hand.lines();
                    assert!(
                        heard == told,
                        "{} reads, but of {} events she saw {}, the last one: {}",
                        hand.name(),
                        told.len(),
                        heard.len(),
                        heard.last().map_or("none", |it| it)
                    );
                }
            }
            let players = room.players();
            assert!(
                players == 2,
                "three of five have not read {TOO_MANY} events, but {players} are counted"
            );
            for hand in &hands {
                assert!(
                    hand.was_hung_up() == hand.name().starts_with('b'),
                    "two of five are counted, the ones who read; but {} is {}",
                    hand.name(),
                    if hand.was_hung_up() {
                        "disconnected"
                    } else {
                        "still connected"
                    }
                );
            }
        })?;

    case.promise("A player that reads again has either missed nothing, or is disconnected.")
        .if_broken("gap", |_, _| true, GAP)
        .on_a_paused_clock("bob comes back", MINUTE, |clock| async move {
            for late in [WIRE + 1, 20, 64, 65, 66, 68, 69, 70, 100, 250] {
                let mut room = Room::default();
                let bob = joins(&mut room, "bob");
                tells(&mut room, &clock, 0..late).await;
                bob.reads();
                clock.settle().await;
                tells(&mut room, &clock, late..late + 3).await;
                let heard = bob.lines();
                let is_whole = heard
                    .iter()
                    .enumerate()
                    .all(|(at, it)| *it == format!("#{at}"));
                let heard = heard.len();
                assert!(
                    is_whole && (heard == late + 3 || room.players() == 0),
                    "bob read nothing for {late} events, and then read again; he is counted, but \
                     has missed events: he got {heard} of {}",
                    late + 3
                );
                assert!(
                    room.players() == 1 || bob.was_hung_up(),
                    "bob is no longer counted, but his phone is still connected"
                );
            }
        })?;

    case.promise("A player that has gone without a message is disconnected with the next events.")
        .if_broken(
            "gone",
            |broken, _| broken.says("is counted") || broken.says("still connected"),
            "The player has gone: `Phone::send` returns an error, and will do so for every event \
             from now on. Your room sends to that phone forever, and counts its player. An error \
             of `send` must end the player's task, and a closed queue its place in the room.",
        )
        .if_broken(
            "gone-panics",
            |broken, _| !broken.says("has gone"),
            "The player has gone, and your code panicked. Players leave without a message every \
             day: that is no reason to panic, but one to remove the player.",
        )
        .on_a_paused_clock("bob has gone", MINUTE, |clock| async move {
            for reads in [true, false] {
                let mut room = Room::default();
                let (bob, ann) = (joins(&mut room, "bob"), joins(&mut room, "ann"));
                ann.reads();
                if !reads {
                    tells(&mut room, &clock, 0..WIRE + 2).await;
                }
                bob.leaves();
                tells(&mut room, &clock, 0..4).await;
                let players = room.players();
                assert!(
                    players == 1,
                    "bob has gone and four events were told since; but he is counted, or ann is \
                     not: {players}"
                );
                assert!(
                    bob.was_hung_up(),
                    "bob has gone, but his phone is still connected"
                );
                let heard = ann.heard().len();
                let told = if reads { 4 } else { WIRE + 6 };
                assert!(
                    heard == told,
                    "bob has gone, and ann heard {heard} of {told} events"
                );
            }
        })?;

    case.promise("When the room is dropped, every phone is disconnected and no task is left.")
        .if_broken(
            "outlives",
            |_, _| true,
            "The room was dropped while a player was in a tunnel, but not yet so far behind that \
             it was disconnected: its task still waits in `send`, forever. A task must end with \
             the player that owns it, and a player with its room: `JoinSet` does that, and so does \
             a `Drop` that calls `abort`. Dropping a `JoinHandle` does not.",
        )
        .on_a_paused_clock("the room is dropped", MINUTE, |clock| async move {
            for events in [0, 1, WIRE, WIRE + 1, BURST] {
                let before = clock.tasks();
                let mut room = Room::default();
                let (bob, ann) = (joins(&mut room, "bob"), joins(&mut room, "ann"));
                clock.note("bob", "does not read");
                tells(&mut room, &clock, 0..events).await;
                clock.note("the server", "drops the room");
                drop(room);
                clock.settle().await;
                assert!(
                    bob.was_hung_up() && ann.was_hung_up(),
                    "the room was dropped after {events} events that bob did not read, but a phone \
                     is still connected"
                );
                let tasks = clock.tasks() - before;
                assert!(
                    tasks == 0,
                    "the room was dropped, but left {tasks} task(s) behind"
                );
            }
        })
}

/// The picks are what the room does next, and when bob reads again.
fn plays(case: &mut Case) {
    const TELLS: &str = "the room tells an event";
    const READS: &str = "bob's phone reads again";
    const PASSES: &str = "a second passes";
    case.plays_events(
        "The room never waits for a player.",
        "bob is in a tunnel, ann reads",
        MINUTE,
        |events| async move {
            let clock = events.clock();
            let mut room = Room::default();
            let (bob, ann) = (joins(&mut room, "bob"), joins(&mut room, "ann"));
            ann.reads();
            clock.note("bob", "does not read");
            let (mut told, mut reads) = (0, false);
            for _ in 0..8 {
                let offered: &[&str] = match reads {
                    false => &[TELLS, READS, PASSES],
                    true => &[TELLS, PASSES],
                };
                match events.next(offered).await {
                    TELLS => {
                        let (event, now) = (format!("#{told}"), clock.shows());
                        told += 1;
                        clock.note("the room", &format!("tells {event}"));
                        let telling = room.tell_everyone(&event);
                        let is_told = tokio::time::timeout(10 * SECOND, telling).await.is_ok();
                        clock.settle().await;
                        let heard = ann.heard();
                        let saw = heard.iter().any(|(at, it)| *it == event && *at == now);
                        assert!(
                            is_told && saw,
                            "the room tells {event}, but waits for bob, and ann, who reads, does \
                             not see it at once"
                        );
                    }
                    READS => {
                        reads = true;
                        clock.note("bob", "reads again");
                        bob.reads();
                    }
                    _ => tokio::time::sleep(SECOND).await,
                }
            }
        },
    );
}

fn joins(room: &mut Room, name: &str) -> Hand {
    let (phone, hand) = phone(name, WIRE);
    room.join(phone);
    hand
}

/// Tells events of these numbers. After each one, every task that can run does so.
async fn tells(room: &mut Room, clock: &Clock, events: Range<usize>) {
    for event in events {
        room.tell_everyone(&format!("#{event}")).await;
        clock.settle().await;
    }
}
