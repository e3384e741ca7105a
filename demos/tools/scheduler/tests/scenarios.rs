//! Plays every scenario.

use scheduler::{Game, Outcome, SCENARIOS, replay, search};

#[track_caller]
fn plays(step: &str, schedule: &str) -> Game {
    replay(step, schedule).unwrap_or_else(|refused| panic!("{step}: {refused}"))
}

#[test]
fn step_1_deadlocks_and_names_the_wait_cycle() {
    let game = plays("01-deadlock", "ann, bob, ann, ann, ann");
    let Outcome::Deadlock { cycle, why } = game.outcome() else {
        panic!("{:?}", game.outcome());
    };
    assert_eq!(cycle[..], ["ann", "bob"]);
    assert_eq!(
        why[0],
        "ann holds room and waits for player bob, held by bob."
    );
    assert_eq!(
        why[1],
        "bob holds player bob and waits for room, held by ann."
    );
    assert_eq!(game.schedule(), "ann, bob, ann, ann, ann");
    let rows: Vec<String> = game
        .rows()
        .into_iter()
        .map(|row| format!("{} {}", row.thread, row.words))
        .collect();
    assert_eq!(rows[..2], ["ann takes room", "bob takes player bob"]);
}

#[test]
fn step_1_ends_well_if_one_thread_ends_before_the_other_starts() {
    let mut game = Game::start("01-deadlock").expect("a scenario");
    for name in ["bob", "ann"] {
        while game
            .threads()
            .iter()
            .any(|thread| thread.name == name && thread.can_move)
        {
            game.pick(name).expect("it can move");
        }
    }
    assert_eq!(*game.outcome(), Outcome::Kept);
}

#[test]
fn step_2_deadlocks_at_a_full_wire_in_both_orders() {
    // Whichever thread moves first, the second event does not fit onto bob's wire.
    for schedule in ["ann", "cat"] {
        let mut game = plays("02-lock-order", schedule);
        while *game.outcome() == Outcome::Running {
            let threads = game.threads();
            let next = threads
                .iter()
                .find(|thread| thread.can_move)
                .expect("it runs");
            let next = next.name.clone();
            game.pick(&next).expect("it can move");
        }
        let Outcome::Deadlock { cycle, why } = game.outcome() else {
            panic!("{:?}", game.outcome());
        };
        assert!(cycle.is_empty(), "{cycle:?}");
        assert!(
            why.iter()
                .any(|why| why.contains("waits for bob's phone to read")),
            "{why:?}"
        );
    }
}

#[test]
fn step_3_gives_one_snack_to_two_players() {
    let mut game = plays("03-short-locks", "ann, bob");
    while *game.outcome() == Outcome::Running {
        let threads = game.threads();
        let next = threads
            .iter()
            .find(|thread| thread.can_move)
            .expect("it runs");
        let next = next.name.clone();
        game.pick(&next).expect("it can move");
    }
    let Outcome::Broken(promise) = game.outcome() else {
        panic!("{:?}", game.outcome());
    };
    assert!(
        promise.contains("two players have eaten snack "),
        "{promise}"
    );
}

#[test]
fn step_5_deadlocks_without_a_lock() {
    let found = search("05-channels", 1_000).expect("a scenario");
    let Some((schedule, Outcome::Deadlock { mut cycle, .. })) = found.bad else {
        panic!("{found:?}");
    };
    cycle.sort();
    assert_eq!(cycle, ["bob's writer", "room"]);
    assert!(matches!(
        plays("05-channels", &schedule).outcome(),
        Outcome::Deadlock { .. }
    ));
}

#[test]
fn step_6_ends_well_in_every_schedule() {
    let found = search("06-actor", 100_000).expect("a scenario");
    assert!(found.all && found.bad.is_none(), "{found:?}");
    assert!(found.schedules > 1_000, "{found:?}");
}

#[test]
fn the_same_picks_give_the_same_game() {
    for scenario in SCENARIOS {
        let mut random = 1_u32;
        let mut game = Game::start(scenario.step).expect("a scenario");
        while *game.outcome() == Outcome::Running {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let threads = game.threads();
            let able: Vec<_> = threads.iter().filter(|thread| thread.can_move).collect();
            let picked = able[(random >> 16) as usize % able.len()].name.clone();
            game.pick(&picked).expect("it can move");
        }
        let again = plays(scenario.step, &game.schedule());
        assert_eq!(again.rows(), game.rows(), "{}", scenario.step);
        assert_eq!(again.outcome(), game.outcome(), "{}", scenario.step);
        assert!(game.as_test().contains(&game.schedule()));
    }
}

#[test]
fn an_impossible_game_is_refused_with_a_reason() {
    let refused = |step, schedule| match replay(step, schedule) {
        Err(refused) => refused.to_string(),
        Ok(_) => panic!("{step} {schedule} was played"),
    };
    assert!(refused("04-await", "").contains("pick one of 01-deadlock"));
    assert!(refused("01-deadlock", "eve").contains("no thread has the name \"eve\""));
    let why = refused("01-deadlock", "ann, bob, bob");
    assert_eq!(why, "bob holds player bob and waits for room, held by ann.");
    let home = ["bob"; 30].join(",");
    assert_eq!(refused("01-deadlock", &home), "bob has ended.");
}
