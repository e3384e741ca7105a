//! The browser's process: started with a profile of its own, and ended with all of its child
//! processes.

use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs, process, thread};

use crate::{Error, find};

/// Nothing asks, nothing is fetched, and a page in the background lives as one in front does.
const FLAGS: [&str; 13] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--remote-debugging-pipe",
];

/// After the browser's end, its children may still write for a moment.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The interval between two checks whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A running browser. Killed when dropped, and its profile removed.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    profile: PathBuf,
}

impl Process {
    /// Starts the browser. Its input and output are the protocol.
    pub(crate) fn start() -> Result<(Self, ChildStdin, ChildStdout), Error> {
        // Its pipes get their numbers from a shell, so a system without one has no browser for
        // tests.
        let program = find().filter(|_| cfg!(unix)).ok_or(Error::NotFound)?;
        let profile = new_folder()?;
        let words = fs::File::create(profile.join("stderr.txt"))?;
        // A shell, because it can give the pipes the numbers that the browser expects: 3 in, 4 out.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()))
            // Its temporary files go with the profile; it leaves them behind when it is killed.
            .env("TMPDIR", &profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(words);
        if is_root() {
            command.arg("--no-sandbox");
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        let (stdin, stdout) = (pipes.0.expect("piped"), pipes.1.expect("piped"));
        Ok((Self { child, profile }, stdin, stdout))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The end of its standard error, which says why it does not start.
    pub(crate) fn last_words(&self) -> String {
        let said = fs::read(self.profile.join("stderr.txt")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }

    fn kill(&mut self) {
        // An error means that it has ended already.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::KILL,
        );
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let until = Instant::now() + LAST_WORDS;
        while fs::remove_dir_all(&self.profile).is_err() && self.profile.exists() {
            if Instant::now() > until {
                eprintln!("{} could not be removed", self.profile.display());
                return;
            }
            thread::sleep(LOOK);
        }
    }
}

/// Chromium's sandbox refuses to run for root.
fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// A folder that was not there before.
fn new_folder() -> Result<PathBuf, Error> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let name = format!(
        "snackbar-browser-{}-{}-{}",
        process::id(),
        MADE.fetch_add(1, Ordering::Relaxed),
        now.unwrap_or_default().as_nanos()
    );
    let folder = env::temp_dir().join(name);
    fs::create_dir(&folder)?;
    Ok(folder)
}
