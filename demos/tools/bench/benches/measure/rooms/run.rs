//! One run of the scenario: a room, the crowd, two players that measure latencies, and perhaps a
//! slow player.

use super::probe;
use bench::rooms::Run;
use bots::{Crowd, Plan, program::Program};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Players in the crowd; those that measure come on top.
pub(crate) const PLAYERS: usize = 8;

/// Players that measure latencies.
const PROBES: usize = 2;

/// If a request is pending and none was answered for this long, the room is frozen.
const FROZEN: Duration = Duration::from_millis(1_500);

/// The words that a server prints when its own watchdog finds a freeze. The server then ends.
const SAYS_FROZEN: &str = "FROZEN:";

/// If a request is pending for this long, the room may be about to freeze, and the run is extended.
const SUSPICIOUS: Duration = Duration::from_millis(200);

/// The interval between two looks at the crowd.
const LOOK: Duration = Duration::from_millis(20);

/// The time for the crowd to end.
const STOP_TIMEOUT: Duration = Duration::from_millis(500);

/// The server ends after this time, even if this process was killed.
const SECONDS: &str = "60";

/// Starts the room `exe` and the crowd, perhaps with a `slow` player, and watches them for `lasts`;
/// longer only if the room may be freezing.
pub(crate) fn make(exe: &str, slow: bool, lasts: Duration) -> Run {
    let server = Program::start(exe, &["--bots", "0", "--seconds", SECONDS]);
    let address = server.address();
    let over = AtomicBool::new(false);
    let mut run = Run::default();
    thread::scope(|scope| {
        let over = &over;
        let probe =
            |number| scope.spawn(move || probe::play(address, &format!("probe-{number}"), over));
        let probes: Vec<_> = (1..=PROBES).map(probe).collect();
        let crowd = Crowd::start(address, &plan(slow));
        watch(&server, &crowd, lasts, &mut run);
        over.store(true, Relaxed);
        run.outbox = deepest(&server.stdout());
        for probe in probes {
            // A player that was refused or disconnected has measured only until then.
            if let Ok(Ok(latencies)) = probe.join() {
                run.latencies.extend(latencies);
            }
        }
        // What happens from now on is not measured. Bounded, even if the room is frozen.
        crowd.stop(STOP_TIMEOUT);
    });
    run
}

/// They ask again as soon as they are answered, and stay long, so that the crowd can ask more than
/// any room answers.
fn plan(slow: bool) -> Plan {
    Plan {
        players: PLAYERS,
        slow: usize::from(slow),
        think: Duration::ZERO,
        stay: 500,
        ..Plan::default()
    }
}

/// Watches until the time is over, or the room froze.
fn watch(server: &Program, crowd: &Crowd, lasts: Duration, run: &mut Run) {
    let began = Instant::now();
    loop {
        thread::sleep(LOOK);
        let (stats, elapsed) = (crowd.stats(), began.elapsed());
        run.froze = stats.is_frozen(FROZEN) || server.stdout().contains(SAYS_FROZEN);
        if run.froze || (elapsed >= lasts && !stats.is_frozen(SUSPICIOUS)) {
            run.rate = stats.replies as f64 / elapsed.as_secs_f64();
            (run.grabbed, run.twice) = (stats.grabbed, stats.twice);
            run.disconnected = stats.ended_by_server > 0;
            return;
        }
    }
}

/// The deepest outbox in the last line that has one: "deepest outbox 120 lines (slow-1)".
fn deepest(said: &str) -> Option<u64> {
    let (_, outbox) = said.rsplit_once("deepest outbox ")?;
    outbox.split_whitespace().next()?.parse().ok()
}
