//! Step 2's threads: one listener, one room, a ticker, and a thread for every player.

use demo_02_lock_order::{room::Room, server};
use harness::Step;
use std::{process::ExitCode, sync::Arc};

const STEP: Step = Step {
    name: "02-lock-order",
    command: "cargo run -p demo-02-lock-order",
    port: 7002,
    title: "two locks, one order",
    cure: "Step 3 never writes while it holds a lock: cargo run -p demo-03-short-locks -- --slow 1",
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
