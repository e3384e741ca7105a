//! A server in the process of the test.

use super::{Folder, PATIENCE};
use demo_08_snack_game::{options::Options, server::Server};
use std::net::SocketAddr;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Options whose deadlines a test does not miss if this machine lets one of its threads stand still
/// for seconds: a client that is slow then is not closed, and no round ends meanwhile. A test of
/// such a deadline sets its own.
pub(crate) fn patient() -> Options {
    Options {
        bots: 0,
        round_seconds: 600,
        first_message: PATIENCE,
        silence: 5 * PATIENCE,
        behind: PATIENCE,
        ..Options::default()
    }
}

/// A running server, with its own runtime and data folder.
pub(crate) struct Game {
    pub(crate) runtime: Runtime,
    server: Option<Server>,
    pub(crate) address: SocketAddr,
    _folder: Folder,
}

impl Game {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Folder::with_token();
        let mut options = Options {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: Some(folder.path().to_owned()),
            ..patient()
        };
        change(&mut options);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime
            .block_on(Server::start(options))
            .expect("the server starts");
        Self {
            address: server.address(),
            server: Some(server),
            runtime,
            _folder: folder,
        }
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// Begins a graceful shutdown. The handle ends with it.
    pub(crate) fn drain(&mut self) -> JoinHandle<()> {
        let server = self.server.take().expect("the server runs");
        self.runtime.spawn(server.drain())
    }
}
