//! Accepts connections, with one task for each, and sends ticks and a heartbeat.

use super::{room::ToRoom, session, sync::mpsc};
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
pub async fn accept_forever(listener: &TcpListener, room: &mpsc::Sender<ToRoom>) -> io::Result<()> {
    // Every connection's task holds a ticket.
    let ticket = Arc::new(());
    loop {
        let (stream, _) = accept(listener).await?;
        if Arc::strong_count(&ticket) > SEATS + UNSEATED {
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

/// Sends the room a message at every tick, in a task of its own.
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

/// Beats as long as the runtime's thread is not blocked. It needs nothing from the room.
pub fn beat_forever() {
    spawn_local(harness::named("heartbeat", async {
        loop {
            harness::beat();
            sleep(HEARTBEAT).await;
        }
    }));
}
