//! Step 4 with the usual first attempt at a cure: an async mutex around the room.

use demo_04_await::async_mutex::{room::Room, server};
use harness::Step;
use harness_tokio::on_one_thread;
use std::{process::ExitCode, sync::Arc};

const STEP: Step = Step {
    name: "04-async-mutex",
    command: "cargo run -p demo-04-await --bin 04-async-mutex",
    port: 7014,
    title: "one decision under one async mutex",
    cure: "It is step 2 again. Step 5 has no lock at all: cargo run -p demo-05-channels -- --slow 1",
};

fn main() -> ExitCode {
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let room = Arc::new(Room::open());
            server::beat_forever();
            server::refill_forever(Arc::clone(&room));
            server::accept_forever(&listener, &room).await
        })
    })
}
