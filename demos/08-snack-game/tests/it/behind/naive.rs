//! Proxies that were set up for pages alone.

use crate::common::{Client, Game, ask, post};
use serde_json::{Value, json};

/// What the page hears about its WebSocket.
fn lost(game: &Game, headers: &str) -> Value {
    let (status, answer) = post(game.address, "/api/websocket", headers, "");
    assert_eq!(status, 200, "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str::<Value>(body).expect("JSON")["lost"].clone()
}

#[test]
fn a_page_hears_what_a_proxy_has_lost() {
    let game = Game::start();
    let own = format!("Origin: http://{}\r\n", game.address);
    assert_eq!(
        lost(&game, &own),
        Value::Null,
        "it has just started, and may have missed one"
    );
    // Upgrade is between two neighbours: a proxy does not pass it on unless it is told to.
    let handshake = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assert_eq!(ask(game.address, "/ws/hall", handshake).0, 426);
    assert_eq!(lost(&game, &own), json!("upgrade"));
    let foreign = "Origin: https://play.example.org\r\n";
    assert_eq!(
        lost(&game, foreign),
        json!("host"),
        "the proxy has replaced the host"
    );
    let _player = Client::connect(game.address, "hall");
    assert_eq!(lost(&game, &own), Value::Null);
}
