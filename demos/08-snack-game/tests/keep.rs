//! The keeper, played: a worker is killed or replaced during the game, and no line breaks, no turn is lost, none is applied twice.
#![cfg(target_os = "linux")]

mod common;

use common::{Folder, Heard, Phone, ask, ask_json, wait_until};
use crowd::{Crowd, Plan, Seen};
use keeper::memory::Memory;
use rush::{
    Dir,
    wire::{Seq, ToClient, ToServer},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::{FileExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// A worker has to have lived for a second before it may be killed: the keeper does not believe that one after the other dies by chance.
const BETWEEN: Duration = Duration::from_millis(1_300);

/// Where everybody plays.
const ROOM: &str = "hall";

/// So many come before a crowd and so many after it.
const LISTENERS: usize = 4;

/// A server that is kept.
struct Game {
    keeper: Child,
    address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
    folder: Folder,
}

impl Game {
    fn start(args: &[&str]) -> Self {
        Self::of(Path::new(PROGRAM), args)
    }

    fn of(program: &Path, args: &[&str]) -> Self {
        let folder = Folder::new();
        let mut keeper = Command::new(program)
            .args(["--keep", "--listen", "127.0.0.1:0", "--bots", "0", "--data"])
            .arg(folder.path())
            .args(args)
            .env("RUST_LOG", "warn,demo_08_snack_game::server=info")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (out, err) = (keeper.stdout.take(), keeper.stderr.take());
        hear(out.expect("piped"), &said);
        hear(err.expect("piped"), &said);
        let mut game = Self {
            keeper,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            said,
            folder,
        };
        let mut address = None;
        wait_until("its address", || {
            let said = game.said.lock().expect("nobody panics with it");
            let mut told = said
                .iter()
                .filter_map(|it| it.strip_prefix("listening on "));
            address = told.next().and_then(|it| it.parse().ok());
            address.is_some()
        });
        game.address = address.expect("it was waited for");
        game
    }

    fn says(&self, what: &str) -> usize {
        let said = self.said.lock().expect("nobody panics with it");
        said.iter().filter(|line| line.contains(what)).count()
    }

    /// Whom the keeper started: the worker, and for a moment the one after it.
    fn workers(&self) -> Vec<Pid> {
        let keeper = self.keeper.id();
        let children = fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"));
        let children = children.unwrap_or_default();
        let pids = children.split_whitespace().filter_map(|it| it.parse().ok());
        pids.filter_map(Pid::from_raw).collect()
    }

    fn worker(&self) -> Pid {
        *self.workers().first().expect("somebody serves")
    }

    /// Kills the worker; the next one goes on when this returns.
    fn crash(&self) {
        let before = self.says("\"goes on\"");
        self.kill(self.worker());
        wait_until("the next worker", || self.says("\"goes on\"") > before);
    }

    fn kill(&self, worker: Pid) {
        kill_process(worker, Signal::KILL).expect("it runs");
    }

    /// Asks for the program on the disk; it goes on when this returns.
    fn replace(&self) {
        let before = self.says("\"goes on\"");
        self.anew();
        wait_until("the new worker", || self.says("\"goes on\"") > before);
    }

    /// Waits for its end; the status.
    fn ends(&mut self) -> Option<i32> {
        let mut status = None;
        wait_until("its end", || {
            status = self.keeper.try_wait().expect("a child");
            status.is_some()
        });
        status.and_then(|status| status.code())
    }

    /// What the keeper has open, and where that lies.
    fn holds(&self) -> Vec<(PathBuf, PathBuf)> {
        let open = fs::read_dir(format!("/proc/{}/fd", self.keeper.id())).expect("Linux");
        let open = open.filter_map(|it| it.ok().map(|it| it.path()));
        open.filter_map(|it| fs::read_link(&it).ok().map(|lies| (it, lies)))
            .collect()
    }

    /// The rooms' memories.
    fn memories(&self) -> Vec<fs::File> {
        let is_memory = |lies: &Path| lies.to_string_lossy().starts_with("/memfd:snapshot");
        let memories = self.holds().into_iter().filter(|(_, lies)| is_memory(lies));
        let open = |path| fs::OpenOptions::new().read(true).write(true).open(path);
        memories
            .map(|(path, _)| open(path).expect("ours"))
            .collect()
    }

    fn anew(&self) {
        kill_process(Pid::from_child(&self.keeper), Signal::USR2).expect("it runs");
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        let workers = self.workers();
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        for worker in workers {
            let _ended_already = kill_process(worker, Signal::KILL);
        }
        if thread::panicking() {
            for line in self.said.lock().expect("nobody panics with it").iter() {
                eprintln!("{line}");
            }
        }
    }
}

fn hear(from: impl std::io::Read + Send + 'static, said: &Arc<Mutex<Vec<String>>>) {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            said.lock().expect("nobody panics with it").push(line);
        }
    });
}

/// Players beside the crowd who do nothing but listen, each in a thread of its own: what comes to a crowd of a thousand in one thread is
/// heard when that thread gets to it, what comes to these is heard when it comes.
struct Listeners {
    enough: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<Duration>>,
}

impl Listeners {
    fn new() -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let threads = Vec::new();
        Self { enough, threads }
    }

    fn join(&mut self, count: usize, address: SocketAddr) {
        for _ in 0..count {
            let mut phone = Phone::join(address, ROOM, "listener");
            let enough = Arc::clone(&self.enough);
            self.threads.push(thread::spawn(move || {
                let (mut longest, mut before) = (Duration::ZERO, None);
                while !enough.load(Ordering::Relaxed) {
                    let heard = phone.hear();
                    assert!(matches!(heard, Heard::Message(_)), "{heard:?}");
                    if let Heard::Message(ToClient::Delta(_) | ToClient::Snapshot(_)) = heard {
                        let now = Instant::now();
                        let apart = before.replace(now).map(|before| now - before);
                        longest = longest.max(apart.unwrap_or_default());
                    }
                }
                phone.says(&ToServer::Leave); // Or its seat would be kept for it.
                longest
            }));
        }
    }

    /// The longest that any of them waited from tick to tick.
    fn longest(self) -> Duration {
        self.enough.store(true, Ordering::Relaxed);
        let heard = self.threads.into_iter().map(|it| it.join());
        let heard = heard.map(|longest| longest.expect("it heard every tick"));
        heard.max().unwrap_or_default()
    }
}

/// What is done to a server in the midst of a game, and its name.
type Change = (&'static str, fn(&Game));

const RESTARTS: Change = ("restarts", Game::replace);
const KILLS: Change = ("kills", Game::crash);

/// What the machine does to a tick by itself.
const NOTHING: Change = ("times nothing", |_| {});

/// So many players in one room, and each change so many times, each after a moment that `seed` chooses.
fn evening(players: u32, changes: &[Change], times: u32, seed: u64) {
    println!("{players} players, seed {seed}");
    crowd::raise_open_files();
    // Who joins is heard at the tick, so a crowd that comes at once would be sent to a room that is full by then.
    let seats = (players + 2 * LISTENERS as u32).max(160).to_string();
    let game = Game::start(&["--seats", &seats, "--round-seconds", "20"]);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut chance = seed;
    for (what, change) in changes {
        let plan = Plan {
            players,
            seed,
            room: Some(ROOM.to_owned()),
            ramp: Duration::from_secs(2),
            ..Plan::default()
        };
        // The first and the last whom a tick is told.
        let mut listeners = Listeners::new();
        listeners.join(LISTENERS, game.address);
        let crowd = runtime.block_on(Crowd::start(game.address, plan));
        wait_until("everybody", || crowd.seen().seated == u64::from(players));
        listeners.join(LISTENERS, game.address);
        for _ in 0..times {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            thread::sleep(BETWEEN + Duration::from_millis((chance >> 33) % 700));
            change(&game);
        }
        thread::sleep(BETWEEN);
        let seen = crowd.seen();
        let longest = listeners.longest();
        let home = runtime.block_on(crowd.stop());
        assert!(home.is_honest(), "{home}");
        judge(what, times, &seen, longest);
    }
    assert_eq!(game.says("nothing was changed"), 0);
}

/// Prints what there is to know of a part, and asserts what must never be.
fn judge(what: &str, times: u32, seen: &Seen, longest: Duration) {
    let lost = seen.turns_lost + seen.turns_doubled + seen.gaps + seen.mismatches + seen.missed;
    let closes: u64 = seen.closes.values().sum();
    println!(
        "{times} {what}: {closes} closes, {} turns applied, {} lost, {} doubled, {} ticks heard, {} missed, longest from tick to tick {} ms",
        seen.turns_acked,
        seen.turns_lost,
        seen.turns_doubled,
        seen.deltas,
        seen.missed,
        longest.as_millis()
    );
    assert_eq!(
        (closes, lost, seen.robbed, seen.resumed),
        (0, 0, 0, 0),
        "{seen}"
    );
    assert!(seen.turns_acked > 0, "{seen}");
    // Generous: the machine that tests may be busy. What it is on a quiet one is measured, and stands in the README.
    assert!(longest < Duration::from_secs(10), "{seen}");
}

#[test]
fn nobody_notices_three_restarts_and_three_crashes() {
    evening(160 - 2 * LISTENERS as u32, &[RESTARTS, KILLS], 3, 7);
}

/// The README's figures: `cargo test --release -p demo-08-snack-game --test keep -- --ignored --nocapture`.
#[test]
#[ignore = "minutes, and figures that mean something on a quiet machine alone"]
fn nobody_notices_twenty_of_each_with_160_and_with_1000_players() {
    for players in [160, 1_000] {
        evening(players, &[NOTHING, RESTARTS, KILLS], 20, 2_018);
    }
}

#[test]
fn a_new_program_that_cannot_go_on_changes_nothing() {
    let place = Folder::new();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::of(&program, &[]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    let worker = game.worker();
    let broken = place.path().join("broken");
    // One ends at once, the other one says nothing at all.
    let broken_ones = [
        (1, "exit 7", "a worker ended (exit status: 7)"),
        (2, "exec sleep 60", "the new worker is mute"),
    ];
    for (verdicts, script, why) in broken_ones {
        fs::write(&broken, format!("#!/bin/sh\n{script}\n")).expect("a file");
        fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
        fs::rename(&broken, &program).expect("the place of the old one");
        game.anew();
        wait_until("the verdict", || {
            // An object a line, for this is a pipe.
            game.says("nothing was changed\",\"target\":\"keeper\"}") == verdicts
        });
        assert_eq!(game.says(why), 1);
        assert_eq!(game.workers(), [worker], "the old one serves");
        ann.hears_ticks(10);
    }
    let whole = place.path().join("whole");
    fs::copy(PROGRAM, &whole).expect("a copy");
    fs::rename(&whole, &program).expect("and back");
    game.replace();
    wait_until("the old one to end", || game.workers().len() == 1);
    assert_ne!(game.worker(), worker, "and now another one does");
    ann.hears_ticks(10);
}

#[test]
fn a_new_program_that_dies_as_soon_as_it_serves_is_followed_by_the_one_before_it() {
    let place = Folder::new();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::of(&program, &[]);
    let mut ann = Phone::join(game.address, ROOM, "ann");
    wait_until("its program to be trusted", || {
        game.holds().iter().any(|(_, lies)| *lies == program)
    });
    // The check goes well, and then it finds no folder to keep scores in.
    let broken = place.path().join("broken");
    let script = format!("#!/bin/sh\nunset HOME XDG_DATA_HOME\nexec '{PROGRAM}' \"$1\" --keep\n");
    fs::write(&broken, script).expect("a file");
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
    fs::rename(&broken, &program).expect("the place of the old one");
    game.anew();
    wait_until("the one before it", || game.says("\"goes on\"") == 1);
    assert_eq!(game.says("the program before it goes on"), 1);
    assert_eq!(game.says("nothing was changed"), 0);
    ann.hears_ticks(10);
    wait_until("the others to end", || game.workers().len() == 1);
    game.crash(); // And after that it is not asked what is on the disk.
    ann.hears_ticks(10);
}

#[test]
fn what_was_won_reaches_the_disk_although_the_server_died_on_the_way() {
    let game = Game::start(&["--round-seconds", "5", "--podium-seconds", "60"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let plan = Plan {
        players: 8,
        room: Some(ROOM.to_owned()),
        called: Some("guest".to_owned()),
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(game.address, plan));
    let best = || ask_json(game.address, "/api/leaderboard")["ever"].clone();
    wait_until("a round to end", || best() != serde_json::json!([]));
    let won = best();
    // As if the disk had never had it: nobody follows the dead one until its scores are gone.
    let (keeper, worker) = (Pid::from_child(&game.keeper), game.worker());
    kill_process(keeper, Signal::STOP).expect("it runs");
    game.kill(worker);
    let scores = game.folder.path().join("scores.redb");
    fs::remove_file(scores).expect("the scores");
    kill_process(keeper, Signal::CONT).expect("it is there");
    wait_until("the next worker", || game.says("\"goes on\"") == 1);
    wait_until("what was won", || best() == won);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn a_game_without_its_keeper_goes_on_and_says_so() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    let worker = game.worker();
    game.keeper.kill().expect("it runs");
    game.keeper.wait().expect("it ends");
    wait_until("a sentence", || game.says("the keeper is gone") == 1);
    ann.hears_ticks(10);
    let mut bob = Phone::join(game.address, "hall", "bob");
    bob.hears_ticks(3);
    kill_process(worker, Signal::TERM).expect("it runs");
    assert_eq!(ann.hears_goodbye().0, 1012, "as without a keeper");
}

#[test]
fn a_memory_that_makes_no_sense_is_refused_aloud_and_the_room_begins_anew() {
    let game = Game::start(&[]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    let worker = game.worker();
    kill_process(worker, Signal::STOP).expect("it runs");
    for memory in game.memories() {
        memory
            .write_all_at(&[0x5a; 64], 0)
            .expect("it takes anything");
    }
    game.kill(worker);
    wait_until("a sentence", || game.says("a room is lost") == 1);
    ann.hears_until("the end of the line", |_, heard| {
        matches!(heard, Heard::Broken(_)).then_some(())
    });
    let mut bob = Phone::join(game.address, "hall", "bob");
    bob.hears_ticks(5);
}

#[test]
fn a_memory_of_another_version_is_refused_and_named_and_nothing_is_changed() {
    let game = Game::start(&[]);
    let mut ann = Phone::join(game.address, ROOM, "ann");
    ann.hears_ticks(3);
    let worker = game.worker();
    kill_process(worker, Signal::STOP).expect("it runs");
    for memory in game.memories() {
        let mut memory = Memory::over(memory.into());
        let mut state = memory.read().expect("what the room wrote");
        state[4] += 1; // Behind the word that every memory begins with.
        memory.write(&state).expect("it takes anything");
    }
    game.anew();
    wait_until("the verdict", || game.says("nothing was changed") == 1);
    assert_eq!(
        game.says("the room hall: it has version 2, this program reads version 1"),
        1
    );
    kill_process(worker, Signal::CONT).expect("it is there");
    assert_eq!(game.workers(), [worker], "the old one serves");
    ann.hears_ticks(10);
    game.replace(); // It has written its own again.
    ann.hears_ticks(10);
}

#[test]
fn a_frame_that_comes_in_two_halves_around_a_crash_is_one_frame() {
    let game = Game::start(&[]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    let (seq, dir) = (Seq(1), Dir::Up);
    let said = ToServer::Turn { seq, dir }.encode();
    let mut frame = vec![0x82, 0x80 | said.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(&said);
    let (one, other) = frame.split_at(frame.len() - 2);
    ann.socket
        .get_mut()
        .write_all(one)
        .expect("the line is open");
    ann.hears_ticks(2); // It was looked at, and is no message.
    game.crash();
    ann.socket
        .get_mut()
        .write_all(other)
        .expect("the line is open");
    let seat = ann.seat();
    let mut acks = 0;
    let mut ticks = 0;
    ann.hears_until("its turn, once", |_, heard| {
        if let Heard::Message(ToClient::Delta(delta)) = heard {
            acks += delta
                .turned
                .iter()
                .filter(|turn| turn.seat == seat && turn.seq == seq)
                .count();
            ticks += usize::from(acks > 0);
        }
        (ticks > 10).then_some(())
    });
    assert_eq!(acks, 1);
}

#[test]
fn a_phone_that_reads_nothing_while_its_server_dies_finds_whole_frames_behind_it() {
    // It is behind from before the death until the next worker serves, and on a busy machine that is longer than the five seconds after
    // which it would be shown out.
    let game = Game::start(&["--behind-seconds", "300"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let plan = Plan {
        players: 140,
        room: Some("hall".to_owned()),
        turns_per_second: 10.0,
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(game.address, plan));
    wait_until("a full room", || crowd.seen().seated == 140);
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small one");
    socket.connect(&game.address.into()).expect("it listens");
    let phone = Phone::over(TcpStream::from(socket), game.address, "hall", |_| {});
    let join = ToServer::Join {
        name: "slow".to_owned(),
    };
    let mut slow = phone.expect("the upgrade").enters(&join);
    let (mut asked, mut pings) = (Instant::now(), 40);
    wait_until("it is behind", || {
        // It asks, nearly as much as it may, and does not read the answers either. A kernel gives up whoever has no room for twenty seconds:
        // by then all that it holds for this phone is to be full, also on a machine that is too busy to play each tick.
        pings += (asked.elapsed().as_millis() / 40).min(40);
        asked = Instant::now();
        for _ in 0..std::mem::take(&mut pings) {
            let ping = tungstenite::Message::Ping(vec![7; 125].into());
            slow.socket.send(ping).expect("the line is open");
        }
        let (_, answer) = ask(game.address, "/api/xray", "");
        answer.contains("behind_ticks")
    });
    game.crash();
    let before = slow.pictures;
    // Each frame is whole, and each tick follows the one before it, up to the picture that makes up for those it missed.
    slow.hears_until("the picture", |slow, _| {
        (slow.pictures > before).then_some(())
    });
    slow.hears_ticks(10);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn workers_that_die_as_soon_as_they_are_there_are_not_started_for_ever() {
    let mut game = Game::start(&[]);
    let mut status = None;
    wait_until("the keeper to give up", || {
        for worker in game.workers() {
            let _ended_already = kill_process(worker, Signal::KILL);
        }
        status = game.keeper.try_wait().expect("a child");
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(1));
    wait_until("a sentence", || {
        game.says("there is no point in one more") == 1
    });
}

#[test]
fn it_ends_in_order_with_status_0() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    game.crash();
    ann.hears_ticks(3);
    kill_process(Pid::from_child(&game.keeper), Signal::TERM).expect("it runs");
    assert_eq!(ann.hears_goodbye().0, 1012);
    let _ = ann.socket.flush();
    drop(ann);
    assert_eq!(game.ends(), Some(0));
}

#[test]
fn told_twice_to_end_it_ends_at_once_with_status_0() {
    let mut game = Game::start(&["--drain-seconds", "600", "--round-seconds", "600"]);
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(3);
    let keeper = Pid::from_child(&game.keeper);
    kill_process(keeper, Signal::TERM).expect("it runs");
    wait_until("closing time", || {
        game.says("once more, and it ends at once") == 1
    });
    game.anew();
    wait_until("a no", || {
        game.says("it is closing time: nothing was changed") == 1
    });
    ann.hears_ticks(3);
    kill_process(keeper, Signal::TERM).expect("it runs");
    assert_eq!(game.ends(), Some(0));
    wait_until("a sentence", || game.says("it ends at once") == 2);
}

#[test]
fn closing_time_in_the_midst_of_a_restart_ends_in_order_too() {
    // Before, while and after the old one stops; the keeper's proof has every other moment.
    for after in [0, 3, 10, 30, 100, 200] {
        let mut game = Game::start(&["--drain-seconds", "0"]);
        let mut ann = Phone::join(game.address, ROOM, "ann");
        ann.hears_ticks(3);
        game.anew();
        thread::sleep(Duration::from_millis(after));
        kill_process(Pid::from_child(&game.keeper), Signal::TERM).expect("it runs");
        assert_eq!(ann.hears_goodbye().0, 1012, "after {after} ms");
        drop(ann);
        assert_eq!(game.ends(), Some(0), "after {after} ms");
    }
}
