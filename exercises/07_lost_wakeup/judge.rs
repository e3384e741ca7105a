//! Judges exercise 7 with loom, every schedule. Unsolved: `lost-wakeup`.
//!
//! Covers: one or two players, one or two dishes. Does not cover: wake-ups without a bell (a
//! `while` is right for those, too).

use super::exercise::Hatch;
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The cook puts dishes into the hatch and never waits.")
        .if_broken(
            "cook-waits",
            |broken, _| broken.is_deadlock(),
            "The cook waits until the hatch is empty, but the player who empties it may come much \
             later. A limit for the kitchen is another exercise (13); this cook does not wait.",
        )
        .in_every_schedule("the cook alone", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            hatch.put();
            hatch.put();
        })?;

    case.promise("If a dish is there, a player takes it at once.")
        .if_broken(
            "waits-first",
            |broken, _| broken.is_deadlock(),
            "The dishes lie in the hatch, but the player waits for a bell that rang before it \
             came. Look first, and wait only if the hatch is empty.",
        )
        .in_every_schedule("the cook was first", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            hatch.put();
            hatch.put();
            hatch.take();
            hatch.take();
        })?;

    let answer = case.answer();
    let loops = answer.says("loop") || answer.says("while");
    let calls_itself = answer.count("take") > 1;
    let waits = ["wait", "wait_while", "recv", "notified"]
        .iter()
        .any(|word| answer.says(word));
    case.promise("A player that waits sleeps.")
        .if_broken(
            "spins",
            |_, _| true,
            "A loop that looks again and again keeps a processor busy, and slows down the cook \
             that it waits for. With a condition variable, the player sleeps until there is \
             something to see.",
        )
        .holds(
            waits || !(loops || calls_itself),
            "`take` loops until there is a dish, and never waits for the bell",
        )?;

    case.promise("A player that waits for a dish gets the dish that the cook puts there.")
        .if_broken(
            "rarer",
            |broken, answer| {
                broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now"))
            },
            "A pause only moves the moment. There is still a moment between the last look and the \
             wait, and if the bell rings then, the player does not hear it.",
        )
        .if_broken(
            "louder",
            |broken, answer| broken.is_deadlock() && answer.says("notify_all"),
            "`notify_all` wakes all threads that wait, but here the player does not wait *yet*: \
             the bell rings between the look and the wait. The bell must ring when the player can \
             hear it; more wake-ups do not help.",
        )
        .if_broken(
            "no-lock",
            |broken, answer| broken.is_deadlock() && answer.says("atomic"),
            "The number changes without the lock, so it can change between the look and the wait \
             of a player that holds the lock: an atomic number, even with `SeqCst`, does not stop \
             that. If a thread waits for a value, the value must change under the lock of the \
             wait.",
        )
        .if_broken(
            "rings-first",
            |broken, _| broken.is_deadlock() && rings_before_the_dish(broken),
            "The cook rings, and then puts the dish into the hatch. The player hears the bell, \
             finds nothing, and waits again; then the dish comes, but the bell does not ring \
             again. First the dish, then the bell.",
        )
        .if_broken(
            "lost-wakeup",
            |broken, _| broken.is_deadlock(),
            "The player looks, unlocks, and waits. In between, the cook puts a dish there and \
             rings, and the player does not wait yet: the bell is not remembered. Look and wait \
             under one guard.",
        )
        .in_every_schedule("ann waits, the cook puts", Bounds::exhaustive(), || {
            let hatch = Arc::new(Hatch::open());
            let (hers, his) = (Arc::clone(&hatch), Arc::clone(&hatch));
            let ann = thread::spawn("ann", move || hers.take());
            let cook = thread::spawn("cook", move || his.put());
            ann.join().unwrap();
            cook.join().unwrap();
        })?;

    case.promise(
        "Two players, two dishes: each player gets one, and no player takes a dish that is not \
         there.",
    )
    .if_broken(
        "if",
        |broken, answer| {
            (broken.says("overflow") || broken.says("have taken"))
                && !answer.says("while")
                && !answer.says("loop")
        },
        WOKEN,
    )
    .if_broken(
        "two-locks",
        |broken, _| broken.says("overflow") || broken.says("have taken"),
        "There was a dish when the player looked. But the player unlocked before it took the dish, \
         and in between another player took it. Look, wait and take under one guard.",
    )
    .if_broken(
        "saves-bells",
        |broken, _| broken.is_deadlock(),
        "Two players wait and two dishes come, but the bell rings for one player only: if the \
         hatch was not empty, a player can still be waiting. A player that was woken may just not \
         have taken its dish yet.",
    )
    .in_every_schedule("two players, two dishes", Bounds::preemptions(3), || {
        let hatch = Arc::new(Hatch::open());
        let tally = Arc::new(Mutex::new("the tally", (0, 0)));
        let take = |name: &str| {
            let (hatch, tally) = (Arc::clone(&hatch), Arc::clone(&tally));
            thread::spawn(name, move || {
                hatch.take();
                let mut tally = tally.lock();
                tally.1 += 1;
                let (put, taken) = *tally;
                assert!(
                    taken <= put,
                    "{put} dish was put there, but {taken} players have taken one"
                );
            })
        };
        let players = [take("ann"), take("bob")];
        for _ in 0..2 {
            tally.lock().0 += 1;
            hatch.put();
        }
        for player in players {
            player.join().unwrap();
        }
    })
}

/// Whether the cook rings before it puts its dish there.
fn rings_before_the_dish(broken: &judge::Broken) -> bool {
    let steps = broken.steps();
    let first = |words: &str| {
        steps
            .iter()
            .position(|step| step.starts_with("cook") && step.contains(words))
    };
    first("notifies").is_some_and(|rung| first("takes dishes").is_none_or(|put| rung < put))
}

const WOKEN: &str = "When a player wakes up, it has to look again. After the bell, and before the \
    player has the lock, another player can take the dish. `if` looks once; `while` looks after \
    each wake-up.";
