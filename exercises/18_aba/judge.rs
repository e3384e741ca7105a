//! Judges exercise 18 with loom, every schedule with at most two preemptions. Unsolved: `aba`.
//!
//! Covers: one thread that takes a plate while another one takes and gives back, up to 256 changes;
//! a count that starts again after 65,536 changes or twice as many; two that take, two that give
//! back, the last plate. Does not cover: a count that starts again later; plates that are given
//! back but were never taken.

use super::exercise::{PLATES, Pile};
use judge::{Broken, Case, Judged, Promise};
use lanes::sync::{Arc, atomic};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("There are four plates.")
        .if_broken(
            "other-number",
            |_, _| true,
            "The number of plates is given by the exercise. Leave `PLATES` as it was.",
        )
        .holds(PLATES == 4, &format!("`PLATES` is {PLATES} now"))?;

    case.promise("Each plate is taken once, and can be taken again after it was given back.")
        .if_broken(
            "never-again",
            |broken, _| broken.says("given back"),
            "A plate that never comes back cannot come back at the wrong moment. But soon no plate \
             is left: a program that never frees memory avoids the ABA problem in the same way.",
        )
        .if_broken(
            "too-few",
            |broken, _| broken.says("there is no other"),
            "There is one more plate, and no other thread; but `take` returns `None`. The last \
             plate is a plate, too.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let pile = Pile::new();
            let mut plates: Vec<u32> = (0..PLATES)
                .map(|taken| {
                    pile.take().unwrap_or_else(|| {
                        panic!(
                            "there are {PLATES} plates and {taken} were taken, but there is no \
                             other"
                        )
                    })
                })
                .collect();
            let more = pile.take();
            assert!(
                more.is_none(),
                "all {PLATES} plates are taken, but there is one more: {}",
                said(&[more])
            );
            plates.sort_unstable();
            assert!(
                plates == (0..PLATES).collect::<Vec<_>>(),
                "the plates from 0 to {} were there, but {plates:?} were taken",
                PLATES - 1
            );
            for plate in [2, 0] {
                pile.give_back(plate);
            }
            let mut again = [pile.take(), pile.take()];
            again.sort_unstable();
            assert!(
                again == [Some(0), Some(2)],
                "plates 0 and 2 were given back, but then {} were taken",
                said(&again)
            );
            let more = pile.take();
            assert!(
                more.is_none(),
                "all {PLATES} plates are taken again, but there is one more: {}",
                said(&[more])
            );
        })?;

    case.promise(
        "Two players take, or give back, at the same time: each plate stays in one place.",
    )
    .if_broken(
        "gives-up",
        |broken, _| broken.says("found no"),
        "A plate lay there all the time, but `take` returned `None`. If another thread was \
         faster, the pile need not be empty: look again.",
    )
    .if_broken(
        "lost-here",
        |broken, _| wrong(broken),
        "Two threads changed the pile at the same time, and one of them has overwritten what \
         the other one did, or has not noticed that its own change failed. Each change must \
         happen only if the top is still the one that was seen; otherwise look again.",
    )
    .in_every_schedule("two at a time", Bounds::preemptions(2), || {
        two_at_a_time([0, 0], [true, true]);
        two_at_a_time([1, 1], [false, false]);
    })?;
    case.promise(
        "Each plate stays in one place when one player takes while the other gives back, also the \
         last plate.",
    )
    .if_broken(
        "lost-here",
        |broken, _| wrong(broken),
        "One thread took a plate while another one gave one back, and a plate is lost or in \
             two places. Each change must happen only if the top is still the one that was seen; \
             and what lies below a plate must be written before it is on top.",
    )
    .in_every_schedule("one takes, one gives back", Bounds::preemptions(2), || {
        two_at_a_time([1, 0], [false, true]);
        two_at_a_time([PLATES, 0], [false, true]);
    })?;

    known(case.promise(
        "No two players hold the same plate, and no plate is lost, when one thread takes and gives \
         back plates while another one looks.",
    ))
    .in_every_schedule("taken and given back", Bounds::preemptions(2), || {
        while_ann_takes(0, |pile| {
            let (one, other) = (bob_takes(pile), bob_takes(pile));
            pile.give_back(one);
            vec![other]
        });
    })?;

    known(case.promise(
        "No two players hold the same plate if plates are given back in another order than they \
             were taken.",
    ))
    .in_every_schedule("put back upon another one", Bounds::preemptions(2), || {
        while_ann_takes(1, |pile| {
            let one = bob_takes(pile);
            // The plate that he had before she came; then hers lies upon it.
            pile.give_back(0);
            pile.give_back(one);
            vec![]
        });
    })?;

    known(case.promise("No two players hold the same plate if more plates are taken meanwhile."))
        .in_every_schedule("four changes", Bounds::preemptions(2), || {
        while_ann_takes(0, |pile| {
            let (one, other, third) = (bob_takes(pile), bob_takes(pile), bob_takes(pile));
            pile.give_back(one);
            vec![other, third]
        });
    })?;

    for (changes, name) in [
        (8, "eight changes"),
        (64, "sixty-four changes"),
        (256, "256 changes"),
    ] {
        known(
            case.promise(&format!("No two players hold the same plate after {name}."))
                .if_broken(
                    "short-count",
                    // After four changes it was right.
                    |broken, answer| wrong(broken) && !answer.code().contains("top.swap"),
                    SHORT,
                ),
        )
        .in_every_schedule(name, Bounds::preemptions(1), move || {
            while_ann_takes(0, move |pile| bob_changes_it(pile, changes))
        })?;
    }

    case.promise("No two players hold the same plate after 65,536 changes.")
        .if_broken(
            "short-count",
            |broken, _| broken.says("every number in the pile is the same"),
            SHORT,
        )
        .in_every_schedule("a count that goes on", Bounds::exhaustive(), || {
            for cycles in [1 << 15, 1 << 16] {
                counts_on_for(cycles);
            }
        })?;

    let waits = ["Mutex", "RwLock", "Condvar", "mpsc", "yield_now"];
    let waits = waits.iter().find(|word| case.answer().says(word));
    let why = format!("the answer uses `{}`", waits.unwrap_or(&""));
    let locked = waits.is_some();
    case.promise("A thread that takes a plate never waits.")
        .if_broken(
            "locked",
            |_, _| true,
            "With a lock it is right, and short. But if a thread is interrupted while it holds the \
             lock, all others stop; this exercise asks for an answer without one.",
        )
        .holds(!locked, &why)
}

const SHORT: &str = "After four changes it was right, so you have something that notices a change. \
    But after this many it is the same as before, and the exchange cannot see that anything \
    happened. Give a count as many bits as you have.";

/// Asserts that a pile with a count is not the same again after a plate was taken and given back
/// this many times. A model cannot make so many steps, so it skips those in which the numbers of
/// the pile only grow, each by the same amount.
fn counts_on_for(cycles: u64) {
    let first = atomic::latest_values().len();
    let pile = Pile::new();
    let values = || atomic::latest_values().split_off(first);
    let mut seen = vec![];
    for _ in 0..2 * PLATES {
        pile.give_back(bob_takes(&pile));
        seen.push(values());
    }
    let growth = |pair: &[Vec<u64>]| -> Vec<u64> {
        let pairs = pair[1].iter().zip(&pair[0]);
        pairs.map(|(new, old)| new.wrapping_sub(*old)).collect()
    };
    let growths: Vec<_> = seen.windows(2).map(growth).collect();
    let is_steady = growths.iter().all(|growth| *growth == growths[0]);
    if !is_steady || growths[0].iter().all(|&growth| growth == 0) {
        // Nothing counts here. The other promises judge what notices a change instead.
        return;
    }
    let before_the_last_two = seen[0].iter().zip(&growths[0]);
    let before_the_last_two: Vec<u64> = before_the_last_two
        .map(|(value, growth)| value.wrapping_add(growth.wrapping_mul(cycles - 2)))
        .collect();
    let first = atomic::latest_values().len();
    atomic::begin_next_with(&before_the_last_two);
    let pile = Pile::new();
    for _ in 0..2 {
        // A pile that cannot continue from here has no such count.
        let Some(plate) = pile.take() else { return };
        pile.give_back(plate);
    }
    assert!(
        atomic::latest_values().split_off(first) != seen[0],
        "a plate was taken and given back {cycles} times, and every number in the pile is the same \
         as before"
    );
}

/// Whether the plates are not each in one place.
fn wrong(broken: &Broken) -> bool {
    broken.says("in two places") || broken.says("is lost")
}

fn known(promise: Promise<'_>) -> Promise<'_> {
    promise
        .if_broken(
            "rarer",
            |_, answer| answer.pauses(),
            "A pause between the look and the exchange makes the bug more frequent, and a pause \
             before the look makes it rarer, but no pause makes it impossible: between two steps \
             there is always a moment.",
        )
        .if_broken(
            "gives-up",
            |broken, _| broken.says("found no"),
            "A plate lay there all the time, but `take` returned `None`. If another thread was \
             faster, or is at the pile now, the pile need not be empty: look again.",
        )
        .if_broken(
            "overwrites",
            |broken, answer| wrong(broken) && answer.code().contains("top.swap"),
            "`swap` always writes, and you check the old value only afterwards. If a change is \
             right only when nothing has changed, it must not happen otherwise: use \
             `compare_exchange` for that.",
        )
        .if_broken(
            "short-count",
            |broken, answer| {
                let code = answer.code();
                wrong(broken)
                    && [
                        "& 1",
                        "^ 1",
                        "% 2",
                        "& 3",
                        "% 4",
                        "& 7",
                        "% 8",
                        "& 15",
                        "& 0xf",
                        "% 16",
                        "fetch_xor",
                        "^ (",
                    ]
                    .iter()
                    .any(|it| code.contains(it))
            },
            "A count beside the plate is the right idea, but this count soon starts again: after \
             that many changes, plate and count are the same as before, and the exchange cannot \
             see that anything happened. Give the count as many bits as you have.",
        )
        .if_broken(
            "apart",
            |broken, answer| wrong(broken) && answer.says("fetch_add"),
            "There is a count now, but it is changed in a step of its own: between checking the \
             count and exchanging the plate there is a gap again. Plate and count must be compared \
             and exchanged together, so they must be one number.",
        )
        .if_broken(
            "looks-again",
            |broken, answer| wrong(broken) && answer.code().matches("top.load").count() > 2,
            "You look again before you exchange, and see the same plate. But the bug is not that \
             the plate differs: the exchange checks that too. The pile below the plate differs. \
             Looking again at the same value does not help.",
        )
        .if_broken(
            "aba",
            |broken, _| wrong(broken),
            "The top is the same plate as before, so the exchange succeeds. But meanwhile that \
             plate was taken and put back, and another plate lies below it now. Equal is not \
             unchanged. (`Ordering` does not matter here: no value was seen too late.)",
        )
}

/// Lets ann take a plate while bob, who may have taken `before` plates already, does something and
/// returns the plates that he holds then. Afterwards every plate must be in exactly one place.
fn while_ann_takes(before: u32, bob: impl FnOnce(&Pile) -> Vec<u32> + 'static) {
    let pile = Arc::new(Pile::new());
    let held: Vec<u32> = (0..before).map(|_| bob_takes(&pile)).collect();
    assert!(
        held.iter().all(|&plate| plate < before),
        "the pile does not begin at 0: {held:?} lay on top"
    );
    let same = Arc::clone(&pile);
    let ann = thread::spawn("ann", move || same.take());
    let same = Arc::clone(&pile);
    let bob = thread::spawn("bob", move || bob(&same));
    let (anns, bobs) = (ann.join().unwrap(), bob.join().unwrap());
    let Some(anns) = anns else {
        panic!("ann found no plate, but there was one at every moment");
    };
    each_is_in_one_place(&pile, &[anns], &bobs, &anns.to_string());
}

/// Lets ann and bob, who have taken this many plates before, take one or give their first one back
/// at the same time. Afterwards every plate must be in exactly one place.
fn two_at_a_time(before: [u32; 2], takes: [bool; 2]) {
    thread::rename("ann");
    let pile = Arc::new(Pile::new());
    let [mut anns, mut bobs] =
        before.map(|many| (0..many).map(|_| bob_takes(&pile)).collect::<Vec<_>>());
    let is_empty_at_first = before.iter().sum::<u32>() == PLATES;
    let acts = move |pile: &Pile, hand: &mut Vec<u32>, takes: bool| {
        if takes {
            let plate = pile.take();
            assert!(
                plate.is_some() || is_empty_at_first,
                "a player found no plate, but there was one at every moment"
            );
            hand.extend(plate);
        } else {
            pile.give_back(hand.remove(0));
        }
    };
    let same = Arc::clone(&pile);
    let bob = thread::spawn("bob", move || {
        acts(&same, &mut bobs, takes[1]);
        bobs
    });
    acts(&pile, &mut anns, takes[0]);
    let bobs = bob.join().unwrap();
    each_is_in_one_place(&pile, &anns, &bobs, &format!("{anns:?}"));
}

/// Takes all plates off the pile, and checks that each one was there or in one hand. `ann_has` says
/// in words what ann has.
fn each_is_in_one_place(pile: &Pile, anns: &[u32], bobs: &[u32], ann_has: &str) {
    let mut left = vec![];
    for _ in 0..=PLATES {
        left.extend(pile.take());
    }
    let where_they_are = format!("ann has {ann_has}, bob has {bobs:?}, in the pile were {left:?}");
    for plate in 0..PLATES {
        let all = anns.iter().chain(bobs).chain(&left);
        let places = all.filter(|it| **it == plate).count();
        assert!(
            places < 2,
            "plate {plate} is in two places: {where_they_are}"
        );
        assert!(places > 0, "plate {plate} is lost: {where_they_are}");
    }
}

/// Makes this many changes, an even number, after which the same plate is on top and another one
/// lies below it.
fn bob_changes_it(pile: &Pile, changes: u32) -> Vec<u32> {
    let (one, other, mut third) = (bob_takes(pile), bob_takes(pile), bob_takes(pile));
    for _ in 0..(changes - 4) / 2 {
        pile.give_back(third);
        third = bob_takes(pile);
    }
    pile.give_back(one);
    vec![other, third]
}

fn bob_takes(pile: &Pile) -> u32 {
    pile.take()
        .expect("there is a plate at every moment, but bob found none")
}

fn said(plates: &[Option<u32>]) -> String {
    let words: Vec<String> = plates
        .iter()
        .map(|plate| plate.map_or("none".into(), |it| it.to_string()))
        .collect();
    words.join(" and ")
}
