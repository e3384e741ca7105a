//! Step 4 once more, with the cure that everybody proposes: an async mutex around the room.

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
    // Left alone, the kernel holds megabytes for a phone that does not read: long to wait for.
    wires::shorten();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let room = Arc::new(Room::open());
            server::beat_forever();
            server::refill_forever(Arc::clone(&room));
            server::welcome_forever(&listener, &room).await
        })
    })
}
