//! The machine stands still: a laptop that swaps, a virtual machine that is moved.

use crate::{
    common::{Client, Folder, Received, ask_json, wait_until},
    faults::running::Running,
};
use rush::wire::ToServer;
use rustix::process::{Pid, Signal, kill_process};
use std::{thread, time::Duration};

/// Freezes the server, lets clients send, and checks that each of them was heard.
fn freeze(standing: Duration) {
    let folder = Folder::with_token();
    let running = Running::behind(&[], folder.path(), &[]);
    let mut ann = Client::join(running.address(), "hall", "ann");
    ann.receive_ticks(3);
    let mut bob = Client::connect(running.address(), "hall");
    let pid = Pid::from_raw(running.pid() as i32).expect("a process");
    kill_process(pid, Signal::STOP).expect("it runs");
    let join = ToServer::Join {
        name: "bob".to_owned(),
    };
    bob.send(&join);
    thread::sleep(standing);
    kill_process(pid, Signal::CONT).expect("it runs");
    bob.receive_until("the welcome", |_, received| {
        matches!(
            received,
            Received::Message(rush::wire::ToClient::Welcome(_))
        )
        .then_some(())
    });
    ann.receive_ticks(10);
    wait_until("both play", || {
        ask_json(running.address(), "/api/rooms")["rooms"][0]["players"] == 2
    });
}

/// Longer than a new client may say nothing.
#[test]
fn after_a_freeze_of_six_seconds_what_arrived_is_heard() {
    freeze(Duration::from_secs(6));
}

#[test]
#[ignore = "half a minute: cargo test -p demo-08-snack-game --test it freeze -- --ignored"]
fn after_a_freeze_of_thirty_seconds_what_arrived_is_heard() {
    freeze(Duration::from_secs(30));
}
