//! One connection: a task that reads its requests, and starts another that writes its lines.

use super::{
    room::{LINES_BEHIND, Seat, ToRoom},
    sync::{Socket, mpsc, oneshot},
    writer::write_to,
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request, ToPlayer};
use std::{io, sync::Arc};
use tokio::{net::TcpStream, task::spawn_local};

/// Serves one client until it leaves or its connection ends.
///
/// # Errors
/// The connection fails before the client has joined.
pub async fn serve(room: mpsc::Sender<ToRoom>, stream: TcpStream) -> io::Result<()> {
    let stream = Arc::new(stream);
    say(&stream, &HELP).await?;
    let mut lines = Lines::new(Arc::clone(&stream));
    let Some(player) = wait_for_join(&room, &mut lines, &stream).await? else {
        return Ok(());
    };
    let name = player.name.clone();
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        serve_requests(&room, &mut lines, &player).await;
        let _asked = harness::asked();
        let who = player.seat;
        let _unless_closed = room.send(ToRoom::Leave { who }).await;
    });
    playing.await;
    Ok(())
}

/// A client with a seat.
struct Player {
    name: Name,
    seat: Seat,
    /// The session's refusals take the same way to the phone as the room's events.
    outbox: mpsc::Sender<ToPlayer>,
}

/// Reads requests until the room gives the client a seat. `None` if the connection ends first.
async fn wait_for_join(
    room: &mpsc::Sender<ToRoom>,
    lines: &mut Lines,
    stream: &Arc<TcpStream>,
) -> io::Result<Option<Player>> {
    while let Some(line) = lines.next().await? {
        let _asked = harness::asked();
        let refusal = match line {
            Ok(Request::Join(name)) => {
                let joining = harness::named(name.to_string(), join(room, &name, stream));
                match joining.await {
                    Ok(player) => return Ok(Some(player)),
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

/// Asks the room for a seat, and starts a writer for the player that gets one.
async fn join(
    room: &mpsc::Sender<ToRoom>,
    name: &Name,
    stream: &Arc<TcpStream>,
) -> Result<Player, Refusal> {
    let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), LINES_BEHIND);
    let asking = |reply| ToRoom::Join {
        name: name.clone(),
        outbox: outbox.clone(),
        reply,
    };
    let seat = ask(room, asking).await?;
    let socket = Socket::new(name, Arc::clone(stream));
    let writing = write_to(seat, socket, queue, room.clone());
    spawn_local(harness::named(format!("{name}'s writer"), writing));
    Ok(Player {
        name: name.clone(),
        seat,
        outbox,
    })
}

/// Reads a player's requests until it leaves. A connection that fails counts as leaving.
async fn serve_requests(room: &mpsc::Sender<ToRoom>, lines: &mut Lines, player: &Player) {
    while let Ok(Some(line)) = lines.next().await {
        let _asked = harness::asked();
        let who = player.seat;
        let answer = match line {
            Ok(Request::Leave) => return,
            Ok(Request::Grab) => ask(room, |reply| ToRoom::Grab { who, reply }).await,
            Ok(Request::Join(_)) => Err(Refusal::AlreadyIn),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            let _unless_gone = player.outbox.send(ToPlayer::Refused(refusal)).await;
        }
    }
}

/// Sends the room a question, and waits for the answer.
async fn ask<T>(
    room: &mpsc::Sender<ToRoom>,
    question: impl FnOnce(oneshot::Sender<Result<T, Refusal>>) -> ToRoom,
) -> Result<T, Refusal> {
    let (reply, answer) = oneshot::channel("an answer");
    // If the room is gone, `send` returns the question. It must be dropped, with its reply sender.
    drop(room.send(question(reply)).await);
    answer.await.unwrap_or(Err(Refusal::RoomClosed))
}
