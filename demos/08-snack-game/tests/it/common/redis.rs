//! A Redis for one test: on a free port, without persistence, killed when the test ends. A test can
//! kill, stop and restart it.

use super::PATIENCE;
use std::{
    env,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Maximum time from start to the first answer, also on a busy machine.
const START: Duration = PATIENCE;

pub(crate) struct Redis {
    port: u16,
    child: Option<Child>,
}

impl Redis {
    /// Starts a Redis for the test of this name. `None` if no `redis-server` is installed: the test
    /// is skipped, and the test program says so.
    ///
    /// # Panics
    /// If no `redis-server` is installed and `CI=true`, or if it does not start.
    #[track_caller]
    pub(crate) fn for_test(name: &str) -> Option<Self> {
        let asked = Command::new("redis-server")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        match asked {
            Ok(status) => assert!(status.success(), "{name}: `redis-server --version` fails"),
            Err(_) => {
                skipped::skip(
                    "no Redis here: install `redis-server` (Debian: apt-get install redis-server)",
                );
                return None;
            }
        }
        let mut redis = Self {
            port: super::free_address().port(),
            child: None,
        };
        redis.start();
        Some(redis)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts an empty Redis on the same port as before.
    #[track_caller]
    pub(crate) fn start(&mut self) {
        assert!(self.child.is_none(), "Redis runs already");
        let port = self.port.to_string();
        let child = Command::new("redis-server")
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
            ])
            .arg(env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        self.child = Some(child);
        let until = Instant::now() + START;
        while self.reply_line("PING") != Some("+PONG".to_owned()) {
            assert!(
                Instant::now() < until,
                "redis-server does not answer on port {port}"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills Redis with SIGKILL: connections are closed, and new ones are refused.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("Redis runs");
            child.wait().expect("a child process");
        }
    }

    /// Stops Redis with SIGSTOP: connections stay open, new ones are accepted, and no answer comes.
    #[cfg(unix)]
    pub(crate) fn hang(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// Lets Redis continue after [`hang`](Self::hang).
    #[cfg(unix)]
    pub(crate) fn resume(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(self.child.as_ref().expect("Redis runs"));
        rustix::process::kill_process(pid, signal).expect("Redis runs");
    }

    /// Sends one command and returns the first line of the answer.
    pub(crate) fn reply_line(&self, command: &str) -> Option<String> {
        self.command(command)?.lines().next().map(str::to_owned)
    }

    /// Sends one command and returns the whole answer.
    pub(crate) fn command(&self, command: &str) -> Option<String> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let mut line = TcpStream::connect(address).ok()?;
        line.set_read_timeout(Some(START)).ok()?;
        line.write_all(format!("{command}\r\nQUIT\r\n").as_bytes())
            .ok()?;
        let mut answer = String::new();
        line.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
