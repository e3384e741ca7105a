//! A phone's WebSocket: it sends the newest state as fast as the phone takes it, and receives
//! votes.

use super::{connections::Slot, state::AppState};
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
use web_server::{Rate, TokenBucket};

/// How long a phone may take for a state before it is disconnected. The stage does not wait for it.
const SEND_TIMEOUT: Duration = Duration::from_secs(8);

/// How often a phone is pinged.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A phone that sends nothing for this long, not even a pong, is disconnected.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The longest message of a phone, in bytes.
const LONGEST: usize = 128;

/// Rate limit: messages of a phone.
const RATE: Rate = Rate {
    at_once: 50,
    a_second: 5,
};

/// Why the stage closes a phone's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CloseReason {
    TalkOver,
    NotText,
    NotAVote,
    TooManyMessages,
    TooSlow,
    TooManyPhones,
}

impl CloseReason {
    /// The close code and the reason in the Close frame. `web/socket.js` reads the code.
    fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            CloseReason::TalkOver => (1001, "the talk is over"),
            CloseReason::NotText => (1003, "send text, not bytes"),
            CloseReason::NotAVote => (1008, "a phone can only send [\"vote\", round, choice]"),
            CloseReason::TooManyMessages => (1008, "too many messages"),
            CloseReason::TooSlow => (1008, "too slow"),
            CloseReason::TooManyPhones => (1013, "too many phones"),
        };
        CloseFrame {
            code,
            reason: reason.into(),
        }
    }
}

pub(super) async fn upgrade(
    State(app): State<AppState>,
    Extension(slot): Extension<Slot>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let permit = Arc::clone(&app.sockets).try_acquire_owned();
    upgrade
        .max_message_size(LONGEST)
        .read_buffer_size(4096)
        .on_upgrade(move |mut socket| async move {
            match permit {
                Ok(permit) => serve(socket, app, permit).await,
                // The upgrade itself is not refused: a browser hides the status of that from its
                // page, but shows it a close code.
                Err(_) => refuse(&mut socket, &app).await,
            }
            drop(slot);
        })
}

async fn refuse(socket: &mut WebSocket, app: &AppState) {
    app.metrics.refused();
    app.capacity.warn_once();
    close(socket, CloseReason::TooManyPhones).await;
}

async fn serve(mut socket: WebSocket, app: AppState, _permit: OwnedSemaphorePermit) {
    let (reply, number) = oneshot::channel();
    // If the inbox is full, the phone is refused and connects again later.
    let asked = app.stage.try_send(ToStage::PhoneConnected { reply });
    let phone = match (asked, timeout(SEND_TIMEOUT, number).await) {
        (Ok(()), Ok(Ok(Some(phone)))) => phone,
        _ => return refuse(&mut socket, &app).await,
    };
    let why = follow(&mut socket, &app, phone).await;
    // This is the one message that waits for room in the inbox: without it, the phone would count
    // for ever. Only the phone's own task waits.
    let _unless_closed = app.stage.send(ToStage::PhoneDisconnected { phone }).await;
    if let Some(reason) = why {
        close(&mut socket, reason).await;
    }
}

/// Serves a phone until it disconnects (`None`) or must be disconnected.
async fn follow(socket: &mut WebSocket, app: &AppState, phone: u64) -> Option<CloseReason> {
    let mut states = app.states.phones.clone();
    states.mark_changed();
    let mut seen = app.metrics.states();
    let mut ping = interval(PING_INTERVAL);
    let mut last_message = Instant::now();
    let connected = last_message;
    let mut bucket = TokenBucket::new(RATE, 0);
    loop {
        tokio::select! {
            changed = states.changed() => {
                if changed.is_err() {
                    return Some(CloseReason::TalkOver);
                }
                let state = states.borrow_and_update().clone();
                let now = app.metrics.states();
                if !send(socket, Message::Text(state)).await {
                    app.metrics.disconnected();
                    return Some(CloseReason::TooSlow);
                }
                app.metrics.delivered(now - std::mem::replace(&mut seen, now));
            }
            message = socket.recv() => {
                last_message = Instant::now();
                let now = last_message.duration_since(connected).as_millis() as u64;
                if !bucket.take(RATE, now) {
                    return Some(CloseReason::TooManyMessages);
                }
                match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Err(reason) = vote(app, phone, &text) {
                            return Some(reason);
                        }
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Binary(_))) => return Some(CloseReason::NotText),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                }
            }
            _ = ping.tick() => {
                let is_idle = last_message.elapsed() > IDLE_TIMEOUT;
                if is_idle || !send(socket, Message::Ping(Vec::new().into())).await {
                    return None;
                }
            }
        }
    }
}

/// Returns whether the phone took the message in time.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(
        timeout(SEND_TIMEOUT, socket.send(message)).await,
        Ok(Ok(()))
    )
}

/// Parses `["vote", round, choice]`, the only message of a phone, and passes it on.
fn vote(app: &AppState, phone: u64, text: &str) -> Result<(), CloseReason> {
    let words: Option<Value> = serde_json::from_str(text).ok();
    let vote = words.as_ref().and_then(|words| {
        let number = |at: usize| words.get(at)?.as_u64();
        (words.get(0)?.as_str()? == "vote").then_some(())?;
        Some((number(1)?, usize::try_from(number(2)?).ok()?))
    });
    let (round, choice) = vote.ok_or(CloseReason::NotAVote)?;
    match app.stage.try_send(ToStage::Vote {
        phone,
        round,
        choice,
    }) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(_)) => {
            app.metrics.dropped();
            Ok(())
        }
        Err(TrySendError::Closed(_)) => Err(CloseReason::TalkOver),
    }
}

/// Sends a Close frame, and reads until the phone answers, for a second at most. A socket that is
/// closed with unread data is reset, and on Windows a reset discards the Close frame.
async fn close(socket: &mut WebSocket, reason: CloseReason) {
    let closing = async {
        if socket
            .send(Message::Close(Some(reason.frame())))
            .await
            .is_ok()
        {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _unless_disconnected = timeout(Duration::from_secs(1), closing).await;
}
