//! One evening: a room, the crowd, two players with stop-watches, and perhaps one who does not read.

use super::probe;
use bench::rooms::Evening;
use bots::{Crowd, Plan, program::Program};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Players in the crowd; the stop-watches come on top.
pub(crate) const PLAYERS: usize = 8;

/// Players with stop-watches.
const PROBES: usize = 2;

/// Nobody is answered for so long, while somebody waits: frozen.
const FROZEN: Duration = Duration::from_millis(1_500);

/// What a server says when its own watch finds that it froze. It ends then, and nobody waits for it any more.
const SAYS_FROZEN: &str = "FROZEN:";

/// Somebody waits for so long: that may become a freeze, and is worth waiting for.
const SUSPICIOUS: Duration = Duration::from_millis(200);

/// Between two looks at the crowd.
const LOOK: Duration = Duration::from_millis(20);

/// How long the crowd may take to go home.
const GOODBYES: Duration = Duration::from_millis(500);

/// A server that outlives its evening, whatever happens to this process, ends by itself.
const LEASH: &str = "60";

/// Opens the room that `exe` is, sends the crowd, perhaps with a `slow` player, and looks for as long as it `lasts`;
/// longer only if it may be freezing.
pub(crate) fn spend(exe: &str, slow: bool, lasts: Duration) -> Evening {
    let server = Program::start(exe, &["--bots", "0", "--seconds", LEASH]);
    let address = server.address();
    let over = AtomicBool::new(false);
    let mut evening = Evening::default();
    thread::scope(|scope| {
        let over = &over;
        let probe =
            |number| scope.spawn(move || probe::play(address, &format!("probe-{number}"), over));
        let probes: Vec<_> = (1..=PROBES).map(probe).collect();
        let crowd = Crowd::start(address, &plan(slow));
        watch(&server, &crowd, lasts, &mut evening);
        over.store(true, Relaxed);
        evening.outbox = deepest(&server.stdout());
        for probe in probes {
            // Who was not let in, or was hung up on, has measured no more than that.
            if let Ok(Ok(latencies)) = probe.join() {
                evening.latencies.extend(latencies);
            }
        }
        // What happens from now on happens after the evening. Bounded, also when the room is frozen.
        crowd.stop(GOODBYES);
    });
    evening
}

/// They ask again as soon as they are answered, and stay long: then the crowd can ask more than any room answers.
fn plan(slow: bool) -> Plan {
    Plan {
        players: PLAYERS,
        slow: usize::from(slow),
        think: Duration::ZERO,
        stay: 500,
        ..Plan::default()
    }
}

/// Looks until the evening is over, or the room froze.
fn watch(server: &Program, crowd: &Crowd, lasts: Duration, evening: &mut Evening) {
    let began = Instant::now();
    loop {
        thread::sleep(LOOK);
        let (seen, elapsed) = (crowd.seen(), began.elapsed());
        evening.froze = seen.is_frozen(FROZEN) || server.stdout().contains(SAYS_FROZEN);
        if evening.froze || (elapsed >= lasts && !seen.is_frozen(SUSPICIOUS)) {
            evening.rate = seen.replies as f64 / elapsed.as_secs_f64();
            (evening.grabbed, evening.twice) = (seen.grabbed, seen.twice);
            evening.shown_out = seen.ended_by_server > 0;
            return;
        }
    }
}

/// The deepest outbox in the last line that tells of one: "deepest outbox 120 lines (slow-1)".
fn deepest(said: &str) -> Option<u64> {
    let (_, outbox) = said.rsplit_once("deepest outbox ")?;
    outbox.split_whitespace().next()?.parse().ok()
}
