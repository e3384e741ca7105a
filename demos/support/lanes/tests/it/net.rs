//! Sockets, phones and outboxes.

use crate::common::everything;
use lanes::net::{outbox, phone};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, explore, thread};

#[test]
fn a_wire_holds_its_capacity_and_keeps_the_order() {
    let verdict = everything(|| {
        let (mut socket, phone) = phone("bob", 2);
        let writer = thread::spawn("ann", move || (1..=4).for_each(|line| socket.tell(&line)));
        let heard: Vec<String> = std::iter::from_fn(|| phone.read()).collect();
        writer.join().unwrap();
        assert_eq!(heard, ["1", "2", "3", "4"]);
        assert_eq!(phone.received(), heard);
        assert!(phone.most_waiting() <= 2 && phone.waiting() == 0);
        assert_eq!(phone.try_read(), None);
    });
    verdict.holds();
}

#[test]
fn a_phone_that_never_reads_blocks_its_writer_and_all_that_wait_for_the_writer() {
    let verdict = everything(|| {
        let room = Arc::new(Mutex::new("room", 0));
        let (mut socket, _phone) = phone("bob", 1);
        let shared = room.clone();
        let ann = thread::spawn("ann", move || {
            let _room = shared.lock();
            socket.tell("#1 ann joined");
            socket.tell("#2 ann grabbed snack 5");
        });
        let carol = thread::spawn("carol", move || *room.lock() += 1);
        ann.join().unwrap();
        carol.join().unwrap();
    });
    let told = [
        "ann holds `room` and waits for `bob's phone` to read, and no thread has ever read it.",
        "carol waits for `room`, held by ann (row 1).",
    ];
    assert_eq!(verdict.deadlocks().blocked(), told);
    assert!(
        verdict
            .to_string()
            .contains("writes to bob's phone: “#1 ann"),
        "{verdict}"
    );
}

#[test]
fn a_phone_whose_reader_has_ended_has_its_own_sentence() {
    let verdict = everything(|| {
        let (mut socket, phone) = phone("bob", 0);
        let kept = Arc::new(phone);
        let shared = kept.clone();
        let reader = thread::spawn("bob", move || shared.try_read());
        reader.join().unwrap();
        socket.tell("hello");
    });
    let told = ["main waits for `bob's phone` to read, but bob, who alone has read it, has ended."];
    assert_eq!(verdict.deadlocks().blocked(), told);
}

#[test]
fn a_phone_that_hangs_up_ends_the_wait_of_its_writer() {
    let verdict = everything(|| {
        let (mut socket, phone) = phone("bob", 0);
        let owner = thread::spawn("bob", move || drop(phone));
        socket.tell("this line is lost");
        owner.join().unwrap();
    });
    verdict.holds();
}

#[test]
fn a_phone_that_reads_for_ever_waits_for_the_server_to_close() {
    let verdict = everything(|| {
        let (socket, phone) = phone("bob", 0);
        let reader = thread::spawn("bob", move || phone.read());
        std::mem::forget(socket);
        reader.join().unwrap();
    });
    assert_eq!(
        verdict.deadlocks().blocked(),
        ["bob waits for a line in `bob's phone`, and no thread has ever written to it."]
    );
}

#[test]
fn all_who_could_write_are_named() {
    let verdict = everything(|| {
        let (outbox, queue) = outbox("joe");
        let room = Arc::new(Mutex::new("room", ()));
        let held = room.lock();
        for name in ["ann", "bob"] {
            let (outbox, room) = (outbox.clone(), room.clone());
            thread::spawn(name, move || {
                outbox.tell("hello");
                drop(room.lock());
            });
        }
        drop(outbox);
        while queue.next().is_some() {}
        drop(held);
    });
    let told = "main holds `room` and waits for a line in `joe's outbox`, and it is ann and bob who write to it.";
    assert_eq!(verdict.deadlocks().blocked()[0], told);
    assert_eq!(verdict.deadlocks().cycle(), ["main", "ann"]);
}

#[test]
fn a_lane_that_only_did_the_set_up_is_not_named() {
    let verdict = everything(|| {
        let (mut socket, phone) = phone("bob", 3);
        socket.tell("#1 bob joined");
        let ann = thread::spawn("ann", move || {
            socket.tell("#2 ann joined");
            let room = Mutex::new("room", ());
            let _once = room.lock();
            let _twice = room.lock();
        });
        thread::spawn("bob", move || while phone.read().is_some() {});
        ann.join().unwrap();
    });
    let told = "bob waits for a line in `bob's phone`, and it is ann who writes to it.";
    assert_eq!(verdict.deadlocks().blocked()[1], told);
}

#[test]
fn an_outbox_never_waits_and_counts() {
    let verdict = everything(|| {
        let (outbox, queue) = outbox("bob");
        let second = outbox.clone();
        let ann = thread::spawn("ann", move || (1..=2).for_each(|line| outbox.tell(&line)));
        second.tell("3");
        drop(second);
        ann.join().unwrap();
        assert_eq!((queue.waiting(), queue.most_waiting()), (3, 3));
        let mut heard: Vec<String> = std::iter::from_fn(|| queue.next()).collect();
        heard.sort();
        assert_eq!(heard, ["1", "2", "3"]);
    });
    verdict.holds();
}

#[test]
fn a_queue_without_lines_waits_for_them() {
    let verdict = everything(|| {
        let (outbox, queue) = outbox("bob");
        let writer = thread::spawn("bob's writer", move || {
            std::iter::from_fn(|| queue.next()).count()
        });
        outbox.tell("#1 ann joined");
        drop(outbox);
        assert_eq!(writer.join().unwrap(), 1);
    });
    verdict.holds();
}

#[test]
fn two_outboxes_may_see_two_orders() {
    let verdict = explore("two orders", Bounds::preemptions(2), || {
        let queues = Arc::new([outbox("ann"), outbox("bob")]);
        let tellers = ["ann", "bob"].map(|name| {
            let queues = queues.clone();
            thread::spawn(name, move || {
                queues
                    .iter()
                    .for_each(|(outbox, _)| outbox.tell(&format!("{name} joined")))
            })
        });
        tellers
            .into_iter()
            .for_each(|teller| teller.join().unwrap());
        let [first, second] =
            [&queues[0].1, &queues[1].1].map(|queue| [queue.next(), queue.next()]);
        assert_eq!(first, second, "ann and bob see one order");
    });
    let text = verdict.violates("one order").to_string();
    assert!(
        text.contains("puts into ann's") && text.contains("outbox: “ann"),
        "{text}"
    );
}
