//! Kills the process that serves the game, as a crash would: with SIGKILL.
//!
//! The game runs as a supervisor and a worker, which serves. The worker is found among the
//! descendants of the demo's reaper.

use std::{fmt, fs, io, process::Command};

/// The first argument of a worker; the game's supervisor passes it.
const WORKER: &[u8] = b"worker-of-keeper";

/// The stage's reaper, the game's supervisor, and the worker.
const DEPTH: usize = 3;

/// Why no process was killed.
#[derive(Debug)]
pub(super) enum KillError {
    /// The game has no worker: it was killed a moment ago, or has not started yet.
    NoWorker,
    /// This system has no supervisor that would start the next worker.
    NoSupervisor,
    /// The worker ended before the signal came.
    Ended(u32),
    /// The program `kill` could not be started.
    NoKill(io::Error),
}

impl fmt::Display for KillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KillError::NoWorker => write!(
                f,
                "there is no server to kill: it was killed a moment ago, or has not started yet"
            ),
            KillError::NoSupervisor => write!(
                f,
                "the server was not killed: only on Linux a supervisor starts the next one"
            ),
            KillError::Ended(process) => write!(f, "process {process} has ended already"),
            KillError::NoKill(error) => write!(f, "`kill` could not be started: {error}"),
        }
    }
}

/// Kills the worker below `reaper`, and returns its process number.
pub(super) fn kill(reaper: u32) -> Result<u32, KillError> {
    let worker = below(reaper, DEPTH).ok_or(match cfg!(target_os = "linux") {
        true => KillError::NoWorker,
        false => KillError::NoSupervisor,
    })?;
    let killed = Command::new("kill")
        .args(["-KILL", &worker.to_string()])
        .status();
    match killed {
        Ok(status) if status.success() => Ok(worker),
        Ok(_) => Err(KillError::Ended(worker)),
        Err(error) => Err(KillError::NoKill(error)),
    }
}

/// The first worker among the descendants of a process, down to `depth`. Any of them may end during
/// the search.
fn below(process: u32, depth: usize) -> Option<u32> {
    let depth = depth.checked_sub(1)?;
    let mut children = children(process).into_iter();
    children.find_map(|child| {
        if is_worker(child) {
            Some(child)
        } else {
            below(child, depth)
        }
    })
}

/// The children of all threads of a process.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let lists = threads.filter_map(|it| fs::read_to_string(it.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|it| it.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn is_worker(process: u32) -> bool {
    let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    words.split(|&byte| byte == 0).nth(1) == Some(WORKER)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{
        env,
        path::Path,
        process,
        process::{Child, Stdio},
        time::{Duration, Instant},
    };

    /// A parent process and its child, whose first argument is `script`. The child ends with its
    /// input.
    fn parent_of(script: &str, folder: &Path) -> Child {
        fs::write(folder.join(script), "read nothing\nexit 7\n").expect("a scratch file");
        let parent = Command::new("sh")
            .args(["-c", &format!("sh {script}; exit $?")])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .spawn();
        parent.expect("there is a shell")
    }

    fn wait_for_child(parent: &Child) {
        let end = Instant::now() + Duration::from_secs(60);
        while !children(parent.id()).iter().any(|&it| is_executed(it)) {
            assert!(Instant::now() < end, "the child has not started");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Between fork and exec a process still has the arguments of its parent.
    fn is_executed(process: u32) -> bool {
        let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        words.split(|&byte| byte == 0).nth(1) != Some(b"-c") && !words.is_empty()
    }

    #[test]
    fn a_worker_is_killed_and_another_process_is_not() {
        let folder = env::temp_dir().join(format!("snackbar-worker-{}", process::id()));
        fs::create_dir_all(&folder).expect("a scratch folder");
        let mut parent = parent_of("worker-of-keeper", &folder);
        wait_for_child(&parent);
        let killed = kill(parent.id()).expect("there is a worker");
        assert_ne!(killed, parent.id());
        let status = parent.wait().expect("it was started");
        assert_eq!(status.code(), Some(128 + 9), "as a shell says it");
        assert!(kill(parent.id()).is_err(), "no worker is left");

        let mut other = parent_of("bystander", &folder);
        wait_for_child(&other);
        assert!(kill(other.id()).is_err());
        drop(other.stdin.take());
        let status = other.wait().expect("it was started");
        assert_eq!(status.code(), Some(7), "it was not killed");
        let _left_for_the_system = fs::remove_dir_all(&folder);
    }
}
