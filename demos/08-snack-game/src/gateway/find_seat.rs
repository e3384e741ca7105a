//! `POST /api/where`: which server has the seat with this token. Several servers may stand behind
//! one name, so a player may have come to the wrong one.

use super::{Gateway, REQUEST_TIMEOUT};
use crate::{
    clock::now,
    cluster::{LastSeen, SeatKey, SeatLocation, ServerInfo, request::find_seat},
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use rush::wire::Token;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

/// The longest body that is read, in bytes: more than a token has.
const LONGEST: usize = 64;

/// The query beside the token.
#[derive(Deserialize)]
pub(super) struct Hint {
    /// The URL of the server that had the seat, as far as the client knows. It is used when the
    /// cluster's backend does not answer.
    at: Option<String>,
}

/// Answers where the seat is. The token is in the body, as 32 hexadecimal digits: a URL would end
/// up in logs, and a header of our own would cost a page of another server a second request (CORS).
pub(super) async fn find(
    State(gateway): State<Gateway>,
    Query(hint): Query<Hint>,
    body: Body,
) -> Response {
    let body = match timeout(REQUEST_TIMEOUT, to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => body,
        _ => Bytes::new(),
    };
    let body = String::from_utf8_lossy(&body);
    let Some(token) = parse_token(body.trim()) else {
        let sentence = "a token is 32 hexadecimal digits\n";
        return (StatusCode::BAD_REQUEST, sentence).into_response();
    };
    let (state, cluster) = (&gateway.state, &gateway.state.cluster);
    let location = match (locate(&gateway, SeatKey::of(&token)).await, hint.at) {
        (SeatLocation::Unknown, Some(at)) if cluster.peers.knows(&at) => SeatLocation::Claimed(at),
        (location, _) => location,
    };
    // The client may ask because it found the server dead. This server probes it first, so that no
    // player leaves a server that is alive.
    let lives = cluster
        .failure_detector
        .is_alive(&gateway.cluster, &location)
        .await;
    Json(match lives {
        true => answer(location),
        false => {
            let anywhere = cluster.peers.relocate_player(state.server_info(), now());
            json!({ "where": "gone", "anywhere": anywhere })
        }
    })
    .into_response()
}

async fn locate(gateway: &Gateway, key: SeatKey) -> SeatLocation {
    match gateway.state.cluster.held_seats.has(&key) {
        true => SeatLocation::Here,
        false => find_seat(&gateway.cluster, key).await,
    }
}

fn answer(location: SeatLocation) -> Value {
    match location {
        SeatLocation::Here => json!({ "where": "here" }),
        SeatLocation::Server(LastSeen {
            server: ServerInfo { url, .. },
            ..
        })
        | SeatLocation::Expired(url)
        | SeatLocation::Claimed(url) => json!({ "where": "elsewhere", "url": url }),
        SeatLocation::Gone => json!({ "where": "gone" }),
        SeatLocation::Unknown => json!({ "where": "unknown" }),
    }
}

/// Parses a token of 32 hexadecimal digits.
pub(crate) fn parse_token(digits: &str) -> Option<Token> {
    let digits: Vec<u8> = digits
        .chars()
        .map(|digit| digit.to_digit(16).map(|it| it as u8))
        .collect::<Option<_>>()?;
    let digits: [u8; 32] = digits.try_into().ok()?;
    let mut token = [0; 16];
    for (byte, pair) in token.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(Token(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_32_hexadecimal_digits() {
        let digits = "000102030405060708090a0b0c0d0eFf";
        let bytes = parse_token(digits).expect("a token").0;
        assert_eq!(bytes[..3], [0, 1, 2]);
        assert_eq!(bytes[15], 0xff);
        for no in [
            "",
            "00",
            &digits[1..],
            &format!("{digits}0"),
            &digits.replace('f', "g"),
            &digits.replace('0', "é"),
        ] {
            assert_eq!(parse_token(no), None, "{no}");
        }
    }
}
