//! A phone that stops reading: it plays for a while, and then keeps asking without an answer.

use std::io::{self, ErrorKind, Write};
use std::time::{Duration, Instant};

use snack::Request;

use crate::connection::{Connection, Received, is_timeout};
use crate::ledger::Ledger;
use crate::shared::Shared;

/// The interval between two bursts of requests.
const BEAT: Duration = Duration::from_millis(10);

/// The interval between two grabs while it still reads.
const GRAB: Duration = Duration::from_millis(100);

/// Plays until the crowd closes.
pub(crate) fn play(shared: &Shared, ledger: &Ledger) {
    loop {
        if let Some(mut connection) = shared.connect_slow(ledger) {
            let never_reads = reads(shared, ledger, &mut connection)
                .and_then(|()| taps(shared, ledger, &connection));
            if never_reads.is_err() && !shared.is_closed() {
                ledger.ended_by_server.add(1);
            }
        }
        ledger.hold(None);
        // The server disconnected it or never accepted it: it tries again, as phones do.
        if !shared.pause(BEAT * 50) || !shared.return_in_turn() {
            // Also if it is not connected now: the crowd waits until only its slow phones are left.
            shared.outstay();
            return;
        }
    }
}

/// Plays and reads until it is time to stop reading. An error means that the server has hung up.
fn reads(shared: &Shared, ledger: &Ledger, connection: &mut Connection) -> io::Result<()> {
    if !shared.plays_less_than(shared.plan.slow_after) {
        return Ok(());
    }
    connection.say(&Request::Join(ledger.name.clone()))?;
    let mut grabs = Instant::now() + GRAB;
    while shared.plays_less_than(shared.plan.slow_after) && !shared.is_closing() {
        if let Received::End = connection.hear() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if Instant::now() >= grabs {
            grabs = Instant::now() + GRAB;
            connection.say(&Request::Grab)?;
        }
    }
    Ok(())
}

/// Sends `join` again and again. An error means that the server has hung up.
fn taps(shared: &Shared, ledger: &Ledger, connection: &Connection) -> io::Result<()> {
    let line = format!("join {}\n", ledger.name);
    let mut socket = connection.stream();
    socket.write_all(line.as_bytes())?;
    let a_beat = shared.plan.taps.div_ceil(100) as usize;
    let burst = line.repeat(a_beat).into_bytes();
    let mut said = 0;
    while shared.pause(BEAT) {
        match socket.write(&burst[said..]) {
            Ok(more) => said = (said + more) % burst.len().max(1),
            // The server reads no more from this connection. The bot waits as every other client
            // does.
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    shared.outstay();
    Ok(())
}
