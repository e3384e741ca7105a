//! A server that is only a word in the directory, and whatever listens at its address.

use demo_08_snack_game::{
    cluster::{SeatKey, ServerInfo, backend::Report},
    store::Board,
};
use rush::wire::Token;
use serde_json::{Value, json};
use std::{net::TcpListener, time::Duration};

/// Of the seat that it has.
pub(crate) const TOKEN: Token = Token([7; 16]);

/// It is there for as long as `life`, and has our seat.
pub(crate) fn word(card: ServerInfo, life: Duration) -> Report {
    Report {
        card,
        life,
        held: vec![SeatKey::of(&TOKEN)],
        grace: Duration::from_secs(600),
        freed: Vec::new(),
        day: 1,
        board: Board::default(),
    }
}

/// The answer that leads to it.
pub(crate) fn elsewhere(url: &str) -> Value {
    json!({ "where": "elsewhere", "url": url })
}

/// A door, and the address at which it is one.
pub(crate) fn door() -> (TcpListener, String) {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", door.local_addr().expect("an address"));
    (door, url)
}
