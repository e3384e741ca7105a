//! The scenarios that the proofs of this step explore: who joins, what they do at once, and what
//! must hold then.

use super::{
    room::{Room, Seat, ToRoom},
    writer::write_to,
};
use lanes::{
    net::tokio::phone,
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use scenario::{
    at_once,
    book::End,
    channels::{self, Player, opens, two_grab_at_once},
};
use snack::{Name, News, Refusal, ToPlayer};

/// Bob's outbox holds one line, and so does the inbox. His phone is gone, and his writer wants to
/// tell the room.
pub(crate) fn bob_hangs_up_while_ann_grabs() {
    thread::rename("ann");
    let mut room = Room::default();
    let ann = Player::joins(&mut room, "ann");
    let bob = Player::joins_with_outbox(&mut room, "bob", 1);
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let leaving = sender.clone();
    let open = opens(room, inbox);
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
}

/// Bob's outbox is full: it holds the event that he joined. His phone is in a tunnel and reads
/// nothing.
pub(crate) fn ann_grabs_while_bob_reads_nothing() {
    let mut room = Room::default();
    let ann = Player::joins(&mut room, "ann");
    let _bob = Player::joins_with_outbox(&mut room, "bob", 1);
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = opens(room, inbox);
    ann.grabs(&sender).expect("the tray is full");
    drop(sender);
    at_once([open]);
}

/// Bob's phone has hung up, and his session has not noticed yet: he keeps his seat until it leaves.
/// Ann and cat, who sit before and after him, get every event.
pub(crate) fn ann_grabs_after_bob_hung_up() {
    let mut room = Room::default();
    let ann = Player::joins(&mut room, "ann");
    let bob = Player::joins(&mut room, "bob");
    let cat = Player::joins(&mut room, "cat");
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = opens(room, inbox);
    drop(bob.queue);
    ann.grabs(&sender).expect("the tray is full");
    let said = block_on(sender.send(ToRoom::Leave { who: bob.seat }));
    assert!(said.is_ok(), "the room is open");
    drop(sender);
    at_once([open]);
    for player in [ann, cat] {
        let news = player.news();
        let latest = &news[news.len() - 2..];
        assert!(
            matches!(latest, [News::Grabbed { .. }, News::Left { .. }]),
            "the latest news: {latest:?}"
        );
    }
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

/// When a grab is answered, its event is in every outbox, and no outbox exceeds its capacity.
pub(crate) fn ann_grabs_while_bob_reads_late() {
    let mut room = Room::default();
    let ann = Player::joins(&mut room, "ann");
    let mut bob = Player::joins_with_outbox(&mut room, "bob", 1);
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = opens(room, inbox);
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
}

impl channels::Room for Room {
    type Seat = Seat;
    type Message = ToRoom;
    type Session = ();

    fn join(
        name: Name,
        outbox: mpsc::Sender<ToPlayer>,
        reply: oneshot::Sender<Result<Seat, Refusal>>,
    ) -> (ToRoom, ()) {
        let message = ToRoom::Join {
            name,
            outbox,
            reply,
        };
        (message, ())
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

    fn end((): &mut ()) -> Option<End> {
        Some(End::Left)
    }

    fn applies(&mut self, message: ToRoom) {
        block_on(self.apply(message));
    }

    fn runs(self, inbox: mpsc::Receiver<ToRoom>) {
        block_on(self.run(inbox));
    }
}
