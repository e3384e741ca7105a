//! Judges exercise 7 with loom, every schedule. Unsolved: `lost-wakeup`.
//!
//! Covers: one or two players, one or two dishes, two cooks, a wake-up without a bell; many dishes
//! and no player; a player and no dish. Does not cover: more than two players.

use super::exercise::Hatch;
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, Outcome, Play, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The cook puts dishes into the hatch and never waits.")
        .if_broken(
            "cook-waits",
            |broken, _| broken.is_deadlock(),
            "The cook waits until a player takes a dish, but the player may come much later. A \
             limit for the kitchen is another exercise (13); this cook does not wait.",
        )
        .in_every_schedule("the cook alone", Bounds::exhaustive().steps(STEPS), || {
            let hatch = Hatch::open();
            for _ in 0..MANY {
                hatch.put();
            }
        })?;

    case.promise("If a dish is there, a player takes it at once.")
        .if_broken(
            "waits-first",
            |broken, _| broken.is_deadlock(),
            "The dish lies in the hatch, but the player waits for a bell that rang before it \
             came. Look first, and wait only if the hatch is empty.",
        )
        .in_every_schedule("the cook was first", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            for _ in 0..2 {
                hatch.put();
                hatch.take();
            }
        })?;

    case.promise("Each dish that is put into the hatch is there for a player.")
        .if_broken(
            "lost-dish",
            |broken, _| broken.is_deadlock(),
            "The cook put more dishes there than the hatch remembers, and a player waits for one \
             of the others. Each dish counts: a flag, a bell or a full channel is not enough.",
        )
        .in_every_schedule("the cook was much faster", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            for _ in 0..DISHES {
                hatch.put();
            }
            for _ in 0..DISHES {
                hatch.take();
            }
        })?;

    let awake = awake();
    case.promise("While the hatch is empty, a player sleeps.")
        .if_broken(
            "spins",
            |broken, _| broken.says("goes on and on"),
            "A loop that looks again and again keeps a processor busy, and slows down the cook \
             that it waits for. With a condition variable, the player sleeps until there is \
             something to see.",
        )
        .holds(awake.is_none(), &awake.unwrap_or_default())?;

    case.promise("A player that waits for a dish gets the dish that the cook puts there.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && answer.pauses(),
            "A pause only moves the moment. There is still a moment between the last look and the \
             wait, and if the bell rings then, the player does not hear it.",
        )
        .if_broken("if", |broken, _| broken.shows("spurious"), UNASKED)
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .if_broken(
            "no-bell",
            |broken, _| broken.is_deadlock() && waits(broken) && !broken.shows("notifies"),
            "The dish is there, but the cook did not ring, and the player sleeps. A thread that \
             waits does not see that a value changes: each change that it waits for must ring.",
        )
        .if_broken(
            "louder",
            |broken, answer| broken.is_deadlock() && waits(broken) && answer.says("notify_all"),
            "`notify_all` wakes all threads that wait, but here the player does not wait *yet*: \
             the bell rings between the look and the wait. The bell must ring when the player can \
             hear it; more wake-ups do not help.",
        )
        .if_broken(
            "no-lock",
            |broken, answer| broken.is_deadlock() && waits(broken) && answer.says("atomic"),
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
            |broken, _| broken.is_deadlock() && waits(broken),
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
    .if_broken("if", |broken, _| broken.shows("spurious"), UNASKED)
    .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
    .if_broken(
        "if",
        |broken, answer| {
            (broken.says("overflow") || broken.says("have taken"))
                && broken.shows("to be notified")
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
        |broken, _| broken.is_deadlock() && waits(broken),
        "Two players wait and two dishes come, but the bell rings for one player only: if the \
         hatch was not empty, a player can still be waiting. A player that was woken may just not \
         have taken its dish yet.",
    )
    .in_every_schedule("two players, two dishes", Bounds::preemptions(3), || {
        thread::rename("cook");
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
    })?;

    case.promise("If two cooks come at the same time, both dishes are there.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .if_broken(
            "two-looks",
            |broken, _| broken.is_deadlock(),
            "Two cooks put a dish there at the same time, but only one dish counts: both read the \
             same number, and the second write overwrites the first. Look and write under one \
             guard.",
        )
        .in_every_schedule("two cooks", Bounds::preemptions(3), || {
            thread::rename("cook");
            let hatch = Arc::new(Hatch::open());
            let same = Arc::clone(&hatch);
            let cook = thread::spawn("cook", move || same.put());
            hatch.put();
            cook.join().unwrap();
            hatch.take();
            hatch.take();
        })
}

/// More dishes than a channel with a bound has places.
const MANY: usize = 1_500;
/// The steps of a schedule with as many dishes.
const STEPS: usize = 50_000;
/// How many dishes are put into the hatch before a player takes as many.
const DISHES: usize = 70;
/// How many steps a player may make before it sleeps.
const AWAKE: usize = 60;

/// Lets a player wait for a dish that never comes. Returns what it does instead of sleeping.
fn awake() -> Option<String> {
    let mut play = Play::start(|| {
        let ann = thread::spawn("ann", || Hatch::open().take());
        ann.join().unwrap();
    });
    for _ in 0..AWAKE {
        if play.pick("ann").is_err() && play.pick("main").is_err() {
            break;
        }
    }
    match play.outcome() {
        Outcome::Running => Some(
            "no cook comes, but `take` goes on and on: it looks again and again, and never waits \
             for the bell"
                .into(),
        ),
        Outcome::Kept => Some("no dish was put into the hatch, but `take` returns".into()),
        Outcome::Broken(why) => Some(format!(
            "no dish was put into the hatch, but `take` does not sleep: {why}"
        )),
        Outcome::Deadlock { .. } | Outcome::Refused(_) => None,
    }
}

/// Whether a player waits for the bell in the end.
fn waits(broken: &judge::Broken) -> bool {
    broken.shows("waits to be notified") || broken.shows("WAITS to be notified")
}

const GIVES_UP: &str = "If `try_lock` fails, a player or a cook uses the hatch, and will unlock it \
    soon. What is not done instead is missing later. Wait with `lock`: this wait ends at once.";
const UNASKED: &str = "A condition variable may also wake a thread although no bell rang (a \
    spurious wake-up), and here the player takes this for a dish. A wake-up means: look again. \
    `if` looks once; `while` looks after each wake-up.";

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
