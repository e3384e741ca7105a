//! Step 3's threads: one listener, one room, a ticker, and a thread for every player.

use demo_03_short_locks::{room::Room, server};
use harness::Step;
use std::{process::ExitCode, sync::Arc};

const STEP: Step = Step {
    name: "03-short-locks",
    command: "cargo run -p demo-03-short-locks",
    port: 7003,
    title: "short locks, and an outbox for every player",
    cure: "Step 4 makes every decision under one lock: cargo run -p demo-04-await --bin 04-await -- --slow 1",
};

fn main() -> ExitCode {
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // A connection is an open file, and a shell on macOS allows 256 open files.
    sockets::raise_limit();
    harness::run(&STEP, |listener| {
        let room = Arc::new(Room::open());
        server::refill_forever(Arc::clone(&room));
        server::accept_forever(&listener, &room)
    })
}
