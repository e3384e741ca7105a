//! Judges exercise 18 with loom, every schedule with at most two preemptions. Unsolved: `aba`.
//!
//! Covers: one who takes a plate while another takes and gives back, up to 64 changes. Not: a count that comes round later;
//! plates given back that were never taken.

use super::exercise::{PLATES, Pile};
use judge::{Broken, Case, Judged, Promise};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("There are so many plates, each is taken once, and can be taken again when it was given back.")
        .if_broken(
            "never-again",
            |broken, _| broken.says("given back"),
            "A plate that never comes back cannot come back at the wrong moment. But soon there is none left: so memory is \"reclaimed\" by \
             programs that never free any.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let pile = Pile::new();
            let mut plates: Vec<u32> = (0..PLATES).map(|taken| {
                pile.take().unwrap_or_else(|| panic!("{PLATES} plates are there, {taken} were taken, and there is no other"))
            }).collect();
            let more = pile.take();
            assert!(more.is_none(), "all {PLATES} plates are taken, and there is one more: {}", said(&[more]));
            plates.sort_unstable();
            assert!(plates == (0..PLATES).collect::<Vec<_>>(), "the plates from 0 to {} were there, and {plates:?} were taken", PLATES - 1);
            for plate in [2, 0] {
                pile.give_back(plate);
            }
            let mut again = [pile.take(), pile.take()];
            again.sort_unstable();
            assert!(again == [Some(0), Some(2)], "plates 0 and 2 were given back, and then {} taken", said(&again));
            let more = pile.take();
            assert!(more.is_none(), "all {PLATES} plates are taken again, and there is one more: {}", said(&[more]));
        })?;

    known(case.promise("No plate is in two hands, and none is lost, when one is taken and given back while another one looks."))
        .in_every_schedule("taken and given back", Bounds::preemptions(2), || {
            while_ann_takes(0, |pile| {
                let (one, other) = (bob_takes(pile), bob_takes(pile));
                pile.give_back(one);
                vec![other]
            });
        })?;

    known(
        case.promise(
            "The same, if the plates are given back in another order than they were taken.",
        ),
    )
    .in_every_schedule("put back upon another one", Bounds::preemptions(2), || {
        while_ann_takes(1, |pile| {
            let one = bob_takes(pile);
            // The plate that he had before she came; then hers lies upon it.
            pile.give_back(0);
            pile.give_back(one);
            vec![]
        });
    })?;

    known(case.promise("The same, whatever number of plates is taken meanwhile."))
        .in_every_schedule("four changes", Bounds::preemptions(2), || {
            while_ann_takes(0, |pile| {
                let (one, other, third) = (bob_takes(pile), bob_takes(pile), bob_takes(pile));
                pile.give_back(one);
                vec![other, third]
            });
        })?;

    known(case.promise("The same after eight changes."))
        .in_every_schedule("eight changes", Bounds::preemptions(1), || {
            while_ann_takes(0, |pile| bob_changes_it(pile, 8));
        })?;
    known(case.promise("The same after sixty-four changes."))
        .in_every_schedule("sixty-four changes", Bounds::preemptions(1), || {
            while_ann_takes(0, |pile| bob_changes_it(pile, 64));
        })?;

    let waits = ["Mutex", "RwLock", "Condvar", "mpsc", "yield_now"];
    let waits = waits.iter().find(|word| case.answer().says(word));
    let why = format!("`{}` is in the answer", waits.unwrap_or(&""));
    let locked = waits.is_some();
    case.promise("Who takes a plate waits for nobody.")
        .if_broken(
            "locked",
            |_, _| true,
            "With a lock it is right, and short. But a thread that is interrupted while it holds the lock stops all others; this one is about \
             doing without.",
        )
        .holds(!locked, &why)
}

fn known(promise: Promise<'_>) -> Promise<'_> {
    let wrong = |broken: &Broken| broken.says("in two places") || broken.says("is lost");
    promise
        .if_broken(
            "rarer",
            |_, answer| answer.says("sleep") || answer.says("yield_now"),
            "A pause between the look and the exchange makes it likelier, one before makes it rarer, and none makes it impossible: between two \
             steps there is always a moment.",
        )
        .if_broken(
            "gives-up",
            |broken, _| broken.says("found no"),
            "A plate lay there all the time, and somebody was told that there is none. That another one was quicker, or is just at the pile, \
             does not say that it is empty: look again.",
        )
        .if_broken(
            "overwrites",
            move |broken, answer| wrong(broken) && answer.code().contains("top.swap"),
            "`swap` writes whatever was there before, and you look at what it was when it is gone. A change that is right only if nothing has \
             changed must not happen otherwise: that is what `compare_exchange` is for.",
        )
        .if_broken(
            "short-count",
            move |broken, answer| {
                let code = answer.code();
                wrong(broken) && ["& 1", "^ 1", "% 2", "& 3", "% 4", "& 7", "% 8", "& 15", "& 0xf", "% 16", "fetch_xor", "^ ("].iter().any(|it| code.contains(it))
            },
            "A count beside the plate is the right idea, but this one soon comes round: after that many changes plate and count are what they \
             were, and the exchange believes that nothing has happened. Leave it as many bits as you have.",
        )
        .if_broken(
            "apart",
            move |broken, answer| wrong(broken) && answer.says("fetch_add"),
            "There is a count now, but it is changed in a step of its own: between looking at the one and exchanging the other there is a moment \
             again. Plate and count must be compared and exchanged together, so they must be one number.",
        )
        .if_broken(
            "looks-again",
            move |broken, answer| wrong(broken) && answer.code().matches("top.load").count() > 2,
            "You look again before you exchange, and see the same plate. That it is *the same plate* was never in doubt; the exchange checks \
             that too. The pile below it is another one. To look more often at the wrong thing does not help.",
        )
        .if_broken(
            "aba",
            move |broken, _| wrong(broken),
            "The top is the plate that was seen before, and so the exchange goes through. But meanwhile that plate was taken and put back, and what \
             lies below it now is something else. Equal is not unchanged. (It is no matter of `Ordering`: no value was seen too late.)",
        )
}

/// Ann takes a plate while bob, who may have taken some before, does something and tells which he holds then. After that every
/// plate is in one place.
fn while_ann_takes(before: u32, bob: fn(&Pile) -> Vec<u32>) {
    let pile = Arc::new(Pile::new());
    let mut held: Vec<u32> = (0..before).map(|_| bob_takes(&pile)).collect();
    assert!(
        held.iter().all(|&plate| plate < before),
        "the pile is not in order: {held:?} lay on top"
    );
    let same = Arc::clone(&pile);
    let ann = thread::spawn("ann", move || same.take());
    let same = Arc::clone(&pile);
    let bob = thread::spawn("bob", move || bob(&same));
    let anns = ann.join().unwrap();
    held = bob.join().unwrap();
    let Some(anns) = anns else {
        panic!("ann found no plate, and there was one at any time");
    };
    let in_hands = |plate| {
        u32::from(anns == plate) + held.iter().map(|&it| u32::from(it == plate)).sum::<u32>()
    };
    let mut left = vec![];
    for _ in 0..=PLATES {
        left.extend(pile.take());
    }
    for plate in 0..PLATES {
        let places = in_hands(plate) + left.iter().map(|&it| u32::from(it == plate)).sum::<u32>();
        let where_they_are = format!("ann has {anns}, bob has {held:?}, in the pile were {left:?}");
        assert!(
            places < 2,
            "plate {plate} is in two places: {where_they_are}"
        );
        assert!(places > 0, "plate {plate} is lost: {where_they_are}");
    }
}

/// So many changes, an even number, after which the same plate is on top and another one lies below it.
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
        .expect("a plate is there at any time, and bob found none")
}

fn said(plates: &[Option<u32>]) -> String {
    let words: Vec<String> = plates
        .iter()
        .map(|plate| plate.map_or("none".into(), |it| it.to_string()))
        .collect();
    words.join(" and ")
}
