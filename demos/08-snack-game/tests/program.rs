//! The program as its audience starts it: how it ends, what it keeps, and what it says when it cannot.

mod common;

use common::{Folder, PATIENCE, Phone, ask_json, wait_until};
use rush::{Dir, wire::ToServer};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

fn start(data: &Path, args: &[&str]) -> Running {
    let mut child = Command::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0", "--bots", "0", "--data"])
        .arg(data)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert_ne!(
            stdout.read_line(&mut line).expect("text"),
            0,
            "it ended before it listened"
        );
        if let Some(address) = line.trim().strip_prefix("listening on ") {
            break address.parse().expect("an address");
        }
    };
    Running {
        child,
        stdout,
        address,
    }
}

impl Running {
    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// Its exit status, and what it said since it listened.
    fn ended(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(Instant::now() < until, "it does not end"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).expect("text");
        (status.code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end.
fn run(args: &[&str]) -> Output {
    let child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let pid = child.id();
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("{args:?}: still running as {pid}"));
    output.expect("its output")
}

/// A program that cannot do what was asked: status 1, and a sentence without a panic in it.
#[track_caller]
fn refuses(args: &[&str], sentence: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
    assert!(said.contains(sentence), "{args:?}: {said}");
    assert!(
        !said.contains("panicked") && said.trim_end().lines().count() == 1,
        "{args:?}: {said}"
    );
}

/// Plays a round, says how many points there were on the podium, and leaves: a seat that is kept would play on, and change the board.
fn play_a_round(address: SocketAddr) -> u64 {
    let mut ann = Phone::join(address, "hall", "ann");
    ann.hears_until("the podium", |ann, _| {
        (ann.mirror().phase() == Some(rush::Phase::Podium)).then_some(())
    });
    let seat = ann.seat();
    let points = ann.mirror().player(seat).expect("seated").player.points;
    ann.says(&ToServer::Leave);
    assert_eq!(ann.hears_goodbye().0, 1000);
    u64::from(points)
}

#[test]
fn what_was_shown_on_the_board_survives_a_kill() {
    let folder = Folder::new();
    let mut best = 0;
    // Straight on through snacks by chance: some round has points.
    let server = start(
        folder.path(),
        &["--round-seconds", "4", "--podium-seconds", "1"],
    );
    while best == 0 {
        best = play_a_round(server.address);
    }
    let shown = |address| ask_json(address, "/api/leaderboard?room=hall")["ever"].clone();
    let mut before = serde_json::Value::Null;
    wait_until("the board shows it", || {
        before = shown(server.address);
        before[0]["points"] == best
    });
    drop(server); // kill -9
    let server = start(folder.path(), &[]);
    assert_eq!(shown(server.address), before);
}

#[test]
fn bots_are_on_the_podium_and_on_no_board() {
    let folder = Folder::new();
    let server = start(
        folder.path(),
        &[
            "--bots",
            "12",
            "--round-seconds",
            "4",
            "--podium-seconds",
            "1",
        ],
    );
    let mut ann = Phone::join(server.address, "room-1", "ann");
    let seat = ann.seat();
    ann.hears_until("ann and a bot have points on a podium", |ann, _| {
        let won = |theirs: bool| {
            let mut players = ann.mirror().players();
            players.any(|it| it.player.points > 0 && (it.seat == seat) == theirs)
        };
        let podium = ann.mirror().phase() == Some(rush::Phase::Podium);
        (podium && won(true) && won(false)).then_some(())
    });
    let mut board = serde_json::Value::Null;
    wait_until("the board shows ann", || {
        board = ask_json(server.address, "/api/leaderboard");
        board["ever"][0]["name"] == "ann"
    });
    assert_eq!(board["ever"].as_array().map(Vec::len), Some(1), "{board}");
}

#[cfg(unix)]
#[test]
fn sigterm_during_a_round_with_bots_ends_it_well() {
    use rustix::process::Signal;
    let folder = Folder::new();
    let server = start(
        folder.path(),
        &[
            "--bots",
            "12",
            "--round-seconds",
            "5",
            "--podium-seconds",
            "1",
        ],
    );
    let mut ann = Phone::join(server.address, "room-1", "ann");
    ann.turns(Dir::Up);
    wait_until("the bots have come", || {
        ask_json(server.address, "/api/rooms")["rooms"][0]["players"] == 13
    });
    server.signal(Signal::TERM);
    let (code, reason) = ann.hears_goodbye();
    assert!(
        code == 1012 && reason.starts_with("retry in "),
        "{code} {reason}"
    );
    let _ = ann.socket.flush();
    drop(ann);
    let (status, said) = server.ended();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("closed in order"), "{said}");
    let round = fs::read_dir(folder.path().join("rounds"))
        .expect("a folder")
        .next()
        .expect("a round")
        .expect("a file");
    let file = round.path();
    let file = file.to_str().expect("a path");
    let output = run(&["replay", file]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("the same as then"), "{said}");
    // Ann, and nine of the best: whoever came while the round was going on has a name in it, too.
    let named = |line: &str| line.contains(" bot ") || line.contains(" ann ");
    let (places, of_them) = said.lines().fold((0, 0), |(all, some), line| {
        let place = line
            .trim_start()
            .starts_with(|it: char| it.is_ascii_digit());
        (
            all + u32::from(place),
            some + u32::from(place && named(line)),
        )
    });
    assert_eq!((places, of_them), (10, 10), "{said}");

    // A log that somebody changed is told apart from one that somebody cut off.
    let mut bytes = fs::read(file).expect("a file");
    bytes.truncate(bytes.len() - 8);
    fs::write(file, &bytes).expect("a file");
    refuses_at_the_end(&["replay", file], "breaks off after tick");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, &bytes).expect("a file");
    refuses_at_the_end(&["replay", file], "corrupt from byte");
}

fn refuses_at_the_end(args: &[&str], sentence: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains(sentence) && !said.contains("panicked"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    use rustix::process::Signal;
    let folder = Folder::new();
    let server = start(
        folder.path(),
        &["--drain-seconds", "600", "--round-seconds", "600"],
    );
    let mut ann = Phone::join(server.address, "hall", "ann");
    ann.hears_ticks(3);
    server.signal(Signal::TERM);
    wait_until("it drains", || {
        ask_json(server.address, "/api/seat")["draining"] == true
    });
    server.signal(Signal::INT);
    let (status, said) = server.ended();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("ended at once"), "{said}");
}

#[test]
fn scores_that_cannot_be_read_are_left_as_they_are() {
    for bytes in [b"these are no scores".to_vec(), vec![0; 4096], Vec::new()] {
        let folder = Folder::new();
        let file = folder.path().join("scores.redb");
        fs::write(&file, &bytes).expect("a file");
        refuses(
            &[
                "--listen",
                "127.0.0.1:0",
                "--data",
                folder.path().to_str().expect("a path"),
            ],
            "they were left as they are",
        );
        assert_eq!(fs::read(&file).expect("a file"), bytes, "it was written to");
    }
}

#[test]
fn scores_that_were_cut_off_are_left_as_they_are() {
    let folder = Folder::new();
    drop(start(folder.path(), &[]));
    let file = folder.path().join("scores.redb");
    let mut bytes = fs::read(&file).expect("a file");
    bytes.truncate(bytes.len() / 3);
    fs::write(&file, &bytes).expect("a file");
    refuses(
        &[
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder.path().to_str().expect("a path"),
        ],
        "they were left as they are",
    );
    assert_eq!(fs::read(&file).expect("a file"), bytes, "it was written to");
}

#[test]
fn two_servers_do_not_share_scores() {
    let folder = Folder::new();
    let _first = start(folder.path(), &[]);
    refuses(
        &[
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder.path().to_str().expect("a path"),
        ],
        "in use by another server",
    );
}

#[test]
fn what_cannot_be_done_is_told_in_a_sentence() {
    let folder = Folder::new();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let under = file.join("data");
    let data = folder.path().to_str().expect("a path");
    refuses(
        &[
            "--listen",
            "127.0.0.1:0",
            "--data",
            under.to_str().expect("a path"),
        ],
        "cannot keep scores in",
    );
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    refuses(
        &["--listen", &address, "--data", data],
        "is taken: another program listens there",
    );
    refuses(
        &["--listen", "192.0.2.1:0", "--data", data],
        "is not an address of this machine",
    );
    refuses(
        &["--peers", "nowhere"],
        "--peers wants addresses of other servers",
    );
    refuses(
        &["--directory", "http://127.0.0.1:6379"],
        "--directory wants redis://HOST:PORT",
    );
    refuses(&["--fast"], "--help tells what there is");
    refuses(
        &["replay", "/nowhere/at/all.rush"],
        "cannot read /nowhere/at/all.rush",
    );
    refuses(
        &["replay", file.to_str().expect("a path")],
        "this is no turn log",
    );
    assert!(String::from_utf8_lossy(&run(&["--help"]).stdout).contains("--audience"));
}

/// Of the README, with this program in the place of the one that is there.
#[cfg(target_os = "linux")]
#[test]
fn systemd_has_nothing_against_the_unit_in_the_readme() {
    let readme = include_str!("../README.md");
    let (_, unit) = readme.split_once("```ini\n").expect("a unit");
    let (unit, _) = unit.split_once("```").expect("its end");
    assert!(unit.contains("ExecStart=/opt/snack/08-snack-game --keep "));
    let folder = Folder::new();
    let file = folder.path().join("snack-rush.service");
    fs::write(&file, unit.replace("/opt/snack/08-snack-game", PROGRAM)).expect("a file");
    let looked = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output();
    let Ok(looked) = looked else {
        eprintln!("SKIPPED: there is no systemd-analyze here");
        return;
    };
    let said = String::from_utf8_lossy(&looked.stderr);
    let said: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("snack-rush"))
        .collect();
    assert!(looked.status.success() && said.is_empty(), "{said:?}");
}
