//! Memory per idle connection.

use std::io;
use std::time::Duration;

use crowd::{Crowd, Plan};
use game_bench::Memory;
use tokio::time::sleep;

use super::arrived;
use super::ours::Ours;
use crate::server::Server;

/// Connections whose memory is measured.
const MANY: u32 = 4_800;

/// Connections before them, so that one-time set-up is not measured.
const FEW: u32 = 200;

/// The number of rooms, and the seats of each.
const ROOMS: u32 = 5;
const SEATS: u32 = 1_000;

/// Long enough for every client to receive a few ticks.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn measure(ours: &Ours) -> io::Result<Vec<Memory>> {
    let mut rows = Vec::new();
    for (who, plays) in [
        ("Snack Rush, a client that watches", false),
        ("Snack Rush, a player with a seat who sends nothing", true),
    ] {
        let server = ours.start(SEATS, FEW + MANY)?;
        rows.push(of(&server, who, plays, [FEW, MANY]).await?);
    }
    for (what, who) in [
        ("naive-4k", "axum's chat, read buffers of 4 KiB"),
        ("naive", "axum's chat as it is"),
    ] {
        let args = [
            what.to_owned(),
            (FEW + MANY).to_string(),
            "0".to_owned(),
            "0".to_owned(),
        ];
        let server = Server::start(ours.core, &args)?;
        rows.push(of(&server, who, false, [FEW, MANY]).await?);
    }
    Ok(rows)
}

async fn of(
    server: &Server,
    who: &'static str,
    plays: bool,
    [few, many]: [u32; 2],
) -> io::Result<Memory> {
    let first = in_rooms(server, few, plays).await?;
    sleep(SETTLE).await;
    let before = server.memory()?;
    let others = in_rooms(server, many, plays).await?;
    sleep(SETTLE).await;
    let grown = server.memory()?.saturating_sub(before);
    drop((first, others));
    let kilobytes = grown as f64 / f64::from(many) / 1000.0;
    output::err!("memory, {who}: {kilobytes:.2} kB");
    Ok(Memory { who, kilobytes })
}

/// Connects this number of clients, the same number to each room.
async fn in_rooms(server: &Server, people: u32, plays: bool) -> io::Result<Vec<Crowd>> {
    let each = people / ROOMS;
    let mut crowds = Vec::new();
    for room in 1..=ROOMS {
        let plan = Plan {
            players: if plays { each } else { 0 },
            watchers: if plays { 0 } else { each },
            turns_per_second: 0.0,
            ramp: Duration::from_millis(u64::from(each) / 2),
            room: Some(format!("bench-{room}")),
            ..Plan::default()
        };
        crowds.push(arrived(server, plan).await?);
    }
    Ok(crowds)
}
