//! Tried locks, recursive reads, waiting writers, the standard library's channels, notifications.

use crate::common::{everything, outcomes};
use lanes::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use lanes::sync::{Arc, Mutex, RwLock, mpsc};
use lanes::{Bounds, explore, task, thread};

#[test]
fn try_lock_finds_the_lock_both_free_and_taken() {
    let outcomes = outcomes(|| {
        let tray = Arc::new(Mutex::new("tray", 0));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || {
            let mut tray = shared.lock();
            *tray += 1;
        });
        let found = tray.try_lock().map(|tray| *tray);
        ann.join().unwrap();
        found
    });
    assert_eq!(outcomes, [None, Some(0), Some(1)]);
}

#[test]
fn two_threads_that_try_at_once_never_both_hold_the_lock() {
    let outcomes = outcomes(|| {
        let tray = Arc::new((Mutex::new("tray", ()), AtomicUsize::new("inside", 0)));
        let tries = |name| {
            let tray = tray.clone();
            thread::spawn(name, move || {
                let Some(_held) = tray.0.try_lock() else {
                    return false;
                };
                assert_eq!(tray.1.fetch_add(1, SeqCst), 0, "one at a time");
                tray.1.fetch_sub(1, SeqCst);
                true
            })
        };
        let (ann, bob) = (tries("ann"), tries("bob"));
        (ann.join().unwrap(), bob.join().unwrap())
    });
    assert_eq!(outcomes, [(false, true), (true, false), (true, true)]);
}

#[test]
fn an_attempt_never_waits() {
    // Loom's own `try_lock` would wait here for bob, who waits for ann: a deadlock that is not in
    // the model.
    everything(|| {
        let locks = Arc::new((Mutex::new("tray", ()), Mutex::new("plate", ())));
        let shared = locks.clone();
        let ann = thread::spawn("ann", move || {
            let _tray = shared.0.lock();
            let _plate = shared.1.lock();
        });
        let plate = locks.1.lock();
        drop(locks.0.try_lock());
        drop(plate);
        ann.join().unwrap();
    })
    .holds();
}

#[test]
fn two_lanes_that_try_again_for_ever_have_no_end_with_any_number_of_steps() {
    for steps in [200, 5_000, 100_000] {
        let verdict = explore("a model", Bounds::exhaustive().steps(steps), || {
            let locks = Arc::new((Mutex::new("tray", 0), Mutex::new("plate", 0)));
            let shared = locks.clone();
            let ann = thread::spawn("ann", move || {
                let _tray = shared.0.lock();
                let _plate = shared.1.lock();
            });
            loop {
                let _plate = locks.1.lock();
                if locks.0.try_lock().is_some() {
                    break;
                }
            }
            ann.join().unwrap();
        });
        let failure = verdict.failure().expect("a schedule without an end");
        assert!(failure.is_endless(), "{steps} steps: {failure}");
        assert_eq!(failure.replay(), *failure);
    }
}

/// Right, if the addresses stay: each lane takes the lock first that lies lower. But the addresses
/// differ from run to run.
#[test]
fn an_order_of_addresses_cannot_be_judged_and_the_verdict_is_always_the_same() {
    struct Bar {
        tray: Mutex<u32>,
    }
    fn both(bar: &Bar, plate: &Arc<Mutex<u32>>) {
        let tray = &bar.tray;
        let is_lower = std::ptr::from_ref(tray).addr() < std::ptr::from_ref(&**plate).addr();
        let (first, second) = if is_lower {
            (tray, &**plate)
        } else {
            (&**plate, tray)
        };
        let mut first = first.lock();
        *second.lock() += 1;
        *first += 1;
    }
    for _ in 0..20 {
        let verdict = everything(|| {
            let bar = Arc::new(Bar {
                tray: Mutex::new("tray", 0),
            });
            let plate = Arc::new(Mutex::new("plate", 0));
            let (hers, her_bar) = (plate.clone(), bar.clone());
            let ann = thread::spawn("ann", move || both(&her_bar, &hers));
            both(&bar, &plate);
            ann.join().unwrap();
        });
        let failure = verdict.failure().expect("it is not judged");
        let why = failure.refusal().expect("it is refused");
        assert!(why.contains("no order of addresses"), "{why}");
    }
}

#[test]
fn a_failure_behind_an_attempt_can_be_replayed_and_kept() {
    let model = || {
        let tray = Arc::new(Mutex::new("tray", 0));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || *shared.lock() += 1);
        assert!(tray.try_lock().is_some(), "the tray is free");
        ann.join().unwrap();
    };
    let verdict = everything(model);
    let failure = verdict.violates("the tray is free");
    assert_eq!(failure.replay(), *failure);
    assert!(
        failure.to_string().contains("finds tray taken"),
        "{failure}"
    );
    let file = std::env::temp_dir().join(format!("lanes-attempt-{}.json", std::process::id()));
    failure.save(&file).unwrap();
    let again = lanes::replay(&file, model).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(again.as_ref(), Some(failure));
}

#[test]
fn a_thread_can_read_twice_if_no_thread_writes() {
    let schedules = everything(|| {
        let tray = Arc::new(RwLock::new("tray", 3));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || *shared.read());
        let (first, second) = (tray.read(), tray.read());
        assert_eq!(*first + *second, 6);
        drop((first, second));
        assert_eq!(ann.join().unwrap(), 3);
    })
    .holds();
    assert!(schedules > 1, "{schedules}");
}

#[test]
fn an_upgrade_waits_for_itself() {
    let verdict = everything(|| {
        let tray = RwLock::new("tray", 0);
        let _read = tray.read();
        *tray.write() += 1;
    });
    assert_eq!(verdict.deadlocks().cycle(), ["main"]);
}

#[test]
fn try_read_finds_the_lock_both_free_and_taken() {
    let outcomes = outcomes(|| {
        let tray = Arc::new(RwLock::new("tray", 0));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || *shared.write() = 7);
        let found = tray.try_read().map(|tray| *tray);
        ann.join().unwrap();
        found
    });
    assert_eq!(outcomes, [None, Some(0), Some(7)]);
}

#[test]
fn a_correct_channel_holds_and_keeps_each_senders_order() {
    let outcomes = outcomes(|| {
        let (sender, receiver) = mpsc::channel("orders");
        let sends = |name, first| {
            let sender = sender.clone();
            thread::spawn(name, move || {
                sender.send(first).unwrap();
                sender.send(first + 1).unwrap();
            })
        };
        let threads = [sends("ann", 0), sends("bob", 10)];
        threads.into_iter().for_each(|thread| drop(thread.join()));
        drop(sender);
        receiver.iter().collect::<Vec<i32>>()
    });
    assert_eq!(outcomes.len(), 6, "every merge of two orders: {outcomes:?}");
}

#[test]
fn a_receiver_waits_for_a_forgotten_sender() {
    let verdict = everything(|| {
        let (sender, receiver) = mpsc::channel("orders");
        let cook = thread::spawn("cook", move || receiver.into_iter().count());
        sender.send(1).unwrap();
        assert_eq!(cook.join().unwrap(), 1);
        drop(sender);
    });
    assert_eq!(verdict.deadlocks().cycle(), ["main", "cook"]);
}

#[test]
fn send_waits_for_a_full_channel_and_try_send_refuses() {
    let outcomes = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel("orders", 1);
        let cook = thread::spawn("cook", move || receiver.into_iter().count());
        sender.send(1).unwrap();
        let second = sender.try_send(2).is_ok();
        drop(sender);
        (second, cook.join().unwrap())
    });
    assert_eq!(outcomes, [(false, 1), (true, 2)]);
}

#[test]
fn with_capacity_0_a_sender_waits_for_the_receiver() {
    everything(|| {
        let (sender, receiver) = mpsc::sync_channel("orders", 0);
        let taken = Arc::new(AtomicUsize::new("taken", 0));
        let shared = taken.clone();
        let cook = thread::spawn("cook", move || {
            shared.store(1, SeqCst);
            receiver.recv().unwrap()
        });
        sender.send(7).unwrap();
        assert_eq!(taken.load(SeqCst), 1, "the cook was there");
        assert_eq!(cook.join().unwrap(), 7);
    })
    .holds();
    everything(|| {
        let (sender, receiver) = mpsc::sync_channel("orders", 0);
        let cook = thread::spawn("cook", move || drop(receiver));
        assert_eq!(sender.send(7).unwrap_err().0, 7, "the receiver is gone");
        cook.join().unwrap();
    })
    .holds();
}

#[test]
fn notify_one_is_remembered_and_notify_waiters_is_not() {
    let model = |one: bool| {
        move || {
            let news = Arc::new(lanes::tokio::Notify::new("news"));
            let shared = news.clone();
            let ann = thread::spawn("ann", move || task::block_on(shared.notified()));
            if one {
                news.notify_one();
            } else {
                news.notify_waiters();
            }
            ann.join().unwrap();
        }
    };
    everything(model(true)).holds();
    everything(model(false)).deadlocks();
}
