//! A phone that watches the first room of a running game.
#![cfg(unix)]

use std::{net::TcpStream, time::Duration};
use tungstenite::{Message, WebSocket, client, client::IntoClientRequest, http::HeaderValue};

/// How long the game may take for a message.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connects a phone. `None` if the game does not listen.
pub(crate) fn watch() -> Option<WebSocket<TcpStream>> {
    let stream = TcpStream::connect("127.0.0.1:7008").ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
    let request = "ws://127.0.0.1:7008/ws/room-1".into_client_request();
    let mut request = request.expect("an address");
    let protocol = HeaderValue::from_static("snack-rush.v1");
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut phone, _) = client(request, stream).expect("a socket");
    phone.send(Message::binary(vec![0x03])).expect("a message");
    Some(phone)
}
