//! A server that is shut down and started again, on the same folder and the same port.

use crate::common::{Client, Folder, PATIENCE, free_address, program::PROGRAM, wait_until};
use bots::program::{Ended, Program};
use rush::wire::ToServer;
use rustix::process::{Pid, Signal, kill_process};
use std::{net::SocketAddr, path::PathBuf};

/// Name of the snapshot file in the data folder, written by a graceful shutdown.
pub(crate) const SNAPSHOT: &str = "rooms-at-closing";

pub(crate) struct Server {
    program: Program,
    args: Vec<String>,
    pub(crate) folder: Folder,
}

impl Server {
    /// Starts a server that drains for 0 s, unless `args` say otherwise.
    pub(crate) fn start(args: &[&str]) -> Self {
        let folder = Folder::with_token();
        let data = folder.path().to_string_lossy().into_owned();
        let own = ["--bots", "0", "--drain-seconds", "0", "--data", &data];
        let args: Vec<String> = own.iter().chain(args).map(|&it| it.to_owned()).collect();
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        Self {
            program: Program::start_at(free_address(), PROGRAM, &words),
            args,
            folder,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.program.address()
    }

    pub(crate) fn snapshot_path(&self) -> PathBuf {
        self.folder.path().join(SNAPSHOT)
    }

    /// Waits until the log contains `what`. Returns everything that was logged since the start.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, what: &str) -> String {
        wait_until(what, || self.program.stderr().contains(what));
        self.program.stderr()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.program.pid() as i32).expect("a process");
        kill_process(pid, signal).expect("the server runs");
    }

    /// Waits until the server has exited.
    #[track_caller]
    pub(crate) fn wait_for_exit(&mut self) -> Ended {
        self.program.wait(PATIENCE)
    }

    /// Shuts the server down. The clients receive 1012 and disconnect.
    #[track_caller]
    pub(crate) fn shut_down<const N: usize>(&mut self, clients: [Client; N]) -> [Client; N] {
        self.signal(Signal::TERM);
        let clients = clients.map(|mut client| {
            let (code, reason) = client.receive_close();
            assert!(
                code == 1012 && reason.starts_with("retry in "),
                "{code} {reason}"
            );
            let _ = client.socket.flush(); // Answers the Close frame.
            let _ = client.socket.get_mut().shutdown(std::net::Shutdown::Both);
            client
        });
        let ended = self.wait_for_exit();
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(ended.stdout.contains("shut down gracefully"), "{ended}");
        clients
    }

    /// Starts the server again on the same port.
    #[track_caller]
    pub(crate) fn restart(&mut self) {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        self.program = Program::start_at(self.program.address(), PROGRAM, &words);
    }
}

/// Resumes with a token that is refused. Returns the close code.
#[track_caller]
pub(crate) fn refused_resume(address: SocketAddr, before: &Client) -> u16 {
    let mut client = Client::connect(address, &before.welcome().room);
    client.send(&ToServer::Resume {
        token: before.welcome().token,
    });
    client.receive_close().0
}

/// Resumes with a token, to the same seat and the same name.
#[track_caller]
pub(crate) fn resume(address: SocketAddr, before: &Client) -> Client {
    let was = before.welcome();
    let client = Client::resume(address, &was.room, was);
    let is = client.welcome();
    assert!(is.resumed);
    assert_eq!((is.seat, &is.name), (was.seat, &was.name));
    client
}
