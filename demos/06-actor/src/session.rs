//! One visitor: what it says goes to the room, and what it is told goes to its phone, until either
//! ends.

use super::{
    room::{LINES_BEHIND, PATIENCE, Parting, Seat, ToPlayer, ToRoom, write_to},
    sync::{Socket, mpsc, oneshot, within},
};
use harness_tokio::{Lines, say};
use snack::{HELP, Name, Refusal, Request};
use socket2::SockRef;
use std::{io, net::Shutdown, pin::pin, sync::Arc};
use tokio::{net::TcpStream, select, sync::watch, time::timeout};

/// Serves one visitor until it leaves, its socket ends, it is shown out, or `closing` is true.
/// Nothing of it is left then.
///
/// # Errors
/// The socket fails before its visitor has joined, or the visitor does not read.
pub async fn serve(
    room: mpsc::Sender<ToRoom>,
    stream: TcpStream,
    closing: watch::Receiver<bool>,
) -> io::Result<()> {
    let stream = Arc::new(stream);
    within(PATIENCE, say(&stream, &HELP)).await?;
    let mut lines = Lines::until(closing, Arc::clone(&stream));
    let Some(player) = at_the_door(&room, &mut lines, &stream).await? else {
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

/// A visitor who has a seat.
struct Player {
    name: Name,
    seat: Seat,
    /// What its own session has to tell it goes the way of everything it is told.
    outbox: mpsc::Sender<ToPlayer>,
    queue: mpsc::Receiver<ToPlayer>,
    parting: oneshot::Receiver<Parting>,
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
                let joining = harness::named(name.to_string(), join(room, &name));
                match joining.await {
                    Ok(player) => return Ok(Some(player)),
                    Err(refusal) => refusal,
                }
            }
            Ok(Request::Grab | Request::Leave) => Refusal::JoinFirst,
            Err(refusal) => refusal,
        };
        // Whoever talks and never reads is not waited for at the door either.
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

/// Reads and writes, both at once, until the player has gone from the room and its last word is
/// written.
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
    let mut reading = pin!(at_the_tray(room, lines, who, outbox));
    let written = select! {
        biased;
        () = &mut reading => false,
        () = &mut writing => {
            // It was shown out. What it still says is heard out for a while: a socket that is
            // closed with something unread takes its last word along.
            let _is_still_talking = timeout(PATIENCE, reading).await;
            true
        }
    };
    let _asked = harness::asked();
    let _unless_closed = room.send(ToRoom::Leave { who }).await;
    if !written {
        writing.await;
    }
}

/// Hears a player out until it leaves. A socket that fails is a player who left, too.
async fn at_the_tray(
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
