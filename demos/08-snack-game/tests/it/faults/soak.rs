//! A crowd joins and leaves in waves: afterwards memory, tasks and descriptors are back where they
//! began.

use crate::{
    common::{Folder, PATIENCE, wait_until},
    faults::running::Running,
};
use crowd::{Crowd, Plan};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

/// Players of a wave, without the hostile clients.
const WAVE: u32 = 100;

/// Memory that the allocator may keep beyond what the first waves used. A leak of one player in a
/// hundred exceeds it after a while; noise does not.
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

/// Runs waves for this long.
fn soak(lasts: Duration) {
    let folder = Folder::with_token();
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
    // The first waves fill pools, tables and threads that later waves reuse.
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
fn waves_of_players_leak_nothing() {
    soak(Duration::from_secs(5));
}

/// `cargo test -p demo-08-snack-game --test it faults -- --ignored ten_minutes`
#[cfg(target_os = "linux")]
#[test]
#[ignore = "ten minutes"]
fn ten_minutes_of_waves_leak_nothing() {
    soak(Duration::from_secs(600));
}
