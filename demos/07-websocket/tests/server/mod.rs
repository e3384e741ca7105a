//! A server within a test: its limits are the test's, and what it logs is read by the test.

#![allow(dead_code, reason = "each test program uses what it needs of it")]

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

/// The longest wait for anything.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    log: Log,
    close: Option<oneshot::Sender<()>>,
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

/// The rooms that a server can have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rooms {
    Honest,
    /// The first one panics when somebody grabs.
    FirstOneFalls,
}

impl Server {
    pub(crate) fn start(config: Config) -> Server {
        Server::with(config, Rooms::Honest)
    }

    /// One whose echo is open.
    pub(crate) fn echoes() -> Server {
        Server::start(Config {
            echo: true,
            ..Config::default()
        })
    }

    pub(crate) fn with(config: Config, rooms: Rooms) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let small = socket2::SockRef::from(&listener).set_send_buffer_size(16 * 1024);
        small.expect("a slow phone is felt soon");
        let address = listener.local_addr().expect("an address");
        let (log, (close, closing)) = (Log::default(), oneshot::channel());
        let writer = log.clone();
        let serving = thread::spawn(move || {
            let log = fmt()
                .json()
                .flatten_event(true)
                .with_max_level(Level::DEBUG);
            let log = log.with_writer(move || writer.clone()).finish();
            let _until_it_ends = tracing::subscriber::set_default(log);
            on_one_thread(listener, async |listener| {
                let (door, inbox) = mpsc::channel("inbox", REQUESTS_WAITING);
                let room = spawn_local(open(inbox, rooms));
                let closing = async { drop(closing.await) };
                server::welcome_until(closing, listener, door, config).await?;
                room.await.map_err(io::Error::other)
            })
        });
        Server {
            address,
            log,
            close: Some(close),
            serving: Some(serving),
        }
    }

    pub(crate) fn client(&self, path: &str) -> Client {
        Client::open(self.address, path)
    }

    /// A player who is in.
    pub(crate) fn joined(&self, name: &str) -> Client {
        let mut client = self.client("/ws");
        client.says(&format!("join {name}"));
        client.hears_until(&format!("{name} joined"));
        client
    }

    /// Every line of the log until now.
    pub(crate) fn log(&self) -> Vec<serde_json::Value> {
        let bytes = self.log.0.lock().expect("no test panics here").clone();
        let text = String::from_utf8(bytes).expect("JSON is text");
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect("a line an event")
    }

    /// The causes of all ends until now, without those of plain requests.
    pub(crate) fn ends(&self) -> Vec<String> {
        let log = self.log();
        let causes = log.iter().filter(|line| line["message"] == "ended");
        let causes = causes.filter_map(|line| line["cause"].as_str().map(str::to_owned));
        causes.filter(|cause| cause != "served").collect()
    }

    /// Waits until exactly one connection has ended, and for this reason.
    #[track_caller]
    pub(crate) fn ends_once_with(&self, cause: &str) {
        let until = Instant::now() + WITHIN;
        while self.ends().is_empty() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.ends(), [cause], "{:?}", self.log());
    }

    /// Waits until some connection has ended for this reason.
    #[track_caller]
    pub(crate) fn has_an_end_with(&self, cause: &str) {
        let until = Instant::now() + WITHIN;
        while !self.ends().iter().any(|it| it == cause) {
            assert!(Instant::now() < until, "no {cause}: {:?}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// It is closing time.
    pub(crate) fn begins_to_close(&mut self) {
        drop(self.close.take());
    }

    /// Waits until nobody is left.
    #[track_caller]
    pub(crate) fn closes(mut self) {
        self.begins_to_close();
        let serving = self.serving.take().expect("it serves");
        let until = Instant::now() + WITHIN;
        while !serving.is_finished() {
            assert!(
                Instant::now() < until,
                "it does not close: {:?}",
                self.log()
            );
            thread::sleep(Duration::from_millis(5));
        }
        let served = serving.join().expect("no panic");
        served.expect("it closes in order");
    }
}

async fn open(mut inbox: mpsc::Receiver<ToRoom>, rooms: Rooms) {
    if rooms == Rooms::Honest {
        return server::keep_open(inbox).await;
    }
    let fell = Cell::new(false);
    let run = async |inbox: &mut mpsc::Receiver<ToRoom>| {
        let mut room = Room::default();
        if fell.get() {
            return room.run(inbox).await;
        }
        while let Some(message) = inbox.recv().await {
            if matches!(message, ToRoom::Grab { .. }) {
                fell.set(true);
                panic!("on purpose");
            }
            room.apply(message);
        }
    };
    server::keep_running(&mut inbox, run).await;
}
