//! Step 4's tasks on one thread: a ticker, a heartbeat, and one for every player, around one room.

use demo_04_await::{room::Room, server};
use harness::Step;
use harness_tokio::on_one_thread;
use std::{process::ExitCode, sync::Arc};

const STEP: Step = Step {
    name: "04-await",
    command: "cargo run -p demo-04-await --bin 04-await",
    port: 7004,
    title: "one decision under one lock, held across an await",
    cure: "Would tokio's own mutex help? cargo run -p demo-04-await --bin 04-async-mutex -- --slow 1",
};

fn main() -> ExitCode {
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // A connection is an open file, and a shell on macOS allows 256 open files.
    sockets::raise_limit();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let room = Arc::new(Room::open());
            server::beat_forever();
            server::refill_forever(Arc::clone(&room));
            server::accept_forever(&listener, &room).await
        })
    })
}
