//! Redis goes, hangs, forgets and comes back, under two servers with somebody at play.

use crate::{
    common::{Phone, ask, ask_json, wait_until},
    redis::Redis,
    servers::{Bars, whereabouts},
};
use demo_08_snack_game::{
    cluster::{Backend, RedisBackend, SERVER_TTL},
    store::Score,
};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A game hears ten ticks a second; somebody who waits for Redis hears none.
const TICKS: usize = 20;

fn open(redis: &Redis) -> Bars {
    let url = redis.url();
    Bars::open(2, 5, move || {
        Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address")))
    })
}

fn directory_up(bars: &Bars, at: usize) -> bool {
    let (_, metrics) = ask(bars.address(at), "/metrics", "");
    match metrics
        .lines()
        .find_map(|line| line.strip_prefix("snack_rush_directory_up "))
    {
        Some("1") => true,
        Some("0") => false,
        other => panic!("{other:?} in {metrics}"),
    }
}

fn keep(bars: &Bars, at: usize, name: &str, points: u16) {
    let score = Score {
        name: name.to_owned(),
        team: 0,
        points,
    };
    let store = &bars.servers[at].house().store;
    assert!(store.keep_scores(&"a".into(), store.wall().day(), vec![score]));
}

fn board(bars: &Bars, at: usize) -> Vec<(String, u64)> {
    let board: Value = ask_json(bars.address(at), "/api/leaderboard");
    let rows = board["ever"].as_array().expect("a list").iter();
    rows.map(|row| {
        (
            row["name"].as_str().expect("a name").to_owned(),
            row["points"].as_u64().expect("points"),
        )
    })
    .collect()
}

#[test]
fn redis_is_killed_and_comes_back_empty() {
    let Some(mut redis) = Redis::for_test("redis is killed") else {
        return;
    };
    let bars = open(&redis);
    let mut ann = Phone::join(bars.address(0), "a", "ann");
    keep(&bars, 0, "before", 50);
    wait_until("the other shows it", || {
        board(&bars, 1) == [("before".to_owned(), 50)]
    });

    redis.kill();
    wait_until("it is noticed", || {
        !directory_up(&bars, 0) && !directory_up(&bars, 1)
    });
    // The last list holds for its time, and then each server knows itself alone.
    wait_until("they are alone", || bars.known(0) + bars.known(1) == 0);
    ann.hears_ticks(TICKS);
    let asked = Instant::now();
    assert_eq!(bars.seat(1)["full"], false);
    assert_eq!(
        whereabouts(bars.address(1), &ann.welcome().token)["where"],
        "unknown"
    );
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "the door waited: {:?}",
        asked.elapsed()
    );
    keep(&bars, 0, "meanwhile", 70);
    keep(&bars, 1, "before", 40);
    wait_until("the board goes on here", || {
        board(&bars, 0).first() == Some(&("meanwhile".to_owned(), 70))
    });

    redis.start();
    wait_until("it is back", || {
        directory_up(&bars, 0) && directory_up(&bars, 1)
    });
    wait_until("they know each other", || {
        bars.known(0) == 1 && bars.known(1) == 1
    });
    let all = [("meanwhile".to_owned(), 70), ("before".to_owned(), 50)];
    for at in 0..2 {
        wait_until("the boards are one, and nothing counts twice", || {
            board(&bars, at) == all
        });
    }
    wait_until("the seat is found again", || {
        whereabouts(bars.address(1), &ann.welcome().token)["where"] == "elsewhere"
    });
    ann.hears_ticks(2);
}

#[cfg(unix)]
#[test]
fn redis_hangs_and_nobody_waits_for_it() {
    let Some(redis) = Redis::for_test("redis hangs") else {
        return;
    };
    let bars = open(&redis);
    let mut ann = Phone::join(bars.address(0), "a", "ann");
    redis.hang();
    wait_until("it is noticed", || {
        !directory_up(&bars, 0) && !directory_up(&bars, 1)
    });
    let asked = Instant::now();
    let known = whereabouts(bars.address(1), &ann.welcome().token);
    assert_eq!(known["where"], "unknown");
    ann.hears_ticks(TICKS);
    let _bob = Phone::join(bars.address(0), "a", "bob");
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "somebody waited: {:?}",
        asked.elapsed()
    );
    wait_until("they are alone", || bars.known(0) == 0);
    redis.go_on();
    wait_until("it is back", || {
        directory_up(&bars, 0) && bars.known(0) == 1 && bars.known(1) == 1
    });
    wait_until("the seat is found", || {
        whereabouts(bars.address(1), &ann.welcome().token)["where"] == "elsewhere"
    });
}

#[test]
fn redis_forgets_everything_and_is_told_again() {
    let Some(redis) = Redis::for_test("redis forgets") else {
        return;
    };
    let bars = open(&redis);
    let ann = Phone::join(bars.address(0), "a", "ann");
    keep(&bars, 0, "before", 50);
    let found = || whereabouts(bars.address(1), &ann.welcome().token)["where"] == "elsewhere";
    wait_until("all of it is there", || {
        found() && board(&bars, 1).len() == 1
    });
    assert_eq!(redis.asks("FLUSHALL").as_deref(), Some("+OK"));
    wait_until("the servers are there", || {
        let told = redis
            .says("SMEMBERS snack-rush:servers")
            .expect("it answers");
        told.starts_with("*2") && redis.asks("ZCARD snack-rush:best:ever").as_deref() == Some(":1")
    });
    wait_until("the seat is there, within a third of the grace", found);
    // One that asked before the other had said itself again hears of it at its next beat.
    wait_until("they know each other", || bars.known(0) == 1);
    // On a busy machine one answer may have come too late.
    wait_until("it is there", || directory_up(&bars, 0));
}

#[test]
fn what_is_in_redis_has_a_time_to_live_and_no_token_in_it() {
    let Some(redis) = Redis::for_test("what is in redis") else {
        return;
    };
    let bars = open(&redis);
    let ann = Phone::join(bars.address(0), "a", "ann");
    wait_until("the seat is there", || {
        redis
            .says("KEYS snack-rush:seat:*")
            .is_some_and(|keys| keys.starts_with("*1"))
    });
    let keys = redis.says("KEYS *").expect("it answers");
    let token: String = ann
        .welcome()
        .token
        .0
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(!keys.contains(&token), "{keys}");
    for (pattern, most) in [
        ("snack-rush:server:", SERVER_TTL),
        ("snack-rush:seat:", Duration::from_secs(30)),
    ] {
        let key = keys
            .lines()
            .find(|line| line.starts_with(pattern))
            .expect("a key");
        let left = redis.asks(&format!("PTTL {key}")).expect("it answers");
        let left: i64 = left.trim_start_matches(':').parse().expect("milliseconds");
        assert!(left > 0 && left <= most.as_millis() as i64, "{key}: {left}");
    }
    // What others write is not believed: neither a server that is none nor a card that makes no
    // sense.
    let card =
        r#"'{"id":"evil","url":"javascript:alert(1)","players":0,"max":9,"draining":false}'"#;
    assert_eq!(
        redis
            .asks(&format!("SET snack-rush:server:evil {card}"))
            .as_deref(),
        Some("+OK")
    );
    redis.asks("SET snack-rush:server:odd [1]");
    redis.asks("SADD snack-rush:servers evil odd");
    redis.asks("ZADD snack-rush:best:ever 999999999 huge 8 fine");
    wait_until("the fine one is on the board", || {
        board(&bars, 0).iter().any(|(name, _)| name == "fine")
    });
    assert_eq!(board(&bars, 0), [("fine".to_owned(), 2)]);
    wait_until("it knows the other one alone", || bars.known(0) == 1);
}

#[test]
fn between_two_words_a_server_says_three_times_that_it_is_still_there() {
    let Some(redis) = Redis::for_test("between two words") else {
        return;
    };
    let _bars = open(&redis);
    let calls = || {
        let told = redis.says("INFO commandstats").unwrap_or_default();
        ["smembers", "pexpire"].map(|command| {
            let mark = format!("cmdstat_{command}:calls=");
            let line = told.lines().find_map(|line| line.strip_prefix(&mark));
            line.and_then(|line| line.split(',').next()?.parse().ok())
                .unwrap_or(0_u64)
        })
    };
    // Each word asks once who the others are.
    wait_until("ten words are said", || calls()[0] >= 10);
    let [words, signs] = calls();
    // Both servers may be between a word and its three signs.
    assert!(
        signs.abs_diff(words * 3) <= 6,
        "{signs} signs of life, {words} words"
    );
}

#[test]
fn a_server_starts_without_its_redis_and_finds_it_later() {
    let Some(mut redis) = Redis::for_test("a server starts without its redis") else {
        return;
    };
    redis.kill();
    let url = redis.url();
    let bars = Bars::open(1, 5, move || {
        Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address")))
    });
    wait_until("it says so", || !directory_up(&bars, 0));
    let mut ann = Phone::join(bars.address(0), "a", "ann");
    ann.hears_ticks(2);
    redis.start();
    wait_until("it is there", || directory_up(&bars, 0));
}
