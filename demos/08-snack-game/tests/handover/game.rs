//! A server that is kept, seen from outside: what it says, whom it starts, what it holds.

use crate::common::{Folder, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// Where everybody plays.
pub(crate) const ROOM: &str = "hall";

/// A server that is kept.
pub(crate) struct Game {
    pub(crate) keeper: Child,
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
    pub(crate) folder: Folder,
}

impl Game {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::of(Path::new(PROGRAM), args)
    }

    pub(crate) fn of(program: &Path, args: &[&str]) -> Self {
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

    pub(crate) fn log_count(&self, what: &str) -> usize {
        let said = self.said.lock().expect("nobody panics with it");
        said.iter().filter(|line| line.contains(what)).count()
    }

    /// Whom the keeper started: the worker, and for a moment the one after it.
    pub(crate) fn workers(&self) -> Vec<Pid> {
        let keeper = self.keeper.id();
        let children = fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"));
        let children = children.unwrap_or_default();
        let pids = children.split_whitespace().filter_map(|it| it.parse().ok());
        pids.filter_map(Pid::from_raw).collect()
    }

    pub(crate) fn worker(&self) -> Pid {
        *self.workers().first().expect("somebody serves")
    }

    /// Kills the worker; the next one goes on when this returns.
    pub(crate) fn crash(&self) {
        let before = self.log_count("\"goes on\"");
        self.kill(self.worker());
        wait_until("the next worker", || self.log_count("\"goes on\"") > before);
    }

    pub(crate) fn kill(&self, worker: Pid) {
        kill_process(worker, Signal::KILL).expect("it runs");
    }

    /// Asks for the program on the disk; it goes on when this returns.
    pub(crate) fn replace(&self) {
        let before = self.log_count("\"goes on\"");
        self.anew();
        wait_until("the new worker", || self.log_count("\"goes on\"") > before);
    }

    /// Waits for its end; the status.
    pub(crate) fn ends(&mut self) -> Option<i32> {
        let mut status = None;
        wait_until("its end", || {
            status = self.keeper.try_wait().expect("a child");
            status.is_some()
        });
        status.and_then(|status| status.code())
    }

    /// What the keeper has open, and where that lies.
    pub(crate) fn holds(&self) -> Vec<(PathBuf, PathBuf)> {
        let open = fs::read_dir(format!("/proc/{}/fd", self.keeper.id())).expect("Linux");
        let open = open.filter_map(|it| it.ok().map(|it| it.path()));
        open.filter_map(|it| fs::read_link(&it).ok().map(|lies| (it, lies)))
            .collect()
    }

    /// The rooms' memories.
    pub(crate) fn memories(&self) -> Vec<fs::File> {
        let is_memory = |lies: &Path| lies.to_string_lossy().starts_with("/memfd:snapshot");
        let memories = self.holds().into_iter().filter(|(_, lies)| is_memory(lies));
        let open = |path| fs::OpenOptions::new().read(true).write(true).open(path);
        memories
            .map(|(path, _)| open(path).expect("ours"))
            .collect()
    }

    pub(crate) fn anew(&self) {
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
