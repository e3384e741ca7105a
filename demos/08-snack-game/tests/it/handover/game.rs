//! A server under a supervisor, as seen from outside: its log, its workers, its open files.

use crate::common::{Folder, free_address, program::PROGRAM, wait_until};
use demo_08_snack_game::options::WORKER;
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

/// Texts that the supervisor and its workers log.
pub(crate) mod log {
    /// A worker has taken over and serves.
    pub(crate) const WORKER_SERVES: &str = "took over from the worker before";
    /// A room's snapshot could not be restored.
    pub(crate) const ROOM_LOST: &str = "room lost";
    /// Workers crash as soon as they start.
    pub(crate) const GIVES_UP: &str = "giving up";
    /// The new program was rejected, and the old one serves.
    pub(crate) const NOT_REPLACED: &str = "nothing was changed";
    /// The new program crashed, and the previous one was started.
    pub(crate) const PREVIOUS_PROGRAM: &str = "starting the previous program again";
    /// The worker has lost its supervisor.
    pub(crate) const NO_SUPERVISOR: &str = "the supervisor is gone";
    /// The first SIGTERM.
    pub(crate) const SHUTTING_DOWN: &str = "press Ctrl-C again to exit now";
    /// A replacement was requested during the shutdown.
    pub(crate) const SHUTTING_DOWN_NOT_REPLACED: &str = "shutting down: nothing was changed";
    /// The second SIGTERM.
    pub(crate) const EXITS_NOW: &str = "second signal: exiting now";
}

/// The room of these tests.
pub(crate) const ROOM: &str = "hall";

/// A supervisor and its worker.
pub(crate) struct Game {
    pub(crate) supervisor: Child,
    pub(crate) address: SocketAddr,
    logged: Arc<Mutex<Vec<String>>>,
    pub(crate) folder: Folder,
}

impl Game {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_program(Path::new(PROGRAM), args)
    }

    /// Starts it, and calls `at_once` with the supervisor's process before it waits for the
    /// address.
    pub(crate) fn start_with(args: &[&str], at_once: impl FnOnce(u32)) -> Self {
        Self::start_both(Path::new(PROGRAM), args, at_once)
    }

    pub(crate) fn start_program(program: &Path, args: &[&str]) -> Self {
        Self::start_both(program, args, |_| {})
    }

    fn start_both(program: &Path, args: &[&str], at_once: impl FnOnce(u32)) -> Self {
        let folder = Folder::with_token();
        let mut supervisor = Command::new(program)
            .args(["--keep", "--listen", &free_address().to_string()])
            .args(["--bots", "0", "--data"])
            .arg(folder.path())
            .args(args)
            .env(
                "RUST_LOG",
                "warn,supervisor=info,demo_08_snack_game::server=info,demo_08_snack_game::room::lifecycle=info",
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let logged = Arc::new(Mutex::new(Vec::new()));
        let (out, err) = (supervisor.stdout.take(), supervisor.stderr.take());
        collect(out.expect("piped"), &logged);
        collect(err.expect("piped"), &logged);
        let mut game = Self {
            supervisor,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            logged,
            folder,
        };
        at_once(game.supervisor.id());
        let mut address = None;
        wait_until("the address", || {
            let logged = game.logged.lock().expect("no reader panics");
            let mut addresses = logged.iter().filter_map(|it| bots::program::address_in(it));
            address = addresses.next();
            address.is_some()
        });
        game.address = address.expect("waited for");
        game
    }

    /// Returns the number of log lines that contain `what`.
    pub(crate) fn log_count(&self, what: &str) -> usize {
        let logged = self.logged.lock().expect("no reader panics");
        logged.iter().filter(|line| line.contains(what)).count()
    }

    /// The processes that the supervisor has started: the worker, and for a moment the next one.
    pub(crate) fn workers(&self) -> Vec<Pid> {
        // Each of its threads has children of its own.
        let threads = fs::read_dir(format!("/proc/{}/task", self.supervisor.id()));
        let threads = threads.into_iter().flatten().filter_map(Result::ok);
        let children = threads.map(|it| fs::read_to_string(it.path().join("children")));
        let children: String = children.filter_map(Result::ok).collect();
        let pids = children.split_whitespace().filter_map(|it| it.parse().ok());
        pids.filter_map(Pid::from_raw).collect()
    }

    /// The worker, once it is the only one: after a replacement the one before is there until it
    /// has answered its last requests.
    pub(crate) fn worker(&self) -> Pid {
        let is_worker = |pid: &Pid| {
            let words = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
            let words = words.unwrap_or_default(); // A process that has ended has none.
            words.split(|byte| *byte == 0).nth(1) == Some(WORKER.as_bytes())
        };
        let mut only = None;
        wait_until("one worker", || {
            let mut workers = self.workers();
            workers.retain(is_worker);
            only = match *workers {
                [worker] => Some(worker),
                _ => None,
            };
            only.is_some()
        });
        only.expect("waited for")
    }

    /// Kills the worker and waits until the next one serves.
    pub(crate) fn crash(&self) {
        let before = self.log_count(log::WORKER_SERVES);
        self.kill(self.worker());
        wait_until("the next worker", || {
            self.log_count(log::WORKER_SERVES) > before
        });
    }

    pub(crate) fn kill(&self, worker: Pid) {
        kill_process(worker, Signal::KILL).expect("it runs");
    }

    /// Stops the worker with SIGSTOP, and waits until none of its threads runs: a write that one of
    /// them had begun is over by then.
    pub(crate) fn stop(&self, worker: Pid) {
        kill_process(worker, Signal::STOP).expect("it runs");
        let pid = worker.as_raw_nonzero();
        wait_until("its threads to stop", || {
            let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("it exists");
            let states =
                threads.filter_map(|it| fs::read_to_string(it.ok()?.path().join("stat")).ok());
            let mut states = states.filter_map(|it| Some(it.rsplit_once(") ")?.1.starts_with('T')));
            states.all(|has_stopped| has_stopped)
        });
    }

    /// Replaces the program by the one on the disk and waits until it serves.
    pub(crate) fn replace(&self) {
        let before = self.log_count(log::WORKER_SERVES);
        self.request_replacement();
        wait_until("the new worker", || {
            self.log_count(log::WORKER_SERVES) > before
        });
    }

    /// Waits until the supervisor has exited. Returns its status.
    pub(crate) fn wait_for_exit(&mut self) -> Option<i32> {
        let mut status = None;
        wait_until("the supervisor to exit", || {
            status = self.supervisor.try_wait().expect("a child process");
            status.is_some()
        });
        status.and_then(|status| status.code())
    }

    /// The files that the supervisor has open, as links in /proc and their targets.
    pub(crate) fn open_files(&self) -> Vec<(PathBuf, PathBuf)> {
        let open = fs::read_dir(format!("/proc/{}/fd", self.supervisor.id())).expect("Linux");
        let open = open.filter_map(|it| it.ok().map(|it| it.path()));
        open.filter_map(|it| fs::read_link(&it).ok().map(|target| (it, target)))
            .collect()
    }

    /// The memory files with the rooms' snapshots.
    pub(crate) fn snapshots(&self) -> Vec<fs::File> {
        let is_memory = |target: &Path| target.to_string_lossy().starts_with("/memfd:snapshot");
        let snapshots = self
            .open_files()
            .into_iter()
            .filter(|(_, target)| is_memory(target));
        let open = |path| fs::OpenOptions::new().read(true).write(true).open(path);
        snapshots
            .map(|(path, _)| open(path).expect("ours"))
            .collect()
    }

    pub(crate) fn request_replacement(&self) {
        kill_process(Pid::from_child(&self.supervisor), Signal::USR2).expect("it runs");
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        let workers = self.workers();
        let _ = self.supervisor.kill();
        let _ = self.supervisor.wait();
        for worker in workers {
            let _ended_already = kill_process(worker, Signal::KILL);
        }
        if thread::panicking() {
            for line in self.logged.lock().expect("no reader panics").iter() {
                eprintln!("{line}");
            }
        }
    }
}

fn collect(from: impl std::io::Read + Send + 'static, logged: &Arc<Mutex<Vec<String>>>) {
    let logged = Arc::clone(logged);
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            logged.lock().expect("no reader panics").push(line);
        }
    });
}
