//! The door and the clock: a thread for every visitor, and one that refills the tray.

use super::{room::Room, session};
use snack::{Refusal, SEATS};
use std::{
    io::{self, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::Duration,
};

/// How often the tray is looked after.
const TICK: Duration = Duration::from_millis(2);

/// Visitors who may stand at the door while every seat is taken.
const AT_THE_DOOR: usize = 16;

/// Gives every visitor a thread of its own.
///
/// # Errors
/// The listener fails.
pub fn welcome_forever(listener: &TcpListener, room: &Arc<Room>) -> io::Result<()> {
    loop {
        let (mut stream, _) = harness::accept(listener)?;
        // Every visitor's thread holds the room once.
        if Arc::strong_count(room) > SEATS + AT_THE_DOOR {
            let _gone_already = writeln!(stream, "{}", Refusal::RoomFull);
            continue;
        }
        let room = Arc::clone(room);
        thread::spawn(move || session::serve(&room, stream));
    }
}

/// Refills the tray, tick by tick, on a thread of its own.
pub fn refill_forever(room: Arc<Room>) {
    thread::spawn(move || {
        harness::i_am("ticker");
        loop {
            thread::sleep(TICK);
            room.refill();
        }
    });
}
