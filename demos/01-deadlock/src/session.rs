//! One visitor: lines come in, the room is asked, and the room answers.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use snack::{HELP, LineReader, Name, Refusal, Request};
use std::{
    io::{self, BufReader, Write},
    net::TcpStream,
};

/// What a visitor says, line by line.
type Lines = LineReader<BufReader<TcpStream>>;

/// Serves one visitor until it leaves or its socket ends.
///
/// # Errors
/// The socket fails before its visitor has joined.
pub fn serve(room: &Room, mut stream: TcpStream) -> io::Result<()> {
    writeln!(stream, "{HELP}")?;
    let mut lines = LineReader::new(BufReader::new(harness::share(&stream)?));
    let Some((name, seat)) = at_the_door(room, &mut lines, &mut stream)? else {
        return Ok(());
    };
    let _seated = harness::seated(&name);
    at_the_tray(room, &mut lines, &seat);
    let _asked = harness::asked();
    room.leave(&seat);
    Ok(())
}

/// Hears a visitor out until the room gives it a seat.
fn at_the_door(
    room: &Room,
    lines: &mut Lines,
    stream: &mut TcpStream,
) -> io::Result<Option<(Name, Seat)>> {
    while let Some(line) = lines.next()? {
        let _asked = harness::asked();
        let refusal = match line {
            Ok(Request::Join(name)) => {
                harness::i_am(name.to_string());
                let socket = Socket::new(&name, harness::share(stream)?);
                match room.join(&name, socket) {
                    Ok(seat) => return Ok(Some((name, seat))),
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

/// Hears a player out until it leaves. A socket that fails is a player who left, too.
fn at_the_tray(room: &Room, lines: &mut Lines, seat: &Seat) {
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
