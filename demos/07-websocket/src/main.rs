//! Step 7's tasks: a room, a listener, and sessions that speak HTTP first and then a WebSocket.

use demo_07_websocket::{bridge, logs, options, room::REQUESTS_WAITING, server};
use harness::{Front, Step};
use harness_tokio::{mpsc, on_one_thread};
use std::{env, io, process::ExitCode};
use tokio::task::spawn_local;
use web_server::signals::{INTERRUPTED, Signals};

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
    let _written = output::Guard::new();
    let (config, format, words) = match options::take(env::args_os().skip(1)) {
        Ok(taken) => taken,
        Err(why) => {
            output::err!("{}: {why}", STEP.name);
            return ExitCode::FAILURE;
        }
    };
    logs::init(format);
    // By default the kernel buffers megabytes for a phone that does not read: a long wait.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // A connection is an open file, and a shell on macOS allows 256 open files.
    sockets::raise_limit();
    harness::run_behind(&STEP, Some(&FRONT), words, |listener| {
        on_one_thread(listener, async |listener| {
            let (inbox_sender, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
            let room = spawn_local(harness::named("room", server::run_room(inbox)));
            let signals = spawn_local(end_run_on_signal());
            // It owns every sender to the inbox: when it returns, all of them are dropped.
            server::accept_until(harness::shutdown(), listener, inbox_sender, config).await?;
            // So the room has handled its last message, and its task ends.
            room.await.map_err(io::Error::other)?;
            signals.abort();
            match harness::tasks() {
                0 => Ok(()),
                left => Err(io::Error::other(format!("{left} tasks were left behind"))),
            }
        })
    })
}

/// Shuts down gracefully at the first Ctrl-C or SIGTERM, and exits at the second.
async fn end_run_on_signal() {
    let mut signals = Signals::listen();
    signals.next().await;
    harness::request_shutdown();
    signals.next().await;
    output::exit(INTERRUPTED.into());
}
