//! The door: it welcomes until it is closing time, and is closed when nobody is left.

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

/// How often the tray is looked after.
const TICK: Duration = Duration::from_millis(2);

/// How often the runtime shows that it is alive.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Visitors who may stand at the door while every seat is taken.
const AT_THE_DOOR: usize = 16;

/// Everybody who is being served.
#[derive(Default)]
struct Visitors {
    sessions: JoinSet<io::Result<()>>,
    /// Every session watches this and ends when it is true.
    closing: watch::Sender<bool>,
}

/// Gives every visitor a task of its own, until it is closing time; then tells their sessions to
/// end, and returns when the last one has gone.
///
/// # Errors
/// The listener fails.
pub async fn welcome_until(
    closing: impl Future<Output = ()>,
    listener: TcpListener,
    room: mpsc::Sender<ToRoom>,
) -> io::Result<()> {
    let mut visitors = Visitors::default();
    let (mut ticks, mut beats) = (interval(TICK), interval(HEARTBEAT));
    let mut closing = pin!(closing);
    loop {
        select! {
            biased;
            () = &mut closing => break,
            Some(ended) = visitors.sessions.join_next() => has_gone(ended),
            // A room that is busy is looked after at the next tick: the door does not wait for it.
            _ = ticks.tick() => drop(room.try_send(ToRoom::Refill)),
            _ = beats.tick() => harness::beat(),
            accepted = accept(&listener) => {
                let (stream, _) = accepted?;
                visitors.welcome(stream, &room).await;
            }
        }
    }
    drop(listener);
    // Nobody is heard any more: each session stops reading, and leaves the room in order.
    visitors.closing.send_replace(true);
    while let Some(ended) = visitors.sessions.join_next().await {
        has_gone(ended);
    }
    Ok(())
}

impl Visitors {
    async fn welcome(&mut self, stream: TcpStream, room: &mpsc::Sender<ToRoom>) {
        if self.sessions.len() >= SEATS + AT_THE_DOOR {
            let _gone_already = say(&stream, &Refusal::RoomFull).await;
            return;
        }
        let serving = session::serve(room.clone(), stream, self.closing.subscribe());
        self.sessions
            .spawn_local(harness::named("a visitor", serving));
    }
}

/// A session that panicked is reported, and is nobody else's business: the room finds its outbox
/// closed.
fn has_gone(ended: Result<io::Result<()>, JoinError>) {
    if let Err(error) = ended {
        eprintln!("a session ended in a panic: {error}");
    }
}

/// Keeps a room open as long as anybody can ask for anything. One that falls is reported, its
/// players are told by their own writers, and a new one is opened behind the same inbox.
pub async fn keep_open(mut inbox: mpsc::Receiver<ToRoom>) {
    keep_running(&mut inbox, async |inbox| Room::default().run(inbox).await).await;
}

/// Calls `run` again whenever it panics.
pub async fn keep_running<T>(inbox: &mut T, run: impl AsyncFn(&mut T)) {
    while let Err(panic) = AssertUnwindSafe(run(inbox)).catch_unwind().await {
        let why = panic.downcast_ref::<&str>().map(|why| (*why).to_owned());
        let why = why.or_else(|| panic.downcast_ref::<String>().cloned());
        eprintln!(
            "the room fell and is opened again: {}",
            why.unwrap_or_default()
        );
    }
}
