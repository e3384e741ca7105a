//! Reports and heartbeats: a server is alive until its last report expires.

use super::{BRIEF, LONG, in_both, key, report, urls};
use crate::common::{PATIENCE, redis::Redis};
use demo_08_snack_game::cluster::{Backend, RedisBackend, Report, SERVER_TTL};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A part of a report's time to live.
const PAUSE: Duration = Duration::from_millis(800);

#[test]
fn servers_see_each_others_newest_report() {
    in_both("servers see each other", async |place| {
        let (mut a, mut b) = (place.backend(), place.backend());
        assert_eq!(
            urls(
                &a.exchange(&report("http://a"))
                    .await
                    .expect("the backend answers")
            ),
            ["http://a"]
        );
        let view = b
            .exchange(&report("http://b"))
            .await
            .expect("the backend answers");
        assert_eq!(urls(&view), ["http://a", "http://b"], "{}", place.name);
        let mut fuller = report("http://a");
        (fuller.server.players, fuller.server.draining) = (7, true);
        a.exchange(&fuller).await.expect("the backend answers");
        let view = b
            .exchange(&report("http://b"))
            .await
            .expect("the backend answers");
        assert!(
            view.servers.contains(&fuller.server),
            "{}: {view:?}",
            place.name
        );
        a.leave(&fuller.server.id)
            .await
            .expect("the backend answers");
        let view = b
            .exchange(&report("http://b"))
            .await
            .expect("the backend answers");
        assert_eq!(urls(&view), ["http://b"], "{}", place.name);
    });
}

#[test]
fn invalid_entries_in_redis_hide_no_valid_ones() {
    let Some(redis) = Redis::for_test("invalid entries in redis") else {
        return;
    };
    for command in [
        r#"SADD snack-rush:servers "\xff" junk"#,
        r#"SET snack-rush:server:junk "\xff{""#,
        r#"SET snack-rush:seat:junk "\xff""#,
        r#"ZADD snack-rush:best:ever 1e300 big -5 minus 43.5 "\xff" 45 ann 46.5 bob"#,
    ] {
        let reply = redis.reply_line(command).expect("an answer");
        assert!(!reply.starts_with('-'), "{command}: {reply}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut a = Backend::Redis(Box::new(
            RedisBackend::new(&redis.url()).expect("an address"),
        ));
        let view = a
            .exchange(&report("http://a"))
            .await
            .expect("the backend answers");
        assert_eq!(urls(&view), ["http://a"]);
        let best: Vec<_> = view
            .board
            .ever
            .iter()
            .map(|it| (&*it.name, it.points))
            .collect();
        assert_eq!(best, [("ann", 11), ("bob", 11)]);
    });
}

#[test]
fn a_silent_server_is_gone_after_its_ttl_and_back_with_its_next_report() {
    in_both("a silent server", async |place| {
        let (mut a, mut b) = (place.backend(), place.backend());
        let brief = Report {
            ttl: BRIEF,
            ..report("http://a")
        };
        let reported = Instant::now();
        a.exchange(&brief).await.expect("the backend answers");
        loop {
            let view = b
                .exchange(&report("http://b"))
                .await
                .expect("the backend answers");
            if urls(&view) == ["http://b"] {
                break;
            }
            assert!(
                reported.elapsed() < PATIENCE,
                "{}: it does not expire",
                place.name
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(
            reported.elapsed() >= BRIEF,
            "{}: it expired too early",
            place.name
        );
        let back = report("http://a");
        a.exchange(&back).await.expect("the backend answers");
        let view = b
            .exchange(&report("http://b"))
            .await
            .expect("the backend answers");
        assert_eq!(urls(&view), ["http://a", "http://b"], "{}", place.name);
    });
}

#[test]
fn every_server_reads_the_same_age_of_a_report() {
    in_both("the age of a report", async |place| {
        let (mut a, mut b) = (place.backend(), place.backend());
        let sent = Report {
            ttl: SERVER_TTL,
            held: vec![key(1)],
            ..report("http://a")
        };
        let id = sent.server.id.clone();
        assert_eq!(b.last_seen(&id).await.expect("the backend answers"), None);
        // On a busy machine a report may expire before it is read: then it is sent again.
        let mut times = 0;
        let (before, after, asked, last, found) = loop {
            let before = Instant::now();
            a.exchange(&sent).await.expect("the backend answers");
            let after = Instant::now();
            sleep(PAUSE).await;
            let asked = Instant::now();
            let last = b.last_seen(&id).await.expect("the backend answers");
            let found = b.find_seats(&[key(1)]).await.expect("the backend answers");
            let found = found[0].clone().expect("the seat is there");
            let in_time = before.elapsed() < SERVER_TTL;
            if let (Some(last), true) = (last, in_time) {
                break (before, after, asked, last, found);
            }
            times += 1;
            assert!(
                !in_time && times < 20,
                "{}: it expired too early",
                place.name
            );
        };
        assert_eq!(
            (&found.server_id, &last.server),
            (&id, &sent.server),
            "{}",
            place.name
        );
        // Redis counts whole milliseconds.
        let margin = Duration::from_millis(2);
        assert!(
            last.silent_for + margin >= asked - after,
            "{}: {last:?}",
            place.name
        );
        assert!(
            last.silent_for <= before.elapsed() + margin,
            "{}: {last:?}",
            place.name
        );
        assert!(
            found
                .last_seen
                .as_ref()
                .is_some_and(|it| it.silent_for >= last.silent_for),
            "{}: {found:?}",
            place.name
        );
        for times in 1.. {
            a.exchange(&sent).await.expect("the backend answers");
            sleep(PAUSE).await;
            let refreshing = Instant::now();
            a.heartbeat(&id, SERVER_TTL)
                .await
                .expect("the backend answers");
            let refreshed = b.last_seen(&id).await.expect("the backend answers");
            if let Some(refreshed) = refreshed {
                assert!(
                    refreshed.silent_for <= refreshing.elapsed() + margin,
                    "{}: {refreshed:?}",
                    place.name
                );
                break;
            }
            assert!(
                refreshing.elapsed() + PAUSE >= SERVER_TTL && times < 20,
                "{}: it expired too early",
                place.name
            );
        }
    });
}

#[test]
fn a_heartbeat_extends_a_report_and_revives_none() {
    in_both("a heartbeat", async |place| {
        let mut a = place.backend();
        let brief = Report {
            ttl: BRIEF,
            ..report("http://a")
        };
        let id = brief.server.id.clone();
        // A heartbeat that came too late would be another test.
        for times in 1.. {
            let reported = Instant::now();
            a.exchange(&brief).await.expect("the backend answers");
            a.heartbeat(&id, LONG).await.expect("the backend answers");
            if reported.elapsed() < BRIEF {
                break;
            }
            assert!(times < 20, "this machine takes {BRIEF:?} for two requests");
        }
        sleep(BRIEF * 2).await;
        assert!(
            a.last_seen(&id)
                .await
                .expect("the backend answers")
                .is_some(),
            "{}",
            place.name
        );
        a.leave(&id).await.expect("the backend answers");
        a.heartbeat(&id, LONG).await.expect("the backend answers");
        assert_eq!(
            a.last_seen(&id).await.expect("the backend answers"),
            None,
            "{}",
            place.name
        );
    });
}
