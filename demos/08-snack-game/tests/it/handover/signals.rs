//! Signals in every order that a service manager, a terminal or an impatient person sends them: the
//! server ends in order or is replaced, and no process stays behind.

use crate::{
    common::{Client, wait_until, wait_until_seen},
    handover::game::{Game, ROOM, log},
};
use rush::wire::ToServer;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
};
use tungstenite::error::ProtocolError;

/// To which processes a signal is sent, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    Supervisor,
    /// The worker and the bots, as far as they run.
    Others,
}

use To::{Others, Supervisor};

fn supervisor(game: &Game) -> Pid {
    Pid::from_child(&game.supervisor)
}

fn send(game: &Game, others: &[Pid], to: To, signal: Signal) {
    let pids = match to {
        Supervisor => vec![supervisor(game)],
        Others => others.to_vec(),
    };
    for pid in pids {
        let _unless_it_ended = kill_process(pid, signal);
    }
}

/// Waits until no process of the game runs and its port is free.
#[track_caller]
fn leaves_nothing_behind(game: &Game, others: &[Pid]) {
    for pid in others {
        wait_until("its processes to end", || {
            test_kill_process(*pid).is_err() || is_zombie(*pid)
        });
    }
    wait_until("the port to be free", || {
        TcpListener::bind(game.address).is_ok()
    });
}

fn is_zombie(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.is_ok_and(|it| it.contains(") Z "))
}

#[test]
fn a_signal_ends_the_game_in_order_whichever_processes_get_it() {
    for (signals, status) in [
        // As a person sends it, as systemd does, and in the other order.
        (&[(Supervisor, Signal::INT)][..], 0),
        (&[(Supervisor, Signal::TERM), (Others, Signal::TERM)], 0),
        (&[(Others, Signal::TERM), (Supervisor, Signal::TERM)], 0),
        // The terminal was closed.
        (&[(Supervisor, Signal::HUP)], 0),
        (&[(Others, Signal::HUP), (Supervisor, Signal::HUP)], 0),
        // While the server is replaced.
        (
            &[
                (Supervisor, Signal::USR2),
                (Supervisor, Signal::USR2),
                (Others, Signal::TERM),
                (Supervisor, Signal::TERM),
            ],
            0,
        ),
        // The supervisor dies, and what is left is asked to end.
        (&[(Supervisor, Signal::KILL), (Others, Signal::TERM)], -1),
        (&[(Others, Signal::TERM), (Supervisor, Signal::KILL)], -1),
    ] {
        let mut game = Game::start(&["--drain-seconds", "0", "--bots", "2"]);
        let mut ann = Client::join(game.address, ROOM, "ann");
        ann.receive_ticks(3);
        wait_until("the worker and the bots", || game.workers().len() == 2);
        let others = game.workers();
        for (to, signal) in signals {
            send(&game, &others, *to, *signal);
        }
        assert_eq!(ann.receive_close().0, 1012, "{signals:?}");
        drop(ann);
        let ended = game.wait_for_exit();
        assert_eq!(ended.unwrap_or(-1), status, "{signals:?}");
        leaves_nothing_behind(&game, &others);
    }
}

#[test]
fn a_second_ctrl_c_ends_it_at_once_and_the_status_says_so() {
    let mut game = Game::start(&[
        "--drain-seconds",
        "600",
        "--round-seconds",
        "600",
        "--bots",
        "2",
    ]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    ann.receive_ticks(3);
    wait_until("the worker and the bots", || game.workers().len() == 2);
    let others = game.workers();
    send(&game, &others, Supervisor, Signal::INT);
    wait_until("the shutdown to begin", || {
        game.log_count(log::SHUTTING_DOWN) == 1
    });
    ann.receive_ticks(3);
    send(&game, &others, Supervisor, Signal::INT);
    assert_eq!(game.wait_for_exit(), Some(130));
    leaves_nothing_behind(&game, &others);
}

/// Joins as soon as the server takes players: while it is replaced it answers 503, and a page asks
/// again.
fn join_as_a_page(address: SocketAddr) -> Client {
    let mut joined = None;
    wait_until("the server to take players", || {
        match Client::try_connect(address, ROOM, |_| {}) {
            Ok(client) => {
                let name = "ann".to_owned();
                joined = Some(client.enter(&ToServer::Join { name }));
            }
            Err(tungstenite::Error::Http(answer)) => assert_eq!(answer.status(), 503),
            // Its worker ended before it had read the request.
            Err(
                tungstenite::Error::Io(_)
                | tungstenite::Error::Protocol(ProtocolError::HandshakeIncomplete),
            ) => {}
            Err(error) => panic!("the upgrade: {error}"),
        }
        joined.is_some()
    });
    joined.expect("waited for")
}

/// A service manager that reloads a service as soon as it is started.
#[test]
fn a_replacement_that_is_asked_for_before_the_game_is_ready_or_twice_does_no_harm() {
    for _ in 0..3 {
        let mut game = Game::start_with(&["--drain-seconds", "0"], |supervisor| {
            wait_until("the first line", || {
                let status = fs::read_to_string(format!("/proc/{supervisor}/status"));
                let caught = status.unwrap_or_default();
                let caught = caught.lines().find_map(|it| it.strip_prefix("SigCgt:"));
                let caught = caught.and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
                caught.is_some_and(|it| it & (1 << (12 - 1)) != 0)
            });
            let pid = Pid::from_raw(supervisor as i32).expect("a process");
            kill_process(pid, Signal::USR2).expect("it runs");
            kill_process(pid, Signal::USR2).expect("it runs");
        });
        let mut ann = join_as_a_page(game.address);
        ann.receive_ticks(3);
        let before = game.log_count(log::WORKER_SERVES);
        // Those that come during a replacement change nothing.
        wait_until("the replacement", || {
            game.request_replacement();
            game.request_replacement();
            game.log_count(log::WORKER_SERVES) > before
        });
        ann.receive_ticks(5);
        kill_process(supervisor(&game), Signal::TERM).expect("it runs");
        assert_eq!(ann.receive_close().0, 1012);
        drop(ann);
        assert_eq!(game.wait_for_exit(), Some(0));
        leaves_nothing_behind(&game, &[]);
    }
}

/// `systemctl kill -s SIGUSR2` sends it to every process of the service.
#[test]
fn a_replacement_that_all_processes_are_asked_for_is_the_supervisors_alone() {
    let mut game = Game::start(&["--drain-seconds", "0", "--bots", "2"]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    ann.receive_ticks(3);
    wait_until("the worker and the bots", || game.workers().len() == 2);
    let others = game.workers();
    send(&game, &others, Others, Signal::USR2);
    send(&game, &others, Supervisor, Signal::USR2);
    wait_until("the replacement", || {
        game.log_count(log::WORKER_SERVES) == 1
    });
    ann.receive_ticks(5);
    // The supervisor logs it after the new worker was told to serve.
    wait_until_seen("the log line", 1, || {
        game.log_count("\"INFO\",\"message\":\"handed over to a new worker\"")
    });
    for death in ["the worker died", "the bots died"] {
        assert_eq!(game.log_count(death), 0, "{death}");
    }
    kill_process(supervisor(&game), Signal::TERM).expect("it runs");
    assert_eq!(ann.receive_close().0, 1012);
    drop(ann);
    assert_eq!(game.wait_for_exit(), Some(0));
}

#[test]
fn bots_that_die_are_reaped_and_started_again() {
    let mut game = Game::start(&["--drain-seconds", "0", "--bots", "2"]);
    let bots = |game: &Game| {
        let is_bots = |pid: &Pid| {
            let line = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
            line.is_ok_and(|it| String::from_utf8_lossy(&it).contains("crowd-of-keeper"))
        };
        game.workers().into_iter().find(is_bots)
    };
    wait_until("the bots", || bots(&game).is_some());
    let first = bots(&game).expect("waited for");
    game.kill(first);
    wait_until("the log line", || game.log_count("the bots died") == 1);
    wait_until("the next bots", || {
        bots(&game).is_some_and(|next| next != first)
    });
    assert!(test_kill_process(first).is_err(), "no zombie is left");
    kill_process(supervisor(&game), Signal::TERM).expect("it runs");
    assert_eq!(game.wait_for_exit(), Some(0));
}

/// Nobody waits for the end of a round that bots play among themselves.
#[test]
fn with_bots_alone_the_end_comes_at_once() {
    let long = [
        "--drain-seconds",
        "600",
        "--round-seconds",
        "600",
        "--bots",
        "3",
    ];
    let mut game = Game::start(&long);
    let players = |game: &Game| {
        crate::common::ask_json(game.address, "/api/rooms")["rooms"][0]["players"].clone()
    };
    wait_until("the bots have joined", || players(&game) == 3);
    kill_process(supervisor(&game), Signal::INT).expect("it runs");
    assert_eq!(game.wait_for_exit(), Some(0));
    let timed = [&long[..], &["--seconds", "3"]].concat();
    assert_eq!(Game::start(&timed).wait_for_exit(), Some(0));
}
