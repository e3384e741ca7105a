//! The scenarios that the proofs of this step explore: who joins, what they do at once, and what
//! must hold then.

use super::{
    room::{Parting, Room, Seat, ToRoom},
    writer::write_to,
};
use lanes::{
    net::tokio::phone,
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use scenario::{
    WIDE, at_once,
    book::End,
    channels::{self, Player, opens, two_grab_at_once},
};
use snack::{Event, Name, News, Refusal, ToPlayer};

/// Bob's outbox holds one line, and so does the inbox. His phone is gone. When every player has
/// left, the room's task ends.
pub(crate) fn bob_hangs_up_while_ann_grabs() {
    thread::rename("ann");
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
}

/// Bob's outbox is full: it holds the event that he joined. His phone is in a tunnel and reads
/// nothing.
pub(crate) fn ann_grabs_while_bob_reads_nothing() {
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
}

pub(crate) fn ann_and_bob_grab_one_snack_each() {
    let seen = two_grab_at_once::<Room>();
    let [first, second] = &seen[0][..] else {
        panic!("every player sees every grab");
    };
    assert!(
        first.snack != second.snack,
        "no snack twice: two players have eaten {}",
        first.snack
    );
}

pub(crate) fn ann_and_bob_see_each_other_grab() {
    for seen in two_grab_at_once::<Room>() {
        let grabs: Vec<u64> = seen.iter().map(|grab| grab.number).collect();
        assert_eq!(grabs, [3, 4], "one order for all");
    }
}

/// Bob and cat have full outboxes when ann takes a snack. Cat reads again while bob is
/// disconnected: she must not receive that bob left without the event before it.
pub(crate) fn cat_reads_again_while_bob_is_disconnected() {
    let mut room = Room::default();
    let ann = Player::joins(&mut room, "ann");
    let bob = Player::joins_with_outbox(&mut room, "bob", 2);
    let mut cat = Player::joins_with_outbox(&mut room, "cat", 1);
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = opens(room, inbox);
    drop(cat.session.outbox);
    let reads = thread::spawn("cat", move || {
        let mut numbers = Vec::new();
        while let Some(told) = block_on(cat.queue.recv()) {
            numbers.push(number_of(&told.to_string()));
        }
        let expected: Vec<u64> = (3..).take(numbers.len()).collect();
        assert_eq!(numbers, expected, "one order for all, without a gap");
    });
    ann.grabs(&sender).expect("the tray is full");
    drop(sender);
    at_once([open, reads]);
    let why = block_on(bob.session.parting.into_future());
    assert_eq!(why, Ok(Parting::TooSlow), "bob was disconnected");
}

/// When a grab is answered, its event is in every outbox. No outbox exceeds its capacity, and the
/// room keeps no line either.
pub(crate) fn ann_grabs_on_while_bob_reads_nothing() {
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
}

/// Bob's outbox holds one line. His phone reads every line, sooner or later.
pub(crate) fn ann_grabs_while_bob_is_too_slow() {
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
}

/// After bob has left, he receives no event. His writer ends, although his session still holds a
/// sender to his outbox.
pub(crate) fn bob_leaves_while_ann_grabs() {
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
}

/// Bob's session panicked: no task empties his outbox, and no message says that he leaves.
pub(crate) fn ann_grabs_after_bob_panicked() {
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

    fn join(
        name: Name,
        outbox: mpsc::Sender<ToPlayer>,
        reply: oneshot::Sender<Result<Seat, Refusal>>,
    ) -> (ToRoom, Session) {
        let (goodbye, parting) = oneshot::channel(format!("{name}'s parting"));
        let message = ToRoom::Join {
            name,
            outbox: outbox.clone(),
            parting: goodbye,
            reply,
        };
        (message, Session { outbox, parting })
    }

    fn grab(who: Seat, reply: oneshot::Sender<Result<(), Refusal>>) -> ToRoom {
        ToRoom::Grab { who, reply }
    }

    fn leave(who: Seat) -> ToRoom {
        ToRoom::Leave { who }
    }

    fn refill() -> ToRoom {
        ToRoom::Refill
    }

    fn end(session: &mut Session) -> Option<End> {
        match session.parting.try_recv() {
            Ok(Parting::Left) => Some(End::Left),
            Ok(Parting::TooSlow) => Some(End::TooSlow),
            Err(_) => None,
        }
    }

    fn applies(&mut self, message: ToRoom) {
        self.apply(message);
    }

    fn runs(self, mut inbox: mpsc::Receiver<ToRoom>) {
        block_on(self.run(&mut inbox));
    }
}
