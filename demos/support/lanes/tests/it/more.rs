//! What is less often used: barriers, values that are set once, parked threads, semaphores,
//! watches.

use crate::common::{everything, outcomes};
use lanes::sync::atomic::{
    self, AtomicBool, AtomicI8, AtomicPtr, AtomicU16, AtomicU32, Ordering::SeqCst,
};
use lanes::sync::{Arc, Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock};
use lanes::task::block_on;
use lanes::tokio::{Notify, RwLock as AsyncRwLock, Semaphore, broadcast, mpsc, watch};
use lanes::{Verdict, thread};
use std::time::Duration;

fn blocked(verdict: &Verdict) -> Vec<String> {
    verdict.deadlocks().blocked()
}

#[test]
fn atomics_have_the_operations_of_the_standard_library() {
    everything(|| {
        let small = AtomicI8::new("small", 0b0110);
        assert_eq!(small.fetch_nand(0b0011, SeqCst), 0b0110);
        assert_eq!(small.update(SeqCst, SeqCst, |old| old - 1), !0b0010);
        assert_eq!(small.try_update(SeqCst, SeqCst, |_| None), Err(!0b0010 - 1));
        let mut small = small;
        *small.get_mut() -= 1;
        assert_eq!(small.load(SeqCst), -5);
        assert_eq!(*small.get_mut(), -5);
        assert_eq!(small.into_inner(), -5);
        assert_eq!(AtomicU16::new("wide", 7).fetch_max(9, SeqCst), 7);
        let (mut one, mut two) = (1, 2);
        let (one, two): (*mut i32, *mut i32) = (&raw mut one, &raw mut two);
        let pointer = AtomicPtr::new("pointer", one);
        assert_eq!(pointer.swap(two, SeqCst), one);
        assert_eq!(pointer.compare_exchange(one, two, SeqCst, SeqCst), Err(two));
        assert_eq!(pointer.load(SeqCst), two);
    })
    .holds();
}

#[test]
fn a_model_can_begin_after_a_million_changes() {
    everything(|| {
        let begin = || {
            (
                AtomicU32::new("tickets", 0),
                AtomicI8::new("change", 0),
                AtomicBool::new("open", false),
            )
        };
        let (tickets, ..) = begin();
        tickets.fetch_add(2, SeqCst);
        assert_eq!(atomic::latest_values(), [2, 0, 0]);
        atomic::begin_next_with(&[1_000_000, u64::MAX, 1]);
        let (tickets, change, open) = begin();
        assert_eq!(tickets.fetch_add(1, SeqCst), 1_000_000);
        assert_eq!(change.load(SeqCst), -1);
        assert!(open.load(SeqCst));
        let (tickets, ..) = begin();
        assert_eq!(tickets.load(SeqCst), 0, "its own value again");
    })
    .holds();
}

#[test]
fn the_operations_in_one_step_lose_no_update() {
    let outcomes = outcomes(|| {
        let bits = Arc::new(AtomicU32::new("bits", 0));
        let shared = bits.clone();
        let ann = thread::spawn("ann", move || shared.update(SeqCst, SeqCst, |old| old + 1));
        bits.fetch_or(0b100, SeqCst);
        ann.join().unwrap();
        bits.load(SeqCst)
    });
    assert_eq!(outcomes, [0b101]);
}

#[test]
fn pointers_have_numbers_in_drawings() {
    let verdict = everything(|| {
        let mut value = 1;
        let pointer = AtomicPtr::new("pointer", std::ptr::null_mut());
        pointer.store(&raw mut value, SeqCst);
        assert!(pointer.load(SeqCst).is_null(), "a pointer is there");
    });
    let failure = verdict.violates("a pointer is there");
    assert_eq!(
        failure.steps()[..2],
        [
            "main sets pointer to pointer 1",
            "main reads pointer: pointer 1"
        ]
    );
}

#[test]
fn a_barrier_waits_for_all_and_has_one_leader() {
    let meets = |come: usize| {
        move || {
            let barrier = Arc::new(Barrier::new("door", 2));
            let shared = barrier.clone();
            let ann = thread::spawn("ann", move || shared.wait().is_leader());
            let leads = come == 2 && barrier.wait().is_leader();
            assert!(ann.join().unwrap() != leads, "one of them leads");
        }
    };
    everything(meets(2)).holds();
    assert_eq!(
        blocked(&everything(meets(1)))[0],
        "ann waits for the others at `door`, and no thread is left to do it."
    );
}

#[test]
fn a_value_that_is_set_once_is_made_once() {
    let outcomes = outcomes(|| {
        let made = Arc::new((OnceLock::new("menu"), AtomicU32::new("made", 0)));
        let shared = made.clone();
        let ann = thread::spawn("ann", move || {
            *shared.0.get_or_init(|| shared.1.fetch_add(1, SeqCst) + 7)
        });
        let early = made.0.get().copied();
        assert_eq!(made.0.set(9).is_err(), *made.0.get().unwrap() == 7);
        assert_eq!(ann.join().unwrap(), *made.0.get().unwrap());
        (early, made.1.load(SeqCst))
    });
    assert_eq!(outcomes, [(None, 0), (None, 1), (Some(7), 1)]);
    everything(|| {
        let (once, count) = (Once::new("opening"), AtomicU32::new("count", 0));
        once.call_once(|| count.store(count.load(SeqCst) + 1, SeqCst));
        once.call_once(|| count.store(count.load(SeqCst) + 1, SeqCst));
        let lazy = LazyLock::new("menu", || count.load(SeqCst));
        assert!(once.is_completed() && *lazy == 1);
    })
    .holds();
}

#[test]
fn a_value_that_is_made_from_itself_waits_for_itself() {
    let verdict = everything(|| {
        let menu = OnceLock::new("menu");
        menu.get_or_init(|| *menu.get_or_init(|| 1));
    });
    assert_eq!(verdict.deadlocks().cycle(), ["main"]);
}

#[test]
fn a_parked_thread_is_unparked_and_an_early_unpark_is_remembered() {
    let parks = |looks: bool, unparks: bool| {
        move || {
            let ready = Arc::new(AtomicU32::new("ready", 0));
            let shared = ready.clone();
            let ann = thread::spawn("ann", move || {
                while looks && shared.load(SeqCst) == 0 {
                    thread::park();
                }
                if !looks {
                    thread::park();
                }
                assert_eq!(shared.load(SeqCst), 1, "it is ready");
            });
            assert_eq!(ann.thread().name().as_deref(), Some("ann"));
            ready.store(1, SeqCst);
            if unparks {
                ann.thread().unpark();
            }
            ann.join().unwrap();
        }
    };
    everything(parks(true, true)).holds();
    everything(parks(false, true)).violates("it is ready");
    assert_eq!(
        blocked(&everything(parks(true, false)))[0],
        "ann waits to be unparked, and no thread is left to do it."
    );
}

#[test]
fn a_builder_names_its_thread() {
    let verdict = everything(|| {
        let builder = thread::Builder::new().name("ann").stack_size(1);
        let ann = builder.spawn(thread::park).unwrap();
        ann.join().unwrap();
    });
    assert!(
        blocked(&verdict)
            .iter()
            .any(|why| why.starts_with("ann waits"))
    );
}

#[test]
fn a_wait_with_a_limit_may_be_over_or_be_notified() {
    let outcomes = outcomes(|| {
        let tray = Arc::new((Mutex::new("tray", 0), Condvar::new("filled")));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || {
            let tray = shared.0.lock();
            let second = Duration::from_secs(1);
            let (tray, wait) = shared
                .1
                .wait_timeout_while(tray, second, |snacks| *snacks == 0);
            (*tray, wait.timed_out())
        });
        *tray.0.lock() += 1;
        tray.1.notify_one();
        ann.join().unwrap()
    });
    assert_eq!(outcomes, [(0, true), (1, false)]);
}

#[test]
fn a_lock_to_read_and_write_has_the_small_operations() {
    everything(|| {
        let mut tray = RwLock::new("tray", 1);
        *tray.get_mut() += 1;
        assert!(tray.try_read().is_some_and(|tray| *tray == 2));
        assert!(tray.try_write().is_some());
        assert_eq!(tray.into_inner(), 2);
    })
    .holds();
}

#[test]
fn a_semaphore_lets_in_as_many_as_it_has_permits() {
    let outcomes = outcomes(|| {
        let shared = Arc::new((Semaphore::new("seats", 1), AtomicU32::new("inside", 0)));
        let sits = |name: &str| {
            let shared = shared.clone();
            thread::spawn(name, move || {
                block_on(async {
                    let _seat = shared.0.acquire().await.unwrap();
                    let inside = shared.1.fetch_add(1, SeqCst);
                    shared.1.fetch_sub(1, SeqCst);
                    inside
                })
            })
        };
        let (ann, bob) = (sits("ann"), sits("bob"));
        let is_free = shared.0.try_acquire().is_ok();
        (ann.join().unwrap() + bob.join().unwrap(), is_free)
    });
    assert_eq!(outcomes, [(0, false), (0, true)]);
}

#[test]
fn a_permit_that_is_kept_is_waited_for() {
    let verdict = everything(|| {
        let seats = Arc::new(Semaphore::new("seats", 1));
        let kept = block_on(seats.clone().acquire_owned()).unwrap();
        let ann = thread::spawn("ann", move || drop(block_on(seats.acquire())));
        ann.join().unwrap();
        drop(kept);
    });
    assert!(
        blocked(&verdict)[1].starts_with("ann waits for a permit of `seats`, held by main"),
        "{verdict}"
    );
    everything(|| {
        let seats = Semaphore::new("seats", 0);
        seats.add_permits(2);
        drop(block_on(seats.acquire_many(2)));
        assert_eq!(seats.available_permits(), 2);
        block_on(seats.acquire()).unwrap().forget();
        assert_eq!(seats.available_permits(), 1);
        seats.close();
        assert!(seats.is_closed() && block_on(seats.acquire()).is_err());
    })
    .holds();
}

#[test]
fn a_forgotten_permit_is_held_by_no_lane() {
    let verdict = everything(|| {
        let seats = Semaphore::new("seats", 1);
        block_on(seats.acquire()).unwrap().forget();
        drop(block_on(seats.acquire()));
    });
    let failure = verdict.deadlocks();
    assert_eq!(failure.blocked(), ["main waits for a permit of `seats`."]);
    assert_eq!(failure.steps()[1], "main forgets a permit of seats");
    everything(|| {
        let seats = Arc::new(Semaphore::new("seats", 3));
        block_on(seats.acquire_many(2)).unwrap().forget();
        drop(seats.clone().try_acquire_owned());
        seats.clone().try_acquire_owned().unwrap().forget();
        assert_eq!(seats.available_permits(), 0);
        seats.add_permits(1);
        drop(block_on(seats.acquire()));
    })
    .holds();
}

#[test]
fn a_watch_shows_the_latest_value() {
    let outcomes = outcomes(|| {
        let (sender, mut receiver) = watch::channel("price", 1);
        let ann = thread::spawn("ann", move || {
            block_on(async {
                let mut seen = vec![*receiver.borrow_and_update()];
                while receiver.changed().await.is_ok() {
                    seen.push(*receiver.borrow_and_update());
                }
                seen
            })
        });
        sender.send(2).unwrap();
        sender.send_modify(|price| *price += 1);
        drop(sender);
        ann.join().unwrap()
    });
    let all: [&[i32]; 6] = [&[1, 2, 3], &[1, 3], &[1, 3, 3], &[2], &[2, 3], &[3]];
    assert!(
        outcomes.iter().all(|seen| seen.last() == Some(&3)),
        "{outcomes:?}"
    );
    assert!(
        outcomes.iter().all(|seen| all.contains(&seen.as_slice())),
        "{outcomes:?}"
    );
    assert!(outcomes.len() > 3, "{outcomes:?}");
    everything(|| {
        let (sender, mut receiver) = watch::channel("price", 1);
        assert_eq!(sender.send_replace(4), 1);
        assert_eq!(*block_on(receiver.wait_for(|price| *price > 3)).unwrap(), 4);
    })
    .holds();
}

#[test]
fn a_broadcast_reaches_each_receiver_unless_it_is_too_slow() {
    everything(|| {
        let (sender, mut hers) = broadcast::channel("news", 1);
        let mut his = sender.subscribe();
        let bob = thread::spawn("bob", move || block_on(his.recv()).unwrap());
        assert_eq!(sender.send(1).unwrap(), 2);
        assert_eq!(bob.join().unwrap(), 1);
        sender.send(2).unwrap();
        let lost = block_on(hers.recv());
        assert_eq!(lost, Err(broadcast::error::RecvError::Lagged(1)));
        assert_eq!(hers.try_recv(), Ok(2));
        drop(sender);
        assert_eq!(
            block_on(hers.recv()),
            Err(broadcast::error::RecvError::Closed)
        );
    })
    .holds();
}

#[test]
fn an_async_lock_is_shared_by_readers_and_not_by_a_writer() {
    let outcomes = outcomes(|| {
        let tray = Arc::new(AsyncRwLock::new("tray", 0));
        let shared = tray.clone();
        let ann = thread::spawn("ann", move || {
            block_on(async { *shared.write().await += 1 })
        });
        let seen = block_on(async {
            let first = tray.read().await;
            let second = tray.try_read().is_ok();
            (*first, second)
        });
        ann.join().unwrap();
        seen.0
    });
    assert_eq!(outcomes, [0, 1]);
    let verdict = everything(|| {
        let tray = AsyncRwLock::new("tray", 0);
        block_on(async {
            let _read = tray.read().await;
            *tray.write().await += 1;
        });
    });
    assert_eq!(verdict.deadlocks().cycle(), ["main"]);
}

#[test]
fn many_messages_are_received_at_once() {
    let outcomes = outcomes(|| {
        let (sender, mut receiver) = mpsc::channel("orders", 3);
        assert!(sender.same_channel(&sender.clone()));
        let cook = thread::spawn("cook", move || {
            let mut orders = vec![];
            let first = block_on(receiver.recv_many(&mut orders, 2));
            while block_on(receiver.recv_many(&mut orders, 2)) > 0 {}
            assert_eq!(orders, [1, 2, 3]);
            first
        });
        for order in 1..=3 {
            sender.try_send(order).unwrap();
        }
        drop(sender);
        cook.join().unwrap()
    });
    assert_eq!(outcomes, [1, 2]);
}

#[test]
fn notify_last_is_remembered() {
    everything(|| {
        let news = Notify::new("news");
        news.notify_last();
        block_on(news.notified());
    })
    .holds();
}
