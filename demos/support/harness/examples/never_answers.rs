//! A server that listens and never accepts a connection.

use harness::Step;
use std::process::ExitCode;
use std::thread;

const STEP: Step = Step {
    name: "never_answers",
    command: "cargo run -p harness --example never_answers",
    port: 7094,
    title: "a server for the harness' own tests",
    cure: "Step 1 accepts: cargo run -p demo-01-deadlock",
};

fn main() -> ExitCode {
    harness::run(&STEP, |listener| {
        loop {
            // The listener stays open, so the kernel accepts clients into its queue.
            let _open = &listener;
            thread::park();
        }
    })
}
