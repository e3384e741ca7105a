//! The WebSocket handshake, by hand: afterwards nothing is left of the HTTP connection but its
//! socket.

use super::{
    Gateway, Peer,
    head::Rewound,
    origin,
    outside::Outside,
    proxies::{Lost, has_lost_upgrade},
    room_query::INVALID_NAME,
};
use crate::{
    connection::Connection, handover, net::TcpStream, reader, refusal::Refusal, room::ToRoom,
    rooms::ToRooms, server_state::ServerState, sync::lock,
};
use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use rush::{close::Close, wire::SUBPROTOCOL};
use std::{net::IpAddr, sync::Arc};
use tokio::sync::{mpsc, oneshot};
use tungstenite::handshake::derive_accept_key;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            Self::NotWebSocket => (
                StatusCode::UPGRADE_REQUIRED,
                "a WebSocket of version 13 is spoken here\n",
            ),
            Self::CannotUpgrade => (
                StatusCode::BAD_REQUEST,
                "this connection cannot change protocols\n",
            ),
            Self::Origin => (
                StatusCode::FORBIDDEN,
                "a page from elsewhere may not play here (--origin)\n",
            ),
            Self::RoomName => (StatusCode::NOT_FOUND, INVALID_NAME),
            Self::Draining => (StatusCode::SERVICE_UNAVAILABLE, "the server restarts\n"),
            Self::Full => (StatusCode::SERVICE_UNAVAILABLE, "the room is full\n"),
            Self::Rooms => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many rooms were opened from this address\n",
            ),
            Self::Address => (
                StatusCode::TOO_MANY_REQUESTS,
                "too many connections from this address\n",
            ),
        };
        let mut answer = (status, sentence).into_response();
        if status == StatusCode::UPGRADE_REQUIRED {
            let headers = answer.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(
                header::SEC_WEBSOCKET_VERSION,
                HeaderValue::from_static("13"),
            );
        }
        answer
    }
}

/// `GET /ws/{room}`.
pub(super) async fn upgrade(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    Extension(outside): Extension<Outside>,
    Path(room): Path<String>,
    request: Request,
) -> Response {
    let state = Arc::clone(&gateway.state);
    try_upgrade(gateway, peer, outside, room, request)
        .await
        .unwrap_or_else(|refusal| {
            state.metrics.refuse(refusal);
            refusal.into_response()
        })
}

/// Checks everything before the connection changes protocols: after that a browser cannot read why
/// it was refused.
async fn try_upgrade(
    gateway: Gateway,
    peer: Peer,
    outside: Outside,
    room: String,
    mut request: Request,
) -> Result<Response, Refusal> {
    let headers = request.headers();
    let key = websocket_key(headers)
        .filter(|_| request.method() == Method::GET && request.version() >= Version::HTTP_11);
    let may_play = origin::may_play(&gateway, &outside, headers);
    let lost = match &key {
        None if has_lost_upgrade(headers) => Some(Lost::Upgrade),
        Some(_) if !may_play => Some(Lost::Host),
        _ => None,
    };
    if key.is_some() || lost.is_some() {
        gateway.proxies.note(peer.ip, &outside, headers, lost);
    }
    let key = key.ok_or(Refusal::NotWebSocket)?;
    if !may_play {
        return Err(Refusal::Origin);
    }
    if !rush::wire::is_room(&room) {
        return Err(Refusal::RoomName);
    }
    let speaks_protocol = offers(headers, SUBPROTOCOL);
    let (reply, answer) = oneshot::channel();
    let handshake = gateway.state.admission.start_handshake();
    let enter = ToRooms::Enter {
        room: room.clone(),
        from: Some(sockets::network_of(outside.counted())),
        reply,
    };
    let asked = gateway.rooms.send(enter).await;
    if asked.is_err() || gateway.state.admission.is_draining() || handshake.is_none() {
        return Err(Refusal::Draining);
    }
    let inbox = answer.await.unwrap_or(Err(Refusal::Full))?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or(Refusal::CannotUpgrade)?;
    let upgrading = Upgrading {
        state: gateway.state,
        client: outside.client,
        peer,
        room,
        inbox,
        speaks_protocol,
    };
    tokio::spawn(async move {
        upgrading.finish(upgrade).await;
        drop(handshake); // The room has the connection: a handover may go on.
    });
    Ok(switching_protocols(&key, speaks_protocol))
}

fn switching_protocols(key: &str, speaks_protocol: bool) -> Response {
    let answer = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(
            header::SEC_WEBSOCKET_ACCEPT,
            derive_accept_key(key.as_bytes()),
        );
    let answer = match speaks_protocol {
        true => answer.header(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL),
        false => answer,
    };
    answer.body(Body::empty()).expect("these headers are sound")
}

/// A connection that is changing protocols.
struct Upgrading {
    state: Arc<ServerState>,
    /// The client's IP address: the peer may be a proxy.
    client: IpAddr,
    peer: Peer,
    room: String,
    inbox: mpsc::Sender<ToRoom>,
    /// If the client does not speak the game's protocol, the room closes it with the reason.
    speaks_protocol: bool,
}

impl Upgrading {
    /// Hands the connection to the room, and to a small task that reads it. hyper's task ends here.
    async fn finish(self, upgrade: OnUpgrade) {
        let Ok(upgraded) = upgrade.await else {
            return; // The client has gone before the answer was written.
        };
        let Some((stream, early)) = socket_of(upgraded) else {
            return;
        };
        let permit = lock(&self.peer.permit).take();
        let id = self.state.admission.next_connection_id();
        self.state.metrics.connections.opened.inc();
        let socket = match &self.state.supervisor {
            None => None,
            Some(it) => match handover::pass_socket(it, id, &self.room, &stream, &early) {
                Some(socket) => Some(socket),
                None => return, // The client has gone.
            },
        };
        let is_supervised = socket.is_some();
        let send_buffer = self.state.options.send_buffer;
        let connection = Connection::new(id, self.client, stream, permit, send_buffer);
        let connection = Arc::new(connection.with_supervisor(socket));
        let connected = ToRoom::Connected {
            connection: Arc::clone(&connection),
            refuse: (!self.speaks_protocol).then_some(Close::UnknownVersion),
        };
        // Under a supervisor the room reads its sockets.
        if self.inbox.send(connected).await.is_ok() && !is_supervised {
            // A task of its own, because this one is as large as the largest future that it has
            // awaited.
            tokio::spawn(reader::read_messages(connection, early, self.inbox));
        }
    }
}

/// The socket of a connection after HTTP, and the bytes that were read too early.
fn socket_of(upgraded: Upgraded) -> Option<(TcpStream, Bytes)> {
    let parts = upgraded.downcast::<TokioIo<Rewound>>().ok()?;
    let (unread, stream) = parts.io.into_inner().into_parts();
    // A copy, usually of nothing: hyper's buffer would keep 8 kB allocated.
    let early = [&parts.read_buf[..], &unread].concat().into();
    Some((stream, early))
}

/// The key of a request for a WebSocket of version 13. `None` if it is no such request.
pub(crate) fn websocket_key(headers: &HeaderMap) -> Option<String> {
    let version = headers.get(header::SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    let is_key = key.len() == 24 && key.ends_with("==");
    let asks =
        has(headers, header::CONNECTION, "upgrade") && has(headers, header::UPGRADE, "websocket");
    (is_key && asks && version == "13").then(|| key.to_owned())
}

/// Whether the client offers this subprotocol.
pub(crate) fn offers(headers: &HeaderMap, protocol: &str) -> bool {
    has(headers, header::SEC_WEBSOCKET_PROTOCOL, protocol)
}

/// Whether a word is in a list that may be spread over several header lines.
fn has(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let lines = headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .any(|it| it.trim().eq_ignore_ascii_case(word))
}
