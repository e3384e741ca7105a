//! Situations for the tests, as a picture would show them.

use super::{Actor, Holder, Kind, Link, Picture, Seen, Waiter, Who};
use std::panic::Location;
use std::time::Instant;

/// A thread, whose number is its name's.
fn thread(name: &str) -> Who {
    let number = name
        .bytes()
        .fold(0, |sum: u64, byte| sum.rotate_left(7) ^ u64::from(byte));
    Who {
        name: name.into(),
        actor: Actor::Thread(number),
        thread: number,
    }
}

/// A task of thread 1.
fn task(name: &str) -> Who {
    let Actor::Thread(number) = thread(name).actor else {
        unreachable!("it was made above")
    };
    Who {
        actor: Actor::Task(number),
        thread: 1,
        ..thread(name)
    }
}

#[track_caller]
fn seen<const N: usize>(kind: Kind, name: &str, holder: Option<Who>, waiters: [Who; N]) -> Seen {
    let at = Location::caller();
    let waiter = |who: Who| Waiter {
        at,
        since: Instant::now(),
        blocks: matches!(kind, Kind::Lock) || matches!(who.actor, Actor::Thread(_)),
        who,
    };
    Seen {
        kind,
        name: name.into(),
        holder: holder.map(|who| Holder { who, at }),
        waiters: waiters.into_iter().map(waiter).collect(),
    }
}

fn picture(resources: Vec<Seen>) -> Picture {
    Picture {
        resources,
        task_threads: 1,
    }
}

pub(super) fn names<'a>(links: &[Link<'a>]) -> Vec<&'a str> {
    links.iter().map(|link| &*link.who.name).collect()
}

pub(super) fn two_orders() -> Picture {
    let (ann, bob) = (thread("ann"), thread("bob"));
    let crowd = [thread("carl"), bob.clone(), thread("dora")];
    picture(vec![
        seen(Kind::Lock, "room", Some(ann.clone()), crowd),
        seen(Kind::Lock, "player bob", Some(bob), [ann]),
        seen(Kind::Queue, "ed's outbox", None, [thread("ed")]),
    ])
}

pub(super) fn itself() -> Picture {
    let ann = thread("ann");
    picture(vec![seen(Kind::Lock, "room", Some(ann.clone()), [ann])])
}

pub(super) fn slow_phone() -> Picture {
    let (ann, slow) = (thread("ann"), thread("slow-1"));
    let crowd = [thread("bob"), thread("carl")];
    picture(vec![
        seen(Kind::Lock, "room", Some(ann.clone()), crowd),
        seen(Kind::Lock, "player slow-1", Some(slow.clone()), [ann]),
        seen(Kind::Phone, "slow-1's phone", None, [slow]),
    ])
}

/// Zoe has the diary, and only she knows what she does with it.
pub(super) fn busy_holder() -> Picture {
    let readers = [thread("yan")];
    picture(vec![seen(
        Kind::Lock,
        "diary",
        Some(thread("zoe")),
        readers,
    )])
}

pub(super) fn idle() -> Picture {
    let ann = thread("ann");
    picture(vec![
        seen(Kind::Queue, "ann's outbox", None, [ann]),
        seen(Kind::Lock, "room", Some(thread("bob")), []),
    ])
}

/// The one has let go, the other has not taken it yet.
pub(super) fn between_hands() -> Picture {
    picture(vec![seen(Kind::Lock, "room", None, [thread("ann")])])
}

/// Ann, a task, keeps a std lock across an await; bob, another, blocks their thread for it.
pub(super) fn blocked_runtime(task_threads: usize) -> Picture {
    let (ann, bob) = (task("ann"), task("bob"));
    Picture {
        task_threads,
        ..picture(vec![
            seen(Kind::Lock, "room", Some(ann.clone()), [bob]),
            seen(Kind::Phone, "slow-1's phone", None, [ann]),
        ])
    }
}

/// The room tells ann, who has no time to listen: she tells the room.
pub(super) fn full_mailboxes() -> Picture {
    let (ann, room) = (task("ann"), task("room"));
    let senders = [task("bob"), ann.clone()];
    picture(vec![
        seen(Kind::Mailbox, "ann's outbox", Some(ann), [room.clone()]),
        seen(Kind::Mailbox, "the room's mailbox", Some(room), senders),
    ])
}

pub(super) fn full_outbox() -> Picture {
    let (room, writer) = (task("room"), task("slow-1's writer"));
    let outbox = seen(
        Kind::Mailbox,
        "slow-1's outbox",
        Some(writer.clone()),
        [room.clone()],
    );
    picture(vec![
        seen(
            Kind::Mailbox,
            "the room's mailbox",
            Some(room),
            [task("bob")],
        ),
        outbox,
        seen(Kind::Phone, "slow-1's phone", None, [writer]),
        seen(Kind::Mailbox, "bob's outbox", Some(task("bob")), []),
    ])
}
