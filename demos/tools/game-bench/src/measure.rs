//! The measurements, interleaved, so that other work on the machine affects all servers alike.

mod capacity;
mod delivery;
mod memory;
mod ours;

use std::fs;
use std::io;
use std::time::Duration;

use crowd::{Crowd, Metrics, Plan};
use game_bench::Report;
use tokio::time::{Instant, sleep};

use crate::pinned;
use crate::server::Server;
use ours::Ours;

/// The maximum time for a crowd to connect.
const ARRIVAL: Duration = Duration::from_secs(60);

/// The interval between two checks whether the crowd is connected.
const LOOK: Duration = Duration::from_millis(20);

/// The measurements to make, and their length.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) rounds: u32,
    pub(crate) seconds: u64,
    pub(crate) sizes: Vec<u32>,
    pub(crate) only: Option<String>,
}

impl Default for Bench {
    fn default() -> Self {
        Self {
            rounds: 3,
            seconds: 3,
            sizes: vec![160, 1_000],
            only: None,
        }
    }
}

impl Bench {
    pub(crate) fn run(&self, cores: &[usize]) -> Result<Report, String> {
        sockets::raise_limit();
        let (crowds, servers) = match cores {
            [] => return Err("there is no core to run on".to_owned()),
            [only] => {
                output::err!(
                    "game-bench: ONE CORE ONLY: server and crowd share it, and disturb each other's caches"
                );
                (*only, *only)
            }
            [first, .., last] => (*first, *last),
        };
        let ours = Ours::build(servers)?;
        pinned::stay_on(crowds).map_err(|error| format!("core {crowds}: {error}"))?;
        // From here on every thread stays on that core, those of the runtime too.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("no runtime: {error}"))?;
        runtime
            .block_on(self.measure(&ours))
            .map_err(|error| error.to_string())
            .map(|report| Report {
                machine: machine(cores.len()),
                ..report
            })
    }

    async fn measure(&self, ours: &Ours) -> io::Result<Report> {
        let mut report = Report::default();
        let wants = |part: &str| self.only.as_deref().is_none_or(|only| only == part);
        if wants("delivery") {
            self.delivery(ours, &mut report).await?;
        }
        if wants("memory") {
            report.memory = memory::measure(ours).await?;
        }
        if wants("capacity") {
            report.capacity = Some(capacity::measure(ours).await?);
        }
        Ok(report)
    }
}

/// Returns a crowd once all of it is connected.
async fn arrived(server: &Server, plan: Plan) -> io::Result<Crowd> {
    let people = plan.people();
    let crowd = Crowd::start(server.address, plan).await;
    let give_up = Instant::now() + ARRIVAL;
    loop {
        let metrics = crowd.metrics();
        if metrics.seated + metrics.watching >= people {
            return Ok(crowd);
        }
        if Instant::now() >= give_up {
            return Err(io::Error::other(format!(
                "of {people} not all connected:\n{metrics}"
            )));
        }
        sleep(LOOK).await;
    }
}

/// The figures of one period.
struct Stretch {
    cpu: Duration,
    elapsed: Duration,
    before: Metrics,
    after: Metrics,
}

impl Stretch {
    async fn watch(server: &Server, crowd: &Crowd, time: Duration) -> io::Result<Self> {
        let (start, before, cpu) = (Instant::now(), crowd.metrics(), server.cpu()?);
        sleep(time).await;
        Ok(Self {
            cpu: server.cpu()?.saturating_sub(cpu),
            elapsed: start.elapsed(),
            after: crowd.metrics(),
            before,
        })
    }

    fn messages(&self) -> u64 {
        self.after.frames - self.before.frames
    }
}

/// The cores and the system; other facts about the machine do not belong on the page.
fn machine(cores: usize) -> String {
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version: Vec<&str> = system.trim().split(['.', '-']).take(2).collect();
    let shared = if cores < 2 {
        "one core, which server and crowd share"
    } else {
        "two cores, one for the server and one for the crowd"
    };
    format!("Linux {}, {shared}", version.join("."))
}
