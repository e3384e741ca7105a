//! Replays of one schedule.

use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, Unplayable, Verdict, explore, replay, thread};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Deadlocks, but only in a late schedule: `decoys` locks come first.
fn late_deadlock(decoys: usize) -> impl Fn() + Send + Sync {
    move || {
        let locks = Arc::new((
            Mutex::new("room", 0),
            Mutex::new("player bob", 0),
            Mutex::new("decoy", 0),
        ));
        let shared = locks.clone();
        thread::spawn("ann", move || {
            let _room = shared.0.lock();
            let _player = shared.1.lock();
            (0..decoys).for_each(|_| *shared.2.lock() += 1);
        });
        thread::spawn("bob", move || {
            (0..decoys).for_each(|_| *locks.2.lock() += 1);
            let _player = locks.1.lock();
            let _room = locks.0.lock();
        });
    }
}

/// The model, and a counter of its runs.
fn counted(model: impl Fn() + Send + Sync) -> (Arc<AtomicUsize>, impl Fn() + Send + Sync) {
    let count = Arc::new(AtomicUsize::new(0));
    let shared = count.clone();
    (count, move || {
        shared.fetch_add(1, Relaxed);
        model();
    })
}

fn found(decoys: usize) -> Verdict {
    explore(
        "a late deadlock",
        Bounds::exhaustive(),
        late_deadlock(decoys),
    )
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("lanes-test-{}-{name}.json", std::process::id()))
}

#[test]
fn a_replay_runs_one_schedule_and_finds_the_same() {
    for decoys in [0, 1, 3] {
        let (runs, model) = counted(late_deadlock(decoys));
        let verdict = explore("a late deadlock", Bounds::exhaustive(), model);
        let failure = verdict.deadlocks();
        runs.store(0, Relaxed);
        assert_eq!(failure.replay(), *failure);
        assert_eq!(failure.replay().replay(), *failure);
        assert_eq!(runs.load(Relaxed), 3, "one schedule a replay");
    }
}

#[test]
fn a_schedule_far_into_the_search_is_found_again() {
    for decoys in [4, 5, 6] {
        let verdict = found(decoys);
        let failure = verdict.deadlocks();
        assert!(
            failure.schedule() > 500 || decoys < 6,
            "{}",
            failure.schedule()
        );
        assert_eq!(failure.replay(), *failure);
    }
}

#[test]
fn a_bounded_search_is_replayed_within_its_bounds() {
    let verdict = explore("a late deadlock", Bounds::preemptions(1), late_deadlock(4));
    assert_eq!(verdict.deadlocks().replay(), *verdict.deadlocks());
}

#[test]
fn a_saved_schedule_is_replayed_from_its_file() {
    let path = file("saved");
    let verdict = found(2);
    verdict.deadlocks().save(&path).unwrap();
    let (runs, model) = counted(late_deadlock(2));
    let replayed = replay(&path, model).unwrap().expect("it fails as before");
    assert_eq!(replayed, *verdict.deadlocks());
    assert_eq!(runs.load(Relaxed), 1);
    assert_eq!(replayed.to_json(), verdict.deadlocks().to_json());
    let again = file("saved again");
    replayed.save(&again).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        std::fs::read_to_string(&again).unwrap()
    );
    std::fs::remove_file(path).unwrap();
    std::fs::remove_file(again).unwrap();
}

#[test]
fn a_model_that_was_cured_no_longer_fails() {
    let path = file("cured");
    let model = |cured: bool| {
        move || {
            let locks = Arc::new((Mutex::new("room", 0), Mutex::new("player bob", 0)));
            let shared = locks.clone();
            thread::spawn("ann", move || {
                let _room = shared.0.lock();
                let _player = shared.1.lock();
            });
            thread::spawn("bob", move || {
                let player = locks.1.lock();
                // The cure: both steps remain, but one lock is released before the other is taken.
                let _player = (!cured).then_some(player);
                let _room = locks.0.lock();
            });
        }
    };
    explore("to be cured", Bounds::exhaustive(), model(false))
        .deadlocks()
        .save(&path)
        .unwrap();
    assert!(replay(&path, model(false)).unwrap().is_some());
    let cured = replay(&path, model(true)).unwrap();
    assert!(cured.is_none(), "{}", cured.unwrap());
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_file_that_cannot_be_played_says_why() {
    let nothing = || ();
    let path = file("unplayable");
    let told = |result: Result<_, Unplayable>| result.unwrap_err().to_string();
    assert!(told(replay(&path, nothing)).starts_with("the schedule cannot be read: "));
    std::fs::write(&path, "no schedule").unwrap();
    assert!(told(replay(&path, nothing)).starts_with("the file is not a schedule: expected"));
    std::fs::write(&path, found(0).deadlocks().to_json()).unwrap();
    assert!(told(replay(&path, nothing)).contains("it tells the story, but not the way to it"));
    found(0).deadlocks().save(&path).unwrap();
    let saved = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, saved.replacen("\"version\": 1", "\"version\": 2", 1)).unwrap();
    assert!(told(replay(&path, nothing)).contains("its version is 2, and this is 1"));
    std::fs::write(&path, saved).unwrap();
    let another = || {
        let count = lanes::sync::atomic::AtomicUsize::new("count", 0);
        count.load(lanes::sync::atomic::Ordering::Relaxed);
        panic!("another model");
    };
    assert!(
        told(replay(&path, another)).starts_with("the schedule does not fit the model"),
        "{:?}",
        replay(&path, another)
    );
    std::fs::write(
        &path,
        "{\"version\":1,\"name\":\"x\",\"schedule\":1,\"path\":{\"no\":\"path\"}}",
    )
    .unwrap();
    assert!(told(replay(&path, nothing)).starts_with("the schedule does not fit the model"));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn explorations_in_parallel_tests_do_not_disturb_one_another() {
    let expected = found(2).deadlocks().to_string();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let verdict = found(2);
                assert_eq!(verdict.deadlocks().to_string(), expected);
                assert_eq!(verdict.deadlocks().replay(), *verdict.deadlocks());
            });
        }
    });
}
