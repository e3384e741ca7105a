//! A server is replaced and killed while a page plays.

use std::fs;

use browser::for_test;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::pages::server::{Player, SOON, open};

#[test]
fn a_page_keeps_its_websocket_while_the_server_is_replaced_and_killed() {
    let Some(browser) = for_test("a server with a supervisor") else {
        return;
    };
    // `--seconds` ends the server if this test is interrupted.
    let server = open(&["--keep", "--round-seconds", "300", "--seconds", "300"]);
    let printed = server.stdout();
    let supervisor = printed
        .split_whitespace()
        .skip_while(|word| !word.ends_with("supervisor"))
        .find_map(|word| word.parse().ok());
    let supervisor: i32 = supervisor.expect("the server prints its supervisor");
    let workers = || {
        let children = fs::read_to_string(format!("/proc/{supervisor}/task/{supervisor}/children"));
        let children = children.expect("the supervisor runs");
        let pids = children.split_whitespace().filter_map(|it| it.parse().ok());
        pids.collect::<Vec<i32>>()
    };
    let say = |to: i32, signal| {
        kill_process(Pid::from_raw(to).expect("a process"), signal).expect("the process runs");
    };
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    player.be_patient();
    player.eval("void (window.first = connection.socket)");
    let before = player.eval("connection.seat");

    for signal in [Signal::USR2, Signal::KILL] {
        let old = workers();
        assert_eq!(old.len(), 1, "one worker serves");
        let to = if signal == Signal::KILL {
            old[0]
        } else {
            supervisor
        };
        say(to, signal);
        crate::common::wait_until("another worker", || {
            let now = workers();
            now.len() == 1 && now != old
        });
        // The player can still eat: swipes and ticks use the same connection.
        player.eat(player.points() + 1, SOON);
        assert_eq!(
            player
                .eval("window.first === connection.socket && connection.socket.readyState === WebSocket.OPEN"),
            json!(true)
        );
    }
    assert_eq!(player.eval("connection.seat"), before);
    player.check_errors();
    say(supervisor, Signal::TERM);
}
