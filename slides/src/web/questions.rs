//! Questions and reactions of phones: `GET /questions` lists, `POST /questions` asks, votes or
//! reacts.
//!
//! They are requests and not messages on the phone's WebSocket: the phone that asks gets an answer
//! of its own, and a message on the WebSocket stays as short as a vote.

use super::{connections::Peer, device::device, state::AppState};
use crate::stage::{Reaction, Refused, ToStage, Voter, Wish};
use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{net::IpAddr, time::Duration};
use tokio::{sync::oneshot, time::timeout};

/// The longest body, in bytes: a question of the longest characters, with JSON around it.
const LONGEST: usize = 1024;

/// How long a phone may take to send the body, and the stage to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why a request is not answered with the list.
enum Failure {
    Refused(Refused),
    TooMany,
    TooLong,
    Late,
    /// It is no wish.
    Odd,
    /// Without its cookie, each request would be that of another device.
    NoCookie,
    /// The stage is too busy, or ends.
    Busy,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // `web/questions.js` shows a sentence for each of these words.
        let (status, why) = match self {
            Failure::Refused(Refused::Empty) => (StatusCode::UNPROCESSABLE_ENTITY, "empty"),
            Failure::Refused(Refused::TooLong) | Failure::TooLong => {
                (StatusCode::PAYLOAD_TOO_LARGE, "long")
            }
            Failure::Refused(Refused::TooFast) | Failure::TooMany => {
                (StatusCode::TOO_MANY_REQUESTS, "fast")
            }
            Failure::Refused(Refused::Full) => (StatusCode::SERVICE_UNAVAILABLE, "full"),
            Failure::Refused(Refused::Unknown) => (StatusCode::NOT_FOUND, "gone"),
            Failure::Refused(Refused::Closed) => (StatusCode::FORBIDDEN, "closed"),
            Failure::Late => (StatusCode::REQUEST_TIMEOUT, "late"),
            Failure::Odd => (StatusCode::BAD_REQUEST, "odd"),
            Failure::NoCookie => (StatusCode::UNAUTHORIZED, "cookie"),
            Failure::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        };
        (status, Json(json!({"error": why}))).into_response()
    }
}

pub(super) async fn questions(
    State(app): State<AppState>,
    Extension(Peer(address)): Extension<Peer>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match answer(&app, address, &method, &headers, body).await {
        Ok(list) => Json(list).into_response(),
        Err(failure) => failure.into_response(),
    }
}

async fn answer(
    app: &AppState,
    address: IpAddr,
    method: &Method,
    headers: &HeaderMap,
    body: Body,
) -> Result<Value, Failure> {
    if !app.rates.take(address) {
        return Err(Failure::TooMany);
    }
    let device = device(headers).ok_or(Failure::NoCookie)?;
    let wish = match *method {
        Method::POST => {
            let body = timeout(TIMEOUT, to_bytes(body, LONGEST)).await;
            let body = body.map_err(|_| Failure::Late)?;
            let body = body.map_err(|_| Failure::TooLong)?;
            parse(&body).ok_or(Failure::Odd)?
        }
        _ => Wish::List,
    };
    let (reply, list) = oneshot::channel();
    let message = ToStage::Audience {
        from: Voter { device, address },
        wish,
        reply,
    };
    // The stage's inbox is bounded, and a phone waits for it no more than a vote does.
    app.stage.try_send(message).map_err(|_| Failure::Busy)?;
    match timeout(TIMEOUT, list).await {
        Ok(Ok(list)) => list.map_err(Failure::Refused),
        _ => Err(Failure::Busy),
    }
}

/// Parses `["ask", "text"]`, `["vote", 3, true]` or `["react", "lost"]`. `None` if it is unknown.
fn parse(body: &[u8]) -> Option<Wish> {
    let words: Value = serde_json::from_slice(body).ok()?;
    let words = words.as_array()?;
    let word = |at: usize| words.get(at)?.as_str();
    Some(match (word(0)?, words.len()) {
        ("ask", 2) => Wish::Ask(word(1)?.to_owned()),
        ("react", 2) => Wish::React(Reaction::named(word(1)?)?),
        ("vote", 3) => Wish::Vote {
            question: words.get(1)?.as_u64()?,
            up: words.get(2)?.as_bool()?,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_parsed_and_nonsense_is_refused() {
        assert_eq!(
            parse(br#"["ask","why?"]"#),
            Some(Wish::Ask("why?".to_owned()))
        );
        assert_eq!(
            parse(br#"["vote",3,false]"#),
            Some(Wish::Vote {
                question: 3,
                up: false
            })
        );
        assert_eq!(
            parse(br#"["react","lost"]"#),
            Some(Wish::React(Reaction::Lost))
        );
        for text in [
            "",
            "{}",
            "[]",
            "[1]",
            r#"["ask"]"#,
            r#"["ask",1]"#,
            r#"["ask","a","b"]"#,
            r#"["vote",-1,true]"#,
            r#"["vote",1,1]"#,
            r#"["vote",1e9,true]"#,
            r#"["react","rm"]"#,
            r#"["show",1]"#,
            "[\"ask\",\"\u{fffd}",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"[\"ask\",\"\xff\"]"), None);
    }
}
