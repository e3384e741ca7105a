//! What the orderings of atomics promise, and what loom cannot judge.

use crate::common::everything;
use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering, fence};
use lanes::sync::{Arc, Condvar, Mutex};
use lanes::{Verdict, thread};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

/// Two threads; each writes its own flag, and then reads the other's.
fn write_then_read(store: Ordering, load: Ordering, between: Option<Ordering>) -> Verdict {
    everything(move || {
        let flags = Arc::new((AtomicU32::new("hers", 0), AtomicU32::new("his", 0)));
        let shared = flags.clone();
        let ann = thread::spawn("ann", move || {
            shared.0.store(1, store);
            if let Some(order) = between {
                fence(order);
            }
            shared.1.load(load)
        });
        flags.1.store(1, store);
        if let Some(order) = between {
            fence(order);
        }
        let his = flags.0.load(load);
        assert!(ann.join().unwrap() + his > 0, "neither sees the other");
    })
}

#[test]
fn of_two_threads_that_write_and_then_read_one_sees_the_other_if_all_is_seqcst() {
    write_then_read(SeqCst, SeqCst, None).holds();
    write_then_read(Relaxed, Relaxed, Some(SeqCst)).holds();
}

#[test]
fn with_a_weaker_ordering_neither_may_see_the_other() {
    for (store, load) in [(Relaxed, Relaxed), (Release, Acquire), (SeqCst, Acquire)] {
        let verdict = write_then_read(store, load, None);
        let failure = verdict.violates("neither sees the other");
        let is_old = |step: &String| step.ends_with("an old value");
        assert!(failure.steps().iter().any(is_old), "{failure}");
    }
    write_then_read(Relaxed, Relaxed, Some(AcqRel)).violates("neither sees the other");
}

/// Two threads; each writes its own flag, and then reads the other's. Ann tries to change hers once
/// more in between, which fails.
fn write_fail_then_read(failure: Ordering) -> Verdict {
    everything(move || {
        let flags = Arc::new((AtomicU32::new("hers", 0), AtomicU32::new("his", 0)));
        let shared = flags.clone();
        let ann = thread::spawn("ann", move || {
            shared.0.store(1, SeqCst);
            let _is_1 = shared.0.compare_exchange(0, 2, SeqCst, failure);
            shared.1.load(SeqCst)
        });
        flags.1.store(1, SeqCst);
        let his = flags.0.load(SeqCst);
        assert!(ann.join().unwrap() + his > 0, "neither sees the other");
    })
}

#[test]
fn the_ordering_of_an_exchange_that_fails_counts() {
    write_fail_then_read(SeqCst).holds();
    let verdict = write_fail_then_read(Relaxed);
    let failure = verdict.failure().expect("no proof");
    let why = failure.refusal().expect("it cannot be judged");
    assert!(why.contains("beside weaker orderings"), "{why}");
}

/// Two threads; each writes its own flag, and then looks at the other's with a weak exchange that
/// changes nothing.
fn write_then_exchange(order: Ordering) -> Verdict {
    everything(move || {
        let flags = Arc::new((AtomicU32::new("hers", 0), AtomicU32::new("his", 0)));
        let shared = flags.clone();
        let look = move |flag: &AtomicU32| {
            let (Ok(value) | Err(value)) = flag.compare_exchange_weak(1, 1, order, order);
            value
        };
        let ann = thread::spawn("ann", move || {
            shared.0.store(1, order);
            look(&shared.1)
        });
        flags.1.store(1, order);
        let his = look(&flags.0);
        assert!(ann.join().unwrap() + his > 0, "neither sees the other");
    })
}

#[test]
fn a_weak_exchange_that_fails_reads_as_a_load_does() {
    write_then_exchange(SeqCst).holds();
    let verdict = write_then_exchange(Relaxed);
    let failure = verdict.violates("neither sees the other");
    let is_old = |step: &String| step.ends_with("an old value");
    assert!(failure.steps().iter().any(is_old), "{failure}");
}

/// A hatch that rings its bell only if a player waits.
struct Hatch {
    dishes: AtomicU32,
    waiting: AtomicU32,
    gate: Mutex<()>,
    bell: Condvar,
}

impl Hatch {
    fn put(&self) {
        self.dishes.fetch_add(1, SeqCst);
        if self.waiting.load(SeqCst) > 0 {
            drop(self.gate.lock());
            self.bell.notify_one();
        }
    }

    fn take(&self) {
        while self.dishes.load(SeqCst) == 0 {
            let gate = self.gate.lock();
            self.waiting.fetch_add(1, SeqCst);
            if self.dishes.load(SeqCst) == 0 {
                drop(self.bell.wait(gate));
            }
            self.waiting.fetch_sub(1, SeqCst);
        }
    }
}

#[test]
fn an_event_count_with_seqcst_is_right() {
    let verdict = everything(|| {
        let hatch = Arc::new(Hatch {
            dishes: AtomicU32::new("dishes", 0),
            waiting: AtomicU32::new("waiting", 0),
            gate: Mutex::new("gate", ()),
            bell: Condvar::new("bell"),
        });
        let hers = hatch.clone();
        let ann = thread::spawn("ann", move || hers.take());
        hatch.put();
        ann.join().unwrap();
    });
    verdict.holds();
}

/// Peterson's lock for two threads.
fn petersons_lock(store: Ordering, load: Ordering) -> Verdict {
    everything(move || {
        let wants = [
            AtomicBool::new("ann wants", false),
            AtomicBool::new("bob wants", false),
        ];
        let shared = Arc::new((
            wants,
            AtomicU32::new("turn", 0),
            AtomicU32::new("inside", 0),
        ));
        let enters = |me: usize, name: &str| {
            let shared = shared.clone();
            thread::spawn(name, move || {
                let (wants, turn, inside) = &*shared;
                wants[me].store(true, store);
                turn.store(1 - me as u32, store);
                while wants[1 - me].load(load) && turn.load(load) != me as u32 {
                    thread::yield_now();
                }
                assert_eq!(inside.fetch_add(1, SeqCst), 0, "one at a time");
                inside.fetch_sub(1, SeqCst);
                wants[me].store(false, store);
            })
        };
        let threads = [enters(0, "ann"), enters(1, "bob")];
        threads.into_iter().for_each(|thread| drop(thread.join()));
    })
}

#[test]
fn petersons_lock_needs_seqcst() {
    petersons_lock(SeqCst, SeqCst).holds();
    petersons_lock(Release, Acquire).violates("one at a time");
}

#[test]
fn a_mistake_is_found_although_all_is_seqcst_and_no_old_value_is_shown() {
    let verdict = everything(|| {
        let tray = Arc::new((AtomicU32::new("snacks", 1), AtomicU32::new("looks", 0)));
        let takes = |name: &str| {
            let tray = tray.clone();
            thread::spawn(name, move || {
                tray.1.store(1, SeqCst);
                let snacks = tray.0.load(SeqCst);
                if snacks > 0 {
                    tray.0.store(snacks - 1, SeqCst);
                }
                snacks > 0
            })
        };
        let (ann, bob) = (takes("ann"), takes("bob"));
        let (ann, bob) = (ann.join().unwrap(), bob.join().unwrap());
        assert!(!(ann && bob), "both have the one snack");
    });
    let failure = verdict.violates("both have the one snack");
    let is_old = |step: &String| step.ends_with("an old value");
    assert!(!failure.steps().iter().any(is_old), "{failure}");
    assert_eq!(failure.replay(), *failure);
    let text = failure.to_json();
    assert!(text.contains("\"memory\": \"seq_cst\""), "{text}");
}

#[test]
fn a_relaxed_flag_beside_seqcst_is_still_a_mistake() {
    let verdict = everything(|| {
        let shared = Arc::new((
            AtomicU32::new("snack", 0),
            AtomicBool::new("ready", false),
            AtomicU32::new("looks", 0),
        ));
        let hers = shared.clone();
        let ann = thread::spawn("ann", move || {
            hers.0.store(1, Relaxed);
            hers.2.store(1, SeqCst);
            hers.1.store(true, Relaxed);
        });
        shared.2.load(SeqCst);
        if shared.1.load(Relaxed) {
            assert_eq!(shared.0.load(Relaxed), 1, "the snack is there");
        }
        ann.join().unwrap();
    });
    verdict.violates("the snack is there");
}

/// The relaxed flag does not order the two accesses of the price, so 0 is right in truth.
#[test]
fn seqcst_beside_a_relaxed_flag_is_not_taken_for_a_proof() {
    let verdict = everything(|| {
        let board = Arc::new((
            AtomicU32::new("price", 0),
            AtomicBool::new("written", false),
        ));
        let same = board.clone();
        let cook = thread::spawn("cook", move || {
            same.0.store(3, SeqCst);
            same.1.store(true, Relaxed);
        });
        if board.1.load(Relaxed) {
            assert_eq!(board.0.load(SeqCst), 3, "the price is written");
        }
        cook.join().unwrap();
    });
    let failure = verdict.failure().expect("no proof");
    let why = failure.refusal().expect("it cannot be judged");
    assert!(why.contains("beside weaker orderings"), "{why}");
}

#[test]
fn a_plain_store_beside_read_modify_writes_is_no_mistake_of_the_model() {
    let verdict = everything(|| {
        let count = Arc::new(AtomicU32::new("count", 0));
        let shared = count.clone();
        let ann = thread::spawn("ann", move || shared.store(5, Relaxed));
        count.fetch_add(1, Relaxed);
        count.fetch_add(1, Relaxed);
        ann.join().unwrap();
        let count = count.load(Relaxed);
        assert!(count >= 5, "a processor never shows {count}");
    });
    let failure = verdict.failure().expect("no proof either");
    let why = failure.refusal().expect("it cannot be judged");
    assert!(why.contains("does not order a plain `store`"), "{why}");
}

#[test]
fn a_mistake_with_a_plain_store_beside_read_modify_writes_is_found() {
    let verdict = everything(|| {
        let count = Arc::new(AtomicU32::new("count", 0));
        let shared = count.clone();
        let ann = thread::spawn("ann", move || {
            let seen = shared.load(Relaxed);
            shared.store(seen + 1, Relaxed);
        });
        count.fetch_add(1, Relaxed);
        ann.join().unwrap();
        assert_eq!(count.load(Relaxed), 2, "an update is lost");
    });
    let failure = verdict.violates("an update is lost");
    assert_eq!(failure.replay(), *failure);
}
