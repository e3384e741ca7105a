//! Waits that end although they were not notified, weak exchanges that fail for no reason.

use crate::common::everything;
use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::{Arc, Condvar, Mutex, MutexGuard};
use lanes::{Bounds, Verdict, explore, thread};

/// Dishes, and a bell that rings for each.
struct Hatch {
    dishes: Mutex<u32>,
    bell: Condvar,
}

/// Two players that take a dish, and a cook that puts two.
fn two_players(take: fn(&Hatch) -> MutexGuard<'_, u32>) -> impl Fn() + Send + Sync {
    move || {
        let hatch = Arc::new(Hatch {
            dishes: Mutex::new("dishes", 0),
            bell: Condvar::new("bell"),
        });
        let takes = |name: &str| {
            let hatch = hatch.clone();
            thread::spawn(name, move || {
                let mut dishes = take(&hatch);
                assert!(*dishes > 0, "there is no dish");
                *dishes -= 1;
            })
        };
        let players = [takes("ann"), takes("bob")];
        for _ in 0..2 {
            *hatch.dishes.lock() += 1;
            hatch.bell.notify_one();
        }
        for player in players {
            player.join().unwrap();
        }
    }
}

/// One player that takes a dish, and a cook that puts one.
fn one_player(take: fn(&Hatch) -> MutexGuard<'_, u32>) -> impl Fn() + Send + Sync {
    move || {
        let hatch = Arc::new(Hatch {
            dishes: Mutex::new("dishes", 0),
            bell: Condvar::new("bell"),
        });
        let shared = hatch.clone();
        let ann = thread::spawn("ann", move || {
            let dishes = take(&shared);
            assert!(*dishes > 0, "there is no dish");
        });
        *hatch.dishes.lock() += 1;
        hatch.bell.notify_one();
        ann.join().unwrap();
    }
}

fn looks_once(hatch: &Hatch) -> MutexGuard<'_, u32> {
    let mut dishes = hatch.dishes.lock();
    if *dishes == 0 {
        dishes = hatch.bell.wait(dishes);
    }
    dishes
}

fn looks_twice(hatch: &Hatch) -> MutexGuard<'_, u32> {
    let mut dishes = looks_once(hatch);
    if *dishes == 0 {
        dishes = hatch.bell.wait(dishes);
    }
    dishes
}

fn looks_each_time(hatch: &Hatch) -> MutexGuard<'_, u32> {
    let dishes = hatch.dishes.lock();
    hatch.bell.wait_while(dishes, |dishes| *dishes == 0)
}

#[test]
fn a_wait_may_end_although_it_was_not_notified() {
    let verdict = everything(one_player(looks_once));
    let failure = verdict.violates("there is no dish");
    let words = "ann wakes although it was not notified (a spurious wake-up)";
    assert!(
        failure.steps().iter().any(|step| step == words),
        "{failure}"
    );
    assert_eq!(failure.replay(), *failure);
}

#[test]
fn a_spurious_wake_up_is_saved_and_replayed() {
    let verdict = everything(one_player(looks_once));
    let failure = verdict.violates("there is no dish");
    let file = std::env::temp_dir().join(format!("lanes-spurious-{}.json", std::process::id()));
    failure.save(&file).unwrap();
    let again = lanes::replay(&file, one_player(looks_once)).unwrap();
    let cured = lanes::replay(&file, one_player(looks_each_time)).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(again.as_ref(), Some(failure));
    assert_eq!(cured, None);
}

#[test]
fn a_wait_may_end_twice_in_a_row_although_it_was_not_notified() {
    let verdict = everything(one_player(looks_twice));
    verdict.violates("there is no dish");
}

#[test]
fn a_loop_around_a_wait_is_right() {
    everything(one_player(looks_each_time)).holds();
    explore("two", Bounds::preemptions(3), two_players(looks_each_time)).holds();
}

/// The cook hands a dish to a player that waits, who therefore does not look again.
#[test]
fn a_dish_that_is_handed_over_may_not_be_there() {
    struct Table {
        /// Dishes, and players that wait.
        state: Mutex<(u32, u32)>,
        bell: Condvar,
    }
    let verdict = everything(|| {
        let table = Arc::new(Table {
            state: Mutex::new("state", (0, 0)),
            bell: Condvar::new("bell"),
        });
        let put = Arc::new(AtomicU32::new("put", 0));
        let (hers, seen) = (table.clone(), put.clone());
        let ann = thread::spawn("ann", move || {
            let mut state = hers.state.lock();
            if state.0 > 0 {
                state.0 -= 1;
            } else {
                state.1 += 1;
                drop(hers.bell.wait(state));
            }
            assert_eq!(seen.load(Relaxed), 1, "no dish was put there");
        });
        let mut state = table.state.lock();
        put.store(1, Relaxed);
        if state.1 > 0 {
            state.1 -= 1;
            table.bell.notify_one();
        } else {
            state.0 += 1;
        }
        drop(state);
        ann.join().unwrap();
    });
    verdict.violates("no dish was put there");
}

#[test]
fn a_deadlock_without_a_spurious_wake_up_is_found_first() {
    let verdict = everything(|| {
        let shared = Arc::new((Mutex::new("ready", false), Condvar::new("changed")));
        let waits = shared.clone();
        let ann = thread::spawn("ann", move || {
            let ready = *waits.0.lock();
            if !ready {
                drop(waits.1.wait(waits.0.lock()));
            }
        });
        *shared.0.lock() = true;
        shared.1.notify_one();
        ann.join().unwrap();
    });
    let failure = verdict.deadlocks();
    let is_spurious = |step: &String| step.contains("spurious");
    assert!(!failure.steps().iter().any(is_spurious), "{failure}");
}

/// Two threads that each take one of two snacks.
fn two_takers(take: fn(&AtomicU32) -> bool) -> Verdict {
    everything(move || {
        let tray = Arc::new(AtomicU32::new("tray", 2));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || take(&shared));
        assert!(take(&tray), "main is hungry");
        assert!(ann.join().unwrap(), "ann is hungry");
        assert_eq!(tray.load(Relaxed), 0);
    })
}

#[test]
fn a_weak_exchange_may_fail_although_it_found_the_expected_value() {
    let verdict = everything(|| {
        let tray = AtomicU32::new("tray", 1);
        let taken = tray.compare_exchange_weak(1, 0, Relaxed, Relaxed);
        assert_eq!(taken, Ok(1), "there is a snack");
    });
    let failure = verdict.violates("there is a snack");
    let words = "main finds tray at 1, but does not change it (a spurious failure)";
    assert_eq!(failure.steps()[0], words);
    assert_eq!(failure.replay(), *failure);
}

#[test]
fn a_loop_around_a_weak_exchange_is_right() {
    let verdict = two_takers(|tray| {
        let mut seen = tray.load(Relaxed);
        while seen > 0 {
            match tray.compare_exchange_weak(seen, seen - 1, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        false
    });
    verdict.holds();
}

#[test]
fn two_weak_exchanges_in_a_row_may_both_fail() {
    let verdict = two_takers(|tray| {
        let seen = tray.load(Relaxed);
        let first = tray.compare_exchange_weak(seen, seen - 1, Relaxed, Relaxed);
        first
            .or_else(|now| tray.compare_exchange_weak(now, now - 1, Relaxed, Relaxed))
            .is_ok()
    });
    verdict.violates("is hungry");
}
