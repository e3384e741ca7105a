//! Accepts connections, with one thread for each, and refills the tray.

use super::{room::Room, session};
use snack::{Refusal, SEATS};
use std::{
    io::{self, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::Duration,
};

/// How often the tray is refilled.
const TICK: Duration = Duration::from_millis(2);

/// Connections without a seat that may be open while every seat is taken.
const UNSEATED: usize = 16;

/// Serves every connection on a thread of its own.
///
/// # Errors
/// The listener fails.
pub fn accept_forever(listener: &TcpListener, room: &Arc<Room>) -> io::Result<()> {
    loop {
        let (mut stream, _) = harness::accept(listener)?;
        // Every connection's thread holds one reference to the room.
        if Arc::strong_count(room) > SEATS + UNSEATED {
            let _gone_already = writeln!(stream, "{}", Refusal::RoomFull);
            continue;
        }
        let room = Arc::clone(room);
        thread::spawn(move || session::serve(&room, stream));
    }
}

/// Refills the tray at every tick, on a thread of its own.
pub fn refill_forever(room: Arc<Room>) {
    thread::spawn(move || {
        harness::i_am("ticker");
        loop {
            thread::sleep(TICK);
            room.refill();
        }
    });
}
