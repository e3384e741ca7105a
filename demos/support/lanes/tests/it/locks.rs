//! The steps of locks, the waits for them, and their drawings.

use lanes::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use lanes::sync::{Arc, Condvar, Mutex, RwLock};
use lanes::{Bounds, Verdict, explore, thread};

/// Two locks that ann takes in one order, and bob in the other (or in the same).
fn two_locks(name: &str, bounds: Bounds, same_order: bool) -> Verdict {
    explore(name, bounds, move || {
        let locks = Arc::new((Mutex::new("room", 0), Mutex::new("player bob", 0)));
        let shared = locks.clone();
        let ann = thread::spawn("ann", move || {
            let mut room = shared.0.lock();
            let mut player = shared.1.lock();
            *room += 1;
            *player += 1;
        });
        let bob = thread::spawn("bob", move || {
            let (first, second) = if same_order {
                (&locks.0, &locks.1)
            } else {
                (&locks.1, &locks.0)
            };
            let mut one = first.lock();
            let mut other = second.lock();
            *one += 1;
            *other += 1;
        });
        ann.join().unwrap();
        bob.join().unwrap();
    })
}

fn everything(model: impl Fn() + Send + Sync + 'static) -> Verdict {
    explore("a model", Bounds::exhaustive(), model)
}

/// The sentences under the lanes.
#[track_caller]
fn blocked(verdict: &Verdict) -> Vec<String> {
    verdict.deadlocks().blocked()
}

#[test]
fn two_locks_in_two_orders_deadlock_and_the_drawing_says_how() {
    let verdict = two_locks("a grab meets a leave", Bounds::exhaustive(), false);
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["ann", "bob"]);
    let expected = "\
a grab meets a leave: DEADLOCK in schedule 4 of an exhaustive search

   ann                    bob                in demos/support/lanes/tests/it/locks.rs
 1 takes room                                13 let mut room = shared.0.lock();
 2                        takes player bob   24 let mut one = first.lock();
 3 WAITS for player bob                      14 let mut player = shared.1.lock();
 4                        WAITS for room     25 let mut other = second.lock();

ann holds `room` and waits for `player bob`, held by bob (row 2).
bob holds `player bob` and waits for `room`, held by ann (row 1).
The cycle: ann → bob → ann.";
    assert_eq!(failure.to_string(), expected, "\n{failure}");
    assert_eq!(verdict.to_string(), expected);
}

#[test]
fn two_locks_in_one_order_hold() {
    let verdict = two_locks("one order", Bounds::exhaustive(), true);
    let schedules = verdict.holds();
    assert!((2..50).contains(&schedules), "{schedules}");
    assert_eq!(
        verdict.to_string(),
        format!("one order: holds in every schedule ({schedules} of them)")
    );
    assert_eq!(verdict.schedules(), schedules);
    assert!(verdict.failure().is_none() && !verdict.was_cut_short());
}

#[test]
fn a_bound_is_part_of_what_is_proved() {
    let none = Bounds::preemptions(0);
    let verdict = two_locks("without preemption", none, false);
    verdict.holds();
    assert!(
        verdict
            .to_string()
            .contains("every schedule without preemption"),
        "{verdict}"
    );
    let found = two_locks("with one", Bounds::preemptions(1), false);
    assert!(
        found
            .deadlocks()
            .to_string()
            .contains("of a search with at most 1 preemption\n"),
        "{found}"
    );
}

#[test]
fn a_cap_that_is_hit_is_no_proof() {
    for bounds in [
        Bounds::exhaustive().at_most(2),
        Bounds::exhaustive().within(std::time::Duration::ZERO),
    ] {
        let verdict = two_locks("cut short", bounds, true);
        assert!(verdict.was_cut_short());
        let asked = std::panic::catch_unwind(|| verdict.holds());
        let message = *asked.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.contains("CUT SHORT after") && message.contains("nothing is proved"),
            "{message}"
        );
    }
}

#[test]
#[should_panic(expected = "a deadlock was expected, but:\none order: holds in every schedule")]
fn a_model_that_holds_does_not_deadlock() {
    two_locks("one order", Bounds::exhaustive(), true).deadlocks();
}

#[test]
#[should_panic(expected = "a deadlock was expected, but:\na model: PANIC in schedule 1")]
fn a_panic_is_no_deadlock() {
    everything(|| panic!("something else")).deadlocks();
}

#[test]
#[should_panic(
    expected = "a schedule that violates “too many” was expected, but:\na grab meets a leave: DEADLOCK"
)]
fn a_deadlock_violates_nothing() {
    two_locks("a grab meets a leave", Bounds::exhaustive(), false).violates("too many");
}

#[test]
#[should_panic(expected = "The cycle: ann → bob → ann.")]
fn a_deadlock_does_not_hold() {
    two_locks("a grab meets a leave", Bounds::exhaustive(), false).holds();
}

#[test]
fn a_lock_that_is_taken_twice_waits_for_itself() {
    let verdict = everything(|| {
        let room = Mutex::new("room", 0);
        let _once = room.lock();
        let _twice = room.lock();
    });
    let told = [
        "main holds `room` and waits for `room`, which main holds already: the second lock waits for the first.",
    ];
    assert_eq!(blocked(&verdict), told);
    assert_eq!(verdict.deadlocks().cycle(), ["main"]);
}

#[test]
fn a_lock_whose_holder_has_ended_has_its_own_sentence() {
    let verdict = everything(|| {
        let room = Arc::new(Mutex::new("room", 0));
        let shared = room.clone();
        thread::spawn("ann", move || std::mem::forget(shared.lock()))
            .join()
            .unwrap();
        *room.lock() += 1;
    });
    assert_eq!(
        blocked(&verdict),
        ["main waits for `room`, held by ann (row 1), who has ended without letting go."]
    );
}

#[test]
fn three_lanes_can_wait_in_a_cycle() {
    let verdict = explore("philosophers", Bounds::preemptions(2), || {
        let forks: Arc<Vec<_>> = Arc::new(
            (0..3)
                .map(|fork| Mutex::new(format!("fork {fork}"), ()))
                .collect(),
        );
        for (seat, name) in ["ann", "bob", "eve"].into_iter().enumerate() {
            let forks = forks.clone();
            thread::spawn(name, move || {
                let _left = forks[seat].lock();
                let _right = forks[(seat + 1) % 3].lock();
            });
        }
    });
    assert_eq!(verdict.deadlocks().cycle(), ["ann", "bob", "eve"]);
    assert!(
        verdict
            .to_string()
            .ends_with("The cycle: ann → bob → eve → ann."),
        "{verdict}"
    );
}

#[test]
fn a_join_can_close_the_cycle() {
    let verdict = everything(|| {
        let room = Arc::new(Mutex::new("room", 0));
        let shared = room.clone();
        let held = room.lock();
        let ann = thread::spawn("ann", move || *shared.lock() += 1);
        ann.join().unwrap();
        drop(held);
    });
    assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
    assert_eq!(
        blocked(&verdict)[0],
        "main holds `room` and waits for ann to end."
    );
}

#[test]
fn the_set_up_is_left_out_unless_it_still_holds_a_lock() {
    let model = |holds: bool| {
        move || {
            let room = Arc::new(Mutex::new("room", 0));
            let set_up = room.lock();
            let mut held = Some(set_up);
            if !holds {
                held = None;
            }
            let shared = room.clone();
            thread::spawn("ann", move || {
                let _once = shared.lock();
                let _twice = shared.lock();
            });
            std::mem::forget(held);
        }
    };
    let text = everything(model(false)).deadlocks().to_string();
    assert!(
        text.contains("\n   ann ") && text.contains("\n 1 takes room "),
        "{text}"
    );
    let text = everything(model(true)).deadlocks().to_string();
    assert!(text.contains("\n   main "), "{text}");
    assert!(
        text.contains("held by main (row 1), who has ended without letting go"),
        "{text}"
    );
}

#[test]
fn a_wait_that_ends_well_is_drawn_too() {
    let verdict = everything(|| {
        let room = Arc::new(Mutex::new("room", 0));
        let shared = room.clone();
        let ann = thread::spawn("ann", move || {
            let mut room = shared.lock();
            *room += 1;
        });
        let held = room.lock();
        thread::yield_now();
        drop(held);
        ann.join().unwrap();
        panic!("to see the drawing of the first schedule");
    });
    let text = verdict.violates("to see").to_string();
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("ann") || line.contains("room"))
        .collect();
    assert!(
        rows.iter().any(|row| row.contains("waits for room")),
        "{text}"
    );
    assert!(
        rows.iter().any(|row| row.contains("lets go of room")),
        "{text}"
    );
    assert!(!text.contains("WAITS"), "{text}");
}

#[test]
fn a_lock_that_is_taken_for_a_moment_is_one_row() {
    let verdict = everything(|| {
        let room = Mutex::new("room", 0);
        *room.lock() += 1;
        panic!("to see the drawing");
    });
    let text = verdict.violates("to see").to_string();
    assert!(
        text.contains(" 1 takes room, lets go ") && text.contains(" 2 PANICS"),
        "{text}"
    );
}

#[test]
fn a_lost_update_is_drawn_with_its_values() {
    use lanes::sync::atomic::Ordering;
    let verdict = everything(|| {
        let count = Arc::new(AtomicUsize::new("count", 0));
        let threads = ["ann", "bob"].map(|name| {
            let count = count.clone();
            thread::spawn(name, move || {
                let now = count.load(Ordering::Relaxed);
                count.store(now + 1, Ordering::Relaxed);
            })
        });
        threads.into_iter().for_each(|thread| drop(thread.join()));
        assert_eq!(count.load(Ordering::Relaxed), 2, "an update was lost");
    });
    let text = verdict.violates("an update was lost").to_string();
    for words in [
        "reads count: 0",
        "sets count to 1",
        "PANICS",
        "left: 1",
        ", an old",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert!(
        text.contains("“An old value”: a processor may show"),
        "{text}"
    );
}

#[test]
fn an_update_in_one_step_is_never_lost() {
    let verdict = everything(|| {
        let count = Arc::new(AtomicUsize::new("count", 0));
        let threads = ["ann", "bob"].map(|name| {
            let count = count.clone();
            thread::spawn(name, move || count.fetch_add(1, SeqCst))
        });
        threads.into_iter().for_each(|thread| drop(thread.join()));
        assert_eq!(count.load(SeqCst), 2);
    });
    verdict.holds();
}

/// A tray of one: bob waits until ann has put a snack there.
fn a_tray(checks_again: bool, notifies: bool) -> Verdict {
    everything(move || {
        let tray = Arc::new((Mutex::new("tray", 0), Condvar::new("filled")));
        let shared = tray.clone();
        let bob = thread::spawn("bob", move || {
            let mut snacks = shared.0.lock();
            if checks_again {
                snacks = shared.1.wait_while(snacks, |snacks| *snacks == 0);
            } else {
                snacks = shared.1.wait(snacks);
            }
            *snacks -= 1;
        });
        *tray.0.lock() += 1;
        if notifies {
            tray.1.notify_one();
        }
        bob.join().unwrap();
        assert_eq!(*tray.0.lock(), 0);
    })
}

#[test]
fn a_condition_that_is_checked_is_never_missed() {
    a_tray(true, true).holds();
}

#[test]
fn a_notification_may_come_before_the_wait() {
    let verdict = a_tray(false, true);
    assert_eq!(
        blocked(&verdict),
        ["bob waits to be notified at `filled`, and no thread is left to do it."]
    );
}

#[test]
fn a_notification_that_is_forgotten_is_missed() {
    a_tray(true, false).deadlocks();
}

#[test]
fn readers_share_and_a_writer_does_not() {
    let verdict = everything(|| {
        let room = Arc::new((RwLock::new("room", 1), AtomicUsize::new("readers", 0)));
        let threads = ["ann", "bob"].map(|name| {
            let room = room.clone();
            thread::spawn(name, move || {
                let read = room.0.read();
                room.1.fetch_add(1, SeqCst);
                assert_eq!(*read, 1, "no lane writes while ann and bob read");
                room.1.fetch_sub(1, SeqCst);
            })
        });
        let mut write = room.0.write();
        assert_eq!(room.1.load(SeqCst), 0, "no lane reads while main writes");
        *write = 2;
        *write = 1;
        drop(write);
        threads.into_iter().for_each(|thread| drop(thread.join()));
    });
    verdict.holds();
}

#[test]
fn two_lanes_with_one_name_get_numbers() {
    let verdict = everything(|| {
        let room = Arc::new(Mutex::new("room", 0));
        for _ in 0..2 {
            let room = room.clone();
            thread::spawn("ann", move || std::mem::forget(room.lock()));
        }
    });
    assert_eq!(
        blocked(&verdict),
        ["ann (2) waits for `room`, held by ann (row 1), who has ended without letting go."]
    );
}

#[test]
fn a_lock_shows_its_value_unless_it_is_held() {
    everything(|| {
        let room = Mutex::new("room", Mutex::new("player bob", 7));
        assert_eq!(format!("{room:?}"), "Mutex(Mutex(7))");
        let held = room.lock();
        assert_eq!(format!("{room:?}"), "Mutex { .. }");
        assert_eq!(format!("{held:?}"), "Mutex(7)");
        drop(held);
        assert_eq!(format!("{room:?}"), "Mutex(Mutex(7))");
    })
    .holds();
}
