//! The server from inside: metrics for Prometheus, and numbers for the x-ray page.

use super::Gateway;
use crate::{
    clock,
    metrics::{self, Cluster, Format, Gauges, resident_memory},
    rooms::{Listed, ToRooms},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::oneshot};

/// The open rooms.
pub(super) async fn list(gateway: &Gateway) -> Vec<Listed> {
    let (reply, answer) = oneshot::channel();
    match gateway.rooms.send(ToRooms::List { reply }).await {
        Ok(()) => answer.await.unwrap_or_default(),
        Err(_) => Vec::new(), // The server drains.
    }
}

/// `GET /metrics`.
pub(super) async fn metrics(State(gateway): State<Gateway>, headers: HeaderMap) -> Response {
    let (state, rooms) = (&gateway.state, list(&gateway).await);
    let mut gauges = Gauges {
        players: state.admission.players().into(),
        players_max: state.options.max_players.into(),
        connections: metrics::Connections {
            http: state.metrics.connections.http.count(),
            ..metrics::Connections::default()
        },
        rooms: rooms.len() as u64,
        cluster: Cluster {
            backend_is_up: state.cluster.peers.backend_is_up(),
            peers: state.cluster.peers.alive(clock::now()).len() as u64,
        },
        draining: state.admission.is_draining(),
        ..Gauges::default()
    };
    for Listed { stats, .. } in &rooms {
        let present = stats.present();
        gauges.connections.add(present.connections);
        gauges.players_away += u64::from(present.away);
        gauges.tick_longest_micros = gauges.tick_longest_micros.max(stats.ticks().max);
    }
    let accept = headers.get(header::ACCEPT);
    let format = Format::accepted(accept.and_then(|accept| accept.to_str().ok()));
    match state.metrics.scrape(&gauges, format) {
        Some(text) => ([(header::CONTENT_TYPE, format.content_type())], text).into_response(),
        None => {
            let why = "another process continues with these counts: ask again\n";
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}

/// `GET /api/xray`.
pub(super) async fn xray(State(gateway): State<Gateway>) -> Response {
    let (state, rooms) = (&gateway.state, list(&gateway).await);
    let (players, memory) = (state.admission.players(), resident_memory());
    let each = memory.map(|memory| memory / u64::from(players.max(1)));
    let runtime = Handle::current().metrics();
    let (stored, failed) = state.store.counts();
    Json(json!({
        "uptime_seconds": state.started.elapsed().as_secs(),
        "memory_bytes": memory,
        "memory_per_player": each,
        "tasks": runtime.num_alive_tasks(),
        "workers": runtime.num_workers(),
        "connections": connections(&rooms),
        "players": players,
        "draining": state.admission.is_draining(),
        "results": { "stored": stored, "failed": failed, "lost": state.metrics.results.lost.get() },
        "falls": state.metrics.rooms.panics.get(),
        "rooms": rooms.iter().map(room).collect::<Vec<_>>(),
    }))
    .into_response()
}

fn room(room: &Listed) -> Value {
    let Listed { stats, waiting } = room;
    let totals = stats.totals();
    let phase = ["playing", "podium", "over"][usize::from(totals.phase.min(2))];
    json!({
        "room": &*stats.name,
        "players": stats.taken(),
        "seats": stats.seats,
        "connections": stats.connections(),
        "watchers": stats.connections().saturating_sub(stats.taken()),
        "round": totals.round,
        "tick": totals.tick,
        "phase": phase,
        "mailbox": { "waiting": waiting, "room_for": crate::room::INBOX },
        "bytes_per_second": totals.bytes_per_second,
        "tick_us": stats.ticks(),
        "slow": stats.slow(),
        "shown_out": totals.closed_behind,
        "caught_up": totals.caught_up,
    })
}

fn connections(rooms: &[Listed]) -> u64 {
    let open = rooms.iter().map(|it| u64::from(it.stats.connections()));
    open.sum()
}
