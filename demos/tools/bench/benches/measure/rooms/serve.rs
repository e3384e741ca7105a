//! A room in a process of its own: this same executable, under the room's name.

use harness::Step;
use harness_tokio::{mpsc, on_one_thread};
use std::{env, io, net::TcpListener, path::Path, process::ExitCode, sync::Arc};
use tokio::task::spawn_local;

/// Serves a step's room on a listener, until the process ends.
type Serve = fn(TcpListener) -> io::Result<()>;

/// A step by the name of its binary, the capacity of its outboxes in lines, and what its `main.rs`
/// does.
type Room = (&'static str, Option<usize>, Serve);

/// In the order of the steps.
const ROOMS: [Room; 6] = [
    ("01-deadlock", None, deadlock),
    ("02-lock-order", None, lock_order),
    ("03-short-locks", None, short_locks),
    ("04-await", None, a_guard_across_await),
    (
        "05-channels",
        Some(demo_05_channels::room::LINES_BEHIND),
        channels,
    ),
    ("06-actor", Some(demo_06_actor::room::LINES_BEHIND), actor),
];

/// The rooms' names in the order of the steps, each with the capacity of its outboxes in lines.
pub(crate) fn names_and_limits() -> impl Iterator<Item = (&'static str, Option<u64>)> {
    ROOMS
        .iter()
        .map(|(name, limit, _)| (*name, limit.map(|lines| lines as u64)))
}

/// If this process was started under a room's name, serves that room, with the options of every
/// step.
pub(crate) fn under_its_name() -> Option<ExitCode> {
    let called = env::args_os().next()?;
    let called = Path::new(&called).file_stem()?.to_str()?;
    let &(name, _, serve) = ROOMS.iter().find(|(name, ..)| *name == called)?;
    let step = Step {
        name,
        command: "cargo bench -p bench --features measure",
        port: 0,
        title: "measured",
        cure: "The report tells what this means.",
    };
    Some(harness::run(&step, serve))
}

fn deadlock(listener: TcpListener) -> io::Result<()> {
    use demo_01_deadlock::{room::Room, server};
    let room = Arc::new(Room::open());
    server::refill_forever(Arc::clone(&room));
    server::accept_forever(&listener, &room)
}

fn lock_order(listener: TcpListener) -> io::Result<()> {
    use demo_02_lock_order::{room::Room, server};
    let room = Arc::new(Room::open());
    server::refill_forever(Arc::clone(&room));
    server::accept_forever(&listener, &room)
}

fn short_locks(listener: TcpListener) -> io::Result<()> {
    use demo_03_short_locks::{room::Room, server};
    let room = Arc::new(Room::open());
    server::refill_forever(Arc::clone(&room));
    server::accept_forever(&listener, &room)
}

fn a_guard_across_await(listener: TcpListener) -> io::Result<()> {
    use demo_04_await::{room::Room, server};
    on_one_thread(listener, async |listener| {
        let room = Arc::new(Room::open());
        server::beat_forever();
        server::refill_forever(Arc::clone(&room));
        server::accept_forever(&listener, &room).await
    })
}

fn channels(listener: TcpListener) -> io::Result<()> {
    use demo_05_channels::{
        room::{REQUESTS_WAITING, Room},
        server,
    };
    on_one_thread(listener, async |listener| {
        let (room, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
        spawn_local(harness::named("room", Room::default().run(inbox)));
        server::beat_forever();
        server::refill_forever(room.clone());
        server::accept_forever(&listener, &room).await
    })
}

fn actor(listener: TcpListener) -> io::Result<()> {
    use demo_06_actor::{room::REQUESTS_WAITING, server};
    on_one_thread(listener, async |listener| {
        let (inbox_sender, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
        spawn_local(harness::named("room", server::run_room(inbox)));
        server::accept_until(harness::shutdown(), listener, inbox_sender).await
    })
}
