//! One connection: reads requests, passes them to the room, and writes the refusals.

use super::{
    room::{Room, Seat},
    sync::{self, Queue},
};
use snack::{HELP, LineReader, Name, Refusal, Request};
use std::{
    io::{self, BufReader, Write},
    net::TcpStream,
    thread,
};

/// The requests of one client, one a line.
type Lines = LineReader<BufReader<TcpStream>>;

/// Serves one client until it leaves or its connection ends.
///
/// # Errors
/// The connection fails before the client has joined.
pub fn serve(room: &Room, mut stream: TcpStream) -> io::Result<()> {
    writeln!(stream, "{HELP}")?;
    let mut lines = LineReader::new(BufReader::new(harness::share(&stream)?));
    let Some((name, seat)) = wait_for_join(room, &mut lines, &mut stream)? else {
        return Ok(());
    };
    let _seated = harness::seated(&name);
    serve_requests(room, &mut lines, &seat);
    let _asked = harness::asked();
    room.leave(&seat);
    Ok(())
}

/// Reads requests until the room gives the client a seat. `None` if the connection ends first.
fn wait_for_join(
    room: &Room,
    lines: &mut Lines,
    stream: &mut TcpStream,
) -> io::Result<Option<(Name, Seat)>> {
    while let Some(line) = lines.next()? {
        let _asked = harness::asked();
        let refusal = match line {
            Ok(Request::Join(name)) => {
                harness::i_am(name.to_string());
                let (phone, (outbox, queue)) = (harness::share(stream)?, sync::outbox(&name));
                match room.join(&name, outbox) {
                    Ok(seat) => {
                        write_to(phone, queue);
                        return Ok(Some((name, seat)));
                    }
                    Err(refusal) => refusal,
                }
            }
            Ok(Request::Grab | Request::Leave) => Refusal::JoinFirst,
            Err(refusal) => refusal,
        };
        writeln!(stream, "{refusal}")?;
    }
    Ok(None)
}

/// Reads a player's requests until it leaves. A connection that fails counts as leaving.
fn serve_requests(room: &Room, lines: &mut Lines, seat: &Seat) {
    while let Ok(Some(line)) = lines.next() {
        let _asked = harness::asked();
        let answer = match line {
            Ok(Request::Leave) => return,
            Ok(Request::Grab) => room.grab(seat),
            Ok(Request::Join(_)) => Err(Refusal::AlreadyIn),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            room.refuse(seat, &refusal);
        }
    }
}

/// Writes an outbox to its phone, at the pace of the phone, on a thread of its own.
fn write_to(mut stream: TcpStream, queue: Queue) {
    thread::spawn(move || {
        // A line is small: the kernel must not hold it back until the next one.
        let _is_slower_otherwise = stream.set_nodelay(true);
        while let Some(mut line) = queue.next() {
            line.push('\n');
            if stream.write_all(line.as_bytes()).is_err() {
                return; // The thread that reads this socket sees its end, too, and leaves.
            }
        }
    });
}
