//! From HTTP to a WebSocket: the handshake by hand, so that what is left of the connection
//! afterwards is its socket and nothing else.

use super::{Gateway, Peer, guard, routes::NO_SUCH_NAME};
use crate::{
    house::{House, lock},
    kept,
    line::Line,
    net::TcpStream,
    reader,
    room::ToRoom,
    rooms::ToRooms,
};
use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use rush::{close::Close, wire::SUBPROTOCOL};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tungstenite::handshake::derive_accept_key;

/// Why somebody is not let in: a word for whoever counts, and what they are told.
struct Refusal {
    why: &'static str,
    status: StatusCode,
    sentence: &'static str,
}

const NO_WEBSOCKET: Refusal = Refusal {
    why: "handshake",
    status: StatusCode::UPGRADE_REQUIRED,
    sentence: "a WebSocket of version 13 is spoken here\n",
};
const FROM_ELSEWHERE: Refusal = Refusal {
    why: "origin",
    status: StatusCode::FORBIDDEN,
    sentence: "a page from elsewhere may not play here (--origin)\n",
};
const NO_ROOM: Refusal = Refusal {
    why: "room",
    status: StatusCode::NOT_FOUND,
    sentence: NO_SUCH_NAME,
};
const DRAINING: Refusal = Refusal {
    why: "draining",
    status: StatusCode::SERVICE_UNAVAILABLE,
    sentence: "the server restarts\n",
};
const FULL: Refusal = Refusal {
    why: "full",
    status: StatusCode::SERVICE_UNAVAILABLE,
    sentence: "the room is full\n",
};
const CANNOT_CHANGE: Refusal = Refusal {
    why: "handshake",
    status: StatusCode::BAD_REQUEST,
    sentence: "this connection cannot change protocols\n",
};

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = (self.status, self.sentence).into_response();
        if self.status == StatusCode::UPGRADE_REQUIRED {
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
    Path(room): Path<String>,
    request: Request,
) -> Response {
    let house = Arc::clone(&gateway.house);
    let_in(gateway, peer, room, request)
        .await
        .unwrap_or_else(|refusal| {
            house.seen.refuse(refusal.why);
            refusal.into_response()
        })
}

/// Whatever may be wrong is found before the connection changes protocols: after that a browser
/// cannot read why.
async fn let_in(
    gateway: Gateway,
    peer: Peer,
    room: String,
    mut request: Request,
) -> Result<Response, Refusal> {
    let headers = request.headers();
    let key = asks_for(headers).filter(|_| request.method() == Method::GET);
    let key = key.ok_or(NO_WEBSOCKET)?;
    if !guard::may_play(&gateway, headers) {
        return Err(FROM_ELSEWHERE);
    }
    if !rush::wire::is_room(&room) {
        return Err(NO_ROOM);
    }
    let speaks = offers(headers, SUBPROTOCOL);
    let (reply, answer) = oneshot::channel();
    let entering = gateway.house.enters();
    let enter = ToRooms::Enter {
        room: room.clone(),
        reply,
    };
    let asked = gateway.rooms.send(enter).await;
    if asked.is_err() || gateway.house.is_draining() || entering.is_none() {
        return Err(DRAINING);
    }
    let way = answer.await.ok().flatten().ok_or(FULL)?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or(CANNOT_CHANGE)?;
    let entrance = Entrance {
        house: gateway.house,
        peer,
        room,
        way,
        speaks,
    };
    tokio::spawn(async move {
        entrance.enter(upgrade).await;
        drop(entering); // It is in: whoever waits for that may go on.
    });
    Ok(accepts(&key, speaks))
}

/// What the other end waits for.
fn accepts(key: &str, speaks: bool) -> Response {
    let answer = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(
            header::SEC_WEBSOCKET_ACCEPT,
            derive_accept_key(key.as_bytes()),
        );
    let answer = match speaks {
        true => answer.header(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL),
        false => answer,
    };
    answer.body(Body::empty()).expect("these headers are sound")
}

/// Somebody who is let in, until they are.
struct Entrance {
    house: Arc<House>,
    peer: Peer,
    room: String,
    /// The way into that room.
    way: mpsc::Sender<ToRoom>,
    /// What is spoken here; whoever does not is told so, and shown out.
    speaks: bool,
}

impl Entrance {
    /// The connection becomes the room's, and a small task's that reads it. hyper's own task ends
    /// here.
    async fn enter(self, upgrade: OnUpgrade) {
        let Ok(upgraded) = upgrade.await else {
            return; // It went before it was answered.
        };
        let Some((stream, early)) = socket_of(upgraded) else {
            return;
        };
        let permit = lock(&self.peer.permit).take();
        let id = self.house.next_line();
        self.house.seen.opened.inc();
        let held = match &self.house.kept {
            None => None,
            Some(kept) => match kept::hold(kept, id, &self.room, &stream, &early) {
                Some(held) => Some(held),
                None => return, // It has gone.
            },
        };
        let is_held = held.is_some();
        let holds = self.house.options.kernel_holds;
        let line = Line::new(id, self.peer.ip, stream, permit, holds).is_held(held);
        let line = Arc::new(line);
        let refuse = (!self.speaks).then_some(Close::UnknownVersion);
        let arrived = ToRoom::Arrived {
            line: Arc::clone(&line),
            refuse,
        };
        // A room that is kept reads for itself.
        if self.way.send(arrived).await.is_ok() && !is_held {
            // A task of its own, because this one is as large as the largest thing that it has
            // waited for.
            tokio::spawn(reader::listen(line, early, self.way));
        }
    }
}

/// What is left of a connection after HTTP: its socket, and what was read too early.
fn socket_of(upgraded: Upgraded) -> Option<(TcpStream, Bytes)> {
    let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
    // A copy, of nothing as a rule: what hyper gives holds on to all 8 kB of its buffer.
    let early = Bytes::copy_from_slice(&parts.read_buf);
    Some((parts.io.into_inner(), early))
}

/// The key of somebody who asks for a WebSocket of version 13.
pub(crate) fn asks_for(headers: &HeaderMap) -> Option<String> {
    let version = headers.get(header::SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    let whole = key.len() == 24 && key.ends_with("==");
    let asks =
        has(headers, header::CONNECTION, "upgrade") && has(headers, header::UPGRADE, "websocket");
    (whole && asks && version == "13").then(|| key.to_owned())
}

pub(crate) fn offers(headers: &HeaderMap, protocol: &str) -> bool {
    has(headers, header::SEC_WEBSOCKET_PROTOCOL, protocol)
}

/// Whether a word is in a list that may come in several lines.
fn has(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let lines = headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .any(|it| it.trim().eq_ignore_ascii_case(word))
}
