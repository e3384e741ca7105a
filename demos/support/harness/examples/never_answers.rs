//! A server that opens its door and never looks who is there.

use harness::Step;
use std::process::ExitCode;
use std::thread;

const STEP: Step = Step {
    name: "never_answers",
    command: "cargo run -p harness --example never_answers",
    port: 7094,
    title: "a server for the harness' own tests",
    cure: "Step 1 does look: cargo run -p demo-01-deadlock",
};

fn main() -> ExitCode {
    harness::run(&STEP, |listener| {
        loop {
            // The listener lives, and the kernel lets people in as far as its waiting room.
            let _open = &listener;
            thread::park();
        }
    })
}
