//! One visitor: a task that reads what it says, and one that writes what it is told.

use super::{
    room::{LINES_BEHIND, Seat, ToPlayer, ToRoom, write_to},
    sync::{Socket, mpsc, oneshot},
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request};
use std::{io, sync::Arc};
use tokio::{net::TcpStream, task::spawn_local};

/// Serves one visitor until it leaves or its socket ends.
///
/// # Errors
/// The socket fails before its visitor has joined.
pub async fn serve(room: mpsc::Sender<ToRoom>, stream: TcpStream) -> io::Result<()> {
    let stream = Arc::new(stream);
    say(&stream, &HELP).await?;
    let mut lines = Lines::new(Arc::clone(&stream));
    let Some(player) = at_the_door(&room, &mut lines, &stream).await? else {
        return Ok(());
    };
    let name = player.name.clone();
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        at_the_tray(&room, &mut lines, &player).await;
        let _asked = harness::asked();
        let who = player.seat;
        let _unless_closed = room.send(ToRoom::Leave { who }).await;
    });
    playing.await;
    Ok(())
}

/// A visitor who has a seat.
struct Player {
    name: Name,
    seat: Seat,
    /// What its own session has to tell it goes the way of everything it is told.
    outbox: mpsc::Sender<ToPlayer>,
}

/// Hears a visitor out until the room gives it a seat.
async fn at_the_door(
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

/// Asks the room for a seat, and has whoever gets one told what happens from then on.
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

/// Hears a player out until it leaves. A socket that fails is a player who left, too.
async fn at_the_tray(room: &mpsc::Sender<ToRoom>, lines: &mut Lines, player: &Player) {
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

/// Asks the room something, and waits for the answer.
async fn ask<T>(
    room: &mpsc::Sender<ToRoom>,
    question: impl FnOnce(oneshot::Sender<Result<T, Refusal>>) -> ToRoom,
) -> Result<T, Refusal> {
    let (reply, answer) = oneshot::channel("an answer");
    // Without a room the question comes back, and its return address must not be kept here.
    drop(room.send(question(reply)).await);
    answer.await.unwrap_or(Err(Refusal::RoomClosed))
}
