//! For tests that play: starts a demo as its audience does, and talks to it as a client.
//!
//! Every wait is bounded, and fails with the output so far.
//!
//! ```no_run
//! use bots::program::{Program, LineClient};
//! use std::time::Duration;
//!
//! // In a step's tests the name is env!("CARGO_BIN_EXE_01-deadlock").
//! let mut bar = Program::start("01-deadlock", &["--seconds", "5"]);
//! let mut ann = LineClient::connect(bar.address());
//! ann.says("join ann");
//! ann.hears_until(|heard| heard.to_string().ends_with("ann joined"));
//! let ended = bar.wait(Duration::from_secs(10));
//! assert_eq!(ended.code, Some(0), "{ended}");
//! ```

mod client;
mod output;
mod unread;

use std::fmt;
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub use client::LineClient;
use output::Output;
pub use unread::Unread;

/// The words in a demo's output before the address on which it listens.
const LISTENS: &str = "listening on ";

/// The maximum time from start to listening, also on a busy machine.
const START: Duration = Duration::from_secs(60);

/// The interval between two checks whether a program has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A running demo. Killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: SocketAddr,
    stdout: Output,
    stderr: Output,
}

/// A demo that has ended, and all of its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status. `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Program {
    /// Starts `exe` with `args` and `--listen 127.0.0.1:0`, and waits until it prints
    /// `listening on` an address.
    ///
    /// # Panics
    /// If it cannot be started, ends, or does not print that within a minute.
    #[track_caller]
    pub fn start(exe: &str, args: &[&str]) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), exe, args)
    }

    /// Starts `exe` with `--listen` and this address: the one on which an earlier process listened.
    ///
    /// # Panics
    /// As [`start`](Self::start) does.
    #[track_caller]
    pub fn start_at(address: SocketAddr, exe: &str, args: &[&str]) -> Self {
        let listen = address.to_string();
        let command = &mut Command::new(exe);
        let mut program = Self::spawn(command.args(args).args(["--listen", &listen]), address);
        match program.stdout.find(START, address_in) {
            Some(address) => program.address = address,
            None => panic!(
                "{exe} does not say that it is {LISTENS}an address\n{}",
                program.kill()
            ),
        }
        program
    }

    /// Runs a command that ends by itself, such as a program that refuses its options.
    ///
    /// # Panics
    /// If it cannot be started, or takes longer than `within`. Then it is killed, and the message
    /// holds its output.
    #[track_caller]
    pub fn run(command: &mut Command, within: Duration) -> Ended {
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        Self::spawn(command, nowhere).wait(within)
    }

    #[track_caller]
    fn spawn(command: &mut Command, address: SocketAddr) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let stdout = Output::drain(child.stdout.take().expect("piped"));
        let stderr = Output::drain(child.stderr.take().expect("piped"));
        Self {
            child,
            address,
            stdout,
            stderr,
        }
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    /// Its standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// If it takes longer than `within`. Then it is killed, and the message holds its output.
    #[track_caller]
    pub fn wait(&mut self, within: Duration) -> Ended {
        let until = Instant::now() + within;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return self.ended(Some(status)),
                Ok(None) if Instant::now() < until => thread::sleep(LOOK),
                Ok(None) => panic!("still running after {within:?}\n{}", self.kill()),
                Err(error) => panic!("cannot wait for it: {error}\n{}", self.kill()),
            }
        }
    }

    fn kill(&mut self) -> Ended {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let status = self.child.wait().ok();
        self.ended(status)
    }

    fn ended(&self, status: Option<ExitStatus>) -> Ended {
        Ended {
            code: status.and_then(|status| status.code()),
            stdout: self.stdout.to_the_end(),
            stderr: self.stderr.to_the_end(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "exit status {code}")?,
            None => write!(f, "ended by a signal")?,
        }
        write!(
            f,
            "\n--- standard output\n{}\n--- standard error\n{}",
            self.stdout.trim_end(),
            self.stderr.trim_end()
        )
    }
}

/// The address in a line that says where a program listens. `None` if it does not.
pub fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once(LISTENS)?;
    let end = address
        .find(|c: char| !c.is_ascii_hexdigit() && !".:[]".contains(c))
        .unwrap_or(address.len());
    address[..end].trim_end_matches(['.', ':']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_any_sentence() {
        let address: SocketAddr = "127.0.0.1:7001".parse().expect("an address");
        for line in [
            "listening on 127.0.0.1:7001",
            "01-deadlock: listening on 127.0.0.1:7001. Try nc.",
            "listening on 127.0.0.1:7001 (2 locks)",
        ] {
            assert_eq!(address_in(line), Some(address), "{line}");
        }
        for line in [
            "",
            "listening on",
            "listening on port 7001",
            "on 127.0.0.1:7001",
        ] {
            assert_eq!(address_in(line), None, "{line}");
        }
    }
}
