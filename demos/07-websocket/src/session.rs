//! One connection, from the first byte to the last: it asks over HTTP, plays over a WebSocket, and
//! ends with a cause.

use super::{
    echo::echo,
    ends::End,
    hearing::Hearing,
    limits::Limits,
    line::Line,
    logs,
    room::{LINES_BEHIND, Parting, Seat, ToRoom},
    sync::{Socket, mpsc, oneshot, within},
    web::{Route, Rules, Upgraded, Visit},
    wire::Wire,
    writer::{PATIENCE, write_to},
};
use axum::{Router, http::StatusCode};
use futures_util::FutureExt;
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use snack::{HELP, Name, Refusal, Request as Asked, ToPlayer};
use std::{cell::Cell, convert::Infallible, panic::AssertUnwindSafe, pin::pin, rc::Rc, sync::Arc};
use tokio::{net::TcpStream, select, time::timeout};
use tracing::debug;

/// Serves one connection until it has ended, and both sides have read to the end. Nothing of it is
/// left then.
pub(crate) async fn serve(
    router: Router<Visit>,
    rules: Arc<Rules>,
    room: mpsc::Sender<ToRoom>,
    stream: TcpStream,
) -> End {
    let limits = &rules.config.limits;
    let wire = Wire::new(stream, limits);
    // In a box: what HTTP needed is given back before a WebSocket idles for an evening.
    let upgraded = match Box::pin(over_http(router, &rules, &wire)).await {
        Ok(upgraded) => upgraded,
        Err(end) => {
            wire.read_to_the_end(limits).await;
            return end;
        }
    };
    let Upgraded {
        socket,
        route,
        place: _until_the_end,
    } = upgraded;
    let line = Line::new(socket);
    let playing = async {
        match route {
            Route::Room => visit(&room, &line, &rules).await,
            Route::Echo => echo(&line, rules.closing.clone()).await,
        }
    };
    let end = or_panicked(playing).await;
    line.close(&end, limits.goodbye).await;
    wire.read_to_the_end(limits).await;
    end
}

/// A session that panics says goodbye, too. What it was doing is gone with it: the room finds its
/// outbox closed.
pub async fn or_panicked(playing: impl Future<Output = End>) -> End {
    let played = AssertUnwindSafe(playing).catch_unwind().await;
    played.unwrap_or(End::Panicked)
}

/// Answers requests until one of them is for a WebSocket. An error is the end of a connection that
/// never had one.
async fn over_http(
    router: Router<Visit>,
    rules: &Arc<Rules>,
    wire: &Wire,
) -> Result<Upgraded, End> {
    let (visit, upgraded) = Visit::new(Arc::clone(rules));
    let router = TowerToHyperService::new(router.with_state(visit));
    let answered = Rc::new(Cell::new(None));
    let last = Rc::clone(&answered);
    let service = service_fn(move |request: Request<Incoming>| {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let (answering, last) = (router.call(request), Rc::clone(&last));
        async move {
            let Ok(response) = answering.await;
            debug!(%method, path, status = response.status().as_u16(), "answered");
            last.set(Some(response.status()));
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(rules.config.limits.handshake)
        .max_buf_size(16 * 1024);
    let io = TokioIo::new(wire.clone());
    let mut closing = rules.closing.clone();
    let served = {
        let mut serving = pin!(http.serve_connection(io, service).with_upgrades());
        select! {
            biased;
            served = &mut serving => served,
            _ = closing.wait_for(|closing| *closing) => {
                // Whoever is being answered is answered, and then it is over.
                serving.as_mut().graceful_shutdown();
                let served = timeout(rules.config.limits.goodbye, serving).await;
                served.unwrap_or(Ok(()))
            }
        }
    };
    match (answered.get(), served) {
        (Some(StatusCode::SWITCHING_PROTOCOLS), _) => {
            upgraded.await.map_err(|_| End::GoneAtTheDoor)
        }
        (Some(status), _) if !status.is_success() => Err(End::Refused(status.as_u16())),
        (Some(_), _) => Err(End::Served),
        (None, Err(error)) if error.is_parse() => Err(End::Refused(400)),
        (None, _) if *rules.closing.borrow() => Err(End::Closing),
        (None, _) => Err(End::NeverAsked),
    }
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

/// Serves one visitor until it leaves, its connection ends, or it is shown out.
async fn visit(room: &mpsc::Sender<ToRoom>, line: &Line, rules: &Rules) -> End {
    let limits = &rules.config.limits;
    let mut hearing = Hearing::new(line, limits, rules.closing.clone());
    let player = match at_the_door(room, line, &mut hearing, limits).await {
        Ok(player) => player,
        Err(end) => return end,
    };
    let name = player.name.clone();
    logs::joined(&name);
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        play(room, line, player, &mut hearing).await
    });
    playing.await
}

/// Hears a visitor out until the room gives it a seat.
async fn at_the_door(
    room: &mpsc::Sender<ToRoom>,
    line: &Line,
    hearing: &mut Hearing<'_>,
    limits: &Limits,
) -> Result<Player, End> {
    let takes_nothing = |_| End::TakesNothing;
    within(PATIENCE, line.say(&HELP))
        .await
        .map_err(takes_nothing)?;
    let joining = async {
        loop {
            let request = hearing.next().await?;
            let _asked = harness::asked();
            let refusal = match request {
                Ok(Asked::Join(name)) => {
                    let joining = harness::named(name.to_string(), join(room, &name));
                    match joining.await {
                        Ok(player) => return Ok(player),
                        Err(refusal) => refusal,
                    }
                }
                Ok(Asked::Grab | Asked::Leave) => Refusal::JoinFirst,
                Err(refusal) => refusal,
            };
            // Whoever talks and never reads is not waited for at the door either.
            within(PATIENCE, line.say(&refusal))
                .await
                .map_err(takes_nothing)?;
        }
    };
    timeout(limits.join, joining)
        .await
        .unwrap_or(Err(End::NeverJoined))
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
    line: &Line,
    player: Player,
    hearing: &mut Hearing<'_>,
) -> End {
    let Player {
        name,
        seat: who,
        outbox,
        queue,
        parting,
    } = player;
    let socket = Socket::new(line.clone());
    let mut writing = pin!(harness::named(
        format!("{name}'s writer"),
        tell(socket, line, queue, parting)
    ));
    let mut reading = pin!(at_the_tray(room, hearing, who, outbox));
    let (end, written) = select! {
        biased;
        end = &mut reading => (end, false),
        end = &mut writing => (end, true),
    };
    let _asked = harness::asked();
    let _unless_closed = room.send(ToRoom::Leave { who }).await;
    if !written {
        writing.await;
    }
    end
}

/// Writes what the room tells, and finds out why it tells no more: that is the last word *and* the
/// close code.
async fn tell(
    socket: Socket,
    line: &Line,
    queue: mpsc::Receiver<ToPlayer>,
    parting: oneshot::Receiver<Parting>,
) -> End {
    let (pass_on, passed) = oneshot::channel("a parting, passed on");
    let mut writing = pin!(write_to(socket, queue, passed));
    let why = select! {
        biased;
        why = parting => why,
        () = &mut writing => return match line.is_broken() {
            true => End::Reset,
            false => End::TakesNothing,
        },
    };
    match why {
        Ok(why) => drop(pass_on.send(why)),
        // The room has gone, and had no time to say why.
        Err(_) => drop(pass_on),
    }
    writing.await;
    match why {
        Ok(Parting::Left) => End::Left,
        Ok(Parting::TooSlow) => End::TooSlow,
        Err(_) => End::RoomFell,
    }
}

/// Hears a player out until it leaves, or its connection ends.
async fn at_the_tray(
    room: &mpsc::Sender<ToRoom>,
    hearing: &mut Hearing<'_>,
    who: Seat,
    outbox: mpsc::Sender<ToPlayer>,
) -> End {
    loop {
        let request = match hearing.next().await {
            Ok(request) => request,
            Err(end) => return end,
        };
        let _asked = harness::asked();
        let answer = match request {
            Ok(Asked::Leave) => return End::Left,
            Ok(Asked::Grab) => ask(room, |reply| ToRoom::Grab { who, reply }).await,
            Ok(Asked::Join(_)) => Err(Refusal::AlreadyIn),
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
