//! The model checker's verdict on this step's `room.rs` and `writer.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: the room and two or three players, one to three requests
//! each; each scenario states its limit on preemptions. The channels are tokio's own, and each
//! operation on one is a single step: tokio's tests cover what happens inside. A phone is a wire. A
//! model has no time, so a phone that takes too long is one that hung up. `mutants.toml` lists the
//! edits of `room.rs` and `writer.rs` that must fail these tests.

use super::{
    room::{Room, Seat, ToRoom},
    writer::write_to,
};
use lanes::{
    Bounds, Verdict, explore,
    net::tokio::phone,
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use snack::{Event, News, Refusal, Snack, ToPlayer};

/// The capacity of an outbox that is never full here.
const WIDE: usize = 16;

#[test]
fn breaks_nobody_waits_for_ever() {
    let verdict = bob_hangs_up_while_ann_grabs();
    let failure = verdict.deadlocks();
    let mut cycle = failure.cycle();
    cycle.sort();
    assert_eq!(cycle, ["bob's writer", "room"], "{failure}");
    failure.is_drawn_in("README.md");
    failure.is_pictured_in("deadlock.svg");
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    let verdict = ann_grabs_while_bob_reads_nothing();
    let failure = verdict.deadlocks();
    assert!(failure.cycle().is_empty(), "{failure}");
}

#[test]
fn keeps_no_snack_twice() {
    ann_and_bob_grab_one_snack_each().holds();
}

#[test]
fn keeps_one_order_for_all() {
    ann_and_bob_see_each_other_grab().holds();
}

#[test]
fn keeps_bounded_memory() {
    ann_grabs_while_bob_reads_late().holds();
}

/// Bob's outbox holds one line, and so does the inbox. His phone is gone, and his writer wants to
/// tell the room.
fn bob_hangs_up_while_ann_grabs() -> Verdict {
    explore("bob hangs up", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann", WIDE);
        let bob = Player::joins(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let leaving = sender.clone();
        let open = thread::spawn("room", move || block_on(room.run(inbox)));
        let writer = thread::spawn("bob's writer", move || {
            let (socket, phone) = phone("bob", 1);
            drop(phone);
            block_on(write_to(bob.seat, socket, bob.queue, leaving));
        });
        for _ in 0..3 {
            ann.says_grab(&sender);
        }
        drop(sender);
        at_once([open, writer]);
    })
}

/// Bob's outbox is full: it holds the event that he joined. His phone is in a tunnel and reads
/// nothing.
fn ann_grabs_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann", WIDE);
        let _bob = Player::joins(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = thread::spawn("room", move || block_on(room.run(inbox)));
        ann.grabs(&sender).expect("the tray is full");
        drop(sender);
        at_once([open]);
    })
}

fn ann_and_bob_grab_one_snack_each() -> Verdict {
    explore("ann and bob grab", Bounds::preemptions(2), || {
        let seen = two_grab_at_once();
        let [first, second] = &seen[0][..] else {
            panic!("every player sees every grab");
        };
        assert_ne!(first.snack, second.snack, "no snack twice");
    })
}

fn ann_and_bob_see_each_other_grab() -> Verdict {
    explore("ann and bob see each other", Bounds::preemptions(2), || {
        for seen in two_grab_at_once() {
            let grabs: Vec<u64> = seen.iter().map(|grab| grab.number).collect();
            assert_eq!(grabs, [3, 4], "one order for all");
        }
    })
}

/// The grabs that each of two players saw.
fn two_grab_at_once() -> [Vec<Grab>; 2] {
    let mut room = Room::default();
    let players = ["ann", "bob"].map(|name| Player::joins(&mut room, name, WIDE));
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = thread::spawn("room", move || block_on(room.run(inbox)));
    let grabbing = players.map(|player| {
        let sender = sender.clone();
        thread::spawn(player.name, move || {
            player.grabs(&sender).expect("the tray is full");
            player
        })
    });
    drop(sender);
    let players = grabbing.map(|thread| thread.join().expect("a panic ends the model"));
    at_once([open]);
    players.map(Player::saw_grabs)
}

/// When a grab is answered, its event is in every outbox, and no outbox exceeds its capacity.
fn ann_grabs_while_bob_reads_late() -> Verdict {
    explore("bob reads late", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann", WIDE);
        let mut bob = Player::joins(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = thread::spawn("room", move || block_on(room.run(inbox)));
        let reads = thread::spawn("bob", move || {
            let mut lines = 0;
            while block_on(bob.queue.recv()).is_some() {
                lines += 1;
                assert!(bob.queue.len() <= 1, "bounded memory");
            }
            assert_eq!(lines, 3, "bob receives every event");
        });
        for grabs in 1..=2 {
            ann.grabs(&sender).expect("the tray is full");
            assert_eq!(
                ann.queue.len(),
                2 + grabs,
                "bounded memory: the room keeps a line"
            );
        }
        drop(sender);
        at_once([open, reads]);
    })
}

/// A player and the outbox that its phone empties.
struct Player {
    name: &'static str,
    seat: Seat,
    queue: mpsc::Receiver<ToPlayer>,
}

impl Player {
    /// Takes a seat before the scenario begins. The outbox holds `lines` lines.
    fn joins(room: &mut Room, name: &'static str, lines: usize) -> Player {
        let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), lines);
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        let known = name.parse().expect("a name");
        block_on(room.apply(ToRoom::Join {
            name: known,
            outbox,
            reply,
        }));
        let seat = block_on(answer.into_future())
            .expect("an answer")
            .expect("a free seat");
        Player { name, seat, queue }
    }

    /// Asks for a snack and waits for the answer.
    fn grabs(&self, sender: &mpsc::Sender<ToRoom>) -> Result<(), Refusal> {
        block_on(self.says_grab(sender).into_future()).expect("an answer")
    }

    /// Asks for a snack.
    fn says_grab(&self, sender: &mpsc::Sender<ToRoom>) -> oneshot::Receiver<Result<(), Refusal>> {
        let (reply, answer) = oneshot::channel(format!("an answer for {}", self.name));
        let who = self.seat;
        let asked = block_on(sender.send(ToRoom::Grab { who, reply }));
        assert!(asked.is_ok(), "the room is open");
        answer
    }

    /// The grabs whose events have reached the outbox, in order of arrival.
    fn saw_grabs(mut self) -> Vec<Grab> {
        let mut grabs = Vec::new();
        while let Ok(told) = self.queue.try_recv() {
            if let ToPlayer::Event(Event { number, news }) = told
                && let News::Grabbed { snack, .. } = news
            {
                grabs.push(Grab { number, snack });
            }
        }
        grabs
    }
}

/// A grab, as a phone shows it.
#[derive(Debug)]
struct Grab {
    number: u64,
    snack: Snack,
}

fn at_once<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().expect("a panic ends the model");
    }
}
