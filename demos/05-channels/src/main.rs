//! Step 5's tasks: the room, which owns its inbox, and tasks that can only send to that inbox.

use demo_05_channels::{
    room::{REQUESTS_WAITING, Room},
    server,
};
use harness::Step;
use harness_tokio::{mpsc, on_one_thread};
use std::process::ExitCode;
use tokio::task::spawn_local;

const STEP: Step = Step {
    name: "05-channels",
    command: "cargo run -p demo-05-channels",
    port: 7005,
    title: "the room is a task, and every channel is waited for",
    cure: "Step 6 never waits for a player: cargo run -p demo-06-actor -- --slow 1",
};

fn main() -> ExitCode {
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // A connection is an open file, and a shell on macOS allows 256 open files.
    sockets::raise_limit();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let (room, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
            spawn_local(harness::named("room", Room::default().run(inbox)));
            server::beat_forever();
            server::refill_forever(room.clone());
            server::accept_forever(&listener, &room).await
        })
    })
}
