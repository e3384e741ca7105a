//! CPU per delivered message.

use std::io;
use std::time::Duration;

use crowd::Plan;
use game_bench::{Ratio, Report};
use tokio::time::sleep;

use super::ours::Ours;
use super::{Bench, Stretch, arrived};
use crate::server::Server;

/// The maximum number of turns per player and second: a thumb does not do more for long.
const TURNS: f32 = 2.0;

/// The pause after all clients are connected, until the server is idle again.
const SETTLE: Duration = Duration::from_millis(700);

/// Nanoseconds of CPU per message, and properties of the messages.
#[derive(Clone, Copy, Debug)]
struct Cost {
    nanoseconds: f64,
    bytes: f64,
    turns: f64,
}

/// Rows of the table. Each label says whether the clients play or watch.
const ROWS: [(&str, &str); 5] = [
    ("a bare `write()` loop over the same sockets", ""),
    ("**Snack Rush**, every client watches", "≤ 1.05"),
    (
        "**Snack Rush**, every client plays: it reads and applies their turns, and the loop does not",
        "",
    ),
    (
        "axum's chat (a broadcast channel, two tasks a socket), read buffers of 4 KiB",
        "",
    ),
    ("axum's chat as it is", ""),
];

impl Bench {
    pub(super) async fn delivery(&self, ours: &Ours, report: &mut Report) -> io::Result<()> {
        report.sizes.clone_from(&self.sizes);
        let mut columns: Vec<[Vec<f64>; ROWS.len()]> = Vec::new();
        let mut notes = vec![Vec::new(); self.sizes.len()];
        columns.resize_with(self.sizes.len(), Default::default);
        for round in 1..=self.rounds {
            for (at, &size) in self.sizes.iter().enumerate() {
                let playing = self.of_ours(ours, size, true).await?;
                let floor = self.of("floor", ours.core, size, size).await?;
                let naive = self.of("naive", ours.core, size, size).await?;
                let small = self.of("naive-4k", ours.core, size, size).await?;
                let watching = self.of_ours(ours, size, false).await?;
                let quiet = self.of("floor", ours.core, size, 0).await?;
                let ratios = [
                    1.0,
                    watching.nanoseconds / quiet.nanoseconds,
                    playing.nanoseconds / floor.nanoseconds,
                    small.nanoseconds / floor.nanoseconds,
                    naive.nanoseconds / floor.nanoseconds,
                ];
                output::err!("round {round}, {size} in a room: {ratios:.3?}");
                for (column, ratio) in columns[at].iter_mut().zip(ratios) {
                    column.push(ratio);
                }
                notes[at].push((playing, floor, watching, quiet));
            }
        }
        report.delivery = ROWS
            .iter()
            .enumerate()
            .map(|(row, &(who, goal))| {
                let ratios = columns
                    .iter()
                    .map(|column| Ratio::new(column[row].clone()))
                    .collect();
                (who, ratios, goal)
            })
            .collect();
        for (size, rounds) in self.sizes.iter().zip(notes) {
            let mean = |of: fn(&(Cost, Cost, Cost, Cost)) -> f64| {
                rounds.iter().map(of).sum::<f64>() / rounds.len() as f64
            };
            report.notes.push(format!(
                "{size} in a room: while they play, messages of {:.0} bytes on average ({:.0} from the bare loop), and {:.2} turns read for each message \
                 delivered; while they watch, {:.0} ({:.0}).",
                mean(|costs| costs.0.bytes),
                mean(|costs| costs.1.bytes),
                mean(|costs| costs.0.turns),
                mean(|costs| costs.2.bytes),
                mean(|costs| costs.3.bytes),
            ));
        }
        Ok(())
    }

    async fn of_ours(&self, ours: &Ours, size: u32, plays: bool) -> io::Result<Cost> {
        let server = ours.start(size, size + 64)?;
        let plan = Plan {
            players: if plays { size } else { 0 },
            watchers: if plays { 0 } else { size },
            turns_per_second: TURNS,
            ..in_one_room()
        };
        self.cost(&server, plan).await
    }

    async fn of(&self, what: &str, core: usize, watchers: u32, players: u32) -> io::Result<Cost> {
        let args = [
            what.to_owned(),
            watchers.to_string(),
            players.to_string(),
            TURNS.to_string(),
        ];
        let server = Server::start(core, &args)?;
        let plan = Plan {
            players: 0,
            watchers,
            ..in_one_room()
        };
        self.cost(&server, plan).await
    }

    async fn cost(&self, server: &Server, plan: Plan) -> io::Result<Cost> {
        let crowd = arrived(server, plan).await?;
        sleep(SETTLE).await;
        let stretch = Stretch::watch(server, &crowd, Duration::from_secs(self.seconds)).await?;
        let messages = stretch.messages() as f64;
        if stretch.messages() == 0 {
            return Err(io::Error::other(format!(
                "nothing is delivered:\n{}",
                stretch.after
            )));
        }
        Ok(Cost {
            nanoseconds: stretch.cpu.as_nanos() as f64 / messages,
            bytes: (stretch.after.bytes - stretch.before.bytes) as f64 / messages,
            turns: (stretch.after.turns_sent - stretch.before.turns_sent) as f64 / messages,
        })
    }
}

fn in_one_room() -> Plan {
    Plan {
        room: Some("bench".to_owned()),
        ramp: Duration::from_millis(500),
        ..Plan::default()
    }
}
