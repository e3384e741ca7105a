//! A phone's socket: the newest state, as fast as the phone takes it, and a vote now and then.

use super::{Shared, connections::Place};
use crate::stage::ToStage;
use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
};
use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc::error::TrySendError, oneshot},
    time::{interval, timeout},
};

/// How long a phone may take for a state. Then it is shown out: the stage has never waited for it.
const PATIENCE: Duration = Duration::from_secs(8);

/// How often a phone that says nothing is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

/// A phone from which nothing came for so long has gone.
const SILENCE: Duration = Duration::from_secs(50);

/// The longest thing that a phone has to say.
const LONGEST: usize = 128;

/// Messages that a phone may say in ten seconds.
const TALK: u32 = 50;

pub(super) async fn upgrade(
    State(shared): State<Shared>,
    Extension(place): Extension<Place>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let seat = Arc::clone(&shared.seats).try_acquire_owned();
    upgrade
        .max_message_size(LONGEST)
        .read_buffer_size(4096)
        .on_upgrade(move |mut socket| async move {
            match seat {
                Ok(seat) => serve(socket, shared, seat).await,
                // A browser shows its page no status of a refused upgrade, but a close code.
                Err(_) => refuse(&mut socket, &shared).await,
            }
            drop(place);
        })
}

async fn refuse(socket: &mut WebSocket, shared: &Shared) {
    shared.traffic.refused();
    shared.capacity.is_full();
    close(socket, 1013, "too many phones").await;
}

async fn serve(mut socket: WebSocket, shared: Shared, _seat: OwnedSemaphorePermit) {
    let (reply, number) = oneshot::channel();
    // The stage may be busy: then the phone comes again by itself.
    let asked = shared.stage.try_send(ToStage::Phone { reply });
    let phone = match (asked, timeout(PATIENCE, number).await) {
        (Ok(()), Ok(Ok(Some(phone)))) => phone,
        _ => return refuse(&mut socket, &shared).await,
    };
    let why = follow(&mut socket, &shared, phone).await;
    // A place is given back whatever the state of the inbox: this is the one message that waits, in
    // the phone's own task.
    let _unless_closed = shared.stage.send(ToStage::Gone { phone }).await;
    if let Some((code, reason)) = why {
        close(&mut socket, code, reason).await;
    }
}

/// Follows until the phone goes (nothing is said then), or has to.
async fn follow(
    socket: &mut WebSocket,
    shared: &Shared,
    phone: u64,
) -> Option<(u16, &'static str)> {
    let mut states = shared.phones.clone();
    states.mark_changed();
    let mut seen = shared.traffic.states();
    let mut ping = interval(PING);
    let mut heard = Instant::now();
    let (mut said, mut since) = (0, Instant::now());
    loop {
        tokio::select! {
            changed = states.changed() => {
                if changed.is_err() {
                    return Some((1001, "the talk is over"));
                }
                let state = states.borrow_and_update().clone();
                let now = shared.traffic.states();
                if !delivered(socket, Message::Text(state)).await {
                    shared.traffic.shown_out();
                    return Some((1008, "too slow"));
                }
                shared.traffic.delivered(now - std::mem::replace(&mut seen, now));
            }
            message = socket.recv() => {
                heard = Instant::now();
                if since.elapsed() > Duration::from_secs(10) {
                    (said, since) = (0, heard);
                }
                said += 1;
                if said > TALK {
                    return Some((1008, "too many messages"));
                }
                match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Err(why) = vote(shared, phone, &text) {
                            return Some(why);
                        }
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Binary(_))) => return Some((1003, "text, please")),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE || !delivered(socket, Message::Ping(Vec::new().into())).await {
                    return None;
                }
            }
        }
    }
}

/// Whether the phone took it in time.
async fn delivered(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(PATIENCE, socket.send(message)).await, Ok(Ok(())))
}

/// `["vote", round, choice]` is all that a phone can say.
fn vote(shared: &Shared, phone: u64, text: &str) -> Result<(), (u16, &'static str)> {
    let words: Option<Value> = serde_json::from_str(text).ok();
    let ballot = words.as_ref().and_then(|words| {
        let number = |at: usize| words.get(at)?.as_u64();
        (words.get(0)?.as_str()? == "vote").then_some(())?;
        Some((number(1)?, usize::try_from(number(2)?).ok()?))
    });
    let Some((round, choice)) = ballot else {
        return Err((1008, "a phone says [\"vote\", round, choice]"));
    };
    match shared.stage.try_send(ToStage::Ballot {
        phone,
        round,
        choice,
    }) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(_)) => {
            shared.traffic.dropped();
            Ok(())
        }
        Err(TrySendError::Closed(_)) => Err((1001, "the talk is over")),
    }
}

/// Says goodbye, and hears the phone out for a moment: a socket that is closed with something
/// unread is reset, and on Windows a reset takes the goodbye along.
async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let farewell = CloseFrame {
        code,
        reason: reason.into(),
    };
    let goodbye = async {
        if socket.send(Message::Close(Some(farewell))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _gone_already = timeout(Duration::from_secs(1), goodbye).await;
}
