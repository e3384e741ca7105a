//! The WebSocket of a remote, on the phones' listener: the phone sends a code or its token, then it
//! may send the few commands of [`RemoteCommand`] and receives the notes.

use super::{
    connections::Peer,
    slots::Slot,
    socket::{self, CloseReason, End, Socket},
    state::AppState,
};
use crate::stage::{Hello, Pass, RemoteCommand, ToStage};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use serde_json::{Value, json};
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};
use tokio::{
    sync::oneshot,
    time::{interval, timeout},
};
use tokio_tungstenite::tungstenite::Message;
use web_server::{Rate, TokenBucket};

/// How long a phone may take to send the code, and to take a state.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often a phone is pinged, and after how many pings without a sign of life it is disconnected.
const PING: Duration = Duration::from_secs(5);
const PINGS: u32 = 4;

/// What a phone receives then. `web/socket.js` passes it over.
const BEAT: &str = "\"beat\"";

/// Connections of paired phones, at most. They have room of their own: a full hall cannot take it.
pub(crate) const CONNECTED: usize = 8;

/// The longest message, in bytes.
const LONGEST: usize = 128;

/// Rate limit: commands of a remote.
const COMMANDS: Rate = Rate {
    at_once: 30,
    a_second: 10,
};

/// Rate limit: codes that one address may try. In the two minutes of a code it can try 125 of
/// 2^40, and no more than 1024 addresses are known at once.
pub(crate) const CODES: Rate = Rate {
    at_once: 5,
    a_second: 1,
};

pub(super) async fn upgrade(
    State(app): State<AppState>,
    Extension(slot): Extension<Slot>,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Response {
    socket::upgrade(request, LONGEST, move |socket| async move {
        serve(socket, app, address, &slot).await;
        drop(slot);
    })
}

async fn serve(mut socket: Socket, app: AppState, address: IpAddr, slot: &Slot) {
    let mut goodbye = app.goodbye.clone();
    let first = tokio::select! {
        reason = goodbye.said() => return socket.close(reason).await,
        // Before it is paired, its slot is like any other.
        () = slot.evicted() => return socket.give_way().await,
        first = timeout(TIMEOUT, socket.receive()) => first,
    };
    let hello = match first {
        Ok(Ok(Message::Text(text))) => hello(&text),
        Ok(Err(End::Unreadable(reason))) => return socket.close(reason).await,
        // A slow phone is not refused: that would make it forget its token.
        Err(_) => {
            app.metrics.refused();
            return socket.close(CloseReason::TooSlow).await;
        }
        _ => None,
    };
    // A token has 128 bits; only a code is short enough to be guessed.
    if matches!(hello, Some(Hello::Code(_))) && !app.codes_tried.take(address) {
        app.metrics.refused();
        return socket.close(CloseReason::TooManyCodes).await;
    }
    let is_code = matches!(hello, Some(Hello::Code(_)));
    let pass = match admitted(&app, hello).await {
        Ok(pass) => pass,
        Err(reason) => {
            app.metrics.refused();
            return socket.close(reason).await;
        }
    };
    // A phone that floods the stage from the same address does not disconnect the speaker's.
    slot.stays();
    let remote = pass.remote;
    let permit = app.remotes.try_acquire();
    let gets_its_token = json!({"token": pass.token});
    let why = if permit.is_err() {
        Some(CloseReason::TooManyPhones)
    } else if is_code && !send(&mut socket, &gets_its_token).await {
        None
    } else {
        obey(&mut socket, &app, remote).await
    };
    let _unless_closed = app.stage.send(ToStage::RemoteDisconnected { remote }).await;
    if let Some(reason) = why {
        socket.close(reason).await;
    }
}

/// Asks the stage whether it accepts a phone.
///
/// # Errors
/// Why its connection has to be closed. If the stage is busy, the phone connects again later.
async fn admitted(app: &AppState, hello: Option<Hello>) -> Result<Pass, CloseReason> {
    let (reply, pass) = oneshot::channel();
    let hello = hello.ok_or(CloseReason::NotPaired)?;
    let message = ToStage::RemoteConnected { hello, reply };
    let sent = app.stage.try_send(message);
    sent.map_err(|_| CloseReason::TooManyPhones)?;
    match timeout(TIMEOUT, pass).await {
        Ok(Ok(pass)) => pass.ok_or(CloseReason::NotPaired),
        _ => Err(CloseReason::TooManyPhones),
    }
}

/// Serves a remote until it disconnects (`None`) or must be disconnected.
async fn obey(socket: &mut Socket, app: &AppState, remote: u64) -> Option<CloseReason> {
    let mut states = app.states.remotes.clone();
    let mut goodbye = app.goodbye.clone();
    let mut ping = interval(PING);
    let began = Instant::now();
    let mut quiet = 0;
    let mut bucket = TokenBucket::new(COMMANDS, 0);
    states.mark_changed();
    loop {
        tokio::select! {
            reason = goodbye.said() => return Some(reason),
            changed = states.changed() => {
                if changed.is_err() {
                    return Some(goodbye.said().await);
                }
                let state = states.borrow_and_update().clone();
                if !state.paired.contains(&remote) {
                    return Some(CloseReason::NotPaired);
                }
                if !socket.send(Message::Text(state.shown), TIMEOUT).await {
                    return Some(CloseReason::TooSlow);
                }
            }
            message = socket.receive() => {
                quiet = 0;
                if !bucket.take(COMMANDS, began.elapsed().as_millis() as u64) {
                    return Some(CloseReason::TooManyMessages);
                }
                match message {
                    Ok(Message::Text(text)) => {
                        let Some(command) = parse(&text) else {
                            return Some(CloseReason::NotARemoteCommand);
                        };
                        let message = ToStage::Remote { remote, command };
                        if app.stage.send(message).await.is_err() {
                            return Some(goodbye.said().await);
                        }
                    }
                    Ok(Message::Binary(_)) => return Some(CloseReason::NotText),
                    Ok(_) => {}
                    Err(End::Unreadable(reason)) => return Some(reason),
                    Err(End::Disconnected) => return None,
                }
            }
            _ = ping.tick() => {
                quiet += 1;
                // The page cannot see a ping; without a beat it would not notice that it slept.
                let is_there = quiet <= PINGS
                    && socket.send(Message::Ping(Vec::new().into()), TIMEOUT).await
                    && socket.send(Message::text(BEAT), TIMEOUT).await;
                if !is_there {
                    return None;
                }
            }
        }
    }
}

async fn send(socket: &mut Socket, message: &Value) -> bool {
    socket
        .send(Message::text(message.to_string()), TIMEOUT)
        .await
}

/// Parses `["code", "ABCD-EFGH"]` or `["token", "…"]`. `None` if it is neither.
fn hello(text: &str) -> Option<Hello> {
    let (what, secret): (String, String) = serde_json::from_str(text).ok()?;
    Some(match what.as_str() {
        "code" => Hello::Code(secret),
        "token" => Hello::Token(secret),
        _ => return None,
    })
}

/// Parses a command: `["next"]`, `["back"]`, `["demo", true]`, `["votes", false]`. `None` if it is
/// another one.
fn parse(text: &str) -> Option<RemoteCommand> {
    let words: Vec<Value> = serde_json::from_str(text).ok()?;
    Some(match &words[..] {
        [what] if what == "next" => RemoteCommand::Next,
        [what] if what == "back" => RemoteCommand::Back,
        [what, Value::Bool(on)] if what == "demo" => RemoteCommand::Demo(*on),
        [what, Value::Bool(on)] if what == "votes" => RemoteCommand::Votes(*on),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_commands_of_a_remote_are_parsed() {
        assert_eq!(parse(r#"["next"]"#), Some(RemoteCommand::Next));
        assert_eq!(parse(r#"["back"]"#), Some(RemoteCommand::Back));
        assert_eq!(parse(r#"["demo",true]"#), Some(RemoteCommand::Demo(true)));
        let ends = Some(RemoteCommand::Votes(false));
        assert_eq!(parse(r#"["votes",false]"#), ends);
        for text in [
            "",
            "{}",
            "[]",
            "[1]",
            r#""next""#,
            r#"["next",1]"#,
            r#"["demo"]"#,
            r#"["demo",1]"#,
            r#"["demo","06-actor"]"#,
            r#"["go",3,0]"#,
            r#"["start","01-deadlock"]"#,
            r#"["start","rm"]"#,
            r#"["stop","01-deadlock"]"#,
            r#"["crash","08-snack-game"]"#,
            r#"["play","01-deadlock"]"#,
            r#"["move",0]"#,
            r#"["pair"]"#,
            r#"["unpair"]"#,
            r#"["dark"]"#,
            r#"["clock"]"#,
            r#"["zero"]"#,
            r#"["language","ko"]"#,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_phone_says_a_code_or_a_token_first() {
        assert!(matches!(hello(r#"["code","A"]"#), Some(Hello::Code(it)) if it == "A"));
        assert!(matches!(hello(r#"["token","b"]"#), Some(Hello::Token(it)) if it == "b"));
        for text in [
            "",
            "[]",
            r#"["code"]"#,
            r#"["next"]"#,
            r#"["code",1]"#,
            r#"["x","y"]"#,
        ] {
            assert!(hello(text).is_none(), "{text}");
        }
    }
}
