//! Counters never fall while a supervisor runs.

use crate::{
    common::{Client, Samples, wait_until},
    handover::game::{Game, ROOM},
};

#[test]
fn no_counter_falls_through_a_crash_or_a_handover() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    Client::join(game.address, ROOM, "bob").disconnect();
    let first = Samples::of(game.address);
    assert_eq!(first.get("snack_rush_worker_generation"), 1.0);
    assert_eq!(first.get("snack_rush_websockets_opened_total"), 2.0);
    let mut before = first;
    let steps = [
        ("crash", 1.0, 0.0),
        ("handover", 1.0, 1.0),
        ("crash", 2.0, 1.0),
    ];
    for (generation, (why, crashes, handovers)) in (2..).zip(steps) {
        // What was shown a moment before the worker dies is in the counts of the next one.
        let shown = Samples::of(game.address);
        shown.not_below(&before);
        match why {
            "crash" => game.crash(),
            _ => game.replace(),
        }
        let after = Samples::of(game.address);
        after.not_below(&shown);
        assert_eq!(
            after.get("snack_rush_worker_generation"),
            f64::from(generation)
        );
        let restarts = |why: &str| {
            let name = format!("snack_rush_restarts_total{{after=\"{why}\"}}");
            after.0.get(&name).copied().unwrap_or_default()
        };
        assert_eq!(
            (restarts("crash"), restarts("handover")),
            (crashes, handovers)
        );
        let (began, process) = (
            "snack_rush_start_time_seconds",
            "process_start_time_seconds",
        );
        assert_eq!(after.get(began), shown.get(began), "the server began once");
        assert!(after.get(process) > shown.get(process), "the worker is new");
        before = after;
        ann.receive_ticks(2);
    }
    let ticks = |samples: &Samples| samples.get("snack_rush_tick_duration_seconds_count");
    let delivered = |samples: &Samples| samples.get("snack_rush_delivery_seconds_count");
    wait_until("ticks and frames are counted on", || {
        let now = Samples::of(game.address);
        ticks(&now) > ticks(&before) && delivered(&now) > delivered(&before)
    });
}
