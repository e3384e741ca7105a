//! From HTTP to a WebSocket: the handshake by hand, so that what is left of the connection afterwards is its socket and nothing else.

use super::{Gateway, Peer, guard};
use crate::{kept, line::Line, net::TcpStream, reader, room::ToRoom, rooms::ToRooms};
use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use rush::{close::Close, wire::SUBPROTOCOL};
use std::{
    net::IpAddr,
    sync::{Arc, PoisonError},
};
use tokio::sync::{mpsc, oneshot};
use tungstenite::handshake::derive_accept_key;

/// `GET /ws/{room}`.
pub(super) async fn upgrade(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    Path(room): Path<String>,
    mut request: Request,
) -> Response {
    let refuse = |why: &'static str, status: StatusCode, sentence: &'static str| {
        gateway.house.seen.refuse(why);
        (status, sentence).into_response()
    };
    let headers = request.headers();
    let Some(key) = asks_for(headers).filter(|_| request.method() == Method::GET) else {
        let mut answer = refuse(
            "handshake",
            StatusCode::UPGRADE_REQUIRED,
            "a WebSocket of version 13 is spoken here\n",
        );
        answer.headers_mut().insert(
            header::UPGRADE,
            header::HeaderValue::from_static("websocket"),
        );
        answer.headers_mut().insert(
            header::SEC_WEBSOCKET_VERSION,
            header::HeaderValue::from_static("13"),
        );
        return answer;
    };
    if !guard::may_play(&gateway, headers) {
        return refuse(
            "origin",
            StatusCode::FORBIDDEN,
            "a page from elsewhere may not play here (--origin)\n",
        );
    }
    if !rush::wire::is_room(&room) {
        return refuse(
            "room",
            StatusCode::NOT_FOUND,
            "a room is called 1 to 24 of a-z, 0-9 and -\n",
        );
    }
    let speaks = offers(headers, SUBPROTOCOL);
    let (reply, answer) = oneshot::channel();
    let entering = gateway.house.enters();
    let name = room.clone();
    let asked = gateway.rooms.send(ToRooms::Enter { room, reply }).await;
    let way = match asked {
        Ok(()) if !gateway.house.is_draining() && entering.is_some() => answer.await,
        _ => {
            return refuse(
                "draining",
                StatusCode::SERVICE_UNAVAILABLE,
                "the server restarts\n",
            );
        }
    };
    let Ok(Some(way)) = way else {
        return refuse(
            "full",
            StatusCode::SERVICE_UNAVAILABLE,
            "the room is full\n",
        );
    };
    let Some(upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return refuse(
            "handshake",
            StatusCode::BAD_REQUEST,
            "this connection cannot change protocols\n",
        );
    };
    tokio::spawn(async move {
        enter(upgrade, gateway, peer, (name, way), speaks).await;
        drop(entering); // It is in: whoever waits for that may go on.
    });
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

/// The connection becomes the room's, and a small task's that reads it. hyper's own task ends here.
async fn enter(
    upgrade: OnUpgrade,
    gateway: Gateway,
    peer: Peer,
    (name, way): (String, mpsc::Sender<ToRoom>),
    speaks: bool,
) {
    let Ok(upgraded) = upgrade.await else {
        return; // It went before it was answered.
    };
    let Some((stream, early)) = socket_of(upgraded) else {
        return;
    };
    let permit = peer
        .permit
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let (ip, id): (IpAddr, u64) = (peer.ip, gateway.house.next_line());
    gateway.house.seen.opened.inc();
    let held = match &gateway.house.kept {
        None => None,
        Some(kept) => match kept::hold(kept, id, &name, &stream, &early) {
            Some(held) => Some(held),
            None => return, // It has gone.
        },
    };
    let is_held = held.is_some();
    let holds = gateway.house.options.kernel_holds;
    let line = Arc::new(Line::new(id, ip, stream, permit, holds).is_held(held));
    let refuse = (!speaks).then_some(Close::UnknownVersion);
    let arrived = ToRoom::Arrived {
        line: Arc::clone(&line),
        refuse,
    };
    // A room that is kept reads for itself.
    if way.send(arrived).await.is_ok() && !is_held {
        // A task of its own, because this one is as large as the largest thing that it has waited for.
        tokio::spawn(reader::listen(line, early, way));
    }
}

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
