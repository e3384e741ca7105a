//! A peer that is only a report in the backend, and a listener at its address.

use crate::common::free_address;
use demo_08_snack_game::{
    cluster::{Report, SeatKey, ServerInfo},
    store::Board,
};
use rush::wire::Token;
use serde_json::{Value, json};
use std::{net::TcpListener, time::Duration};

/// Token of the seat that the peer holds.
pub(crate) const TOKEN: Token = Token([7; 16]);

/// A report of the peer that lives for `ttl`. The peer holds the seat of [`TOKEN`].
pub(crate) fn report(server: ServerInfo, ttl: Duration) -> Report {
    Report {
        server,
        ttl,
        held: vec![SeatKey::of(&TOKEN)],
        seat_ttl: Duration::from_secs(600),
        freed: Vec::new(),
        day: 1,
        board: Board::default(),
    }
}

/// The answer of `/api/where` that sends the player to the peer.
pub(crate) fn elsewhere(url: &str) -> Value {
    json!({ "where": "elsewhere", "url": url })
}

/// Opens the peer's listener. Returns it with its URL.
pub(crate) fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(free_address()).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}
