//! Accepts connections until shutdown, and restarts the room's task after a panic.

use super::{
    room::{Room, ToRoom},
    session,
    sync::mpsc,
};
use futures_util::FutureExt;
use harness_tokio::{accept, say};
use snack::{Refusal, SEATS};
use std::{io, panic::AssertUnwindSafe, pin::pin, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::watch,
    task::{JoinError, JoinSet},
    time::interval,
};

/// How often the tray is refilled.
const TICK: Duration = Duration::from_millis(2);

/// Heartbeat interval.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Connections without a seat that may be open while every seat is taken.
const UNSEATED: usize = 16;

/// New: every session that runs. Shutdown is ownership: this set is empty when all have ended.
#[derive(Default)]
struct Sessions {
    running: JoinSet<io::Result<()>>,
    /// Every session watches this, and ends when it is true.
    shutdown: watch::Sender<bool>,
}

/// Serves every connection in a task of its own, until `shutdown` is ready. Then it stops
/// accepting, tells the sessions to end, and returns when the last one has ended.
///
/// # Errors
/// The listener fails.
pub async fn accept_until(
    shutdown: impl Future<Output = ()>,
    listener: TcpListener,
    room: mpsc::Sender<ToRoom>,
) -> io::Result<()> {
    let mut sessions = Sessions::default();
    let (mut ticks, mut beats) = (interval(TICK), interval(HEARTBEAT));
    let mut shutdown = pin!(shutdown);
    loop {
        select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = sessions.running.join_next() => log_panic(ended),
            // If the inbox is full, the tray waits for the next tick: this loop must not wait.
            _ = ticks.tick() => drop(room.try_send(ToRoom::Refill)),
            _ = beats.tick() => harness::beat(),
            accepted = accept(&listener) => {
                let (stream, _) = accepted?;
                sessions.start(stream, &room).await;
            }
        }
    }
    drop(listener);
    // From here on no request is read: each session sends the room its `Leave`, and ends.
    sessions.shutdown.send_replace(true);
    while let Some(ended) = sessions.running.join_next().await {
        log_panic(ended);
    }
    Ok(())
}

impl Sessions {
    async fn start(&mut self, stream: TcpStream, room: &mpsc::Sender<ToRoom>) {
        if self.running.len() >= SEATS + UNSEATED {
            let _gone_already = say(&stream, &Refusal::RoomFull).await;
            return;
        }
        let serving = session::serve(room.clone(), stream, self.shutdown.subscribe());
        self.running
            .spawn_local(harness::named("a client", serving));
    }
}

/// Logs a session that panicked. No other session notices, except that its player leaves: the room
/// finds its outbox closed.
fn log_panic(ended: Result<io::Result<()>, JoinError>) {
    if let Err(error) = ended {
        harness::log(&format!("session panicked: {error}"));
    }
}

/// Runs a room as long as its inbox has a sender. A panic is logged and a new room takes over the
/// same inbox; the writers of the old one tell its players.
pub async fn run_room(mut inbox: mpsc::Receiver<ToRoom>) {
    recover(&mut inbox, async |inbox| Room::default().run(inbox).await).await;
}

/// Calls `run` again after every panic.
pub async fn recover<T>(inbox: &mut T, run: impl AsyncFn(&mut T)) {
    while let Err(panic) = AssertUnwindSafe(run(inbox)).catch_unwind().await {
        let why = harness::panic_text(&*panic);
        let why = why.unwrap_or_default();
        harness::log(&format!("room panicked, restarting: {why}"));
    }
}
