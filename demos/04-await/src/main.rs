//! The drawing of step 4: one thread, one room, and a task for the ticker, the heartbeat and every
//! player.

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
    // Left alone, the kernel holds megabytes for a phone that does not read: long to wait for.
    wires::shorten();
    // A connection is an open file, and a shell on macOS allows 256 of them.
    descriptors::raise();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let room = Arc::new(Room::open());
            server::beat_forever();
            server::refill_forever(Arc::clone(&room));
            server::welcome_forever(&listener, &room).await
        })
    })
}
