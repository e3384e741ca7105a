//! Five thousand players on one core, ten ticks a second.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crowd::Plan;
use game_bench::Capacity;
use serde_json::Value;
use tokio::time::sleep;

use super::ours::{Ours, TOKEN};
use super::{Stretch, arrived};

const PLAYERS: u32 = 5_000;
const SEATS: u32 = 1_000;
const SECONDS: u64 = 12;

pub(super) async fn measure(ours: &Ours) -> io::Result<Capacity> {
    let server = ours.start(SEATS, PLAYERS + SEATS)?;
    let plan = Plan {
        players: PLAYERS,
        turns_per_second: 2.0,
        ramp: Duration::from_secs(4),
        ..Plan::default()
    };
    let crowd = arrived(&server, plan).await?;
    sleep(Duration::from_secs(1)).await;
    let unplayed = unplayed_at(server.address).await?;
    let stretch = Stretch::watch(&server, &crowd, Duration::from_secs(SECONDS)).await?;
    let (before, after) = (&stretch.before, &stretch.after);
    let dishonest = |metrics: &crowd::Metrics| {
        metrics.gaps
            + metrics.mismatches
            + metrics.turns_lost
            + metrics.turns_doubled
            + metrics.garbage
    };
    let mut latency = after.latency.clone();
    let _ = latency.subtract(&before.latency); // What was there before is in both.
    let capacity = Capacity {
        players: after.seated,
        rooms: u64::from(PLAYERS.div_ceil(SEATS)),
        seconds: SECONDS,
        messages: stretch.messages(),
        missed: after.missed - before.missed,
        catch_ups: after.catch_ups - before.catch_ups,
        dishonest: dishonest(after) - dishonest(before),
        unplayed: unplayed_at(server.address).await? - unplayed,
        busy: stretch.cpu.as_secs_f64() / stretch.elapsed.as_secs_f64(),
        within_ms: latency.value_at_quantile(0.99) as f64 / 1000.0,
    };
    if let Some(what) = &after.first_mismatch {
        output::err!("capacity: {what}");
    }
    output::err!("capacity: {capacity}");
    Ok(capacity)
}

/// The number of ticks that were not played in time, in all rooms, from the server's `/api/xray`.
async fn unplayed_at(server: SocketAddr) -> io::Result<u64> {
    let path = format!("/api/xray?token={TOKEN}");
    let told = crowd::get_json(server, &path).await?;
    let missed = |room: &Value| room["tick_us"]["missed"].as_u64();
    told["rooms"]
        .as_array()
        .and_then(|rooms| rooms.iter().map(missed).sum())
        .ok_or_else(|| io::Error::other("/api/xray does not tell of missed ticks"))
}
