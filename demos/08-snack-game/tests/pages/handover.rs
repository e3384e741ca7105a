//! A server that is replaced and killed in somebody's hand.

use std::fs;

use browser::for_test;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::server::{Player, SOON, open};

#[test]
fn a_phone_keeps_its_websocket_while_its_server_is_replaced_and_killed() {
    let Some(browser) = for_test("a server that is kept") else {
        return;
    };
    // It ends by itself, should this test end in the middle.
    let bar = open(&["--keep", "--round-seconds", "300", "--seconds", "300"]);
    let told = bar.stdout();
    let keeper = told
        .split_whitespace()
        .nth(2)
        .and_then(|it| it.parse().ok());
    let keeper: i32 = keeper.expect("it says by whom it is kept");
    let workers = || {
        let children = fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"));
        let children = children.expect("it runs");
        let pids = children.split_whitespace().filter_map(|it| it.parse().ok());
        pids.collect::<Vec<i32>>()
    };
    let say = |to: i32, signal| {
        kill_process(Pid::from_raw(to).expect("a process"), signal).expect("it runs");
    };
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    guest.asks("void (window.first = line.socket)");
    let before = guest.asks("line.seat");

    for signal in [Signal::USR2, Signal::KILL] {
        let old = workers();
        assert_eq!(old.len(), 1, "one worker serves");
        let to = if signal == Signal::KILL {
            old[0]
        } else {
            keeper
        };
        say(to, signal);
        crate::server::wait_until("another worker", || {
            let now = workers();
            now.len() == 1 && now != old
        });
        // It plays on: what is eaten from here on is swiped and told over the same line.
        guest.eats(guest.points() + 1, SOON);
        assert_eq!(
            guest.asks("window.first === line.socket && line.socket.readyState === WebSocket.OPEN"),
            json!(true)
        );
    }
    assert_eq!(guest.asks("line.seat"), before);
    guest.is_fine();
    say(keeper, Signal::TERM);
}
