//! Every address there is, and what is said there.

use super::{Gateway, guard, handshake, pages, whereabouts, xray};
use crate::{
    audience,
    house::now,
    rooms::{Free, Listed, ToRooms},
};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use rush::wire::is_room;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::oneshot;

/// As many other servers are told to somebody who asks for a seat.
const SERVERS: usize = 16;

/// All routes.
pub(super) fn all(gateway: Gateway) -> Router {
    let inner = Router::new()
        .route("/metrics", get(xray::metrics))
        .route("/api/xray", get(xray::xray))
        .layer(from_fn_with_state(gateway.clone(), guard::inner));
    Router::new()
        .route("/", get(pages::phone))
        .route("/hall", get(pages::hall))
        .route("/watch", get(pages::watch))
        .route("/xray", get(pages::xray))
        .route("/porch", get(pages::porch))
        .route("/web/{*path}", get(pages::file))
        .route("/api/seat", get(seat))
        .route("/api/where", post(whereabouts::find))
        .route("/api/rooms", get(rooms))
        .route("/api/servers", get(servers))
        .route("/api/leaderboard", get(leaderboard))
        .route("/api/address", get(address))
        .route("/qr.svg", get(code))
        .route("/health", get(health))
        .route("/ws/{room}", any(handshake::upgrade))
        .merge(inner)
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here\n"))
        .layer(from_fn_with_state(gateway.clone(), guard::headers))
        .with_state(gateway)
}

/// What a question is about.
#[derive(Deserialize)]
pub(crate) struct Which {
    room: Option<String>,
}

impl Which {
    /// The room that was named, if one was, and if it can be called so.
    pub(crate) fn room(self) -> Result<Option<String>, NoSuchName> {
        match self.room.filter(|room| !room.is_empty()) {
            Some(room) if !is_room(&room) => Err(NoSuchName),
            room => Ok(room),
        }
    }
}

pub(super) const NO_SUCH_NAME: &str = "a room is called 1 to 24 of a-z, 0-9 and -\n";

/// No room can be called so.
pub(crate) struct NoSuchName;

impl IntoResponse for NoSuchName {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, NO_SUCH_NAME).into_response()
    }
}

/// Asked by a page before it opens a WebSocket: the answer of a refused upgrade cannot be read by a
/// browser.
async fn seat(
    State(gateway): State<Gateway>,
    Query(which): Query<Which>,
) -> Result<Response, NoSuchName> {
    let room = which.room()?;
    let draining = gateway.house.is_draining();
    let free = match draining {
        true => None,
        false => seek(&gateway, room.clone()).await,
    };
    let servers = others(&gateway);
    Ok(match free {
        Some(Free { room, free }) => {
            let ws = format!("/ws/{room}");
            Json(json!({ "room": room, "free": free, "full": false, "ws": ws, "servers": servers }))
                .into_response()
        }
        None => {
            let elsewhere = gateway.house.elsewhere();
            // The way in is told all the same: whoever has a token, or only looks on, needs no free
            // seat.
            let ws = room.as_ref().map(|room| format!("/ws/{room}"));
            Json(json!({ "room": room, "free": 0, "full": true, "draining": draining, "elsewhere": elsewhere, "ws": ws, "servers": servers })).into_response()
        }
    })
}

/// Whoever finds nobody here one day asks one of these.
fn others(gateway: &Gateway) -> Vec<String> {
    let mut all = gateway.house.peers.urls_for_pages(now());
    all.truncate(SERVERS);
    all
}

async fn seek(gateway: &Gateway, room: Option<String>) -> Option<Free> {
    let (reply, answer) = oneshot::channel();
    gateway
        .rooms
        .send(ToRooms::Seek { room, reply })
        .await
        .ok()?;
    answer.await.ok()?
}

async fn rooms(State(gateway): State<Gateway>) -> Response {
    let rooms = xray::list(&gateway).await;
    let rooms = rooms.iter().map(|Listed { desk, .. }| {
        json!({ "room": &*desk.name, "players": desk.taken(), "seats": desk.seats, "free": desk.free() })
    });
    let rooms: Vec<_> = rooms.collect();
    let draining = gateway.house.is_draining();
    Json(json!({ "rooms": rooms, "draining": draining, "servers": others(&gateway) }))
        .into_response()
}

/// Asked now and then by every page that is open: servers may join after it was loaded.
async fn servers(State(gateway): State<Gateway>) -> Response {
    let shared = gateway.house.options.directory.is_some();
    Json(json!({ "servers": others(&gateway), "shared": shared })).into_response()
}

async fn leaderboard(
    State(gateway): State<Gateway>,
    Query(which): Query<Which>,
) -> Result<Response, NoSuchName> {
    let room = which.room()?;
    Ok(Json(gateway.house.store.board(room.as_deref())).into_response())
}

async fn address(State(gateway): State<Gateway>) -> Response {
    let url = audience::url(gateway.address);
    Json(json!({ "url": url, "qr": "/qr.svg" })).into_response()
}

async fn code(
    State(gateway): State<Gateway>,
    Query(which): Query<Which>,
) -> Result<Response, NoSuchName> {
    let room = which
        .room()?
        .map_or_else(String::new, |room| format!("?room={room}"));
    let url = format!("{}{room}", audience::url(gateway.address));
    Ok(match audience::svg(&url) {
        Some(svg) => ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
}

/// For whoever decides where new players go: nobody is sent to a server that drains.
async fn health(State(gateway): State<Gateway>) -> Response {
    match gateway.house.is_draining() {
        true => (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response(),
        false => "ok\n".into_response(),
    }
}
