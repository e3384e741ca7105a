//! The door: it welcomes until it is closing time, says so to everybody, and is closed when nobody
//! is left.

use super::{
    limits::Config,
    logs,
    room::{Room, ToRoom},
    session,
    sync::mpsc,
    web::{self, Rules},
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

/// How often the tray is looked after.
const TICK: Duration = Duration::from_millis(2);

/// How often the runtime shows that it is alive.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Gives every connection a task of its own, until it is closing time; then says goodbye to them,
/// and returns when the last one has gone.
///
/// # Errors
/// The listener has no address, or is broken.
pub async fn welcome_until(
    closing: impl Future<Output = ()>,
    listener: TcpListener,
    room: mpsc::Sender<ToRoom>,
    config: Config,
) -> io::Result<()> {
    info!(address = %listener.local_addr()?, "open");
    let (close, closes) = watch::channel(false);
    let rules = Arc::new(Rules::new(config, closes));
    let router = web::router();
    let mut visitors = JoinSet::new();
    let (mut number, most) = (0_u64, rules.config.limits.connections);
    let (mut ticks, mut beats) = (interval(TICK), interval(HEARTBEAT));
    let mut closing = pin!(closing);
    loop {
        select! {
            biased;
            () = &mut closing => break,
            Some(ended) = visitors.join_next() => has_gone(ended),
            // A room that is busy is looked after at the next tick: the door does not wait for it.
            _ = ticks.tick() => drop(room.try_send(ToRoom::Refill)),
            _ = beats.tick() => harness::beat(),
            // One more waits in the kernel's queue until somebody has gone.
            accepted = listener.accept(), if visitors.len() < most => match accepted {
                Ok((stream, peer)) => {
                    number += 1;
                    let (router, rules, room) = (router.clone(), Arc::clone(&rules), room.clone());
                    let serving = session::serve(router, rules, room, stream);
                    let serving = logs::connection(number, peer, serving);
                    visitors.spawn_local(harness::named("a visitor", serving));
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
    info!(connections = visitors.len(), "closing");
    close.send_replace(true);
    while let Some(ended) = visitors.join_next().await {
        has_gone(ended);
    }
    info!("closed in order");
    Ok(())
}

/// A session catches its own panics; one that still comes through is reported, and is nobody else's
/// business.
fn has_gone(ended: Result<(), JoinError>) {
    if let Err(why) = ended {
        error!(%why, "a connection's task panicked");
    }
}

/// Keeps a room open as long as anybody can ask for anything. One that falls is reported, its
/// players are told by their own writers, and a new one is opened behind the same inbox.
pub async fn keep_open(mut inbox: mpsc::Receiver<ToRoom>) {
    keep_running(&mut inbox, async |inbox| Room::default().run(inbox).await).await;
}

/// Calls `run` again whenever it panics.
pub async fn keep_running<T>(inbox: &mut T, run: impl AsyncFn(&mut T)) {
    let span = info_span!("room", name = "snack bar");
    while let Err(panic) = AssertUnwindSafe(run(inbox).instrument(span.clone()))
        .catch_unwind()
        .await
    {
        let why = panic.downcast_ref::<&str>().map(|why| (*why).to_owned());
        let why = why.or_else(|| panic.downcast_ref::<String>().cloned());
        span.in_scope(|| {
            error!(
                why = why.unwrap_or_default(),
                "the room fell and is opened again"
            );
        });
    }
}
