//! The program as a service manager starts it, under whatever limits, seen from outside.

use crate::common::{PATIENCE, ask_json};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    told: Arc<Mutex<String>>,
}

impl Running {
    /// Starts it behind `first`: words that set limits and then run what follows them. Ended with the test.
    pub(crate) fn behind(first: &[&str], data: &Path, args: &[&str]) -> Self {
        let words = [first, &[PROGRAM]].concat();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .args(["--listen", "127.0.0.1:0", "--bots", "0", "--data"])
            .arg(data)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let told = Arc::<Mutex<String>>::default();
        listen(child.stderr.take().expect("piped"), Arc::clone(&told));
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let count = stdout.read_line(&mut line).expect("text");
            assert_ne!(count, 0, "it ended before it listened: {}", text(&told));
            if let Some(address) = line.trim().strip_prefix("listening on ") {
                break address.parse().expect("an address");
            }
        };
        listen(stdout, Arc::default()); // Nobody waits for a reader.
        Self {
            child,
            address,
            told,
        }
    }

    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        Self::behind(&[], data, args)
    }

    /// What it logged until now.
    pub(crate) fn told(&self) -> String {
        text(&self.told)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Open files. Linux tells.
    pub(crate) fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.pid()));
        open.expect("it runs").count()
    }

    /// One of its numbers, by where it stands in `/api/xray`.
    pub(crate) fn number(&self, at: &str) -> u64 {
        let seen = ask_json(self.address, "/api/xray");
        let number = seen.pointer(at).and_then(serde_json::Value::as_u64);
        number.unwrap_or_else(|| panic!("{at} is not in {seen}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut from: impl Read + Send + 'static, to: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut some = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut some) {
            let mut told = to.lock().unwrap_or_else(PoisonError::into_inner);
            told.push_str(&String::from_utf8_lossy(&some[..count]));
        }
    })
}

fn text(told: &Mutex<String>) -> String {
    told.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Runs it to its end, which has to come; its status and what it said on standard error.
pub(crate) fn to_the_end(data: &Path) -> (Option<i32>, String) {
    let mut child = Command::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0", "--bots", "0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let told = Arc::<Mutex<String>>::default();
    let heard = listen(child.stderr.take().expect("piped"), Arc::clone(&told));
    let until = std::time::Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if std::time::Instant::now() > until {
            let _ = child.kill();
            panic!("it serves, or hangs: {}", text(&told));
        }
        thread::sleep(std::time::Duration::from_millis(5));
    };
    // What it said last may still be in the pipe.
    heard.join().expect("it reads to the end");
    (status.code(), text(&told))
}
