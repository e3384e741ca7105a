//! Tasks that share a thread: what stops it, and what does not.

use lanes::net::{self, Phone};
use lanes::sync::{Arc, Mutex};
use lanes::task::{Task, block_on, join_all};
use lanes::{Bounds, Verdict, explore, thread};

/// Starts a thread that reads `reads` lines from the phone.
fn reader(phone: Phone, reads: usize) -> thread::JoinHandle<Phone> {
    thread::spawn("bob's phone", move || {
        for _ in 0..reads {
            phone.read();
        }
        phone
    })
}

/// Ann sends two lines to bob's phone under the room's lock, and the wire has room for one; bob
/// wants the lock.
#[allow(
    clippy::await_holding_invalid_type,
    reason = "this is what is proved to be wrong"
)]
fn a_lock_that_blocks_its_thread() -> Verdict {
    explore("a guard across an await", Bounds::exhaustive(), || {
        let room = Mutex::new("room", 0);
        let (mut socket, phone) = net::tokio::phone("bob", 1);
        let phone = reader(phone, 2);
        let ann: Task<'_> = Box::pin(async {
            let mut room = room.lock();
            socket.tell("#1 ann joined").await;
            socket.tell("#2 ann grabbed snack 5").await;
            *room += 1;
        });
        let bob: Task<'_> = Box::pin(async { *room.lock() += 1 });
        join_all(vec![("ann", ann), ("bob", bob)]);
        phone.join().unwrap();
    })
}

fn a_lock_that_is_awaited(reads: usize) -> Verdict {
    explore("an awaited lock", Bounds::exhaustive(), move || {
        let room = lanes::tokio::Mutex::new("room", 0);
        let (mut socket, phone) = net::tokio::phone("bob", 1);
        let phone = reader(phone, reads);
        let ann: Task<'_> = Box::pin(async {
            let mut room = room.lock().await;
            socket.tell("#1 ann joined").await;
            socket.tell("#2 ann grabbed snack 5").await;
            *room += 1;
        });
        let bob: Task<'_> = Box::pin(async { *room.lock().await += 1 });
        join_all(vec![("ann", ann), ("bob", bob)]);
        assert_eq!(phone.join().unwrap().received().len(), 2);
        assert_eq!(room.into_inner(), 2);
    })
}

#[test]
fn a_guard_across_an_await_stops_the_thread_although_the_phone_reads() {
    let verdict = a_lock_that_blocks_its_thread();
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["ann", "bob"]);
    let text = failure.to_string();
    for sentence in [
        "WAITS for its turn",
        "ann holds `room` and waits for its turn on the thread that bob blocks.",
        "bob waits for `room`, held by ann (row 1).",
        "ann and bob are tasks of one thread: while bob's lock blocks it, ann cannot move.",
        "The cycle: ann → bob → ann.",
    ] {
        assert!(text.contains(sentence), "{text}");
    }
    assert_eq!(failure.replay(), *failure);
}

/// The row of a task that waits for something itself and its sentence name the same thing.
#[test]
#[allow(
    clippy::await_holding_invalid_type,
    reason = "this is what is proved to be wrong"
)]
fn a_task_that_waits_for_its_turn_too_says_both_in_its_row_and_its_sentence() {
    let verdict = explore("a full channel", Bounds::exhaustive(), || {
        let (news, mut told) = lanes::tokio::mpsc::channel("news", 1);
        let tray = Mutex::new("tray", 8);
        let ann: Task<'_> = Box::pin(async {
            let _tray = tray.lock();
            news.send(1).await.unwrap();
            news.send(2).await.unwrap();
        });
        let bob: Task<'_> = Box::pin(async {
            *tray.lock() -= 1;
            told.recv().await;
        });
        join_all(vec![("ann", ann), ("bob", bob)]);
    });
    let text = verdict.deadlocks().to_string();
    for words in [
        "WAITS for a place in news",
        "ann holds `tray` and waits for a place in `news`, and for its turn on the thread that bob \
         blocks.",
        "bob waits for `tray`, held by ann (row 1).",
        "The cycle: ann → bob → ann.",
    ] {
        assert!(text.contains(words), "{words:?} is missing in\n{text}");
    }
    let json = verdict.deadlocks().to_json();
    let waits = "\"waits_for\": \"a place in news, and its turn on the thread that bob blocks\"";
    assert!(json.contains(waits), "{json}");
}

#[test]
fn an_awaited_lock_lets_the_others_move_while_the_phone_reads() {
    let schedules = a_lock_that_is_awaited(2).holds();
    assert!(
        schedules > 5,
        "a reader that comes early, late and in between: {schedules}"
    );
}

#[test]
fn an_awaited_lock_stops_all_tasks_when_the_phone_never_reads() {
    let verdict = a_lock_that_is_awaited(0);
    let text = verdict.deadlocks().to_string();
    for sentence in [
        "ann holds `room` and waits for `bob's phone` to read, and no thread has ever read it.",
        "bob waits for `room`, held by ann (row 1).",
        "ann and bob are tasks of one thread, which has nothing left to do.",
    ] {
        assert!(text.contains(sentence), "{text}");
    }
}

#[test]
fn a_finished_task_releases_everything_at_once() {
    let verdict = explore("hanging up", Bounds::exhaustive(), || {
        let (socket, phone) = net::tokio::phone("bob", 1);
        // The task owns its socket as long as the task exists, although it does not use it.
        let ann: Task<'_> = Box::pin(std::future::poll_fn(move |_| {
            let _mine = &socket;
            std::task::Poll::Ready(())
        }));
        let bob: Task<'_> = Box::pin(async { assert_eq!(phone.hear().await, None) });
        join_all(vec![("bob", bob), ("ann", ann)]);
    });
    verdict.holds();
}

#[test]
fn tasks_take_turns_in_the_order_in_which_they_are_woken() {
    let verdict = explore("turns", Bounds::exhaustive(), || {
        let order = std::cell::RefCell::new(vec![]);
        let lock = lanes::tokio::Mutex::new("room", ());
        let (order, lock) = (&order, &lock);
        let visit = |name: &'static str| -> Task<'_> {
            Box::pin(async move {
                let _held = lock.lock().await;
                // Yields to the other tasks, and keeps the lock meanwhile.
                let mut is_first = true;
                std::future::poll_fn(|cx| {
                    if std::mem::replace(&mut is_first, false) {
                        cx.waker().wake_by_ref();
                        return std::task::Poll::Pending;
                    }
                    std::task::Poll::Ready(())
                })
                .await;
                order.borrow_mut().push(name);
            })
        };
        join_all(["ann", "bob", "eve"].map(|name| (name, visit(name))).into());
        assert_eq!(*order.borrow(), ["ann", "bob", "eve"]);
    });
    verdict.holds();
}

#[test]
fn a_task_that_gives_up_a_lock_lets_the_next_one_have_it() {
    let verdict = explore("giving up", Bounds::exhaustive(), || {
        let room = Arc::new(lanes::tokio::Mutex::new("room", 0));
        let shared = room.clone();
        let ann = thread::spawn("ann", move || {
            block_on(async {
                let held = shared.lock().await;
                drop(held);
            });
        });
        block_on(async {
            let mut first = Box::pin(room.lock());
            let once = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(first.as_mut().poll(cx).is_ready())
            })
            .await;
            drop(first);
            *room.lock().await += u32::from(once) + 1;
        });
        ann.join().unwrap();
    });
    verdict.holds();
}

#[test]
fn a_lock_that_waits_for_a_blocked_task_has_its_own_sentence() {
    let verdict = explore("the next in line", Bounds::exhaustive(), || {
        let (room, shelf) = (lanes::tokio::Mutex::new("room", 0), Mutex::new("shelf", 0));
        let held = shelf.lock();
        let ann: Task<'_> = Box::pin(async {
            let room = room.lock().await;
            std::future::poll_fn(|cx| {
                cx.waker().wake_by_ref();
                std::task::Poll::Ready(())
            })
            .await;
            drop(room);
            // Bob is next for the room, but will never take it, because this stops the thread.
            *shelf.lock() += 1;
        });
        let bob: Task<'_> = Box::pin(async { *room.lock().await += 1 });
        join_all(vec![("bob", bob), ("ann", ann)]);
        drop(held);
    });
    assert!(
        verdict.deadlocks().cycle().contains(&"ann".to_owned()),
        "{verdict}"
    );
}
