//! The server from inside: metrics for Prometheus, and numbers for the x-ray page.

use super::Gateway;
use crate::{
    clock,
    metrics::{Gauges, RoomTicks},
    rooms::{Listed, ToRooms},
};
use axum::{
    Json,
    extract::State,
    http::header,
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
pub(super) async fn metrics(State(gateway): State<Gateway>) -> Response {
    let (state, rooms) = (&gateway.state, list(&gateway).await);
    let (results_stored, results_failed) = state.store.counts();
    let mut ticks = RoomTicks {
        rooms: rooms.len() as u64,
        ..RoomTicks::default()
    };
    for room in rooms.iter().map(|room| room.stats.ticks()) {
        ticks.count += room.count;
        ticks.missed += room.missed;
        ticks.longest_micros = ticks.longest_micros.max(room.max);
    }
    let gauges = Gauges {
        players: state.admission.players().into(),
        connections: connections(&rooms),
        rooms: ticks,
        resident_bytes: resident_memory().unwrap_or_default(),
        results_stored,
        results_failed,
        directory_up: state.cluster.peers.backend_is_up(),
        peers: state.cluster.peers.alive(clock::now()).len() as u64,
    };
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = state.metrics.encode(&gauges);
    ([(header::CONTENT_TYPE, kind)], text).into_response()
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
        "results": { "stored": stored, "failed": failed, "lost": state.metrics.results_lost.get() },
        "falls": state.metrics.room_panics.get(),
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

/// The resident memory of this process, in bytes. `None` outside Linux.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
