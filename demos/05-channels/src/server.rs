//! The door and the clock: a task for every visitor, one that says when to refill, and a heartbeat.

use super::{room::ToRoom, session, sync::mpsc};
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
pub async fn welcome_forever(
    listener: &TcpListener,
    room: &mpsc::Sender<ToRoom>,
) -> io::Result<()> {
    // Every visitor's task holds a ticket.
    let ticket = Arc::new(());
    loop {
        let (stream, _) = accept(listener).await?;
        if Arc::strong_count(&ticket) > SEATS + AT_THE_DOOR {
            let _gone_already = say(&stream, &Refusal::RoomFull).await;
            continue;
        }
        let (room, ticket) = (room.clone(), Arc::clone(&ticket));
        spawn_local(async move {
            let served = session::serve(room, stream).await;
            drop(ticket);
            served
        });
    }
}

/// Tells the room to look after its tray, tick by tick, in a task of its own.
pub fn refill_forever(room: mpsc::Sender<ToRoom>) {
    spawn_local(harness::named("ticker", async move {
        loop {
            sleep(TICK).await;
            if room.send(ToRoom::Refill).await.is_err() {
                return; // The room is closed.
            }
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
