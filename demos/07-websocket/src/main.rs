//! The drawing of step 7: a room, a door, and visitors who come through a browser.

use demo_07_websocket::{bridge, logs, options, room::REQUESTS_WAITING, server};
use harness::{Front, Step};
use harness_tokio::{mpsc, on_one_thread};
use std::{env, io, process::ExitCode};
use tokio::{signal, task::spawn_local};

const STEP: Step = Step {
    name: "07-websocket",
    command: "cargo run -p demo-07-websocket --bin 07-websocket",
    port: 7007,
    title: "the room of step 6 meets browsers",
    cure: "There is nothing left to cure in this room; what is next is a game.",
};

const FRONT: Front = Front {
    walk_up: |address| format!("Walk up with a browser: http://{address}/"),
    help: options::HELP,
    bridge: bridge::open,
};

fn main() -> ExitCode {
    let (config, format, words) = match options::take(env::args_os().skip(1)) {
        Ok(taken) => taken,
        Err(why) => {
            eprintln!("{}: {why}", STEP.name);
            return ExitCode::FAILURE;
        }
    };
    logs::begin(format);
    // Left alone, the kernel holds megabytes for a phone that does not read: long to wait for.
    wires::shorten();
    // A connection is an open file, and a shell on macOS allows 256 of them.
    descriptors::raise();
    harness::run_behind(&STEP, Some(&FRONT), words, |listener| {
        on_one_thread(listener, async |listener| {
            let (door, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
            let room = spawn_local(harness::named("room", server::keep_open(inbox)));
            let signals = spawn_local(ends_by_hand());
            // It takes the door along, and whoever came by it has gone when it returns.
            server::welcome_until(harness::shutdown(), listener, door, config).await?;
            // So the room has heard the last word there is, and ends by itself.
            room.await.map_err(io::Error::other)?;
            signals.abort();
            match harness::tasks() {
                0 => Ok(()),
                left => Err(io::Error::other(format!("{left} tasks were left behind"))),
            }
        })
    })
}

/// The first Ctrl-C, or SIGTERM, ends it in order; the second at once.
async fn ends_by_hand() {
    asked_to_end().await;
    harness::request_shutdown();
    asked_to_end().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn asked_to_end() {
    let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    let _ = signal::ctrl_c().await;
}
