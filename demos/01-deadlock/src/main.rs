//! Step 1's threads: one listener, one room, a ticker, and a thread for every player.

use demo_01_deadlock::{room::Room, server};
use harness::Step;
use std::{process::ExitCode, sync::Arc};

const STEP: Step = Step {
    name: "01-deadlock",
    command: "cargo run -p demo-01-deadlock",
    port: 7001,
    title: "two locks, taken in two orders",
    cure: "Step 2 takes both locks in one order: cargo run -p demo-02-lock-order",
};

fn main() -> ExitCode {
    harness::run(&STEP, |listener| {
        let room = Arc::new(Room::open());
        server::refill_forever(Arc::clone(&room));
        server::accept_forever(&listener, &room)
    })
}
