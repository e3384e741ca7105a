//! One connection, from the first byte to the last: HTTP, then a WebSocket, then an end with a
//! cause.

use super::{
    connection::Connection,
    echo::echo,
    ends::End,
    limits::Limits,
    logs,
    requests::Requests,
    room::{LINES_BEHIND, Parting, Seat, ToRoom},
    sync::{Socket, mpsc, oneshot, within},
    tcp::Tcp,
    web::{Handshake, Route, ServerState, Upgraded},
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
use snack::{HELP, Name, Refusal, Request as Line, ToPlayer};
use std::{cell::Cell, convert::Infallible, panic::AssertUnwindSafe, pin::pin, rc::Rc, sync::Arc};
use tokio::{net::TcpStream, select, time::timeout};
use tracing::debug;

/// Serves one connection until it has ended and both sides have read to the end. No task of it
/// remains then.
pub(crate) async fn serve(
    router: Router<Handshake>,
    state: Arc<ServerState>,
    room: mpsc::Sender<ToRoom>,
    stream: TcpStream,
) -> End {
    let limits = &state.config.limits;
    let tcp = Tcp::new(stream, limits);
    // Boxed, so that the memory for HTTP is freed before a WebSocket stays open for hours.
    let upgraded = match Box::pin(serve_http(router, &state, &tcp)).await {
        Ok(upgraded) => upgraded,
        Err(end) => {
            tcp.read_to_the_end(limits).await;
            return end;
        }
    };
    let Upgraded {
        socket,
        route,
        permit: _until_the_end,
    } = upgraded;
    let connection = Connection::new(socket);
    let serving = async {
        match route {
            Route::Room => serve_room(&room, &connection, &state).await,
            Route::Echo => echo(&connection, state.shutdown.clone()).await,
        }
    };
    let end = or_panicked(serving).await;
    connection.close(&end, limits.close).await;
    tcp.read_to_the_end(limits).await;
    end
}

/// Turns a panic into an end, so that the client gets a Close frame. The room finds the player's
/// outbox closed.
pub async fn or_panicked(serving: impl Future<Output = End>) -> End {
    let served = AssertUnwindSafe(serving).catch_unwind().await;
    served.unwrap_or(End::SessionPanicked)
}

/// Answers requests until one of them is upgraded to a WebSocket. `Err` is the end of a connection
/// without one.
async fn serve_http(
    router: Router<Handshake>,
    state: &Arc<ServerState>,
    tcp: &Tcp,
) -> Result<Upgraded, End> {
    let (handshake, upgraded) = Handshake::new(Arc::clone(state));
    let router = TowerToHyperService::new(router.with_state(handshake));
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
        .header_read_timeout(state.config.limits.handshake)
        .max_buf_size(16 * 1024);
    let io = TokioIo::new(tcp.clone());
    let mut shutdown = state.shutdown.clone();
    let served = {
        let mut serving = pin!(http.serve_connection(io, service).with_upgrades());
        select! {
            biased;
            served = &mut serving => served,
            _ = shutdown.wait_for(|shutdown| *shutdown) => {
                // A request that has arrived is still answered.
                serving.as_mut().graceful_shutdown();
                let served = timeout(state.config.limits.close, serving).await;
                served.unwrap_or(Ok(()))
            }
        }
    };
    match (answered.get(), served) {
        (Some(StatusCode::SWITCHING_PROTOCOLS), _) => {
            upgraded.await.map_err(|_| End::GoneBeforeUpgrade)
        }
        (Some(status), _) if !status.is_success() => Err(End::Refused(status.as_u16())),
        (Some(_), _) => Err(End::Served),
        (None, Err(error)) if error.is_parse() => Err(End::Refused(400)),
        (None, _) if *state.shutdown.borrow() => Err(End::Shutdown),
        (None, _) => Err(End::RequestTimeout),
    }
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

/// Serves one client until it leaves, its connection ends, or the room disconnects it.
async fn serve_room(
    room: &mpsc::Sender<ToRoom>,
    connection: &Connection,
    state: &ServerState,
) -> End {
    let limits = &state.config.limits;
    let mut requests = Requests::new(connection, limits, state.shutdown.clone());
    let player = match wait_for_join(room, connection, &mut requests, limits).await {
        Ok(player) => player,
        Err(end) => return end,
    };
    let name = player.name.clone();
    logs::joined(&name);
    let playing = harness::named(name.to_string(), async {
        let _seated = harness::seated(&name);
        play(room, connection, player, &mut requests).await
    });
    playing.await
}

/// Reads requests until the room gives the client a seat.
async fn wait_for_join(
    room: &mpsc::Sender<ToRoom>,
    connection: &Connection,
    requests: &mut Requests<'_>,
    limits: &Limits,
) -> Result<Player, End> {
    let write_timeout = |_| End::WriteTimeout;
    within(PATIENCE, connection.say(&HELP))
        .await
        .map_err(write_timeout)?;
    let joining = async {
        loop {
            let line = requests.next().await?;
            let _asked = harness::asked();
            let refusal = match line {
                Ok(Line::Join(name)) => {
                    let joining = harness::named(name.to_string(), join(room, &name));
                    match joining.await {
                        Ok(player) => return Ok(player),
                        Err(refusal) => refusal,
                    }
                }
                Ok(Line::Grab | Line::Leave) => Refusal::JoinFirst,
                Err(refusal) => refusal,
            };
            // A client that sends requests and never reads must not block this task either.
            within(PATIENCE, connection.say(&refusal))
                .await
                .map_err(write_timeout)?;
        }
    };
    timeout(limits.join, joining)
        .await
        .unwrap_or(Err(End::JoinTimeout))
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

/// Reads and writes at the same time, until the player has left the room and its last line is
/// written.
async fn play(
    room: &mpsc::Sender<ToRoom>,
    connection: &Connection,
    player: Player,
    requests: &mut Requests<'_>,
) -> End {
    let Player {
        name,
        seat: who,
        outbox,
        queue,
        parting,
    } = player;
    let socket = Socket::new(connection.clone());
    let mut writing = pin!(harness::named(
        format!("{name}'s writer"),
        write_outbox(socket, connection, queue, parting)
    ));
    let mut reading = pin!(serve_requests(room, requests, who, outbox));
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

/// Runs the player's writer, and returns why it stopped: the writer's last line and the close code
/// say the same.
async fn write_outbox(
    socket: Socket,
    connection: &Connection,
    queue: mpsc::Receiver<ToPlayer>,
    parting: oneshot::Receiver<Parting>,
) -> End {
    let (pass_on, passed) = oneshot::channel("a parting, passed on");
    let mut writing = pin!(write_to(socket, queue, passed));
    let why = select! {
        biased;
        why = parting => why,
        () = &mut writing => return match connection.send_failed() {
            true => End::Reset,
            false => End::WriteTimeout,
        },
    };
    match why {
        Ok(why) => drop(pass_on.send(why)),
        // The room is gone, and sent no reason.
        Err(_) => drop(pass_on),
    }
    writing.await;
    match why {
        Ok(Parting::Left) => End::Left,
        Ok(Parting::TooSlow) => End::TooSlow,
        Err(_) => End::RoomPanicked,
    }
}

/// Reads a player's requests until it leaves, or its connection ends.
async fn serve_requests(
    room: &mpsc::Sender<ToRoom>,
    requests: &mut Requests<'_>,
    who: Seat,
    outbox: mpsc::Sender<ToPlayer>,
) -> End {
    loop {
        let line = match requests.next().await {
            Ok(line) => line,
            Err(end) => return end,
        };
        let _asked = harness::asked();
        let answer = match line {
            Ok(Line::Leave) => return End::Left,
            Ok(Line::Grab) => ask(room, |reply| ToRoom::Grab { who, reply }).await,
            Ok(Line::Join(_)) => Err(Refusal::AlreadyIn),
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
