//! All routes, and the small JSON answers.

use super::{
    Gateway, access, example, find_seat, handshake, headers, health,
    outside::Outside,
    pages, proxies,
    room_query::{InvalidName, RoomQuery},
    xray,
};
use crate::{
    clock::now,
    rooms::{FreeSeats, Listed, ToRooms},
};
use axum::{
    Json, Router,
    extract::{Extension, Query, State},
    http::{StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::json;
use tokio::sync::oneshot;
use web_server::join;

/// The most other servers that an answer names.
const MAX_SERVERS: usize = 16;

/// All routes.
pub(super) fn all(gateway: Gateway) -> Router {
    let restricted = Router::new()
        .route("/metrics", get(xray::metrics))
        .route("/api/xray", get(xray::xray))
        .layer(from_fn_with_state(gateway.clone(), access::check));
    Router::new()
        .route("/", get(pages::phone))
        .route("/hall", get(pages::hall))
        .route("/watch", get(pages::watch))
        .route("/xray", get(pages::xray))
        .route("/porch", get(pages::porch))
        .route("/example", get(example::page))
        .route("/example.js", get(example::script))
        .route("/web/{*path}", get(pages::file))
        .route("/api/seat", get(seat))
        .route("/api/where", post(find_seat::find))
        .route("/api/websocket", post(proxies::diagnose))
        .route("/api/rooms", get(rooms))
        .route("/api/servers", get(servers))
        .route("/api/leaderboard", get(leaderboard))
        .route("/api/address", get(address))
        .route("/qr.svg", get(qr_code))
        .route("/health", get(health::health))
        .route("/ws/{room}", any(handshake::upgrade))
        .merge(restricted)
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here\n"))
        .layer(from_fn_with_state(gateway.clone(), headers::add))
        .with_state(gateway)
}

/// `GET /api/seat`. A page asks this before it opens a WebSocket, because a browser cannot read the
/// answer to a refused upgrade.
async fn seat(
    State(gateway): State<Gateway>,
    Query(query): Query<RoomQuery>,
) -> Result<Response, InvalidName> {
    let room = query.room()?;
    let draining = gateway.state.admission.is_draining();
    let free = match draining {
        true => None,
        false => find_free_seat(&gateway, room.clone()).await,
    };
    let servers = other_servers(&gateway);
    Ok(match free {
        Some(FreeSeats { room, free }) => {
            let ws = format!("/ws/{room}");
            Json(json!({ "room": room, "free": free, "full": false, "ws": ws, "servers": servers }))
                .into_response()
        }
        None => {
            let elsewhere = gateway.state.cluster.servers_with_free_seats();
            // A player with a token and a watcher need no free seat.
            let ws = room.as_ref().map(|room| format!("/ws/{room}"));
            Json(json!({ "room": room, "free": 0, "full": true, "draining": draining, "elsewhere": elsewhere, "ws": ws, "servers": servers })).into_response()
        }
    })
}

/// The servers that a page can ask when this one does not answer any more.
fn other_servers(gateway: &Gateway) -> Vec<String> {
    let mut all = gateway.state.cluster.peers.urls_for_pages(now());
    all.truncate(MAX_SERVERS);
    all
}

async fn find_free_seat(gateway: &Gateway, room: Option<String>) -> Option<FreeSeats> {
    let (reply, answer) = oneshot::channel();
    gateway
        .rooms
        .send(ToRooms::FindSeat { room, reply })
        .await
        .ok()?;
    answer.await.ok()?
}

async fn rooms(State(gateway): State<Gateway>) -> Response {
    let rooms = xray::list(&gateway).await;
    let rooms = rooms.iter().map(|Listed { stats, .. }| {
        json!({ "room": &*stats.name, "players": stats.taken(), "seats": stats.seats, "free": stats.free() })
    });
    let rooms: Vec<_> = rooms.collect();
    let draining = gateway.state.admission.is_draining();
    Json(json!({ "rooms": rooms, "draining": draining, "servers": other_servers(&gateway) }))
        .into_response()
}

/// `GET /api/servers`. Every open page asks this now and then: servers may join after it was
/// loaded.
async fn servers(State(gateway): State<Gateway>) -> Response {
    let shared = gateway.state.options.directory.is_some();
    Json(json!({ "servers": other_servers(&gateway), "shared": shared })).into_response()
}

async fn leaderboard(
    State(gateway): State<Gateway>,
    Query(query): Query<RoomQuery>,
) -> Result<Response, InvalidName> {
    let room = query.room()?;
    Ok(Json(gateway.state.store.board(room.as_deref())).into_response())
}

async fn address(
    State(gateway): State<Gateway>,
    Extension(outside): Extension<Outside>,
) -> Response {
    let url = outside.join_url(&gateway);
    Json(json!({ "url": url, "qr": "/qr.svg" })).into_response()
}

async fn qr_code(
    State(gateway): State<Gateway>,
    Extension(outside): Extension<Outside>,
    Query(query): Query<RoomQuery>,
) -> Result<Response, InvalidName> {
    let room = query
        .room()?
        .map_or_else(String::new, |room| format!("?room={room}"));
    let url = format!("{}{room}", outside.join_url(&gateway));
    Ok(match join::svg(&url) {
        Some(svg) => ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
}
