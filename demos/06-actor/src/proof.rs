//! The model checker's verdict on this step's `room.rs` and `writer.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: the room and two or three players, one to three requests
//! each; each scenario states its limit on preemptions. The channels are tokio's own, and each
//! operation on one is a single step: tokio's tests cover what happens inside. A phone is a wire. A
//! model has no time, so a phone that takes too long is one that hung up. `mutants.toml` lists the
//! edits of `room.rs` and `writer.rs` that must fail these tests.

use super::{
    room::{Parting, Room, Seat, ToRoom},
    writer::write_to,
};
use lanes::{
    Bounds, Verdict, explore,
    net::tokio::phone,
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use scenario::{
    WIDE, at_once,
    channels::{self, Player, answered, opens, two_grab_at_once},
};
use snack::{Event, Name, News, Refusal, ToPlayer};

#[test]
fn keeps_nobody_waits_for_ever() {
    bob_hangs_up_while_ann_grabs().holds();
    bob_leaves_while_ann_grabs().holds();
}

#[test]
fn keeps_a_slow_player_stops_no_one_else() {
    ann_grabs_while_bob_reads_nothing().holds();
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
    ann_grabs_on_while_bob_reads_nothing().holds();
}

#[test]
fn a_disconnected_player_gets_every_line_and_the_reason() {
    ann_grabs_while_bob_is_too_slow().holds();
}

#[test]
fn a_player_that_leaves_gets_no_more_events() {
    bob_leaves_while_ann_grabs().holds();
}

#[test]
fn a_player_whose_session_panicked_is_removed() {
    ann_grabs_after_bob_panicked().holds();
}

#[test]
fn the_slides_say_how_many_schedules_were_tried() {
    let tried = bob_hangs_up_while_ann_grabs().holds();
    let said = format!("**{tried}**");
    for language in ["en", "ko"] {
        let slides = format!("../../slides/{language}/04-channels.md");
        let slides = std::fs::read_to_string(slides).expect("the deck is here");
        assert!(slides.contains(&said), "{language}: {said} schedules");
    }
}

/// Bob's outbox holds one line, and so does the inbox. His phone is gone. When every player has
/// left, the room's task ends.
fn bob_hangs_up_while_ann_grabs() -> Verdict {
    explore("bob hangs up", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        let bob = Player::joins_with_outbox(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        let leaving = sender.clone();
        let leaves = thread::spawn("bob", move || {
            let (socket, phone) = phone("bob", 1);
            drop(phone);
            block_on(write_to(socket, bob.queue, bob.session.parting));
            let who = bob.seat;
            let told = block_on(leaving.send(ToRoom::Leave { who }));
            assert!(told.is_ok(), "the room is open");
        });
        for _ in 0..2 {
            ann.says_grab(&sender);
        }
        drop(sender);
        at_once([open, leaves]);
    })
}

/// Bob's outbox is full: it holds the event that he joined. His phone is in a tunnel and reads
/// nothing.
fn ann_grabs_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        let bob = Player::joins_with_outbox(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        ann.grabs(&sender).expect("the tray is full");
        drop(sender);
        at_once([open]);
        let why = block_on(bob.session.parting.into_future());
        assert_eq!(why, Ok(Parting::TooSlow), "bob was disconnected");
    })
}

fn ann_and_bob_grab_one_snack_each() -> Verdict {
    explore("ann and bob grab", Bounds::preemptions(2), || {
        let seen = two_grab_at_once::<Room>();
        let [first, second] = &seen[0][..] else {
            panic!("every player sees every grab");
        };
        assert_ne!(first.snack, second.snack, "no snack twice");
    })
}

fn ann_and_bob_see_each_other_grab() -> Verdict {
    explore("ann and bob see each other", Bounds::preemptions(2), || {
        for seen in two_grab_at_once::<Room>() {
            let grabs: Vec<u64> = seen.iter().map(|grab| grab.number).collect();
            assert_eq!(grabs, [3, 4], "one order for all");
        }
    })
}

/// When a grab is answered, its event is in every outbox. No outbox exceeds its capacity, and the
/// room keeps no line either.
fn ann_grabs_on_while_bob_reads_nothing() -> Verdict {
    explore("ann grabs three times", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        let mut bob = Player::joins_with_outbox(&mut room, "bob", 2);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        // Bob's outbox has no place for the second, so ann is also told that he left.
        for (grabs, lines) in [(1, 3), (2, 5), (3, 6)] {
            ann.grabs(&sender).expect("the tray is full");
            assert_eq!(
                ann.queue.len(),
                lines,
                "bounded memory: after {grabs} grabs"
            );
            assert!(bob.queue.len() <= 2, "bounded memory: bob's outbox");
        }
        let why = bob.session.parting.try_recv();
        assert_eq!(
            why,
            Ok(Parting::TooSlow),
            "bounded memory: bob is disconnected"
        );
        drop(sender);
        at_once([open]);
    })
}

/// Bob's outbox holds one line. His phone reads every line, sooner or later.
fn ann_grabs_while_bob_is_too_slow() -> Verdict {
    explore("bob is too slow", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        let bob = Player::joins_with_outbox(&mut room, "bob", 1);
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        let (socket, phone) = phone("bob", WIDE);
        let writes = thread::spawn("bob's writer", move || {
            block_on(write_to(socket, bob.queue, bob.session.parting));
        });
        for _ in 0..2 {
            ann.grabs(&sender).expect("the tray is full");
        }
        drop(sender);
        at_once([open, writes]);
        let mut told = phone.told();
        let last_word = told.pop().expect("a last word");
        let numbers: Vec<u64> = told.iter().map(|line| number_of(line)).collect();
        let news = ann.news();
        // His outbox had no place for the event before the one that says that he left.
        let missed = news
            .iter()
            .position(|news| matches!(news, News::Left { .. }));
        let (all, why) = match missed {
            Some(left) => (left as u64 - 1, Refusal::TooSlow),
            None => (news.len() as u64, Refusal::RoomClosed),
        };
        let expected: Vec<u64> = (2..=all).collect();
        assert_eq!(
            numbers, expected,
            "every line that fitted into his outbox reaches bob"
        );
        assert_eq!(last_word, why.to_string(), "bob gets the reason");
    })
}

/// After bob has left, he receives no event. His writer ends, although his session still holds a
/// sender to his outbox.
fn bob_leaves_while_ann_grabs() -> Verdict {
    explore("bob leaves", Bounds::preemptions(2), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        let bob = Player::joins(&mut room, "bob");
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        let (socket, phone) = phone("bob", WIDE);
        let writes = thread::spawn("bob's writer", move || {
            block_on(write_to(socket, bob.queue, bob.session.parting));
        });
        let (who, leaving) = (bob.seat, sender.clone());
        let leaves = thread::spawn("bob", move || {
            let told = block_on(leaving.send(ToRoom::Leave { who }));
            assert!(told.is_ok(), "the room is open");
        });
        ann.grabs(&sender).expect("the tray is full");
        drop(sender);
        at_once([open, leaves, writes]);
        drop(bob.session.outbox);
        let last = phone.told().pop().expect("bob received a line");
        assert!(last.contains("bob left"), "bob's last news: {last}");
    })
}

/// Bob's session panicked: no task empties his outbox, and no message says that he leaves.
fn ann_grabs_after_bob_panicked() -> Verdict {
    explore("bob panicked", Bounds::exhaustive(), || {
        let mut room = Room::default();
        let ann = Player::joins(&mut room, "ann");
        drop(Player::joins(&mut room, "bob"));
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room, inbox);
        ann.grabs(&sender).expect("the tray is full");
        drop(sender);
        at_once([open]);
        let last = ann.news().pop();
        assert!(
            matches!(last, Some(News::Left { .. })),
            "ann's last news: {last:?}"
        );
    })
}

fn number_of(line: &str) -> u64 {
    let event: Event = line.parse().expect("an event");
    event.number
}

/// What a session has besides the seat.
pub struct Session {
    /// Its sender to the outbox.
    outbox: mpsc::Sender<ToPlayer>,
    /// Where it learns why the room sends nothing more.
    parting: oneshot::Receiver<Parting>,
}

impl channels::Room for Room {
    type Seat = Seat;
    type Message = ToRoom;
    type Session = Session;

    fn joins(&mut self, name: Name, outbox: mpsc::Sender<ToPlayer>) -> (Seat, Session) {
        let (goodbye, parting) = oneshot::channel(format!("{name}'s parting"));
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        self.apply(ToRoom::Join {
            name,
            outbox: outbox.clone(),
            parting: goodbye,
            reply,
        });
        let seat = answered(answer).expect("a free seat");
        (seat, Session { outbox, parting })
    }

    fn grab(who: Seat, reply: oneshot::Sender<Result<(), Refusal>>) -> ToRoom {
        ToRoom::Grab { who, reply }
    }

    fn runs(self, mut inbox: mpsc::Receiver<ToRoom>) {
        block_on(self.run(&mut inbox));
    }
}
