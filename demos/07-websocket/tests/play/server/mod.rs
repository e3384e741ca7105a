//! A server inside a test program: the test sets its limits and reads its log.

pub(crate) mod client;

use client::Client;
use demo_07_websocket::{
    limits::Config,
    room::{REQUESTS_WAITING, Room, ToRoom},
    server,
};
use harness_tokio::{mpsc, on_one_thread};
use std::{
    cell::Cell,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{sync::oneshot, task::spawn_local};
use tracing::Level;
use tracing_subscriber::fmt;

/// The deadline of every wait.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

/// Limits that no test reaches by chance, for however long the machine stands still. Only that of
/// closing is short: some tests leave clients behind that never answer a Close frame, and the
/// shutdown waits twice as long for each of them.
pub(crate) fn patient() -> Config {
    let mut config = Config::default();
    let limits = &mut config.limits;
    for limit in [
        &mut limits.handshake,
        &mut limits.join,
        &mut limits.ping_after,
        &mut limits.pong_within,
        &mut limits.unacknowledged,
    ] {
        *limit = 10 * WITHIN;
    }
    limits.close = WITHIN / 4;
    config
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    log: Log,
    shutdown: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<io::Result<()>>>,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics here").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How the server's rooms behave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rooms {
    Normal,
    /// The first one panics at the first `grab`.
    FirstPanics,
}

impl Server {
    pub(crate) fn start(config: Config) -> Server {
        Server::with(config, Rooms::Normal)
    }

    /// A server whose `/echo` is open.
    pub(crate) fn with_echo() -> Server {
        Server::start(Config {
            echo: true,
            ..patient()
        })
    }

    pub(crate) fn with(config: Config, rooms: Rooms) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let small = socket2::SockRef::from(&listener).set_send_buffer_size(16 * 1024);
        small.expect("a small buffer");
        let address = listener.local_addr().expect("an address");
        let (log, (shutdown, asked)) = (Log::default(), oneshot::channel());
        let writer = log.clone();
        let serving = thread::spawn(move || {
            let log = fmt()
                .json()
                .flatten_event(true)
                .with_max_level(Level::DEBUG);
            let log = log.with_writer(move || writer.clone()).finish();
            let _until_it_ends = tracing::subscriber::set_default(log);
            on_one_thread(listener, async |listener| {
                let (inbox_sender, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
                let room = spawn_local(run_room(inbox, rooms));
                let asked = async { drop(asked.await) };
                server::accept_until(asked, listener, inbox_sender, config).await?;
                room.await.map_err(io::Error::other)
            })
        });
        Server {
            address,
            log,
            shutdown: Some(shutdown),
            serving: Some(serving),
        }
    }

    pub(crate) fn client(&self, path: &str) -> Client {
        Client::open(self.address, path)
    }

    /// A client whose player has a seat.
    pub(crate) fn join(&self, name: &str) -> Client {
        let mut client = self.client("/ws");
        client.send_line(&format!("join {name}"));
        client.wait_for_text(&format!("{name} joined"));
        client
    }

    /// The lines of the log so far.
    pub(crate) fn log(&self) -> Vec<serde_json::Value> {
        let bytes = self.log.0.lock().expect("no test panics here").clone();
        let text = String::from_utf8(bytes).expect("JSON is text");
        let lines = text.lines().map(serde_json::from_str);
        lines
            .collect::<Result<_, _>>()
            .expect("one object per line")
    }

    /// The causes of all ends so far, except `served`.
    pub(crate) fn ends(&self) -> Vec<String> {
        let log = self.log();
        let causes = log
            .iter()
            .filter(|line| line["message"] == "connection ended");
        let causes = causes.filter_map(|line| line["cause"].as_str().map(str::to_owned));
        causes.filter(|cause| cause != "served").collect()
    }

    /// Waits until a connection has ended, and checks that it is the only one and has this cause.
    #[track_caller]
    pub(crate) fn assert_single_end(&self, cause: &str) {
        let until = Instant::now() + WITHIN;
        while self.ends().is_empty() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.ends(), [cause], "{:?}", self.log());
    }

    /// Waits until a connection has ended with this cause.
    #[track_caller]
    pub(crate) fn wait_for_end_with(&self, cause: &str) {
        let until = Instant::now() + WITHIN;
        while !self.ends().iter().any(|it| it == cause) {
            assert!(Instant::now() < until, "no {cause}: {:?}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks the server to shut down.
    pub(crate) fn begin_shutdown(&mut self) {
        drop(self.shutdown.take());
    }

    /// Shuts the server down, and waits until every client is gone.
    #[track_caller]
    pub(crate) fn shut_down(mut self) {
        self.begin_shutdown();
        let serving = self.serving.take().expect("it serves");
        let until = Instant::now() + WITHIN;
        while !serving.is_finished() {
            assert!(
                Instant::now() < until,
                "it does not shut down: {:?}",
                self.log()
            );
            thread::sleep(Duration::from_millis(5));
        }
        let served = serving.join().expect("no panic");
        served.expect("a graceful shutdown");
    }
}

async fn run_room(mut inbox: mpsc::Receiver<ToRoom>, rooms: Rooms) {
    if rooms == Rooms::Normal {
        return server::run_room(inbox).await;
    }
    let panicked = Cell::new(false);
    let run = async |inbox: &mut mpsc::Receiver<ToRoom>| {
        let mut room = Room::default();
        if panicked.get() {
            return room.run(inbox).await;
        }
        while let Some(message) = inbox.recv().await {
            if matches!(message, ToRoom::Grab { .. }) {
                panicked.set(true);
                panic!("on purpose");
            }
            room.apply(message);
        }
    };
    server::recover(&mut inbox, run).await;
}
