//! The process that serves the game stands below its keepers. It is found among what a demo has
//! started, and killed as a crash would kill it: without a word.

use std::{fs, process::Command};

/// The word that makes the game's program a worker; its keeper says it first.
const WORKER: &[u8] = b"worker-of-keeper";

/// The stage's keeper, the game's keeper, and the worker.
const DEPTH: usize = 3;

/// Kills the worker below `keeper`, and says which process that was.
pub(crate) fn kill(keeper: u32) -> Result<u32, String> {
    let worker = below(keeper, DEPTH).ok_or_else(|| match cfg!(target_os = "linux") {
        true => "there is no server to kill: it has just been killed, or has not begun".to_owned(),
        false => "a game is kept on Linux alone: here a killed server is gone".to_owned(),
    })?;
    let killed = Command::new("kill")
        .args(["-KILL", &worker.to_string()])
        .status();
    match killed {
        Ok(status) if status.success() => Ok(worker),
        Ok(_) => Err(format!("{worker} cannot be killed: it has ended")),
        Err(error) => Err(format!("{worker} cannot be killed: {error}")),
    }
}

/// The first worker among a process's children and theirs. Any of them may end while this looks.
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

/// Those of all its threads.
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

    /// A process that waits for one that is called `script`, which waits for the end of its input.
    fn keeper_of(script: &str, folder: &Path) -> Child {
        fs::write(folder.join(script), "read nothing\nexit 7\n").expect("a scratch file");
        let keeper = Command::new("sh")
            .args(["-c", &format!("sh {script}; exit $?")])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .spawn();
        keeper.expect("there is a shell")
    }

    fn has_begun(keeper: &Child) {
        let end = Instant::now() + Duration::from_secs(20);
        while !children(keeper.id()).iter().any(|&it| has_words(it)) {
            assert!(Instant::now() < end, "it has not begun");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Between fork and exec a process is still called as its parent.
    fn has_words(process: u32) -> bool {
        let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        words.split(|&byte| byte == 0).nth(1) != Some(b"-c") && !words.is_empty()
    }

    #[test]
    fn a_worker_is_killed_and_whoever_is_none_is_not() {
        let folder = env::temp_dir().join(format!("snackbar-worker-{}", process::id()));
        fs::create_dir_all(&folder).expect("a scratch folder");
        let mut keeper = keeper_of("worker-of-keeper", &folder);
        has_begun(&keeper);
        let killed = kill(keeper.id()).expect("there is a worker");
        assert_ne!(killed, keeper.id());
        let status = keeper.wait().expect("it was started");
        assert_eq!(status.code(), Some(128 + 9), "as a shell says it");
        assert!(kill(keeper.id()).is_err(), "nobody is left");

        let mut other = keeper_of("bystander", &folder);
        has_begun(&other);
        assert!(kill(other.id()).is_err());
        drop(other.stdin.take());
        let status = other.wait().expect("it was started");
        assert_eq!(status.code(), Some(7), "it ends by itself");
        let _left_for_the_system = fs::remove_dir_all(&folder);
    }
}
