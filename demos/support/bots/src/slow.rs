//! A phone that stopped reading. It never learns that it has joined, and keeps asking.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use crate::ledger::Ledger;
use crate::square::Square;
use crate::wire::{Wire, is_timeout};

/// The interval between two bursts of requests.
const BEAT: Duration = Duration::from_millis(10);

/// A function that makes a connection.
pub type Dial = fn(SocketAddr, Duration) -> io::Result<TcpStream>;

static DIAL: OnceLock<Dial> = OnceLock::new();

/// Makes slow phones in this process connect with `dial`, whose second argument is the time that it
/// may take. `dial` can set socket options that the standard library does not offer, such as the
/// size of the kernel's buffer. Only the first call has an effect.
pub fn slow_phones_dial(dial: Dial) {
    let _said_before = DIAL.set(dial);
}

pub(crate) fn dial(address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
    match DIAL.get() {
        Some(dial) => dial(address, within),
        None => TcpStream::connect_timeout(&address, within),
    }
}

/// Plays until the crowd closes.
pub(crate) fn play(square: &Square, ledger: &Ledger) {
    loop {
        if let Some(wire) = square.connect_slow(ledger) {
            let never_reads = taps(square, ledger, &wire);
            if never_reads.is_err() && !square.is_closed() {
                ledger.ended_by_server.add(1);
            }
        }
        ledger.hold(None);
        // Disconnected, or never accepted: it tries again, as phones do.
        if !square.pause(BEAT * 50) || !square.return_in_turn() {
            // Also if it is not in at the moment: the crowd waits until nobody but its slow phones
            // is left.
            square.outstay();
            return;
        }
    }
}

/// Sends `join` again and again. An error means that the server has hung up.
fn taps(square: &Square, ledger: &Ledger, wire: &Wire) -> io::Result<()> {
    let line = format!("join {}\n", ledger.name);
    let mut socket = wire.stream();
    socket.write_all(line.as_bytes())?;
    let a_beat = square.plan.taps.div_ceil(100) as usize;
    let burst = line.repeat(a_beat).into_bytes();
    let mut said = 0;
    while square.pause(BEAT) {
        match socket.write(&burst[said..]) {
            Ok(more) => said = (said + more) % burst.len().max(1),
            // The server reads no more from this connection. The bot waits as every other client
            // does.
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    square.outstay();
    Ok(())
}
