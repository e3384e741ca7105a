//! Where a seat is, asked with its token by somebody who may have come to the wrong server: several
//! may stand behind one name.

use super::{Gateway, HEAD};
use crate::{
    cluster::{LastSeen, SeatKey, SeatLocation, ServerInfo, request::find_seat},
    house::now,
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

/// More than a token has.
const LONGEST: usize = 64;

/// What may be said beside a token.
#[derive(Deserialize)]
pub(super) struct Beside {
    /// The address of the server that had the seat, as far as whoever asks knows: of use if the
    /// directory does not answer.
    at: Option<String>,
}

/// `POST /api/where`, the token in the body as 32 hexadecimal digits: an address would end in logs,
/// and a header of our own would cost a page of another server one more question (CORS).
pub(super) async fn find(
    State(gateway): State<Gateway>,
    Query(beside): Query<Beside>,
    told: Body,
) -> Response {
    // Who sends it a byte a minute is not waited for.
    let told = match timeout(HEAD, to_bytes(told, LONGEST)).await {
        Ok(Ok(told)) => told,
        _ => Bytes::new(),
    };
    let told = String::from_utf8_lossy(&told);
    let Some(token) = token(told.trim()) else {
        let sentence = "a token is 32 hexadecimal digits\n";
        return (StatusCode::BAD_REQUEST, sentence).into_response();
    };
    let house = &gateway.house;
    let place = match (whereabouts(&gateway, SeatKey::of(&token)).await, beside.at) {
        (SeatLocation::Unknown, Some(at)) if house.peers.knows(&at) => SeatLocation::Claimed(at),
        (place, _) => place,
    };
    // Whoever asks here may have found it dead. Nobody is sent away from it before this server has
    // looked for itself.
    let lives = house
        .failure_detector
        .is_alive(&gateway.cluster, &place)
        .await;
    Json(match lives {
        true => told_of(place),
        false => {
            let anywhere = house.peers.relocate_player(house.server_info(), now());
            json!({ "where": "gone", "anywhere": anywhere })
        }
    })
    .into_response()
}

async fn whereabouts(gateway: &Gateway, key: SeatKey) -> SeatLocation {
    match gateway.house.held_seats.has(&key) {
        true => SeatLocation::Here,
        false => find_seat(&gateway.cluster, key).await,
    }
}

fn told_of(place: SeatLocation) -> Value {
    match place {
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

/// A token, if this is one.
pub(crate) fn token(told: &str) -> Option<Token> {
    let digits: Vec<u8> = told
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
    fn a_token_is_all_of_its_digits_and_nothing_else() {
        let told = "000102030405060708090a0b0c0d0eFf";
        let bytes = token(told).expect("a token").0;
        assert_eq!(bytes[..3], [0, 1, 2]);
        assert_eq!(bytes[15], 0xff);
        for no in [
            "",
            "00",
            &told[1..],
            &format!("{told}0"),
            &told.replace('f', "g"),
            &told.replace('0', "é"),
        ] {
            assert_eq!(token(no), None, "{no}");
        }
    }
}
