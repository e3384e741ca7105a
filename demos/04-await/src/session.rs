//! One connection: reads requests, passes them to the room, and writes the refusals.

use super::{
    room::{Room, Seat},
    sync::Socket,
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request};
use std::{io, sync::Arc};
use tokio::net::TcpStream;

/// Serves one client until it leaves or its connection ends.
///
/// # Errors
/// The connection fails before the client has joined.
pub async fn serve(room: &Room, stream: TcpStream) -> io::Result<()> {
    let stream = Arc::new(stream);
    say(&stream, &HELP).await?;
    let mut lines = Lines::new(Arc::clone(&stream));
    let Some((name, seat)) = wait_for_join(room, &mut lines, &stream).await? else {
        return Ok(());
    };
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        serve_requests(room, &mut lines, seat).await;
        let _asked = harness::asked();
        room.leave(seat).await;
    });
    playing.await;
    Ok(())
}

/// Reads requests until the room gives the client a seat. `None` if the connection ends first.
async fn wait_for_join(
    room: &Room,
    lines: &mut Lines,
    stream: &Arc<TcpStream>,
) -> io::Result<Option<(Name, Seat)>> {
    while let Some(line) = lines.next().await? {
        let _asked = harness::asked();
        let refusal = match line {
            Ok(Request::Join(name)) => {
                let socket = Socket::new(&name, Arc::clone(stream));
                let joining = harness::named(name.to_string(), room.join(name.clone(), socket));
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

/// Reads a player's requests until it leaves. A connection that fails counts as leaving.
async fn serve_requests(room: &Room, lines: &mut Lines, who: Seat) {
    while let Ok(Some(line)) = lines.next().await {
        let _asked = harness::asked();
        let answer = match line {
            Ok(Request::Leave) => return,
            Ok(Request::Grab) => room.grab(who).await,
            Ok(Request::Join(_)) => Err(Refusal::AlreadyIn),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            room.refuse(who, &refusal).await;
        }
    }
}
