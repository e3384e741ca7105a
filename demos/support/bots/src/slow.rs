//! A phone that stopped reading. It never learns that it has joined, and keeps asking.

use std::io::{self, Write};
use std::time::Duration;

use crate::connection::{Connection, is_timeout};
use crate::ledger::Ledger;
use crate::shared::Shared;

/// The interval between two bursts of requests.
const BEAT: Duration = Duration::from_millis(10);

/// Plays until the crowd closes.
pub(crate) fn play(shared: &Shared, ledger: &Ledger) {
    loop {
        if let Some(connection) = shared.connect_slow(ledger) {
            let never_reads = taps(shared, ledger, &connection);
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
