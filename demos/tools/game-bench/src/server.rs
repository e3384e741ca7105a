//! A server in a process of its own, and its cost by the kernel's account.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// The maximum time from start to listening.
const START: Duration = Duration::from_secs(20);

/// A running server. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this program again as `serve CORE WHAT`, and waits until it listens.
    pub(crate) fn start(core: usize, what: &[String]) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve".to_owned(), core.to_string()])
            .args(what)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = Arc::new(Mutex::new(String::new()));
        let last_words = Arc::clone(&log);
        let errors = BufReader::new(child.stderr.take().expect("piped")).lines();
        // The log is read so that its pipe does not fill; the last line is kept.
        thread::spawn(move || {
            for line in errors.map_while(Result::ok) {
                *log.lock().unwrap_or_else(PoisonError::into_inner) = line;
            }
        });
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (tell, told) = mpsc::channel();
        // The output is read to the end, so that the server never blocks on a write.
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("listening on ") {
                    let address = address.split_whitespace().next().unwrap_or_default();
                    let _ = tell.send(address.parse()); // Only the first address is received.
                }
            }
        });
        let mut server = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        match told.recv_timeout(START) {
            Ok(Ok(address)) => {
                server.address = address;
                Ok(server)
            }
            _ => Err(io::Error::other(format!(
                "`serve {}` does not say where it listens; the last that it said: {}",
                what.join(" "),
                last_words.lock().unwrap_or_else(PoisonError::into_inner)
            ))),
        }
    }

    /// The processor time of all its threads, in the kernel's own nanoseconds.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let mut sum = 0;
        for task in fs::read_dir(self.proc("task"))? {
            // A thread may end during the loop.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else {
                continue;
            };
            sum += text
                .split_whitespace()
                .next()
                .and_then(|ns| ns.parse().ok())
                .unwrap_or(0);
        }
        Ok(Duration::from_nanos(sum))
    }

    /// The process's resident memory in bytes, without the kernel's memory for its sockets.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(self.proc("status"))?;
        let kilobytes: Option<u64> = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        kilobytes
            .map(|kilobytes| kilobytes * 1024)
            .ok_or_else(|| io::Error::other("/proc tells no VmRSS"))
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.child.id()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
