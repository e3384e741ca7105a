//! Accepts connections until shutdown, and restarts the room's task after a panic.

use super::{
    limits::Config,
    logs,
    room::{Room, ToRoom},
    session,
    sync::mpsc,
    web::{self, ServerState},
};
use futures_util::FutureExt;
use std::{io, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    select,
    sync::watch,
    task::{JoinError, JoinSet},
    time::{interval, sleep},
};
use tracing::{Instrument, error, info, info_span, warn};

/// How often the tray is refilled.
const TICK: Duration = Duration::from_millis(2);

/// Heartbeat interval.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Serves every connection in a task of its own, until `shutdown` is ready. Then it stops
/// accepting, lets each session send a Close frame, and returns when the last one has ended.
///
/// # Errors
/// The listener has no address, or fails.
pub async fn accept_until(
    shutdown: impl Future<Output = ()>,
    listener: TcpListener,
    room: mpsc::Sender<ToRoom>,
    config: Config,
) -> io::Result<()> {
    info!(address = %listener.local_addr()?, "listening");
    // Every session watches this, and ends when it is true.
    let (shutting_down, watched) = watch::channel(false);
    let state = Arc::new(ServerState::new(config, watched));
    let router = web::router();
    let mut sessions = JoinSet::new();
    let (mut number, most) = (0_u64, state.config.limits.connections);
    let (mut ticks, mut beats) = (interval(TICK), interval(HEARTBEAT));
    let mut shutdown = pin!(shutdown);
    loop {
        select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = sessions.join_next() => log_panic(ended),
            // If the inbox is full, the tray waits for the next tick: this loop must not wait.
            _ = ticks.tick() => drop(room.try_send(ToRoom::Refill)),
            _ = beats.tick() => harness::beat(),
            // At the limit, further connections wait in the kernel's queue.
            accepted = listener.accept(), if sessions.len() < most => match accepted {
                Ok((stream, peer)) => {
                    number += 1;
                    let (router, state, room) = (router.clone(), Arc::clone(&state), room.clone());
                    let serving = session::serve(router, state, room, stream);
                    let serving = logs::connection(number, peer, serving);
                    sessions.spawn_local(harness::named("a visitor", serving));
                }
                Err(error) => {
                    let failed = harness::accept_failed(error)?;
                    if failed.is_news {
                        warn!(error = %failed.error, "accept failed, pausing");
                    }
                    sleep(failed.pause).await;
                }
            },
        }
    }
    drop(listener);
    info!(connections = sessions.len(), "shutting down");
    shutting_down.send_replace(true);
    while let Some(ended) = sessions.join_next().await {
        log_panic(ended);
    }
    info!("shut down gracefully");
    Ok(())
}

/// Logs a session's task that panicked. A session catches its own panics, so this is rare.
fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        error!(%error, "session panicked");
    }
}

/// Runs a room as long as its inbox has a sender. A panic is logged and a new room takes over the
/// same inbox; the writers of the old one tell its players.
pub async fn run_room(mut inbox: mpsc::Receiver<ToRoom>) {
    recover(&mut inbox, async |inbox| Room::default().run(inbox).await).await;
}

/// Calls `run` again after every panic.
pub async fn recover<T>(inbox: &mut T, run: impl AsyncFn(&mut T)) {
    let span = info_span!("room", name = "snack bar");
    while let Err(panic) = AssertUnwindSafe(run(inbox).instrument(span.clone()))
        .catch_unwind()
        .await
    {
        let why = harness::panic_text(&*panic);
        span.in_scope(|| error!(why = why.unwrap_or_default(), "room panicked, restarting"));
    }
}
