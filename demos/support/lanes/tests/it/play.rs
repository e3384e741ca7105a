//! Games: schedules that the test picks.

use lanes::sync::atomic::{AtomicUsize, Ordering, fence};
use lanes::sync::{Arc, Condvar, Mutex, RwLock, mpsc};
use lanes::task::{block_on, join_all};
use lanes::{Bounds, CannotMove, Outcome, Play, Shortest, explore, net, search, thread};

fn two_locks() {
    let locks = Arc::new((Mutex::new("tray", 8), Mutex::new("seat", 0)));
    let shared = locks.clone();
    let ann = thread::spawn("ann", move || {
        let tray = shared.0.lock();
        let seat = shared.1.lock();
        drop((tray, seat));
    });
    let bob = thread::spawn("bob", move || {
        let seat = locks.1.lock();
        let tray = locks.0.lock();
        drop((tray, seat));
    });
    ann.join().unwrap();
    bob.join().unwrap();
}

fn next(play: &Play) -> Vec<String> {
    let threads = play.threads().iter();
    threads
        .map(|thread| format!("{} {}", thread.name, thread.next))
        .collect()
}

/// Picks are kept in files, and a model may give its first thread a name later.
#[test]
fn main_picks_the_first_thread_also_when_it_has_another_name() {
    let mut play = Play::start(|| {
        thread::rename("cat");
        let tray = Arc::new(Mutex::new("tray", 8));
        let same = tray.clone();
        let ann = thread::spawn("ann", move || *same.lock() -= 1);
        *tray.lock() -= 1;
        ann.join().unwrap();
    });
    assert_eq!(next(&play), ["cat takes tray", "ann takes tray"]);
    play.pick("main").unwrap();
    assert_eq!(play.picks(), ["cat"]);
    let unknown = CannotMove::NoSuchThread("bob".into());
    assert_eq!(play.pick("bob"), Err(unknown));
}

#[test]
fn two_locks_in_two_orders_are_picked_into_a_deadlock() {
    let mut play = Play::start(two_locks);
    assert_eq!(next(&play), ["ann takes tray", "bob takes seat"]);
    play.pick("ann").unwrap();
    assert_eq!(next(&play), ["ann takes seat", "bob takes seat"]);
    assert_eq!(*play.outcome(), Outcome::Running);
    play.pick("bob").unwrap();
    let Outcome::Deadlock { cycle, why } = play.outcome() else {
        panic!("{play:?}");
    };
    assert_eq!(cycle[..], ["ann", "bob"]);
    assert_eq!(
        why[..],
        [
            "ann holds tray and waits for seat, held by bob.",
            "bob holds seat and waits for tray, held by ann."
        ]
    );
    assert_eq!(play.picks(), ["ann", "bob"]);
    let rows: Vec<_> = play
        .rows()
        .into_iter()
        .map(|row| format!("{} {}", row.thread, row.words))
        .collect();
    assert_eq!(rows, ["ann takes tray", "bob takes seat"]);
}

#[test]
fn a_thread_that_waits_or_has_ended_cannot_be_picked() {
    let mut play = Play::start(two_locks);
    play.pick("ann").unwrap();
    play.pick("ann").unwrap();
    assert_eq!(next(&play), ["ann ", "bob takes seat"]);
    assert_eq!(play.pick("ann"), Err(CannotMove::HasEnded("ann".into())));
    assert_eq!(
        play.pick("eve"),
        Err(CannotMove::NoSuchThread("eve".into()))
    );
    play.pick("bob").unwrap();
    play.pick("bob").unwrap();
    assert_eq!(*play.outcome(), Outcome::Kept);
}

#[test]
fn a_search_finds_the_deadlock_and_names_its_picks() {
    let found = search(two_locks, 100);
    let (picks, outcome) = found.bad.expect("a deadlock");
    assert_eq!(picks, ["ann", "bob"]);
    assert!(matches!(outcome, Outcome::Deadlock { .. }), "{outcome:?}");
}

/// Lets the first thread that can move move, to the end. Returns the picks and the outcome.
fn play_on(play: &mut Play) -> (Vec<String>, Outcome) {
    while *play.outcome() == Outcome::Running {
        let mut threads = play.threads().iter();
        let next = threads.find(|thread| thread.can_move).expect("it runs");
        let name = next.name.clone();
        play.pick(&name).expect("it can move");
    }
    (play.picks(), play.outcome().clone())
}

/// All orders of a reader that reads twice and a writer: the writer begins to wait at any time.
#[test]
fn a_writer_may_be_late() {
    let mut play = Play::start(reads_twice_beside_a_writer);
    play.pick("ann").unwrap();
    play.pick("ann").unwrap();
    assert_eq!(play_on(&mut play).1, Outcome::Kept);
}

/// Two threads that make three steps each, which other steps never hinder: an exploration knows
/// that their order makes no difference, a search counts every order.
#[test]
fn every_order_can_be_picked_also_one_that_an_exploration_skips() {
    fn independent() {
        let threads = ["ann", "bob"].map(|name| {
            thread::spawn(name, move || {
                let count = AtomicUsize::new(name, 0);
                for _ in 0..3 {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
    }
    // Six steps, of which three are ann's: 6 over 3.
    let found = search(independent, 1_000);
    assert_eq!((found.schedules, found.all), (20, true));
    let explored = explore("independent", Bounds::exhaustive(), independent).holds();
    assert!(explored < 20, "{explored}");
}

#[test]
fn a_lost_update_is_picked() {
    let model = || {
        let count = Arc::new(AtomicUsize::new("count", 0));
        let adds = |name: &str| {
            let count = count.clone();
            thread::spawn(name, move || {
                let seen = count.load(Ordering::SeqCst);
                count.store(seen + 1, Ordering::SeqCst);
            })
        };
        let threads = [adds("ann"), adds("bob")];
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(count.load(Ordering::SeqCst), 2, "an update is lost");
    };
    let mut play = Play::start(model);
    assert_eq!(next(&play), ["ann reads count: 0", "bob reads count: 0"]);
    for name in ["ann", "bob", "ann", "bob"] {
        play.pick(name).unwrap();
    }
    let Outcome::Broken(why) = play.outcome() else {
        panic!("{play:?}");
    };
    assert!(why.contains("an update is lost"), "{why}");
    let (picks, outcome) = play_on(&mut Play::start(model));
    assert_eq!(picks, ["ann", "ann", "bob", "bob"]);
    assert_eq!(outcome, Outcome::Kept);
}

#[test]
fn a_condition_variable_is_played_into_a_lost_wake_up() {
    let model = || {
        let shared = Arc::new((Mutex::new("ready", false), Condvar::new("changed")));
        let (waits, sets) = (shared.clone(), shared);
        let ann = thread::spawn("ann", move || {
            let ready = *waits.0.lock();
            if !ready {
                drop(waits.1.wait(waits.0.lock()));
            }
        });
        let bob = thread::spawn("bob", move || {
            *sets.0.lock() = true;
            sets.1.notify_one();
        });
        ann.join().unwrap();
        bob.join().unwrap();
    };
    let mut play = Play::start(model);
    for name in ["ann", "bob", "bob"] {
        play.pick(name).unwrap();
    }
    let (_, outcome) = play_on(&mut play);
    let Outcome::Deadlock { why, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(why[0].starts_with("ann waits to be notified"), "{why:?}");
    let (_, outcome) = play_on(&mut Play::start(model));
    assert_eq!(outcome, Outcome::Kept);
}

/// bob takes what ann puts there, and looks once.
fn looks_once() {
    let tray = Arc::new((Mutex::new("tray", 0), Condvar::new("filled")));
    let shared = tray.clone();
    let ann = thread::spawn("ann", move || {
        *tray.0.lock() += 1;
        tray.1.notify_one();
    });
    let bob = thread::spawn("bob", move || {
        let mut snacks = shared.0.lock();
        if *snacks == 0 {
            snacks = shared.1.wait(snacks);
        }
        assert_eq!(*snacks, 1, "the tray is empty");
    });
    ann.join().unwrap();
    bob.join().unwrap();
}

#[test]
fn a_thread_that_waits_for_a_notification_can_be_picked_to_wake_without_one() {
    let mut play = Play::start(looks_once);
    play.pick("bob").unwrap();
    play.pick("bob").unwrap();
    let unasked = "bob wakes although it was not notified (a spurious wake-up)";
    assert_eq!(next(&play), ["ann takes tray", unasked]);
    play.pick("bob").unwrap();
    assert_eq!(next(&play), ["ann takes tray", "bob takes tray"]);
    play.pick("bob").unwrap();
    let Outcome::Broken(why) = play.outcome() else {
        panic!("{play:?}");
    };
    assert!(why.contains("the tray is empty"), "{why}");
}

#[test]
fn a_spurious_wake_up_ends_no_deadlock() {
    let waits_for_ever = || {
        let bell = Arc::new((Mutex::new("hatch", ()), Condvar::new("bell")));
        let waits = |name| {
            let bell = bell.clone();
            thread::spawn(name, move || drop(bell.1.wait(bell.0.lock())))
        };
        let threads = [waits("ann"), waits("bob")];
        threads.into_iter().for_each(|thread| drop(thread.join()));
    };
    let mut play = Play::start(waits_for_ever);
    for name in ["ann", "ann", "bob", "bob"] {
        play.pick(name).unwrap();
    }
    assert!(
        matches!(play.outcome(), Outcome::Deadlock { .. }),
        "{play:?}"
    );
    let found = search(looks_once, 10_000);
    let (picks, _) = found.bad.expect("a spurious wake-up");
    assert_eq!(picks.iter().filter(|name| *name == "bob").count(), 4);
}

#[test]
fn an_atomic_is_read_as_its_latest_value() {
    let mut play = Play::start(|| {
        let count = Arc::new(AtomicUsize::new("count", 0));
        let shared = count.clone();
        let ann = thread::spawn("ann", move || shared.store(1, Ordering::Relaxed));
        let bob = thread::spawn("bob", move || count.load(Ordering::Relaxed));
        ann.join().unwrap();
        assert_eq!(bob.join().unwrap(), 1, "an old value");
    });
    play.pick("ann").unwrap();
    play.pick("bob").unwrap();
    assert_eq!(*play.outcome(), Outcome::Kept);
}

fn reads_twice_beside_a_writer() {
    let lock = Arc::new(RwLock::new("menu", ()));
    let (reads, writes) = (lock.clone(), lock);
    let ann = thread::spawn("ann", move || {
        let outer = reads.read();
        let inner = reads.read();
        drop((inner, outer));
    });
    let bob = thread::spawn("bob", move || drop(writes.write()));
    ann.join().unwrap();
    bob.join().unwrap();
}

#[test]
fn a_waiting_writer_stops_readers() {
    let mut play = Play::start(reads_twice_beside_a_writer);
    play.pick("ann").unwrap();
    assert_eq!(
        next(&play),
        ["ann takes menu to read", "bob waits for menu to write"]
    );
    play.pick("bob").unwrap();
    // bob waits to write, so ann's second read waits behind him.
    let Outcome::Deadlock { cycle, .. } = play.outcome() else {
        panic!("{play:?} {:?}", next(&play));
    };
    assert_eq!(cycle[..], ["ann", "bob"]);
}

#[test]
fn a_full_channel_of_the_standard_library_waits_for_its_reader() {
    let mut play = Play::start(|| {
        let (sender, receiver) = mpsc::sync_channel("orders", 1);
        let ann = thread::spawn("ann", move || {
            for order in 0..2 {
                sender.send(order).unwrap();
            }
        });
        let bob = thread::spawn("bob", move || assert_eq!(receiver.iter().count(), 2));
        ann.join().unwrap();
        bob.join().unwrap();
    });
    assert_eq!(
        next(&play),
        ["ann sends to orders", "bob waits for a message in orders"]
    );
    play.pick("ann").unwrap();
    assert_eq!(
        next(&play),
        [
            "ann waits for a place in orders",
            "bob receives from orders"
        ]
    );
    assert_eq!(play_on(&mut play).1, Outcome::Kept);
}

#[test]
fn a_phone_that_does_not_read_stops_its_writer() {
    let mut play = Play::start(|| {
        let (mut socket, phone) = net::phone("bob", 1);
        let room = thread::spawn("room", move || {
            socket.tell("one");
            socket.tell("two");
        });
        room.join().unwrap();
        drop(phone);
    });
    play.pick("room").unwrap();
    let Outcome::Deadlock { cycle, why } = play.outcome() else {
        panic!("{play:?}");
    };
    assert!(cycle.is_empty(), "{cycle:?}");
    assert!(
        why[0].starts_with("room waits for bob's phone to read"),
        "{why:?}"
    );
}

#[test]
fn channels_of_tokio_are_played() {
    use lanes::tokio::{Mutex, Notify, mpsc, oneshot};
    let mut play = Play::start(|| {
        let (sender, mut inbox) = mpsc::channel("inbox", 1);
        let (reply, answer) = oneshot::channel("answer");
        let shared = Arc::new((Mutex::new("state", 0), Notify::new("done")));
        let state = shared.clone();
        let ann = thread::spawn("ann", move || {
            block_on(async move {
                sender.send(reply).await.unwrap();
                assert_eq!(answer.await, Ok(7));
                *shared.0.lock().await += 1;
                shared.1.notify_one();
            });
        });
        let room = thread::spawn("room", move || {
            block_on(async move {
                let reply: oneshot::Sender<i32> = inbox.recv().await.unwrap();
                let held = state.0.lock().await;
                reply.send(7).unwrap();
                drop(held);
                state.1.notified().await;
                assert!(inbox.recv().await.is_none());
            });
        });
        ann.join().unwrap();
        room.join().unwrap();
    });
    assert_eq!(
        next(&play),
        ["ann sends to inbox", "room waits for a message in inbox"]
    );
    for (pick, next_steps) in [
        ("ann", ["ann waits for answer", "room receives from inbox"]),
        ("room", ["ann waits for answer", "room takes state"]),
        ("room", ["ann waits for answer", "room answers answer"]),
        ("room", ["ann hears answer", "room continues"]),
        ("ann", ["ann takes state", "room continues"]),
    ] {
        play.pick(pick).unwrap();
        assert_eq!(next(&play), next_steps, "after {:?}", play.picks());
    }
    assert_eq!(play_on(&mut play).1, Outcome::Kept);
}

#[test]
fn tasks_of_one_thread_are_picked_as_that_thread() {
    let mut play = Play::start(|| {
        let (sender, mut inbox) = lanes::tokio::mpsc::channel("inbox", 1);
        let tasks = thread::spawn("runtime", move || {
            join_all(vec![
                (
                    "ann",
                    Box::pin(async move { sender.send(()).await.unwrap() }) as _,
                ),
                (
                    "room",
                    Box::pin(async move { inbox.recv().await.unwrap() }) as _,
                ),
            ]);
        });
        tasks.join().unwrap();
    });
    assert_eq!(next(&play), ["runtime sends to inbox"]);
    assert_eq!(play_on(&mut play).0, ["runtime", "runtime"]);
    assert_eq!(*play.outcome(), Outcome::Kept);
}

/// The first thread of a model is picked like the others, while it is not alone.
#[test]
fn the_first_thread_plays_along() {
    let mut play = Play::start(|| {
        let count = Arc::new(AtomicUsize::new("count", 0));
        let adds = count.clone();
        let ann = thread::spawn("ann", move || adds.fetch_add(1, Ordering::SeqCst));
        let before = count.fetch_add(1, Ordering::SeqCst);
        ann.join().unwrap();
        assert_eq!(before, 0, "the first thread was first");
        assert_eq!(count.load(Ordering::SeqCst), 2);
    });
    assert_eq!(
        next(&play),
        ["main changes count: 0 → 1", "ann changes count: 0 → 1"]
    );
    play.pick("ann").unwrap();
    // The others have ended, so the rest of the model runs at once.
    assert!(matches!(play.outcome(), Outcome::Broken(_)), "{play:?}");
}

#[test]
fn a_model_that_cannot_be_judged_is_refused_with_the_reason() {
    let play = Play::start(|| {
        block_on(async {
            let (_sender, mut bare) = ::tokio::sync::mpsc::channel::<()>(1);
            bare.recv().await;
        });
    });
    let Outcome::Refused(why) = play.outcome() else {
        panic!("{play:?}");
    };
    assert!(why.contains("does not watch"), "{why}");
}

#[test]
fn a_loop_that_never_ends_is_broken() {
    let mut play = Play::start(|| {
        let flag = Arc::new(AtomicUsize::new("flag", 0));
        let spins = flag.clone();
        let ann = thread::spawn("ann", move || {
            spins.load(Ordering::SeqCst);
            loop {
                thread::yield_now();
            }
        });
        ann.join().unwrap();
        flag.load(Ordering::SeqCst);
    });
    play.pick("ann").unwrap();
    assert!(matches!(play.outcome(), Outcome::Broken(_)), "{play:?}");
}

#[test]
fn a_pick_is_taken_back() {
    let mut play = Play::start(two_locks);
    let before = next(&play);
    assert!(!play.undo(), "nothing was picked");
    play.pick("ann").unwrap();
    play.pick("bob").unwrap();
    assert!(play.undo());
    assert_eq!((play.picks().len(), play.outcome()), (1, &Outcome::Running));
    assert_eq!(play.threads()[0].holds, ["tray"]);
    assert!(play.undo() && play.threads()[0].holds.is_empty());
    assert_eq!(next(&play), before);
}

#[test]
fn the_fewest_picks_to_a_bad_end_are_found_from_any_position() {
    let long = 10_000;
    let mut play = Play::start(two_locks);
    assert_eq!(
        play.shortest_bad_end(long),
        Shortest::Found(vec!["ann".into(), "bob".into()])
    );
    play.pick("bob").unwrap();
    assert_eq!(
        play.shortest_bad_end(long),
        Shortest::Found(vec!["ann".into()])
    );
    play.pick("bob").unwrap();
    assert_eq!(play.shortest_bad_end(long), Shortest::None, "bob has both");
    assert_eq!(play.shortest_bad_end(0), Shortest::GaveUp);
}

#[test]
fn a_search_is_bounded_by_runs_and_tells_whether_every_order_ends_badly() {
    let mut play = Play::start(two_locks);
    // Breadth first: `ann`, `bob`, and the first one that follows `ann` is `ann` again.
    assert_eq!(play.shortest_bad_end(3), Shortest::GaveUp);
    assert!(matches!(play.shortest_bad_end(4), Shortest::Found(_)));
    let Shortest::Found(picks) = play.good_end(1_000) else {
        panic!("one after the other does no harm");
    };
    for pick in &picks {
        play.pick(pick).unwrap();
    }
    assert_eq!(*play.outcome(), Outcome::Kept);
    assert_eq!(Play::start(two_locks).good_end(1), Shortest::GaveUp);

    let itself = Play::start(|| {
        let tray = Arc::new(Mutex::new("tray", 8));
        let same = tray.clone();
        let cook = thread::spawn("cook", move || *same.lock() += *same.lock());
        let ann = thread::spawn("ann", move || drop(tray.lock()));
        cook.join().unwrap();
        ann.join().unwrap();
    });
    assert_eq!(itself.good_end(1_000), Shortest::None, "the cook waits");
}

/// A cook writes a price and then a sign; the first thread reads the sign, and then the price.
fn sign_and_price(store: Ordering, load: Ordering) -> impl Fn() {
    move || {
        let price = Arc::new(AtomicUsize::new("price", 0));
        let sign = Arc::new(AtomicUsize::new("sign", 0));
        let (its_price, its_sign) = (price.clone(), sign.clone());
        let cook = thread::spawn("cook", move || {
            its_price.store(3, Ordering::Relaxed);
            its_sign.store(1, store);
        });
        if sign.load(load) == 1 {
            assert_eq!(price.load(Ordering::Relaxed), 3, "the price is old");
        }
        cook.join().unwrap();
        assert_eq!(price.load(Ordering::Relaxed), 3, "the cook has ended");
    }
}

#[test]
fn an_earlier_value_is_picked_where_nothing_orders_the_load() {
    let long = 10_000;
    let mut play = Play::start(sign_and_price(Ordering::Relaxed, Ordering::Relaxed));
    let picks = ["cook", "cook", "main", "main (earlier)"];
    let found = picks.map(str::to_owned).to_vec();
    assert_eq!(play.shortest_bad_end(long), Shortest::Found(found));
    assert!(play.pick("main (earlier)").is_err(), "nothing is earlier");
    for pick in &picks[..3] {
        play.pick(pick).unwrap();
    }
    let main = play.threads().iter().find(|it| it.name == "main");
    let main = main.expect("it plays along");
    assert_eq!(main.next, "reads price: 3");
    let earlier = main.earlier.as_deref().unwrap_or_default();
    assert!(earlier.starts_with("reads price: 0"), "{earlier}");
    play.pick(picks[3]).unwrap();
    assert!(matches!(play.outcome(), Outcome::Broken(why) if why.contains("old")));
    assert_eq!(play.picks(), picks);
}

#[test]
fn no_earlier_value_is_offered_where_an_acquire_reads_a_release() {
    let long = 10_000;
    let half = [
        (Ordering::Release, Ordering::Relaxed),
        (Ordering::Relaxed, Ordering::Acquire),
    ];
    for (store, load) in half {
        let play = Play::start(sign_and_price(store, load));
        let found = play.shortest_bad_end(long);
        assert!(matches!(found, Shortest::Found(_)), "{store:?}, {load:?}");
    }
    let play = Play::start(sign_and_price(Ordering::Release, Ordering::Acquire));
    assert_eq!(play.shortest_bad_end(long), Shortest::None);
    // A read-modify-write carries on, a fence orders what was read before it, and a lock orders
    // all.
    let play = Play::start(|| {
        let price = Arc::new(AtomicUsize::new("price", 0));
        let sign = Arc::new(AtomicUsize::new("sign", 0));
        let (its_price, its_sign) = (price.clone(), sign.clone());
        let cook = thread::spawn("cook", move || {
            its_price.store(3, Ordering::Relaxed);
            fence(Ordering::Release);
            its_sign.store(1, Ordering::Relaxed);
        });
        let its_sign = sign.clone();
        let bob = thread::spawn("bob", move || its_sign.fetch_add(2, Ordering::Relaxed));
        if sign.load(Ordering::Relaxed) == 3 {
            fence(Ordering::Acquire);
            assert_eq!(price.load(Ordering::Relaxed), 3, "the price is old");
        }
        cook.join().unwrap();
        bob.join().unwrap();
    });
    // 3 may also be bob's change before the cook's sign: then the sign is 1.
    assert_eq!(play.shortest_bad_end(long), Shortest::None);
    let play = Play::start(|| {
        let price = Arc::new(AtomicUsize::new("price", 0));
        let sign = Arc::new(Mutex::new("sign", false));
        let (its_price, its_sign) = (price.clone(), sign.clone());
        let cook = thread::spawn("cook", move || {
            its_price.store(3, Ordering::Relaxed);
            *its_sign.lock() = true;
        });
        if *sign.lock() {
            assert_eq!(price.load(Ordering::Relaxed), 3, "the price is old");
        }
        cook.join().unwrap();
    });
    assert_eq!(play.shortest_bad_end(long), Shortest::None);
}
