//! A crowd that comes and goes in waves: whatever it took, memory, tasks and descriptors, is given
//! back.

use crate::{
    common::{Folder, PATIENCE, wait_until},
    running::Running,
};
use crowd::{Crowd, Plan};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

/// Players of a wave, beside those who are rude.
const WAVE: u32 = 100;

/// Memory that an allocator may keep for the next wave, beyond what the first waves took: one
/// player in a hundred who is forgotten would be seen after a while, and noise is not.
const KEPT: u64 = 6 * 1024 * 1024;

struct Now {
    memory: u64,
    tasks: u64,
    descriptors: usize,
}

fn now(running: &Running) -> Now {
    Now {
        memory: running.number("/memory_bytes"),
        tasks: running.number("/tasks"),
        descriptors: running.descriptors(),
    }
}

/// Waves for so long.
fn soak(lasts: Duration) {
    let folder = Folder::new();
    let options = [
        "--grace-seconds",
        "1",
        "--round-seconds",
        "2",
        "--podium-seconds",
        "1",
    ];
    let running = Running::start(folder.path(), &options);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let wave = || {
        let plan = Plan {
            players: WAVE,
            watchers: 10,
            slow: 5,
            sleepy: 10,
            room: Some("hall".to_owned()),
            ramp: Duration::from_millis(300),
            ..Plan::default()
        };
        runtime.block_on(async {
            let crowd = Crowd::start(running.address(), plan).await;
            tokio::time::sleep(Duration::from_millis(1_000)).await;
            crowd.stop().await
        });
        wait_until("the last seat is free", || {
            running.number("/players") == 0 && running.number("/connections") == 0
        });
    };
    // The first waves fill what is kept for the next ones: pools, tables, threads.
    (0..2).for_each(|_| wave());
    let before = now(&running);
    let until = Instant::now() + lasts;
    let mut waves = 0;
    while waves == 0 || Instant::now() < until {
        wave();
        waves += 1;
    }
    let deadline = Instant::now() + PATIENCE;
    let after = loop {
        let after = now(&running);
        let back = after.tasks <= before.tasks && after.descriptors <= before.descriptors;
        if back || Instant::now() > deadline {
            break after;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    println!(
        "{waves} waves of {WAVE}: {} kB, then {} kB; {} tasks, then {}; {} descriptors, then {}",
        before.memory / 1024,
        after.memory / 1024,
        before.tasks,
        after.tasks,
        before.descriptors,
        after.descriptors
    );
    assert!(
        after.tasks <= before.tasks,
        "{} tasks are left over",
        after.tasks - before.tasks
    );
    assert!(
        after.descriptors <= before.descriptors,
        "{} descriptors",
        after.descriptors
    );
    assert!(
        after.memory <= before.memory + KEPT,
        "{} bytes more",
        after.memory - before.memory
    );
    assert_eq!(running.number("/falls"), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_crowd_in_waves_leaves_nothing_behind() {
    soak(Duration::from_secs(5));
}

/// `cargo test -p demo-08-snack-game --test faults -- --ignored an_evening`
#[cfg(target_os = "linux")]
#[test]
#[ignore = "ten minutes"]
fn an_evening_of_waves_leaves_nothing_behind() {
    soak(Duration::from_secs(600));
}
