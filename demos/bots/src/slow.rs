//! A phone that stopped reading. It never hears that it is in, and keeps asking.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use crate::ledger::Ledger;
use crate::square::Square;
use crate::wire::{Wire, is_timeout};

/// Between two bursts of asking.
const BEAT: Duration = Duration::from_millis(10);

/// How a connection is made.
pub type Dial = fn(SocketAddr, Duration) -> io::Result<TcpStream>;

static DIAL: OnceLock<Dial> = OnceLock::new();

/// From now on, in this process, slow phones connect by `dial`, whose second argument is the time it may take: what the standard
/// library cannot say of a socket, such as how much the kernel may hold for it, can be said there. Only the first word counts.
pub fn slow_phones_dial(dial: Dial) {
    let _said_before = DIAL.set(dial);
}

pub(crate) fn dial(address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
    match DIAL.get() {
        Some(dial) => dial(address, within),
        None => TcpStream::connect_timeout(&address, within),
    }
}

/// Plays until the crowd goes home.
pub(crate) fn play(square: &Square, ledger: &Ledger) {
    loop {
        if let Some(wire) = square.connect_slow(ledger) {
            let never_reads = taps(square, ledger, &wire);
            if never_reads.is_err() && !square.is_closed() {
                ledger.ended_by_server.add(1);
            }
        }
        ledger.hold(None);
        // Shown out, or not even let in: it tries again, as phones do.
        if !square.pause(BEAT * 50) || !square.return_in_turn() {
            // Also if it is not in at the moment: the crowd waits until nobody but its slow phones is left.
            square.outstay();
            return;
        }
    }
}

/// Asks and asks. An error: the server has hung up.
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
            // The server reads no more from it: then it waits, for nothing, like everybody else.
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    square.outstay();
    Ok(())
}
