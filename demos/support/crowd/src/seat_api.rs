//! The server's JSON API for seats: where a seat is free (`/api/seat`), and on which server of a
//! cluster a player's seat is (`/api/where`).

use std::net::SocketAddr;

use hyper::Method;
use rush::wire::Token;
use serde_json::Value;

use crate::http::{self, Failure};

/// An answer of `/api/seat`.
#[derive(Debug)]
pub(crate) struct FreeSeat {
    /// The path of the room's WebSocket.
    pub(crate) path: String,
    /// The other servers of the cluster.
    pub(crate) others: Vec<SocketAddr>,
}

/// Asks for a room with a free seat, as the page does before it opens a WebSocket.
pub(crate) async fn free_seat(server: SocketAddr) -> Result<FreeSeat, Failure> {
    let answer = http::request(server, Method::GET, "/api/seat", String::new()).await?;
    if answer["full"] == true {
        return Err(Failure::Full(addresses(&answer["elsewhere"])));
    }
    let path = answer["ws"]
        .as_str()
        .map(String::from)
        .ok_or(Failure::Protocol("/api/seat without `ws`"))?;
    Ok(FreeSeat {
        path,
        others: addresses(&answer["servers"]),
    })
}

/// Where a player's seat is, according to one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    At(SocketAddr),
    /// The seat does not exist any more. The address is of a server with free seats, if the answer
    /// names one.
    Gone(Option<SocketAddr>),
    Unknown,
}

/// Asks `server` where the seat of `token` is, whose own server is `own`.
pub(crate) async fn locate(server: SocketAddr, own: SocketAddr, token: &Token) -> Location {
    let token: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = format!("/api/where?at=http://{own}");
    let answer = http::request(server, Method::POST, &path, token).await;
    answer.map_or(Location::Unknown, |answer| parse_location(server, &answer))
}

fn parse_location(server: SocketAddr, answer: &Value) -> Location {
    match answer["where"].as_str() {
        Some("here") => Location::At(server),
        Some("elsewhere") => {
            let url = Value::Array(vec![answer["url"].clone()]);
            addresses(&url)
                .first()
                .map_or(Location::Unknown, |at| Location::At(*at))
        }
        Some("gone") => Location::Gone(addresses(&answer["anywhere"]).first().copied()),
        _ => Location::Unknown,
    }
}

/// Returns the addresses in a list of URLs such as `http://127.0.0.1:7008`. Host names are not
/// resolved: a crowd plays within one network.
fn addresses(list: &Value) -> Vec<SocketAddr> {
    let urls = list.as_array().into_iter().flatten();
    urls.filter_map(|url| url.as_str()?.strip_prefix("http://")?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_urls_with_an_ip_address_are_used() {
        let list = json!([
            "http://127.0.0.1:1",
            "https://a",
            "http://name:1",
            7,
            "http://[::1]:2"
        ]);
        let all = addresses(&list)
            .iter()
            .map(SocketAddr::to_string)
            .collect::<Vec<_>>();
        assert_eq!(all, ["127.0.0.1:1", "[::1]:2"]);
        assert_eq!(addresses(&Value::Null), []);
    }

    #[test]
    fn an_invalid_answer_is_an_unknown_location() {
        let asked: SocketAddr = "127.0.0.1:1".parse().expect("an address");
        let other = "127.0.0.1:2".parse().expect("an address");
        for (answer, expected) in [
            (json!({"where": "here"}), Location::At(asked)),
            (
                json!({"where": "elsewhere", "url": "http://127.0.0.1:2"}),
                Location::At(other),
            ),
            (
                json!({"where": "elsewhere", "url": "nowhere"}),
                Location::Unknown,
            ),
            (json!({"where": "gone"}), Location::Gone(None)),
            (
                json!({"where": "gone", "anywhere": ["http://127.0.0.1:2", "http://127.0.0.1:1"]}),
                Location::Gone(Some(other)),
            ),
            (json!({"where": "unknown"}), Location::Unknown),
            (json!([]), Location::Unknown),
        ] {
            assert_eq!(parse_location(asked, &answer), expected, "{answer}");
        }
    }
}
