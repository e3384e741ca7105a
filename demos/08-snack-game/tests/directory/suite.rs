//! What a directory does, whichever it is.

use crate::redis::Redis;
use demo_08_snack_game::{
    directory::{
        self, Card, Engine, Link, Mark, Memory,
        engine::{Found, News, Word},
    },
    store::{Board, Score},
};
use rush::wire::Token;
use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep};

/// Long for this test, and soon over.
const LIFE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(600);

/// Several servers that were told of one directory.
struct Place {
    name: &'static str,
    url: Option<String>,
    memory: Memory,
}

impl Place {
    fn engine(&self) -> Engine {
        match &self.url {
            Some(url) => Engine::Redis(Box::new(Link::to(url).expect("an address"))),
            None => Engine::Here(self.memory.clone()),
        }
    }
}

/// Plays it in the process, and in a fresh Redis if there is one.
#[track_caller]
fn in_both<F: Future<Output = ()>>(test: &str, play: impl Fn(Place) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let place = |name, url| Place {
        name,
        url,
        memory: Memory::default(),
    };
    runtime.block_on(play(place("in this process", None)));
    if let Some(redis) = Redis::for_test(test) {
        runtime.block_on(play(place("redis", Some(redis.url()))));
    }
}

fn word(url: &str) -> Word {
    Word {
        card: Card::new(url, 100),
        life: LONG,
        held: Vec::new(),
        grace: LONG,
        freed: Vec::new(),
        day: 20_000,
        board: Board::default(),
    }
}

fn urls(news: &News) -> Vec<&str> {
    let mut urls: Vec<&str> = news.cards.iter().map(|card| card.url.as_str()).collect();
    urls.sort();
    urls
}

fn mark(n: u8) -> Mark {
    Mark::of(&Token([n; 16]))
}

fn score(name: &str, points: u16) -> Score {
    Score {
        name: name.to_owned(),
        team: (points % 4) as u8,
        points,
    }
}

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
        let mut a = Engine::Redis(Box::new(Link::to(&redis.url()).expect("an address")));
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
        let brief = Word {
            life: LIFE,
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
        assert!(said.elapsed() >= LIFE, "{}: it died too early", place.name);
        a.exchange(&brief).await.expect("it answers");
        let news = b.exchange(&word("http://b")).await.expect("it answers");
        assert_eq!(urls(&news), ["http://a", "http://b"], "{}", place.name);
    });
}

#[test]
fn a_seat_leads_to_its_server_until_it_is_given_up_or_its_server_is_dead() {
    in_both("a seat leads to its server", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        let seated = Word {
            held: vec![mark(1), mark(2)],
            ..word("http://a")
        };
        a.exchange(&seated).await.expect("it answers");
        let found = b
            .find(&[mark(1), mark(3), mark(2)])
            .await
            .expect("it answers");
        let ids = found.iter().map(|found| found.as_ref().map(address));
        assert_eq!(
            ids.collect::<Vec<_>>(),
            [Some("http://a"), None, Some("http://a")],
            "{}",
            place.name
        );
        let freed = Word {
            freed: vec![mark(1)],
            ..word("http://a")
        };
        a.exchange(&freed).await.expect("it answers");
        let found = b.find(&[mark(1), mark(2)]).await.expect("it answers");
        assert!(
            found[0].is_none() && found[1].is_some(),
            "{}: {found:?}",
            place.name
        );
        a.leave(&seated.card.id).await.expect("it answers");
        // The seat is still there; its server has said goodbye.
        let found = b.find(&[mark(2)]).await.expect("it answers");
        let found = found[0].as_ref().expect("for as long as the grace");
        assert_eq!(
            (&found.id, &found.said),
            (&seated.card.id, &None),
            "{}",
            place.name
        );
    });
}

fn address(found: &Found) -> &str {
    found.said.as_ref().map_or("", |said| &said.card.url)
}

#[test]
fn how_long_a_server_has_been_silent_is_known_to_everybody_alike() {
    in_both("how long a server has been silent", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        let said = Word {
            life: directory::LIFE,
            held: vec![mark(1)],
            ..word("http://a")
        };
        let id = said.card.id.clone();
        assert_eq!(b.last_word(&id).await.expect("it answers"), None);
        let before = Instant::now();
        a.exchange(&said).await.expect("it answers");
        let after = Instant::now();
        sleep(LIFE).await;
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
        a.still_here(&id, directory::LIFE)
            .await
            .expect("it answers");
        let heard_again = b
            .last_word(&id)
            .await
            .expect("it answers")
            .expect("it lives");
        assert!(
            heard_again.silent < before.elapsed() - LIFE + just,
            "{}: {heard_again:?}",
            place.name
        );
    });
}

#[test]
fn a_sign_of_life_keeps_a_word_and_recalls_none() {
    in_both("a sign of life", async |place| {
        let mut a = place.engine();
        let brief = Word {
            life: LIFE,
            ..word("http://a")
        };
        let id = brief.card.id.clone();
        a.exchange(&brief).await.expect("it answers");
        a.still_here(&id, LONG).await.expect("it answers");
        sleep(LIFE * 2).await;
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

#[test]
fn a_seat_is_forgotten_after_the_grace() {
    in_both("a seat is forgotten", async |place| {
        let mut a = place.engine();
        let seated = Word {
            held: vec![mark(1)],
            grace: LIFE,
            ..word("http://a")
        };
        let said = Instant::now();
        a.exchange(&seated).await.expect("it answers");
        while a.find(&[mark(1)]).await.expect("it answers")[0].is_some() {
            assert!(
                said.elapsed() < Duration::from_secs(20),
                "{}: it is not forgotten",
                place.name
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(
            said.elapsed() >= LIFE,
            "{}: it was forgotten too early",
            place.name
        );
    });
}

#[test]
fn one_board_for_all_counts_nothing_twice_in_whatever_order_it_is_told() {
    in_both("one board for all", async |place| {
        let told = |url, today: Vec<Score>, ever: Vec<Score>| Word {
            board: Board { today, ever },
            ..word(url)
        };
        let a = told(
            "http://a",
            vec![score("ann", 5)],
            vec![score("ann", 9), score("cho", 9)],
        );
        let b = told(
            "http://b",
            vec![score("bob", 7), score("ann", 3)],
            vec![score("bob", 300), score("ann", 4)],
        );
        let mut engine = place.engine();
        for word in [&a, &b, &a, &a, &b] {
            engine.exchange(word).await.expect("it answers");
        }
        let news = engine
            .exchange(&word("http://c"))
            .await
            .expect("it answers");
        assert_eq!(
            news.board.today,
            [score("bob", 7), score("ann", 5)],
            "{}",
            place.name
        );
        assert_eq!(
            news.board.ever,
            [score("bob", 300), score("ann", 9), score("cho", 9)],
            "{}",
            place.name
        );
        // A new day has a board of its own.
        let tomorrow = Word {
            day: 20_001,
            ..word("http://c")
        };
        let news = engine.exchange(&tomorrow).await.expect("it answers");
        assert_eq!(
            (news.board.today.len(), news.board.ever.len()),
            (0, 3),
            "{}",
            place.name
        );
    });
}

#[test]
fn a_board_is_ten_long_and_a_hundred_are_kept() {
    in_both("a board is ten long", async |place| {
        let mut engine = place.engine();
        for part in 0..20 {
            let many =
                (0..10).map(|n| score(&format!("guest {:03}", part * 10 + n), 1 + part * 10 + n));
            let word = Word {
                board: Board {
                    today: Vec::new(),
                    ever: many.collect(),
                },
                ..word("http://a")
            };
            engine.exchange(&word).await.expect("it answers");
        }
        let news = engine
            .exchange(&word("http://a"))
            .await
            .expect("it answers");
        assert_eq!(news.board.ever.len(), 10, "{}", place.name);
        assert_eq!(
            news.board.ever[0],
            score("guest 199", 200),
            "{}",
            place.name
        );
    });
}
