//! The WebSocket of a presenter's page: it receives the token and then commands, and sends the
//! newest state.

use super::{
    slots::Slot,
    socket::{self, CloseReason, End, Socket},
    state::AppState,
};
use crate::stage::{Command, Moderation, ToStage};
use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};
use tokio_tungstenite::tungstenite::Message;

/// How long a page may take to send the token, and to take a state.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest command, in bytes.
const LONGEST: usize = 512;

pub(super) async fn upgrade(
    State(app): State<AppState>,
    Extension(slot): Extension<Slot>,
    request: Request,
) -> Response {
    let Ok(permit) = Arc::clone(&app.sockets).try_acquire_owned() else {
        return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    socket::upgrade(request, LONGEST, move |socket| async move {
        serve(socket, app, permit).await;
        drop(slot);
    })
}

async fn serve(mut socket: Socket, app: AppState, _permit: OwnedSemaphorePermit) {
    let refused = match timeout(TIMEOUT, socket.receive()).await {
        Ok(Ok(Message::Text(text))) if app.token.is(&text) => None,
        // A slow page is no wrong token, after which it would not try again.
        Err(_) => Some(CloseReason::TooSlow),
        Ok(_) => Some(CloseReason::WrongToken),
    };
    if let Some(reason) = refused {
        app.metrics.refused();
        return socket.close(reason).await;
    }
    if let Some(reason) = obey(&mut socket, &app).await {
        socket.close(reason).await;
    }
}

/// Serves a page until it disconnects (`None`) or must be disconnected.
async fn obey(socket: &mut Socket, app: &AppState) -> Option<CloseReason> {
    let mut states = app.states.pages.clone();
    states.mark_changed();
    let mut goodbye = app.goodbye.clone();
    loop {
        tokio::select! {
            reason = goodbye.said() => return Some(reason),
            changed = states.changed() => {
                if changed.is_err() {
                    return Some(goodbye.said().await);
                }
                let state = states.borrow_and_update().clone();
                if !socket.send(Message::Text(state), TIMEOUT).await {
                    return Some(CloseReason::TooSlow);
                }
            }
            message = socket.receive() => match message {
                Ok(Message::Text(text)) => {
                    let Some(command) = parse(&text) else { continue };
                    if app.stage.send(ToStage::Command(command)).await.is_err() {
                        return Some(goodbye.said().await);
                    }
                }
                Ok(_) => {}
                Err(End::Unreadable(reason)) => return Some(reason),
                Err(End::Disconnected) => return None,
            },
        }
    }
}

/// Parses a command: `["go", 3, 0]`, `["next"]`, `["start", "01-deadlock"]`. `None` if it is
/// unknown.
fn parse(text: &str) -> Option<Command> {
    let words: Value = serde_json::from_str(text).ok()?;
    let word = |at: usize| words.get(at)?.as_str();
    let number = |at: usize| usize::try_from(words.get(at)?.as_u64()?).ok();
    let name = || word(1).map(str::to_owned);
    Some(match word(0)? {
        "go" => Command::Go {
            slide: number(1)?,
            step: u32::try_from(number(2)?).ok()?,
        },
        "next" => Command::Next,
        "back" => Command::Back,
        "dark" => Command::Dark,
        "language" => Command::Language(name()?),
        "start" => Command::Start(name()?),
        "stop" => Command::Stop(name()?),
        "replay" => Command::Replay(name()?),
        "crash" => Command::KillServer(name()?),
        "play" => Command::Play(name()?),
        "move" => Command::Move(number(1)?),
        "votes" => Command::Votes(words.get(1)?.as_bool()?),
        "questions" => Command::Audience(moderation(word(1)?, words.get(2))?),
        "pair" => Command::Pair,
        "unpair" => Command::Unpair,
        "clock" => Command::Clock,
        "zero" => Command::ClockToZero,
        "lights" => Command::Lights,
        _ => return None,
    })
}

/// Parses what follows `"questions"`: `"toggle"`, or `"show", 3`.
fn moderation(what: &str, id: Option<&Value>) -> Option<Moderation> {
    let id = id.and_then(Value::as_u64);
    Some(match what {
        "toggle" => Moderation::Toggle,
        "show" => Moderation::Show(id?),
        "dismiss" => Moderation::Dismiss(id?),
        "dismiss waiting" => Moderation::DismissWaiting,
        "pick" => Moderation::Pick(id?),
        "pick first" => Moderation::PickFirst,
        "take off" => Moderation::TakeOff,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_parsed_and_nonsense_is_refused() {
        assert_eq!(
            parse(r#"["go",3,1]"#),
            Some(Command::Go { slide: 3, step: 1 })
        );
        assert_eq!(
            parse(r#"["start","01-deadlock"]"#),
            Some(Command::Start("01-deadlock".to_owned()))
        );
        assert_eq!(
            parse(r#"["questions","pick",7]"#),
            Some(Command::Audience(Moderation::Pick(7)))
        );
        for text in [
            "",
            "{}",
            "[]",
            "[1]",
            r#"["go"]"#,
            r#"["go",-1,0]"#,
            r#"["go",1,1e99]"#,
            r#"["language"]"#,
            r#"["rm"]"#,
            r#"["questions"]"#,
            r#"["questions","show"]"#,
            r#"["questions","pick",-1]"#,
            r#"["questions","rm",1]"#,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
