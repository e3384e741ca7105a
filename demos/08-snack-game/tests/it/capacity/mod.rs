//! [CAPACITY.md](../../../CAPACITY.md) has measured, computed and simulated figures. `BLESS=1 cargo
//! test -p demo-08-snack-game --test it capacity` writes its tables; without `BLESS` the test
//! compares them.

mod needs;
mod page;
mod simulated;

use simulated::{FirstServer, Scenario};
use std::{env, fs, path::Path, thread};

fn at(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(at(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The scenarios: half a million players, and every one of them gets a seat.
fn scenarios() -> Vec<Scenario> {
    let calm = Scenario {
        players: 500_000,
        servers: 112,
        seats: 5_000,
        seconds: 600,
        first_server: FirstServer::Any,
        counts: true,
        dies: false,
        seed: 7,
    };
    let hall = Scenario {
        first_server: FirstServer::One,
        ..calm
    };
    let rush = Scenario {
        seconds: 60,
        ..hall
    };
    vec![
        calm,
        Scenario { dies: true, ..calm },
        hall,
        rush,
        Scenario {
            first_server: FirstServer::Few(8),
            ..rush
        },
        Scenario {
            counts: false,
            ..rush
        },
        Scenario { dies: true, ..rush },
    ]
}

#[test]
fn the_capacity_page_has_the_computed_and_simulated_figures() {
    let needs = needs::table(&needs::Measured::of(&read("../tools/game-bench/report.md")));
    let threads = scenarios()
        .into_iter()
        .map(|scenario| thread::spawn(move || (scenario, scenario.play())));
    let threads: Vec<_> = threads.collect();
    let rows = threads
        .into_iter()
        .map(|thread| thread.join().expect("it is played"));
    let simulation = page::table(&rows.collect::<Vec<_>>());
    println!("{needs}\n\n{simulation}");
    let old = read("CAPACITY.md");
    let new = page::with(
        &page::with(&old, "needs", &needs),
        "simulation",
        &simulation,
    );
    if env::var_os("BLESS").is_some() {
        fs::write(at("CAPACITY.md"), new).expect("it can be written");
    } else {
        assert!(
            old == new,
            "CAPACITY.md is stale: BLESS=1 cargo test -p demo-08-snack-game --test it capacity"
        );
    }
}

#[test]
fn the_same_scenario_gives_the_same_result_and_every_player_a_seat() {
    let scenario = Scenario {
        players: 2_400,
        servers: 6,
        seats: 500,
        seconds: 4,
        first_server: FirstServer::One,
        counts: true,
        dies: true,
        seed: 3,
    };
    let outcome = scenario.play();
    assert_eq!(outcome, scenario.play());
    assert_eq!(outcome.seated, 2_400, "{outcome:?}");
    assert_ne!(
        outcome,
        Scenario {
            seed: 4,
            first_server: FirstServer::Any,
            ..scenario
        }
        .play()
    );
    // If redirected players are not counted, too many are sent to one server.
    let uncounted = Scenario {
        counts: false,
        dies: false,
        ..scenario
    };
    let counted = Scenario {
        dies: false,
        ..scenario
    }
    .play();
    assert!(
        uncounted.play().found_full > counted.found_full,
        "{:?} {counted:?}",
        uncounted.play()
    );
}
