//! The scenarios that this step's proofs explore, once for each of its two rooms.

use super::room::{Room, Seat};
use lanes::{
    Bounds, Verdict, explore,
    net::tokio::{Phone, phone},
    task::{Task, block_on, join_all},
    thread,
};
use snack::{Event, Name, News, Snack};
use std::sync::Arc;

/// The capacity of a wire that is never full here.
const WIDE: usize = 16;

/// Bob's wire is full: it holds the event that he joined. But he reads, sooner or later.
pub(crate) fn ann_and_cat_grab_while_bob_reads_late() -> Verdict {
    explore("bob reads late", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let cat = Player::joins(&room, "cat", WIDE);
        let bob = Player::joins(&room, "bob", 1);
        let reading = bob.does(Player::reads_three_lines);
        join_all(vec![("ann", ann.grabbing()), ("cat", cat.grabbing())]);
        at_once([reading]);
    })
}

/// Bob's wire is full: it holds the event that he joined.
pub(crate) fn ann_and_cat_grab_while_bob_reads_nothing() -> Verdict {
    explore("bob reads nothing", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let cat = Player::joins(&room, "cat", WIDE);
        let _bob = Player::joins(&room, "bob", 1);
        join_all(vec![("ann", ann.grabbing()), ("cat", cat.grabbing())]);
    })
}

/// Ann and bob have a thread each, as on a runtime with two threads. That allows more schedules
/// than one thread does.
pub(crate) fn ann_and_bob_grab_one_snack_each() -> Verdict {
    explore("ann and bob grab", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", WIDE);
        at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
        let [first, second] = &ann.saw_grabs()[..] else {
            panic!("every player sees every grab");
        };
        assert_ne!(first.snack, second.snack, "no snack twice");
    })
}

/// Ann and bob have a thread each, as on a runtime with two threads. That allows more schedules
/// than one thread does.
pub(crate) fn ann_and_bob_see_each_other_grab() -> Verdict {
    explore("ann and bob see each other", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", WIDE);
        at_once([ann.does(Player::grabs), bob.does(Player::grabs)]);
        for player in [&ann, &bob] {
            let grabs: Vec<u64> = player.saw_grabs().iter().map(|grab| grab.number).collect();
            assert_eq!(grabs, [3, 4], "one order for all");
        }
    })
}

/// When a grab is answered, its event is on bob's wire or in his phone: the server keeps no line
/// for him.
pub(crate) fn ann_grabs_while_bob_reads_late() -> Verdict {
    explore("ann grabs twice", Bounds::exhaustive(), || {
        let room = Arc::new(Room::open());
        let ann = Player::joins(&room, "ann", WIDE);
        let bob = Player::joins(&room, "bob", 1);
        let reading = bob.does(Player::reads_three_lines);
        for grabs in 1..=2 {
            ann.grabs();
            assert_eq!(bob.saw_grabs().len(), grabs, "bounded memory");
        }
        at_once([reading]);
    })
}

/// A player and its phone.
#[derive(Clone)]
struct Player {
    name: &'static str,
    room: Arc<Room>,
    seat: Seat,
    phone: Arc<Phone>,
}

impl Player {
    /// Takes a seat. The wire to the phone holds `wire` lines.
    fn joins(room: &Arc<Room>, name: &'static str, wire: usize) -> Player {
        let (socket, phone) = phone(name, wire);
        let known: Name = name.parse().expect("a name");
        let seat = block_on(room.join(known, socket)).expect("a free seat");
        let (room, phone) = (Arc::clone(room), Arc::new(phone));
        Player {
            name,
            room,
            seat,
            phone,
        }
    }

    /// Runs `something` on a thread of its own.
    fn does(&self, something: fn(&Player)) -> thread::JoinHandle<()> {
        let player = self.clone();
        thread::spawn(self.name, move || something(&player))
    }

    fn grabs(&self) {
        block_on(self.grabbing());
    }

    /// A task that grabs.
    fn grabbing(&self) -> Task<'_> {
        Box::pin(async { self.room.grab(self.seat).await.expect("the tray is full") })
    }

    fn reads_three_lines(&self) {
        for _ in 0..3 {
            self.phone.read().expect("the server does not hang up");
        }
    }

    /// The grabs whose events have reached the wire, in order of arrival.
    fn saw_grabs(&self) -> Vec<Grab> {
        let lines = self.phone.told();
        let events = lines.iter().map(|line| line.parse().expect("an event"));
        let grabs = events.filter_map(|Event { number, news }| match news {
            News::Grabbed { snack, .. } => Some(Grab { number, snack }),
            _ => None,
        });
        grabs.collect()
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
