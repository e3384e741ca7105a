//! The server from inside: as numbers for Prometheus, and as a picture for people.

use super::Gateway;
use crate::{
    rooms::{Listed, ToRooms},
    seen::Now,
};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::time::Instant;
use tokio::{runtime::Handle, sync::oneshot};

/// The rooms that are open.
pub(super) async fn list(gateway: &Gateway) -> Vec<Listed> {
    let (reply, answer) = oneshot::channel();
    match gateway.rooms.send(ToRooms::List { reply }).await {
        Ok(()) => answer.await.unwrap_or_default(),
        Err(_) => Vec::new(), // It drains.
    }
}

/// `GET /metrics`.
pub(super) async fn metrics(State(gateway): State<Gateway>) -> Response {
    let rooms = list(&gateway).await;
    let ticks = rooms.iter().map(|room| room.desk.ticks());
    let (stored, unstored) = gateway.house.store.counts();
    let mut now = Now {
        players: gateway.house.players().into(),
        connections: connections(&rooms),
        rooms: rooms.len() as u64,
        resident: resident().unwrap_or_default(),
        stored,
        unstored,
        directory: gateway.house.peers.backend_is_up(),
        neighbours: gateway.house.peers.alive(Instant::now()).len() as u64,
        ..Now::default()
    };
    for ticks in ticks {
        now.ticks += ticks.count;
        now.missed += ticks.missed;
        now.longest = now.longest.max(ticks.max);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        gateway.house.seen.text(&now),
    )
        .into_response()
}

/// `GET /api/xray`.
pub(super) async fn xray(State(gateway): State<Gateway>) -> Response {
    let rooms = list(&gateway).await;
    let (players, memory) = (gateway.house.players(), resident());
    let each = memory.map(|memory| memory / u64::from(players.max(1)));
    let runtime = Handle::current().metrics();
    let (stored, unstored) = gateway.house.store.counts();
    Json(json!({
        "uptime_seconds": gateway.house.opened.elapsed().as_secs(),
        "memory_bytes": memory,
        "memory_per_player": each,
        "tasks": runtime.num_alive_tasks(),
        "workers": runtime.num_workers(),
        "connections": connections(&rooms),
        "players": players,
        "draining": gateway.house.is_draining(),
        "results": { "stored": stored, "failed": unstored, "lost": gateway.house.seen.lost.get() },
        "falls": gateway.house.seen.falls.get(),
        "rooms": rooms.iter().map(room).collect::<Vec<_>>(),
    }))
    .into_response()
}

fn room(room: &Listed) -> Value {
    let Listed { desk, waiting } = room;
    let now = desk.now();
    let phase = ["playing", "podium", "over"][usize::from(now.phase.min(2))];
    json!({
        "room": &*desk.name,
        "players": desk.taken(),
        "seats": desk.seats,
        "connections": desk.guests(),
        "watchers": desk.guests().saturating_sub(desk.taken()),
        "round": now.round,
        "tick": now.tick,
        "phase": phase,
        "mailbox": { "waiting": waiting, "room_for": crate::room::INBOX },
        "bytes_per_second": now.bytes_per_second,
        "tick_us": desk.ticks(),
        "slow": desk.who_is_slow(),
        "shown_out": now.shown_out,
        "caught_up": now.caught_up,
    })
}

fn connections(rooms: &[Listed]) -> u64 {
    let guests = rooms.iter().map(|room| u64::from(room.desk.guests()));
    guests.sum()
}

/// Memory that this process holds. Linux tells; elsewhere nobody is asked.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
