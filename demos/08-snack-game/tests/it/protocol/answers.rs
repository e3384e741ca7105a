//! The JSON of `/api`.

use super::PAGE;
use crate::common::{Client, Game, ask, ask_json, raw::Raw, wait_until};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The example with this title.
#[track_caller]
fn example(title: &str) -> Value {
    let (_, rest) = PAGE
        .split_once(&format!("```json {title}\n"))
        .expect("an example");
    let (text, _) = rest.split_once("```").expect("its end");
    serde_json::from_str(text).expect("JSON")
}

/// The fields of an object with the types of their values.
fn fields(object: &Value) -> BTreeSet<(String, &'static str)> {
    let fields = object.as_object().expect("an object").iter();
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    fields
        .map(|(name, value)| (name.clone(), kind(value)))
        .collect()
}

#[test]
fn the_answers_about_seats_and_servers_are_as_shown() {
    let game = Game::with(|options| (options.seats, options.max_players) = (160, 2));
    let free = ask_json(game.address, "/api/seat?room=hall");
    let shown = example("GET /api/seat: a seat is free");
    assert_eq!(fields(&free), fields(&shown));
    assert_eq!(
        (&free["room"], &free["ws"], &free["full"]),
        (&shown["room"], &shown["ws"], &json!(false))
    );
    let servers = ask_json(game.address, "/api/servers");
    assert_eq!(fields(&servers), fields(&example("GET /api/servers")));
    assert_eq!(servers, json!({ "servers": [], "shared": false }));
    // A room is chosen if none is named.
    let chosen = ask_json(game.address, "/api/seat");
    let room = chosen["room"].as_str().expect("a room");
    assert_eq!(chosen["ws"], json!(format!("/ws/{room}")));

    let _both = ["ann", "bob"].map(|name| Client::join(game.address, "hall", name));
    // The room counts its seats after it has answered.
    wait_until("no seat is free", || {
        ask_json(game.address, "/api/seat?room=hall")["full"] == true
    });
    let full = ask_json(game.address, "/api/seat?room=hall");
    let shown = example("GET /api/seat: no seat is free");
    assert_eq!(full, shown, "word for word");
    let none = ask_json(game.address, "/api/seat");
    assert_eq!((&none["room"], &none["ws"]), (&Value::Null, &Value::Null));
    // Neither a client that watches nor one with a token needs a free seat.
    Client::watch(game.address, "hall");
    let (status, _) = ask(game.address, "/api/seat?room=Hall", "");
    assert_eq!(status, 400);
    for (room, status) in [("Hall", "404"), ("hall", "101")] {
        let raw = Raw::connect(game.address, room);
        let begins = format!("http/1.1 {status}");
        assert!(raw.head.starts_with(&begins), "{room}: {}", raw.head);
    }
}
