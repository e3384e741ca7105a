//! The door and the clock: a task for every visitor, one that refills the tray, and a heartbeat.

use super::{room::Room, session};
use harness_tokio::{accept, say};
use snack::{Refusal, SEATS};
use std::{io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::spawn_local, time::sleep};

/// How often the tray is looked after.
const TICK: Duration = Duration::from_millis(2);

/// How often the runtime shows that it is alive.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// Visitors who may stand at the door while every seat is taken.
const AT_THE_DOOR: usize = 16;

/// Gives every visitor a task of its own.
///
/// # Errors
/// The listener fails.
pub async fn welcome_forever(listener: &TcpListener, room: &Arc<Room>) -> io::Result<()> {
    loop {
        let (stream, _) = accept(listener).await?;
        // Every visitor's task holds the room once.
        if Arc::strong_count(room) > SEATS + AT_THE_DOOR {
            let _gone_already = say(&stream, &Refusal::RoomFull).await;
            continue;
        }
        let room = Arc::clone(room);
        // On this one thread: `tokio::spawn` would refuse a guard that may wander to another one.
        spawn_local(async move { session::serve(&room, stream).await });
    }
}

/// Refills the tray, tick by tick, in a task of its own.
pub fn refill_forever(room: Arc<Room>) {
    spawn_local(harness::named("ticker", async move {
        loop {
            sleep(TICK).await;
            room.refill().await;
        }
    }));
}

/// Beats as long as the runtime's thread is free to. It needs nothing from the room.
pub fn beat_forever() {
    spawn_local(harness::named("heartbeat", async {
        loop {
            harness::beat();
            sleep(HEARTBEAT).await;
        }
    }));
}
