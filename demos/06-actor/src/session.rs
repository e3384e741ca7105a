//! One connection: requests go to the room and lines go to the phone, until either side ends.

use super::{
    room::{LINES_BEHIND, Parting, Seat, ToRoom},
    sync::{Socket, mpsc, oneshot, within},
    writer::{PATIENCE, write_to},
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request, ToPlayer};
use socket2::SockRef;
use std::{io, net::Shutdown, pin::pin, sync::Arc};
use tokio::{net::TcpStream, select, sync::watch, time::timeout};

/// Serves one client until it leaves, its connection ends, the room disconnects it, or `shutdown`
/// is true. No task of it remains then.
///
/// # Errors
/// The connection fails before the client has joined, or the client does not read.
pub async fn serve(
    room: mpsc::Sender<ToRoom>,
    stream: TcpStream,
    shutdown: watch::Receiver<bool>,
) -> io::Result<()> {
    let stream = Arc::new(stream);
    within(PATIENCE, say(&stream, &HELP)).await?;
    let mut lines = Lines::until(shutdown, Arc::clone(&stream));
    let Some(player) = wait_for_join(&room, &mut lines, &stream).await? else {
        return Ok(());
    };
    let name = player.name.clone();
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        play(&room, &mut lines, player, &stream).await;
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
    queue: mpsc::Receiver<ToPlayer>,
    parting: oneshot::Receiver<Parting>,
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
                let joining = harness::named(name.to_string(), join(room, &name));
                match joining.await {
                    Ok(player) => return Ok(Some(player)),
                    Err(refusal) => refusal,
                }
            }
            Ok(Request::Grab | Request::Leave) => Refusal::JoinFirst,
            Err(refusal) => refusal,
        };
        // A client that sends requests and never reads must not block this task either.
        within(PATIENCE, say(stream, &refusal)).await?;
    }
    Ok(None)
}

/// Asks the room for a seat.
async fn join(room: &mpsc::Sender<ToRoom>, name: &Name) -> Result<Player, Refusal> {
    let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), LINES_BEHIND);
    let (goodbye, parting) = oneshot::channel(format!("{name}'s parting"));
    let asking = |reply| ToRoom::Join {
        name: name.clone(),
        outbox: outbox.clone(),
        parting: goodbye,
        reply,
    };
    let seat = ask(room, asking).await?;
    let name = name.clone();
    Ok(Player {
        name,
        seat,
        outbox,
        queue,
        parting,
    })
}

/// New: reads and writes at the same time, in one task, until the player has left the room and its
/// last line is written.
async fn play(
    room: &mpsc::Sender<ToRoom>,
    lines: &mut Lines,
    player: Player,
    stream: &Arc<TcpStream>,
) {
    let Player {
        name,
        seat: who,
        outbox,
        queue,
        parting,
    } = player;
    let socket = Socket::new(&name, Arc::clone(stream));
    let mut writing = pin!(harness::named(format!("{name}'s writer"), async {
        write_to(socket, queue, parting).await;
        let _ended_already = SockRef::from(&**stream).shutdown(Shutdown::Write);
    }));
    let mut reading = pin!(serve_requests(room, lines, who, outbox));
    let written = select! {
        biased;
        () = &mut reading => false,
        () = &mut writing => {
            // The room disconnected it. Its requests are still read for a while: closing a socket
            // with unread input would destroy the last line before it arrives.
            let _still_sends = timeout(PATIENCE, reading).await;
            true
        }
    };
    let _asked = harness::asked();
    let _unless_closed = room.send(ToRoom::Leave { who }).await;
    if !written {
        writing.await;
    }
}

/// Reads a player's requests until it leaves. A connection that fails counts as leaving.
async fn serve_requests(
    room: &mpsc::Sender<ToRoom>,
    lines: &mut Lines,
    who: Seat,
    outbox: mpsc::Sender<ToPlayer>,
) {
    while let Ok(Some(line)) = lines.next().await {
        let _asked = harness::asked();
        let answer = match line {
            Ok(Request::Leave) => return,
            Ok(Request::Grab) => ask(room, |reply| ToRoom::Grab { who, reply }).await,
            Ok(Request::Join(_)) => Err(Refusal::AlreadyIn),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = answer {
            let _unless_gone = outbox.send(ToPlayer::Refused(refusal)).await;
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
