//! The presenter's socket: the secret first, then wishes one way and the newest state the other.

use super::{Shared, connections::Place};
use crate::stage::{ToStage, Wish};
use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

/// How long a page may take to say the secret, or to take a state.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest wish.
const LONGEST: usize = 512;

pub(super) async fn upgrade(
    State(shared): State<Shared>,
    Extension(place): Extension<Place>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Ok(seat) = Arc::clone(&shared.seats).try_acquire_owned() else {
        return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    upgrade
        .max_message_size(LONGEST)
        .read_buffer_size(4096)
        .on_upgrade(move |socket| async move {
            serve(socket, shared, seat).await;
            drop(place);
        })
}

async fn serve(mut socket: WebSocket, shared: Shared, _seat: OwnedSemaphorePermit) {
    let said = timeout(PATIENCE, socket.recv()).await;
    let knows = matches!(&said, Ok(Some(Ok(Message::Text(text)))) if shared.secret.is(text));
    if !knows {
        shared.traffic.refused();
        let farewell = CloseFrame {
            code: 4001,
            reason: "open the address that the terminal printed".into(),
        };
        let _gone_already = timeout(PATIENCE, socket.send(Message::Close(Some(farewell)))).await;
        return;
    }
    let mut states = shared.pages.clone();
    states.mark_changed();
    loop {
        tokio::select! {
            changed = states.changed() => {
                let state = states.borrow_and_update().clone();
                let sent = timeout(PATIENCE, socket.send(Message::Text(state))).await;
                if changed.is_err() || !matches!(sent, Ok(Ok(()))) {
                    return;
                }
            }
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) => {
                    let Some(wish) = read(&text) else { continue };
                    if shared.stage.send(ToStage::Wish(wish)).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

/// A wish, as a page says it: `["go", 3, 0]`, `["next"]`, `["start", "01-deadlock"]`.
fn read(text: &str) -> Option<Wish> {
    let words: Value = serde_json::from_str(text).ok()?;
    let word = |at: usize| words.get(at)?.as_str();
    let number = |at: usize| usize::try_from(words.get(at)?.as_u64()?).ok();
    let name = || word(1).map(str::to_owned);
    Some(match word(0)? {
        "go" => Wish::Go {
            slide: number(1)?,
            step: u32::try_from(number(2)?).ok()?,
        },
        "next" => Wish::Next,
        "back" => Wish::Back,
        "dark" => Wish::Dark,
        "language" => {
            Wish::Language(name().filter(|it| crate::deck::LANGUAGES.contains(&it.as_str()))?)
        }
        "start" => Wish::Start(name()?),
        "stop" => Wish::Stop(name()?),
        "replay" => Wish::Replay(name()?),
        "crash" => Wish::Crash(name()?),
        "play" => Wish::Play(name()?),
        "move" => Wish::Move(number(1)?),
        "ask" => Wish::Ask,
        "clock" => Wish::Clock,
        "zero" => Wish::ClockToZero,
        "lights" => Wish::Lights,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_and_nonsense_is_not() {
        assert_eq!(read(r#"["go",3,1]"#), Some(Wish::Go { slide: 3, step: 1 }));
        assert_eq!(
            read(r#"["start","01-deadlock"]"#),
            Some(Wish::Start("01-deadlock".to_owned()))
        );
        for nonsense in [
            "",
            "{}",
            "[]",
            "[1]",
            r#"["go"]"#,
            r#"["go",-1,0]"#,
            r#"["go",1,1e99]"#,
            r#"["language","xx"]"#,
            r#"["rm"]"#,
        ] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
