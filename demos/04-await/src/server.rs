//! Accepts connections, with one task for each, refills the tray, and sends a heartbeat.

use super::{room::Room, session};
use harness_tokio::{accept, say};
use snack::{Refusal, SEATS};
use std::{io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::spawn_local, time::sleep};

/// How often the tray is refilled.
const TICK: Duration = Duration::from_millis(2);

/// Heartbeat interval.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Connections without a seat that may be open while every seat is taken.
const UNSEATED: usize = 16;

/// Serves every connection in a task of its own.
///
/// # Errors
/// The listener fails.
pub async fn accept_forever(listener: &TcpListener, room: &Arc<Room>) -> io::Result<()> {
    loop {
        let (stream, _) = accept(listener).await?;
        // Every connection's task holds one reference to the room.
        if Arc::strong_count(room) > SEATS + UNSEATED {
            let _gone_already = say(&stream, &Refusal::RoomFull).await;
            continue;
        }
        let room = Arc::clone(room);
        // `tokio::spawn` would reject this: its tasks may move to another thread, a guard must not.
        spawn_local(async move { session::serve(&room, stream).await });
    }
}

/// Refills the tray at every tick, in a task of its own.
pub fn refill_forever(room: Arc<Room>) {
    spawn_local(harness::named("ticker", async move {
        loop {
            sleep(TICK).await;
            room.refill().await;
        }
    }));
}

/// Beats as long as the runtime's thread is not blocked. It needs nothing from the room.
pub fn beat_forever() {
    spawn_local(harness::named("heartbeat", async {
        loop {
            harness::beat();
            sleep(HEARTBEAT).await;
        }
    }));
}
