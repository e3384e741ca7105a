//! Sample graphs for the tests.

use super::{Actor, Holder, Kind, Link, Seen, WaitGraph, Waiter, Who};
use std::panic::Location;
use std::time::Instant;

/// A thread. Its number is made from its name.
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

fn graph(resources: Vec<Seen>) -> WaitGraph {
    WaitGraph {
        resources,
        task_threads: 1,
    }
}

pub(super) fn names<'a>(links: &[Link<'a>]) -> Vec<&'a str> {
    links.iter().map(|link| &*link.who.name).collect()
}

pub(crate) fn two_orders() -> WaitGraph {
    let (ann, bob) = (thread("ann"), thread("bob"));
    let crowd = [thread("carl"), bob.clone(), thread("dora")];
    graph(vec![
        seen(Kind::Lock, "room", Some(ann.clone()), crowd),
        seen(Kind::Lock, "player bob", Some(bob), [ann]),
        seen(Kind::Queue, "ed's outbox", None, [thread("ed")]),
    ])
}

pub(crate) fn itself() -> WaitGraph {
    let ann = thread("ann");
    graph(vec![seen(Kind::Lock, "room", Some(ann.clone()), [ann])])
}

pub(crate) fn slow_phone() -> WaitGraph {
    let (ann, slow) = (thread("ann"), thread("slow-1"));
    let crowd = [thread("bob"), thread("carl")];
    graph(vec![
        seen(Kind::Lock, "room", Some(ann.clone()), crowd),
        seen(Kind::Lock, "player slow-1", Some(slow.clone()), [ann]),
        seen(Kind::Phone, "slow-1's phone", None, [slow]),
    ])
}

/// Zoe holds the diary, and waits for nothing that is recorded.
pub(crate) fn busy_holder() -> WaitGraph {
    let readers = [thread("yan")];
    graph(vec![seen(
        Kind::Lock,
        "diary",
        Some(thread("zoe")),
        readers,
    )])
}

pub(crate) fn idle() -> WaitGraph {
    let ann = thread("ann");
    graph(vec![
        seen(Kind::Queue, "ann's outbox", None, [ann]),
        seen(Kind::Lock, "room", Some(thread("bob")), []),
    ])
}

/// The lock was released, and the next thread has not taken it yet.
pub(crate) fn between_hands() -> WaitGraph {
    graph(vec![seen(Kind::Lock, "room", None, [thread("ann")])])
}

/// The task ann holds a std lock across an await. The task bob waits for it and blocks their
/// thread.
pub(crate) fn blocked_runtime(task_threads: usize) -> WaitGraph {
    let (ann, bob) = (task("ann"), task("bob"));
    WaitGraph {
        task_threads,
        ..graph(vec![
            seen(Kind::Lock, "room", Some(ann.clone()), [bob]),
            seen(Kind::Phone, "slow-1's phone", None, [ann]),
        ])
    }
}

/// The room sends to ann, who does not receive, because she sends to the room.
pub(crate) fn full_mailboxes() -> WaitGraph {
    let (ann, room) = (task("ann"), task("room"));
    let senders = [task("bob"), ann.clone()];
    graph(vec![
        seen(Kind::Mailbox, "ann's outbox", Some(ann), [room.clone()]),
        seen(Kind::Mailbox, "the room's mailbox", Some(room), senders),
    ])
}

pub(crate) fn full_outbox() -> WaitGraph {
    let (room, writer) = (task("room"), task("slow-1's writer"));
    let outbox = seen(
        Kind::Mailbox,
        "slow-1's outbox",
        Some(writer.clone()),
        [room.clone()],
    );
    graph(vec![
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
