//! Step 6's tasks: a room, a listener, and sessions that hold nothing but senders to the room.

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
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // A connection is an open file, and a shell on macOS allows 256 open files.
    sockets::raise_limit();
    harness::run(&STEP, |listener| {
        on_one_thread(listener, async |listener| {
            let (inbox_sender, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
            let room = spawn_local(harness::named("room", server::run_room(inbox)));
            // It owns every sender to the inbox: when it returns, all of them are dropped.
            server::accept_until(harness::shutdown(), listener, inbox_sender).await?;
            // So the room has handled its last message, and its task ends.
            room.await.map_err(io::Error::other)?;
            match harness::tasks() {
                0 => Ok(()),
                left => Err(io::Error::other(format!("{left} tasks were left behind"))),
            }
        })
    })
}
