//! The log is a slow player: its reader does not read, or has died, and the game goes on.

use crate::common::{Client, Folder, PATIENCE, ask, program::PROGRAM, wait_until};
use bots::program::Unread;
use rustix::process::{Pid, Signal, kill_process};
use std::{fs, net::SocketAddr, path::Path};

/// More visits than the log lines of which fill a pipe.
const VISITS: u32 = 250;

fn start(data: &Path, more: &[&str]) -> Unread {
    let data = data.to_str().expect("a path in Unicode");
    let args = ["--bots", "0", "--data", data, "--drain-seconds", "0"];
    Unread::start(PROGRAM, &[&args[..], more].concat())
}

/// Players come and go, and the room ticks on. Returns one who stays.
fn visits(address: SocketAddr, many: u32) -> Client {
    let mut ann = Client::join(address, "hall", "ann");
    for number in 0..many {
        // A lost player keeps the seat for a while, so one room has too few.
        let room = format!("hall-{}", number / 100);
        drop(Client::join(address, &room, "bob"));
        if number % 50 == 0 {
            ann.receive_ticks(3);
        }
    }
    ann.receive_ticks(3);
    ann
}

/// SIGTERM: goodbye is said, the room is kept, and the status is 0.
fn ends_in_order(mut server: Unread, mut ann: Client, data: &Path) {
    terminate(server.pid());
    assert_eq!(ann.receive_close().0, 1012);
    drop(ann);
    assert_eq!(server.wait(PATIENCE), Some(0));
    let kept = fs::read_dir(data).expect("a folder");
    let mut kept = kept.filter_map(|it| it.ok()?.file_name().into_string().ok());
    assert!(kept.any(|it| it.contains("rooms")), "no room is kept");
}

fn terminate(pid: u32) {
    let pid = Pid::from_raw(pid as i32).expect("a process");
    kill_process(pid, Signal::TERM).expect("it runs");
}

fn dropped(address: SocketAddr) -> u64 {
    let (_, metrics) = ask(address, "/metrics", "");
    let value = metrics
        .lines()
        .find_map(|line| line.strip_prefix("snack_rush_log_lines_dropped_total "));
    value.and_then(|it| it.parse().ok()).expect("the counter")
}

#[test]
fn the_game_goes_on_while_its_log_is_not_read_and_the_last_words_are_kept() {
    let folder = Folder::with_token();
    let mut server = start(folder.path(), &[]);
    let mut ann = visits(server.address(), VISITS);
    assert_eq!(dropped(server.address()), 0, "they wait for the reader");
    let (out, err) = server.read_on().expect("readers");
    terminate(server.pid());
    assert_eq!(ann.receive_close().0, 1012);
    drop(ann);
    assert_eq!(server.wait(PATIENCE), Some(0));
    let (out, err) = (out.join().expect("text"), err.join().expect("text"));
    assert!(
        out.contains("listening on ") && out.contains("shut down gracefully"),
        "{out}"
    );
    let bobs = err.lines().filter(|line| line.contains("ended")).count();
    assert!(bobs > VISITS as usize / 2, "{bobs} lines\n{err}");
}

#[test]
fn a_game_whose_log_is_never_read_ends_in_order() {
    let folder = Folder::with_token();
    let server = start(folder.path(), &[]);
    let ann = visits(server.address(), 10);
    ends_in_order(server, ann, folder.path());
}

#[test]
fn the_game_goes_on_when_the_reader_of_its_log_dies_and_counts_what_is_lost() {
    let folder = Folder::with_token();
    let mut server = start(folder.path(), &[]);
    server.loses_its_reader();
    let ann = visits(server.address(), 20);
    wait_until("lost lines are counted", || dropped(server.address()) > 20);
    ends_in_order(server, ann, folder.path());
}

#[cfg(target_os = "linux")]
#[test]
fn a_supervised_game_goes_on_and_is_replaced_although_its_log_is_not_read() {
    for is_gone in [false, true] {
        let folder = Folder::with_token();
        let mut server = start(folder.path(), &["--keep"]);
        if is_gone {
            server.loses_its_reader();
        }
        let mut ann = visits(server.address(), 30);
        let before = worker(&server);
        kill_process(before, Signal::KILL).expect("it runs");
        wait_until("the next worker", || worker(&server) != before);
        ann.receive_ticks(10);
        ends_in_order(server, ann, folder.path());
    }
}

#[cfg(target_os = "linux")]
fn worker(server: &Unread) -> Pid {
    let pid = server.pid();
    let mut worker = None;
    wait_until("a worker", || {
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        let first = children.split_whitespace().next().map(str::parse);
        worker = first.and_then(Result::ok).and_then(Pid::from_raw);
        worker.is_some()
    });
    worker.expect("waited for")
}
