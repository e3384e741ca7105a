//! Judges exercise 11 by tokio's clock, standing still. Unsolved: `left-behind`.
//!
//! Covers: a visit that ends by itself, with a phone in a tunnel, or is dropped. Not: several threads, a task that blocks.

use super::exercise::visit;
use judge::clock::{Clock, Hand, phone};
use judge::{Case, Judged};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const MINUTE: Duration = Duration::from_secs(60);
/// Whoever goes home at the next tick is no leak.
const A_WHILE: Duration = Duration::from_secs(10);

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A player hears a tick a second, and an answer at once.")
        .if_broken(
            "stops",
            |broken, _| broken.says("tick 90"),
            "The task ends by itself after a while, so none is left behind; and a player who stays longer hears no tick any more. How long a \
             visit is only the visit knows.",
        )
        .if_broken(
            "restarted",
            |broken, _| broken.says("hears tick 3"),
            "Whatever the player says, the second begins anew: a player who talks hears no tick at all. The clock must go on while a line is \
             answered.",
        )
        .if_broken(
            "no-clock",
            |broken, _| broken.says("hears tick"),
            "Nothing is left behind, because nothing was started. The phone is to be told the time also while its player says nothing: two \
             things go on at once here, and both have to end together.",
        )
        .if_broken(
            "late-answer",
            |broken, _| broken.says("hears ok"),
            "The two take turns: while the one waits for its second, nobody answers the player. Let both wait at once.",
        )
        .on_a_paused_clock("ann plays", 2 * MINUTE, |clock| async move {
            let (hand, says, visit) = comes("ann");
            hand.reads();
            sleep(Duration::from_millis(2_500)).await;
            says.send("grab".into()).await.expect("the visit listens");
            sleep(Duration::from_millis(1_000)).await;
            for (line, when) in [("tick 1", 1_000), ("tick 2", 2_000), ("ok grab", 2_500), ("tick 3", 3_000)] {
                let heard = hand.heard().iter().any(|(at, it)| it == line && at.as_millis() == when);
                assert!(heard, "after {when} ms ann hears {line}; she has heard {}", lines(&hand));
            }
            sleep(Duration::from_secs(90)).await;
            let heard = hand.heard().iter().any(|(_, line)| line == "tick 90");
            assert!(heard, "after a minute and a half ann hears tick 90; the last that she has heard is {}", hand.heard().last().map_or("nothing", |(_, line)| line));
            drop(says);
            clock.settle().await;
            drop(visit);
        })?;

    case.promise("When a player says nothing more, nothing of the visit goes on.")
        .if_broken(
            "waits-for-it",
            |broken, _| broken.says("is not over"),
            "The visit waits for a task that has no reason to end, and so does not end itself. Do not wait for it: end it.",
        )
        .if_broken(
            "handle-dropped",
            |broken, answer| broken.says("behind") && answer.says("drop"),
            "Dropping a `JoinHandle` does not end its task. It only says that nobody will ask how it went. `abort` ends it, and so does a \
             `JoinSet` that is dropped.",
        )
        .if_broken(
            "left-behind",
            |broken, _| broken.says("behind"),
            "The visit is over, and the task that it has spawned knows nothing of it: it belongs to the runtime, and ticks on. It has the phone, \
             too, so nobody hangs up. Each guest leaves one such task in the house.",
        )
        .on_a_paused_clock("ann says goodbye", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("ann");
            hand.reads();
            sleep(Duration::from_millis(1_500)).await;
            clock.note("ann", "says nothing more");
            drop(says);
            is_over(&clock, &hand, Some(visit)).await;
        })?;

    case.promise("The same with a phone that does not read.")
        .if_broken(
            "flag",
            |broken, answer| broken.says("behind") && (answer.says("AtomicBool") || answer.says("watch") || answer.says("Weak") || answer.says("downgrade")),
            "The task looks now and then whether it is still wanted. But it is in the middle of a `send` to a phone that takes nothing, and \
             there it looks at nothing, for ever. Ending must reach it where it waits.",
        )
        .if_broken(
            "stuck",
            |_, _| true,
            "Somebody waits in a `send` to a phone that takes nothing, and sees nothing of what else happens. Whoever notices that the player has \
             gone must not be the one who waits there, and must be able to end it.",
        )
        .on_a_paused_clock("bob is in a tunnel", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("bob");
            clock.note("bob", "does not read");
            sleep(Duration::from_millis(8_500)).await;
            clock.note("bob", "says nothing more");
            drop(says);
            is_over(&clock, &hand, Some(visit)).await;
        })?;

    case.promise("The same when the house drops the visit in the middle.")
        .if_broken(
            "not-reached",
            |_, _| true,
            "The line that ends the task stands at the end of the visit, and this visit was dropped in the middle: at an `.await`, from which it \
             never came back. Only what is done in a `Drop` is done then, too.",
        )
        .on_a_paused_clock("cat is shown out", MINUTE, |clock| async move {
            let (hand, says, visit) = comes("cat");
            hand.reads();
            sleep(Duration::from_millis(1_500)).await;
            clock.note("house", "drops cat's visit");
            visit.abort();
            is_over(&clock, &hand, None).await;
            drop(says);
        })
}

fn comes(name: &str) -> (Hand, mpsc::Sender<String>, JoinHandle<()>) {
    let (phone, hand) = phone(name, 4);
    let (says, said) = mpsc::channel(4);
    (hand, says, tokio::spawn(visit(phone, said)))
}

/// A visit, unless it was dropped, has returned; and nothing but the judge's own reader may be left after a while.
async fn is_over(clock: &Clock, hand: &Hand, visit: Option<JoinHandle<()>>) {
    sleep(A_WHILE).await;
    clock.settle().await;
    let name = hand.name();
    let is_over = visit.is_none_or(|visit| visit.is_finished());
    assert!(
        is_over,
        "{name} has gone, and 10 s later the visit is not over"
    );
    let hung_up = hand.was_hung_up();
    if !hung_up {
        clock.note_last(hand);
    }
    assert!(
        hung_up,
        "{name}'s visit is over, and has left something behind: 10 s later nobody has hung up the phone"
    );
    let tasks = clock.tasks();
    assert!(
        tasks == 0,
        "{name}'s visit is over, and has left {tasks} task(s) behind"
    );
}

fn lines(hand: &Hand) -> String {
    let lines: Vec<String> = hand.heard().into_iter().map(|(_, line)| line).collect();
    lines.join(", ")
}
