//! [CAPACITY.md](../../CAPACITY.md) says what was measured, computed and played: `BLESS=1 cargo
//! test -p demo-08-snack-game --test capacity` writes its tables anew, and without `BLESS` it is
//! seen that they are the same.

mod needs;
mod page;
mod simulated;

use simulated::{Door, Evening};
use std::{env, fs, path::Path, thread};

fn at(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(at(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What is played: half a million people, and not one of them goes home.
fn evenings() -> Vec<Evening> {
    let calm = Evening {
        people: 500_000,
        servers: 112,
        seats: 5_000,
        seconds: 600,
        door: Door::ByChance,
        counts: true,
        dies: false,
        seed: 7,
    };
    let hall = Evening {
        door: Door::One,
        ..calm
    };
    let rush = Evening {
        seconds: 60,
        ..hall
    };
    vec![
        calm,
        Evening { dies: true, ..calm },
        hall,
        rush,
        Evening {
            door: Door::Few(8),
            ..rush
        },
        Evening {
            counts: false,
            ..rush
        },
        Evening { dies: true, ..rush },
    ]
}

#[test]
fn the_capacity_page_tells_what_is_computed_and_played() {
    let needs = needs::table(&needs::Measured::of(&read("../tools/game-bench/report.md")));
    let threads = evenings()
        .into_iter()
        .map(|evening| thread::spawn(move || (evening, evening.play())));
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
            "CAPACITY.md is stale: BLESS=1 cargo test -p demo-08-snack-game --test capacity"
        );
    }
}

#[test]
fn the_same_evening_is_played_the_same_way_twice_and_everybody_sits() {
    let evening = Evening {
        people: 2_400,
        servers: 6,
        seats: 500,
        seconds: 4,
        door: Door::One,
        counts: true,
        dies: true,
        seed: 3,
    };
    let told = evening.play();
    assert_eq!(told, evening.play());
    assert_eq!(told.seated, 2_400, "{told:?}");
    assert_ne!(
        told,
        Evening {
            seed: 4,
            door: Door::ByChance,
            ..evening
        }
        .play()
    );
    // Whoever is not counted where they were sent makes a crowd there.
    let blind = Evening {
        counts: false,
        dies: false,
        ..evening
    };
    let counted = Evening {
        dies: false,
        ..evening
    }
    .play();
    assert!(
        blind.play().found_full > counted.found_full,
        "{:?} {counted:?}",
        blind.play()
    );
}
