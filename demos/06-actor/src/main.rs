//! The drawing of step 6: a room, a door, and visitors who hold nothing but the way to its inbox.

use demo_06_actor::{room::REQUESTS_WAITING, server};
use harness::Step;
use harness_tokio::{mpsc, on_one_thread};
use std::{io, process::ExitCode};
use tokio::task::spawn_local;

const STEP: Step = Step {
    name: "06-actor",
    command: "cargo run -p demo-06-actor",
    port: 7006,
    title: "the room never waits for a player",
    cure: "There is nothing left to cure in this room; what is next is the network.",
};

fn main() -> ExitCode {
    // Left alone, the kernel holds megabytes for a phone that does not read: long to wait for.
    wires::shorten();
    // A connection is an open file, and a shell on macOS allows 256 of them.
    descriptors::raise();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let (door, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
            let room = spawn_local(harness::named("room", server::keep_open(inbox)));
            // It takes the door along, and whoever came by it has gone when it returns.
            server::welcome_until(harness::closing(), listener, door).await?;
            // So the room has heard the last word there is, and ends by itself.
            room.await.map_err(io::Error::other)?;
            match harness::tasks() {
                0 => Ok(()),
                left => Err(io::Error::other(format!("{left} tasks were left behind"))),
            }
        })
    })
}
