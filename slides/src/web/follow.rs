//! A phone's WebSocket: it sends the newest state as fast as the phone takes it, and receives
//! votes.

use super::{
    connections::EVICTION_TIMEOUT,
    slots::Slot,
    socket::{self, CloseReason, End, Socket},
    state::AppState,
};
use crate::stage::{ToStage, Voter};
use axum::{
    Extension,
    extract::{Request, State},
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
use tokio_tungstenite::tungstenite::Message;
use web_server::{Rate, TokenBucket};

/// How long a phone may take for a state before it is disconnected. The stage does not wait for it.
const SEND_TIMEOUT: Duration = Duration::from_secs(8);

/// How often a phone is pinged. The presenter sees how long the slowest one takes to answer.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// After how many pings the page gets a message. It does not see pings; `web/socket.js` knows by
/// the silence that its connection is stale.
const PINGS_A_BEAT: u32 = 2;

/// The message for the page.
const BEAT: &str = "\"beat\"";

/// A phone that sends nothing for this long, not even a pong, is disconnected.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The longest message of a phone, in bytes.
const LONGEST: usize = 128;

/// Rate limit: messages of a phone.
const RATE: Rate = Rate {
    at_once: 50,
    a_second: 5,
};

pub(super) async fn upgrade(
    State(app): State<AppState>,
    Extension(slot): Extension<Slot>,
    voter: Voter,
    request: Request,
) -> Response {
    socket::upgrade(request, LONGEST, move |socket| async move {
        match permit(&app, &slot, voter).await {
            Some(permit) => {
                slot.follows();
                serve(socket, app, voter, permit, &slot).await;
            }
            // The upgrade itself is not refused: a browser hides the status of that from its page,
            // but shows it a close code.
            None => refuse(socket, &app).await,
        }
        drop(slot);
    })
}

/// The permit for one more phone. If there is none, the address with most phones gives up one,
/// unless that would not be fair.
async fn permit(app: &AppState, slot: &Slot, voter: Voter) -> Option<OwnedSemaphorePermit> {
    let sockets = Arc::clone(&app.sockets);
    match Arc::clone(&sockets).try_acquire_owned() {
        Ok(permit) => Some(permit),
        Err(_) if slot.make_room(voter.address) => {
            let freed = timeout(EVICTION_TIMEOUT, sockets.acquire_owned()).await;
            freed.ok()?.ok()
        }
        Err(_) => None,
    }
}

async fn refuse(socket: Socket, app: &AppState) {
    app.metrics.refused();
    app.capacity.warn_once();
    socket.close(CloseReason::TooManyPhones).await;
}

async fn serve(
    mut socket: Socket,
    app: AppState,
    voter: Voter,
    permit: OwnedSemaphorePermit,
    slot: &Slot,
) {
    let (reply, number) = oneshot::channel();
    // If the inbox is full, the phone is refused and connects again later.
    let asked = app.stage.try_send(ToStage::PhoneConnected { voter, reply });
    if let Err(TrySendError::Closed(_)) = asked {
        let reason = app.goodbye.clone().said().await;
        return socket.close(reason).await;
    }
    let phone = match (asked, timeout(SEND_TIMEOUT, number).await) {
        (Ok(()), Ok(Ok(Some(phone)))) => phone,
        _ => return refuse(socket, &app).await,
    };
    let (why, gives_way) = tokio::select! {
        why = follow(&mut socket, &app, phone) => (why, false),
        () = slot.evicted() => (None, true),
    };
    app.metrics.replies.disconnected(phone);
    // This is the one message that waits for room in the inbox: without it, the phone would count
    // for ever. Only the phone's own task waits.
    let _unless_closed = app.stage.send(ToStage::PhoneDisconnected { phone }).await;
    if gives_way {
        // The phone in its place need not wait until this one has answered the Close frame. The
        // descriptor still counts: that is the slot.
        drop(permit);
        socket.give_way().await;
    } else if let Some(reason) = why {
        // A stage that ends waits for the permit, so that the goodbye arrives.
        socket.close(reason).await;
    }
}

/// Serves a phone until it disconnects (`None`) or must be disconnected.
async fn follow(socket: &mut Socket, app: &AppState, phone: u64) -> Option<CloseReason> {
    let mut states = app.states.phones.clone();
    states.mark_changed();
    let mut goodbye = app.goodbye.clone();
    let mut seen = app.metrics.states();
    let mut ping = interval(PING_INTERVAL);
    let mut pings = 0;
    let mut last_message = Instant::now();
    let connected = last_message;
    let mut bucket = TokenBucket::new(RATE, 0);
    loop {
        tokio::select! {
            reason = goodbye.said() => return Some(reason),
            changed = states.changed() => {
                if changed.is_err() {
                    return Some(goodbye.said().await);
                }
                let state = states.borrow_and_update().clone();
                let now = app.metrics.states();
                if !socket.send(Message::Text(state), SEND_TIMEOUT).await {
                    app.metrics.disconnected();
                    return Some(CloseReason::TooSlow);
                }
                app.metrics.delivered(now - std::mem::replace(&mut seen, now));
            }
            message = socket.receive() => {
                last_message = Instant::now();
                let now = last_message.duration_since(connected).as_millis() as u64;
                if !bucket.take(RATE, now) {
                    return Some(CloseReason::TooManyMessages);
                }
                match message {
                    Ok(Message::Text(text)) => {
                        if !vote(app, phone, &text) {
                            return Some(CloseReason::NotAVote);
                        }
                    }
                    Ok(Message::Binary(_)) => return Some(CloseReason::NotText),
                    Ok(Message::Pong(_)) => app.metrics.replies.answered(phone, last_message),
                    Ok(_) => {}
                    Err(End::Unreadable(reason)) => return Some(reason),
                    Err(End::Disconnected) => return None,
                }
            }
            _ = ping.tick() => {
                let is_idle = last_message.elapsed() > IDLE_TIMEOUT;
                let ping = Message::Ping(Vec::new().into());
                app.metrics.replies.asked(phone, Instant::now());
                if is_idle || !socket.send(ping, SEND_TIMEOUT).await {
                    return None;
                }
                pings += 1;
                if pings % PINGS_A_BEAT == 0
                    && !socket.send(Message::text(BEAT), SEND_TIMEOUT).await
                {
                    return None;
                }
            }
        }
    }
}

/// Parses `["vote", round, choice]`, the only message of a phone, and passes it on. Returns whether
/// it was that message.
fn vote(app: &AppState, phone: u64, text: &str) -> bool {
    let words: Option<Value> = serde_json::from_str(text).ok();
    let vote = words.as_ref().and_then(|words| {
        let number = |at: usize| words.get(at)?.as_u64();
        (words.get(0)?.as_str()? == "vote").then_some(())?;
        Some((number(1)?, usize::try_from(number(2)?).ok()?))
    });
    let Some((round, choice)) = vote else {
        return false;
    };
    let sent = app.stage.try_send(ToStage::Vote {
        phone,
        round,
        choice,
    });
    // A stage that has ended says goodbye in a moment.
    if let Err(TrySendError::Full(_)) = sent {
        app.metrics.dropped();
    }
    true
}
