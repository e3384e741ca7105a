//! Who says a word is there, until it has been silent for too long.

use super::{LONG, SERVER_TTL, in_both, mark, urls, word};
use crate::redis::Redis;
use demo_08_snack_game::cluster::{self, Backend, RedisBackend, backend::Report};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[test]
fn servers_hear_of_each_other_and_of_how_they_are_now() {
    in_both("servers hear of each other", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        assert_eq!(
            urls(&a.exchange(&word("http://a")).await.expect("it answers")),
            ["http://a"]
        );
        let news = b.exchange(&word("http://b")).await.expect("it answers");
        assert_eq!(urls(&news), ["http://a", "http://b"], "{}", place.name);
        let mut fuller = word("http://a");
        (fuller.card.players, fuller.card.draining) = (7, true);
        a.exchange(&fuller).await.expect("it answers");
        let news = b.exchange(&word("http://b")).await.expect("it answers");
        assert!(
            news.cards.contains(&fuller.card),
            "{}: {news:?}",
            place.name
        );
        a.leave(&fuller.card.id).await.expect("it answers");
        let news = b.exchange(&word("http://b")).await.expect("it answers");
        assert_eq!(urls(&news), ["http://b"], "{}", place.name);
    });
}

#[test]
fn what_others_wrote_there_keeps_nobody_from_hearing_the_rest() {
    let Some(redis) = Redis::for_test("what others wrote there") else {
        return;
    };
    for nonsense in [
        r#"SADD snack-rush:servers "\xff" junk"#,
        r#"SET snack-rush:server:junk "\xff{""#,
        r#"SET snack-rush:seat:junk "\xff""#,
        r#"ZADD snack-rush:best:ever 1e300 big -5 minus 43.5 "\xff" 45 ann 46.5 bob"#,
    ] {
        let told = redis.asks(nonsense).expect("an answer");
        assert!(!told.starts_with('-'), "{nonsense}: {told}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut a = Backend::Redis(Box::new(
            RedisBackend::new(&redis.url()).expect("an address"),
        ));
        let news = a.exchange(&word("http://a")).await.expect("it answers");
        assert_eq!(urls(&news), ["http://a"]);
        let best: Vec<_> = news
            .board
            .ever
            .iter()
            .map(|it| (&*it.name, it.points))
            .collect();
        assert_eq!(best, [("ann", 11), ("bob", 11)]);
    });
}

#[test]
fn a_server_that_says_nothing_is_dead_after_its_time_and_back_when_it_speaks() {
    in_both("a server that says nothing", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        let brief = Report {
            life: SERVER_TTL,
            ..word("http://a")
        };
        let said = Instant::now();
        a.exchange(&brief).await.expect("it answers");
        loop {
            let news = b.exchange(&word("http://b")).await.expect("it answers");
            if urls(&news) == ["http://b"] {
                break;
            }
            assert!(
                said.elapsed() < Duration::from_secs(20),
                "{}: it does not die",
                place.name
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(
            said.elapsed() >= SERVER_TTL,
            "{}: it died too early",
            place.name
        );
        a.exchange(&brief).await.expect("it answers");
        let news = b.exchange(&word("http://b")).await.expect("it answers");
        assert_eq!(urls(&news), ["http://a", "http://b"], "{}", place.name);
    });
}

#[test]
fn how_long_a_server_has_been_silent_is_known_to_everybody_alike() {
    in_both("how long a server has been silent", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        let said = Report {
            life: cluster::SERVER_TTL,
            held: vec![mark(1)],
            ..word("http://a")
        };
        let id = said.card.id.clone();
        assert_eq!(b.last_word(&id).await.expect("it answers"), None);
        let before = Instant::now();
        a.exchange(&said).await.expect("it answers");
        let after = Instant::now();
        sleep(SERVER_TTL).await;
        let asked = Instant::now();
        let heard = b
            .last_word(&id)
            .await
            .expect("it answers")
            .expect("it lives");
        let found = b.find(&[mark(1)]).await.expect("it answers");
        let found = found[0].as_ref().expect("the seat is there");
        assert_eq!(
            (&found.id, &heard.card),
            (&id, &said.card),
            "{}",
            place.name
        );
        // Redis cuts its clock off at whole milliseconds.
        let just = Duration::from_millis(2);
        assert!(
            heard.silent + just >= asked - after,
            "{}: {heard:?}",
            place.name
        );
        assert!(
            heard.silent <= before.elapsed() + just,
            "{}: {heard:?}",
            place.name
        );
        assert!(
            found
                .said
                .as_ref()
                .is_some_and(|it| it.silent >= heard.silent),
            "{}: {found:?}",
            place.name
        );
        a.still_here(&id, cluster::SERVER_TTL)
            .await
            .expect("it answers");
        let heard_again = b
            .last_word(&id)
            .await
            .expect("it answers")
            .expect("it lives");
        assert!(
            heard_again.silent < before.elapsed() - SERVER_TTL + just,
            "{}: {heard_again:?}",
            place.name
        );
    });
}

#[test]
fn a_sign_of_life_keeps_a_word_and_recalls_none() {
    in_both("a sign of life", async |place| {
        let mut a = place.engine();
        let brief = Report {
            life: SERVER_TTL,
            ..word("http://a")
        };
        let id = brief.card.id.clone();
        a.exchange(&brief).await.expect("it answers");
        a.still_here(&id, LONG).await.expect("it answers");
        sleep(SERVER_TTL * 2).await;
        assert!(
            a.last_word(&id).await.expect("it answers").is_some(),
            "{}",
            place.name
        );
        a.leave(&id).await.expect("it answers");
        a.still_here(&id, LONG).await.expect("it answers");
        assert_eq!(
            a.last_word(&id).await.expect("it answers"),
            None,
            "{}",
            place.name
        );
    });
}
