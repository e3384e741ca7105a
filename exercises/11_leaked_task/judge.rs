//! Judges exercise 11 by tokio's paused clock. Unsolved: `left-behind`.
//!
//! Covers: a visit that ends when the player says goodbye, with a phone that reads, a phone in a
//! tunnel (also with answers that wait for it), or a phone that is gone; a visit that is dropped;
//! two visits; several lines at once. Does not cover: several threads, a task that blocks, more
//! than eight answers that wait.

use super::exercise::visit;
use judge::clock::{Clock, Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// A task that ends at its next tick is not a leak.
const A_WHILE: Duration = Duration::from_secs(10);

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise("A player hears one tick per second, and each answer at once.")
        .if_broken(
            "stops",
            |broken, _| broken.says("tick 90"),
            "The task ends after a while, so none is left behind; but a player who stays longer \
             hears no more ticks. Only the visit knows how long it lasts.",
        )
        .if_broken(
            "restarted",
            |broken, _| broken.says("hears tick 3"),
            "Each line from the player starts the second again: a player who sends many lines \
             hears no tick at all. The ticking must continue while a line is answered.",
        )
        .if_broken(
            "early",
            |broken, _| broken.says("hears tick") && broken.says("has heard tick 1 at"),
            "The ticks come at the wrong time. The first one comes a second after the beginning, \
             and each of the others a second after the one before. (An `interval` ticks at once, \
             too.)",
        )
        .if_broken(
            "no-clock",
            |broken, _| broken.says("hears tick") && !broken.says("has heard tick"),
            "Nothing is left behind, because nothing was started. The phone must hear the time \
             even while its player sends nothing: two activities run at the same time, and both \
             have to end together.",
        )
        .if_broken(
            "late-answer",
            |broken, _| broken.says("hears ok"),
            "The two take turns: while one waits for its second, the player gets no answer. Let \
             both wait at the same time.",
        )
        .on_a_paused_clock("ann plays", 2 * MINUTE, |clock| async move {
            let (hand, says, visit) = comes("ann");
            hand.reads();
            sleep(Duration::from_millis(2_500)).await;
            says.send("grab".into()).await.expect("the visit listens");
            sleep(Duration::from_millis(1_000)).await;
            for (line, when) in [
                ("tick 1", 1_000),
                ("tick 2", 2_000),
                ("ok grab", 2_500),
                ("tick 3", 3_000),
            ] {
                let heard = hand
                    .heard()
                    .iter()
                    .any(|(at, it)| it == line && at.as_millis() == when);
                assert!(
                    heard,
                    "after {when} ms ann hears {line}; but she has heard {}",
                    lines_and_times(&hand)
                );
            }
            sleep(Duration::from_secs(90)).await;
            let heard = hand.lines().iter().any(|line| line == "tick 90");
            assert!(
                heard,
                "after a minute and a half ann hears tick 90; but the last line that she has heard \
                 is {}",
                hand.heard().last().map_or("nothing", |(_, line)| line)
            );
            drop(says);
            clock.settle().await;
            drop(visit);
        })?;

    case.promise("Each of several lines is answered, in sequence, also just before goodbye.")
        .if_broken(
            "unanswered",
            |broken, _| broken.says("but the answers"),
            "The visit was over before the phone had its answers, or they came in another order. \
             The phone reads, so it could have had them at once: first answer, then listen to the \
             next line, and to the goodbye behind it.",
        )
        .on_a_paused_clock("ann says three things", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("ann");
            hand.reads();
            clock.settle().await;
            for line in ["a", "b", "b"] {
                says.try_send(line.into()).expect("there is room");
            }
            clock.settle().await;
            let heard = answers(&hand);
            assert!(
                heard == ["ok a", "ok b", "ok b"],
                "ann says a, b, b at the same moment; but the answers are {heard:?}"
            );
            for line in ["c", "d"] {
                says.try_send(line.into()).expect("there is room");
            }
            drop(says);
            clock.note("ann", "says c and d, and sends no more lines");
            sleep(A_WHILE).await;
            clock.settle().await;
            let heard = answers(&hand);
            assert!(
                heard[3..] == ["ok c", "ok d"],
                "ann says c and d, and then goodbye; but the answers to that are {:?}",
                &heard[3..]
            );
            drop(visit);
        })?;

    case.promise("When a player sends no more lines, nothing of the visit keeps running.")
        .if_broken(
            "waits-for-it",
            |broken, _| broken.says("is not over"),
            "The visit waits for a task that has no reason to end, so the visit does not end \
             either. Do not wait for the task: end it.",
        )
        .if_broken(
            "handle-dropped",
            |broken, answer| broken.says("behind") && answer.says("drop"),
            "Dropping a `JoinHandle` does not end its task; it only means that the result is not \
             needed. `abort` ends the task, and so does dropping a `JoinSet`.",
        )
        .if_broken(
            "left-behind",
            |broken, _| broken.says("behind"),
            "The visit is over, but the task that it spawned does not know: it belongs to the \
             runtime, and keeps ticking. It also keeps the phone, so the phone is not \
             disconnected. Each visit leaves one such task on the server.",
        )
        .on_a_paused_clock("ann says goodbye", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("ann");
            hand.reads();
            sleep(Duration::from_millis(1_500)).await;
            clock.note("ann", "sends no more lines");
            drop(says);
            is_over(&clock, &hand, Some(visit)).await;
        })?;

    case.promise(
        "When a player whose phone does not read sends no more lines, nothing of the visit keeps \
         running.",
    )
    .if_broken(
        "flag",
        |broken, answer| {
            broken.says("behind") && answer.says_any(&["AtomicBool", "watch", "Weak", "downgrade"])
        },
        "The task checks from time to time whether it is still needed. But it is in the middle \
             of a `send` to a phone that reads nothing, and there it checks nothing, forever. What \
             ends the task must reach it where it waits.",
    )
    .if_broken(
        "stuck",
        |_, _| true,
        "Your code waits in a `send` to a phone that reads nothing, so it does not notice \
             anything else. The part that notices that the player has gone must not be the part \
             that waits there, and must be able to end it.",
    )
    .on_a_paused_clock("bob is in a tunnel", MINUTE, |clock| async move {
        let (hand, says, visit) = comes_from_a_tunnel("bob", &clock).await;
        clock.note("bob", "sends no more lines");
        drop(says);
        is_over(&clock, &hand, Some(visit)).await;
    })?;

    case.promise("When a phone is gone without a message, nothing of the visit keeps running.")
        .if_broken(
            "unwraps",
            |broken, _| !broken.says("dan has gone") && !broken.says("dan's visit is over"),
            "The phone was gone, so `send` returned an error, and the visit panicked. A player who \
             leaves without a message is nothing unusual: the error means that the visit may end.",
        )
        .on_a_paused_clock("dan is gone", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("dan");
            sleep(Duration::from_millis(1_500)).await;
            hand.leaves();
            let _unless_over = says.try_send("a".into());
            sleep(SECOND).await;
            drop(says);
            sleep(SECOND).await;
            clock.settle().await;
            let has_panicked = visit.is_finished() && visit.await.is_err();
            assert!(
                !has_panicked,
                "dan's phone is gone, and his visit has panicked"
            );
            is_over(&clock, &hand, None).await;
        })?;

    case.promise(
        "When the server drops the visit in the middle, nothing of the visit keeps running.",
    )
    .if_broken(
        "not-reached",
        |_, _| true,
        "The line that ends the task stands at the end of the visit, but this visit was \
             dropped in the middle: at an `.await` that never returned. Only a `Drop` runs then, \
             too.",
    )
    .on_a_paused_clock("cat is disconnected", MINUTE, |clock| async move {
        let (hand, says, visit) = comes("cat");
        hand.reads();
        sleep(Duration::from_millis(1_500)).await;
        clock.note("the server", "drops cat's visit");
        visit.abort();
        is_over(&clock, &hand, None).await;
        drop(says);
    })?;

    case.promise(
        "An answer waits for a phone in a tunnel until it reads again, or the visit is over.",
    )
    .if_broken(
        "given-up",
        |broken, _| broken.says("but the answers"),
        "The phone read nothing for a while, and then it read again; but an answer was given \
         up meanwhile. Keep it until the phone has taken it: a `send` that is dropped halfway \
         sends nothing.",
    )
    .if_broken(
        "deaf",
        |broken, _| broken.says("is not over"),
        "Nothing but the visit itself is left: it waits in `send`, until the phone takes its \
         answer, and does not listen meanwhile. So it never notices that the player sends no \
         more lines. Wait for both at the same time.",
    )
    .if_broken(
        "left-behind",
        |broken, _| broken.says("behind"),
        "A task that sends an answer waits for a phone in a tunnel, and the visit has ended \
         without it. Each task that a visit starts must end with it.",
    )
    .on_a_paused_clock("bob asks from a tunnel", 3 * MINUTE, |clock| async move {
        let (hand, says, visit) = comes_from_a_tunnel("bob", &clock).await;
        for line in ["a", "b", "c", "d"] {
            says.try_send(line.into()).expect("there is room");
            clock.settle().await;
        }
        sleep(20 * SECOND).await;
        clock.note("bob", "reads again");
        hand.reads();
        sleep(SECOND / 4).await;
        let heard = answers(&hand);
        assert!(
            heard == ["ok a", "ok b", "ok c", "ok d"],
            "bob says a, b, c, d, and reads 20 s later; but the answers are {heard:?}"
        );
        drop(says);
        is_over(&clock, &hand, Some(visit)).await;

        for said in [&["a"][..], &["a", "b", "c", "d"]] {
            let (hand, says, visit) = comes_from_a_tunnel("cat", &clock).await;
            for line in said {
                says.try_send((*line).into()).expect("there is room");
            }
            clock.note("cat", &format!("says {}", said.join(", ")));
            sleep(SECOND).await;
            clock.note("cat", "sends no more lines");
            drop(says);
            is_over(&clock, &hand, Some(visit)).await;
        }

        let (hand, says, visit) = comes_from_a_tunnel("bob", &clock).await;
        says.try_send("a".into()).expect("there is room");
        sleep(SECOND).await;
        clock.note("the server", "drops bob's visit");
        visit.abort();
        is_over(&clock, &hand, None).await;
        drop(says);
    })?;

    case.promise("A visit that is over ends no other one.")
        .if_broken(
            "another",
            |_, _| true,
            "Ann's visit was over, and with it ended what belongs to bob's. Each visit owns its \
             own tasks.",
        )
        .on_a_paused_clock("ann leaves, bob stays", MINUTE, |clock| async move {
            let (ann, anns, visit) = comes("ann");
            let (bob, bobs, stays) = comes("bob");
            ann.reads();
            bob.reads();
            sleep(Duration::from_millis(1_500)).await;
            clock.note("ann", "sends no more lines");
            drop(anns);
            sleep(5 * SECOND).await;
            drop(visit);
            let heard = bob.lines().iter().any(|line| line == "tick 6");
            assert!(
                heard,
                "bob is still there, but he has heard only {}",
                bob.lines().join(", ")
            );
            drop(bobs);
            is_over(&clock, &bob, Some(stays)).await;
        })
}

/// The picks are what ann, her phone and the server do next.
fn plays(case: &mut Case) {
    const SAYS: &str = "ann says a line";
    const READS: &str = "ann's phone begins to read";
    const PASSES: &str = "a second passes";
    const GOODBYE: &str = "ann sends no more lines";
    const DROPPED: &str = "the server drops the visit";
    case.plays_events(
        "When a visit is over, nothing of it keeps running.",
        "ann's visit",
        2 * MINUTE,
        |events| async move {
            let clock = events.clock();
            let (hand, says, visit) = comes("ann");
            let (mut says, mut visit) = (Some(says), Some(visit));
            let (mut lines, mut reads) = (0, false);
            for left in (0..6).rev() {
                let is_offered = |event: &&str| match *event {
                    SAYS => left > 0 && lines < 2,
                    READS => left > 0 && !reads,
                    PASSES => left > 0,
                    _ => true,
                };
                let offered = [SAYS, READS, PASSES, GOODBYE, DROPPED].into_iter();
                let offered: Vec<&str> = offered.filter(is_offered).collect();
                let picked = events.next(&offered).await;
                match picked {
                    SAYS => {
                        lines += 1;
                        clock.note("ann", "says a line");
                        let says = says.as_ref().expect("until goodbye");
                        let _unless_full = says.try_send(format!("line {lines}"));
                    }
                    READS => {
                        reads = true;
                        clock.note("ann", "begins to read");
                        hand.reads();
                    }
                    PASSES => sleep(SECOND).await,
                    GOODBYE => {
                        clock.note("ann", "sends no more lines");
                        says = None;
                        break;
                    }
                    _ => {
                        clock.note("the server", "drops ann's visit");
                        if let Some(visit) = visit.take() {
                            visit.abort();
                        }
                        break;
                    }
                }
            }
            events.next(&["ten seconds pass"]).await;
            is_over(clock, &hand, visit).await;
            drop(says);
        },
    );
}

/// A phone, what its player says, and the visit.
type Visit = (Hand, mpsc::Sender<String>, JoinHandle<()>);

fn comes(name: &str) -> Visit {
    let (phone, hand) = phone(name, 4);
    let (says, said) = mpsc::channel(4);
    (hand, says, tokio::spawn(visit(phone, said)))
}

/// A visit of a player in a tunnel, when its connection has been full for some seconds.
async fn comes_from_a_tunnel(name: &str, clock: &Clock) -> Visit {
    let visit = comes(name);
    clock.note(name, "does not read");
    sleep(Duration::from_millis(8_500)).await;
    visit
}

/// Checks that the visit, unless it was dropped, has returned, and that after a while nothing of it
/// is left but the judge's own reader.
async fn is_over(clock: &Clock, hand: &Hand, visit: Option<JoinHandle<()>>) {
    sleep(A_WHILE).await;
    clock.settle().await;
    let name = hand.name();
    let is_over = visit.is_none_or(|visit| visit.is_finished());
    assert!(
        is_over,
        "{name} has gone, but 10 s later the visit is not over"
    );
    let hung_up = hand.was_hung_up();
    if !hung_up {
        clock.note_last(hand);
    }
    assert!(
        hung_up,
        "{name}'s visit is over, but has left something behind: 10 s later the phone is still \
         connected"
    );
    let tasks = clock.tasks();
    assert!(
        tasks == 0,
        "{name}'s visit is over, but has left {tasks} task(s) behind"
    );
}

fn lines_and_times(hand: &Hand) -> String {
    let lines: Vec<String> = hand
        .heard()
        .into_iter()
        .map(|(at, line)| format!("{line} at {} ms", at.as_millis()))
        .collect();
    lines.join(", ")
}

fn answers(hand: &Hand) -> Vec<String> {
    let is_it = |line: &String| line.starts_with("ok");
    hand.lines().into_iter().filter(is_it).collect()
}
