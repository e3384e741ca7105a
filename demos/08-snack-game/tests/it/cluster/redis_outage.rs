//! Redis is killed, hangs, is emptied and comes back, under two servers with a player.

use crate::{
    cluster::routing::Servers,
    common::redis::Redis,
    common::{Client, ask, ask_json, ask_where, wait_until},
};
use demo_08_snack_game::{
    cluster::{Backend, RedisBackend, SERVER_TTL},
    store::Score,
};
use serde_json::Value;
use std::time::Duration;

/// The time to live, according to Redis, of a key that has none.
const NEVER: i64 = -1;

/// Ticks of two seconds. A room that waited for Redis would send none.
const TICKS: usize = 20;

fn start(count: usize, redis: &Redis) -> Servers {
    let url = redis.url();
    Servers::start(count, 5, move || {
        Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address")))
    })
}

fn backend_up(servers: &Servers, at: usize) -> bool {
    let (_, metrics) = ask(servers.address(at), "/metrics", "");
    match metrics
        .lines()
        .find_map(|line| line.strip_prefix("snack_rush_directory_up "))
    {
        Some("1") => true,
        Some("0") => false,
        other => panic!("{other:?} in {metrics}"),
    }
}

fn store_score(servers: &Servers, at: usize, name: &str, points: u16) {
    let score = Score {
        name: name.to_owned(),
        team: 0,
        points,
    };
    let store = &servers.servers[at].state().store;
    assert!(store.keep_scores(&"a".into(), store.wall().day(), vec![score]));
}

fn leaderboard(servers: &Servers, at: usize) -> Vec<(String, u64)> {
    let board: Value = ask_json(servers.address(at), "/api/leaderboard");
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
fn games_continue_while_redis_is_killed_and_the_cluster_recovers_when_it_is_back_empty() {
    let Some(mut redis) = Redis::for_test("redis is killed") else {
        return;
    };
    let servers = start(2, &redis);
    let mut ann = Client::join(servers.address(0), "a", "ann");
    store_score(&servers, 0, "before", 50);
    wait_until("the other server shows the score", || {
        leaderboard(&servers, 1) == [("before".to_owned(), 50)]
    });

    redis.kill();
    wait_until("both servers notice the outage", || {
        !backend_up(&servers, 0) && !backend_up(&servers, 1)
    });
    // The last update is used until it is too old. Then each server acts alone.
    wait_until("no server knows a peer", || {
        servers.known_peers(0) + servers.known_peers(1) == 0
    });
    ann.receive_ticks(TICKS);
    assert_eq!(servers.seat(1)["full"], false);
    assert_eq!(
        ask_where(servers.address(1), &ann.welcome().token)["where"],
        "unknown"
    );
    store_score(&servers, 0, "meanwhile", 70);
    store_score(&servers, 1, "before", 40);
    wait_until("a server still updates its own leaderboard", || {
        leaderboard(&servers, 0).first() == Some(&("meanwhile".to_owned(), 70))
    });

    redis.start();
    wait_until("both servers reach Redis again", || {
        backend_up(&servers, 0) && backend_up(&servers, 1)
    });
    wait_until("the servers know each other", || {
        servers.known_peers(0) == 1 && servers.known_peers(1) == 1
    });
    let all = [("meanwhile".to_owned(), 70), ("before".to_owned(), 50)];
    for at in 0..2 {
        wait_until("the leaderboards are merged, each name once", || {
            leaderboard(&servers, at) == all
        });
    }
    wait_until("the seat is found again", || {
        ask_where(servers.address(1), &ann.welcome().token)["where"] == "elsewhere"
    });
    ann.receive_ticks(2);
}

#[cfg(unix)]
#[test]
fn no_player_waits_while_redis_hangs() {
    let Some(redis) = Redis::for_test("redis hangs") else {
        return;
    };
    let servers = start(2, &redis);
    let mut ann = Client::join(servers.address(0), "a", "ann");
    redis.hang();
    wait_until("both servers notice the outage", || {
        !backend_up(&servers, 0) && !backend_up(&servers, 1)
    });
    // None of these waits for Redis, which answers again at the end.
    let location = ask_where(servers.address(1), &ann.welcome().token);
    assert_eq!(location["where"], "unknown");
    ann.receive_ticks(TICKS);
    let _bob = Client::join(servers.address(0), "a", "bob");
    wait_until("the server knows no peer", || servers.known_peers(0) == 0);
    redis.resume();
    wait_until("the cluster has recovered", || {
        backend_up(&servers, 0) && servers.known_peers(0) == 1 && servers.known_peers(1) == 1
    });
    wait_until("the seat is found", || {
        ask_where(servers.address(1), &ann.welcome().token)["where"] == "elsewhere"
    });
}

#[test]
fn after_flushall_the_servers_report_everything_again() {
    let Some(redis) = Redis::for_test("redis forgets") else {
        return;
    };
    let servers = start(2, &redis);
    let ann = Client::join(servers.address(0), "a", "ann");
    store_score(&servers, 0, "before", 50);
    let is_found = || ask_where(servers.address(1), &ann.welcome().token)["where"] == "elsewhere";
    wait_until("Redis knows the seat and the score", || {
        is_found() && leaderboard(&servers, 1).len() == 1
    });
    assert_eq!(redis.reply_line("FLUSHALL").as_deref(), Some("+OK"));
    wait_until("the servers and the score are there again", || {
        let ids = redis
            .command("SMEMBERS snack-rush:servers")
            .expect("Redis answers");
        ids.starts_with("*2")
            && redis.reply_line("ZCARD snack-rush:best:ever").as_deref() == Some(":1")
    });
    wait_until(
        "the seat is there again, within a third of the grace",
        is_found,
    );
    // A server that reported before the other one did sees it with its next report.
    wait_until("the servers know each other", || {
        servers.known_peers(0) == 1
    });
    // On a busy machine an answer may have come too late.
    wait_until("Redis is reachable", || backend_up(&servers, 0));
}

#[test]
fn every_key_in_redis_expires_and_contains_no_token() {
    let Some(redis) = Redis::for_test("what is in redis") else {
        return;
    };
    let servers = start(2, &redis);
    let ann = Client::join(servers.address(0), "a", "ann");
    let mut keys = String::new();
    wait_until("the seat and the servers are there", || {
        keys = redis.command("KEYS *").expect("Redis answers");
        keys.contains("snack-rush:seat:") && keys.contains("snack-rush:server:")
    });
    let token: String = ann
        .welcome()
        .token
        .0
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(!keys.contains(&token), "{keys}");
    for (prefix, most) in [
        ("snack-rush:server:", SERVER_TTL),
        ("snack-rush:seat:", Duration::from_secs(30)),
    ] {
        let key = keys
            .lines()
            .find(|line| line.starts_with(prefix))
            .expect("a key");
        // On a busy machine a server may refresh it too late for a moment.
        wait_until("the key is there", || {
            let left = redis.reply_line(&format!("PTTL {key}"));
            let left = left.expect("Redis answers");
            let left: i64 = left.trim_start_matches(':').parse().expect("milliseconds");
            let expires = left <= most.as_millis() as i64;
            assert!(expires && left != NEVER, "{key}: {left}");
            left > 0
        });
    }
    // Entries of other programs are ignored: a server with an invalid URL, one whose value is not
    // a description, and a score that is out of range.
    let evil =
        r#"'{"id":"evil","url":"javascript:alert(1)","players":0,"max":9,"draining":false}'"#;
    assert_eq!(
        redis
            .reply_line(&format!("SET snack-rush:server:evil {evil}"))
            .as_deref(),
        Some("+OK")
    );
    redis.reply_line("SET snack-rush:server:odd [1]");
    redis.reply_line("SADD snack-rush:servers evil odd");
    redis.reply_line("ZADD snack-rush:best:ever 999999999 huge 8 fine");
    wait_until("the valid score is on the leaderboard", || {
        leaderboard(&servers, 0)
            .iter()
            .any(|(name, _)| name == "fine")
    });
    assert_eq!(leaderboard(&servers, 0), [("fine".to_owned(), 2)]);
    wait_until("only the real peer is known", || {
        servers.known_peers(0) == 1
    });
}

#[test]
fn a_server_sends_three_heartbeats_between_two_reports() {
    let Some(redis) = Redis::for_test("heartbeats between two reports") else {
        return;
    };
    let _servers = start(2, &redis);
    let calls = || {
        let stats = redis.command("INFO commandstats").unwrap_or_default();
        ["smembers", "pexpire"].map(|command| {
            let prefix = format!("cmdstat_{command}:calls=");
            let line = stats.lines().find_map(|line| line.strip_prefix(&prefix));
            line.and_then(|line| line.split(',').next()?.parse().ok())
                .unwrap_or(0_u64)
        })
    };
    // Each report sends SMEMBERS once, each heartbeat PEXPIRE. Both servers may be between a report
    // and its three heartbeats. On a busy machine an answer may come too late, and a server sends
    // no heartbeats until the next report is answered: then the next ten reports are looked at.
    let mut before = calls();
    wait_until("ten reports with three heartbeats each", || {
        let now = calls();
        let [reports, heartbeats] = [0, 1].map(|at| now[at] - before[at]);
        if reports < 10 {
            return false;
        }
        println!("{heartbeats} heartbeats, {reports} reports");
        before = now;
        heartbeats.abs_diff(reports * 3) <= 6
    });
}

#[test]
fn a_server_starts_without_redis_and_connects_when_it_is_there() {
    let Some(mut redis) = Redis::for_test("a server starts without its redis") else {
        return;
    };
    redis.kill();
    let servers = start(1, &redis);
    wait_until("the server reports the outage", || !backend_up(&servers, 0));
    let mut ann = Client::join(servers.address(0), "a", "ann");
    ann.receive_ticks(2);
    redis.start();
    wait_until("the server reaches Redis", || backend_up(&servers, 0));
}
