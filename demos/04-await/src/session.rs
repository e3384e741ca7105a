//! One visitor: lines come in, the room is asked, and the room answers.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request};
use std::{io, sync::Arc};
use tokio::net::TcpStream;

/// Serves one visitor until it leaves or its socket ends.
///
/// # Errors
/// The socket fails before its visitor has joined.
pub async fn serve(room: &Room, stream: TcpStream) -> io::Result<()> {
    let stream = Arc::new(stream);
    say(&stream, &HELP).await?;
    let mut lines = Lines::new(Arc::clone(&stream));
    let Some((name, seat)) = at_the_door(room, &mut lines, &stream).await? else {
        return Ok(());
    };
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        at_the_tray(room, &mut lines, &seat).await;
        let _asked = harness::asked();
        room.leave(&seat).await;
    });
    playing.await;
    Ok(())
}

/// Hears a visitor out until the room gives it a seat.
async fn at_the_door(
    room: &Room,
    lines: &mut Lines,
    stream: &Arc<TcpStream>,
) -> io::Result<Option<(Name, Seat)>> {
    while let Some(line) = lines.next().await? {
        let _asked = harness::asked();
        let refusal = match line {
            Ok(Request::Join(name)) => {
                let socket = Socket::new(&name, Arc::clone(stream));
                let joining = harness::named(name.to_string(), room.join(&name, socket));
                match joining.await {
                    Ok(seat) => return Ok(Some((name, seat))),
                    Err(refusal) => refusal,
                }
            }
            Ok(Request::Grab | Request::Leave) => Refusal::JoinFirst,
            Err(refusal) => refusal,
        };
        say(stream, &refusal).await?;
    }
    Ok(None)
}

/// Hears a player out until it leaves. A socket that fails is a player who left, too.
async fn at_the_tray(room: &Room, lines: &mut Lines, seat: &Seat) {
    while let Ok(Some(line)) = lines.next().await {
        let _asked = harness::asked();
        let answer = match line {
            Ok(Request::Leave) => return,
            Ok(Request::Grab) => room.grab(seat).await,
            Ok(Request::Join(_)) => Err(Refusal::AlreadyIn),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            room.refuse(seat, &refusal).await;
        }
    }
}
