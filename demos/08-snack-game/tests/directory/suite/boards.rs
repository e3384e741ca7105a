//! One board for all servers.

use super::{in_both, word};
use demo_08_snack_game::{
    cluster::backend::Report,
    store::{Board, Score},
};

fn score(name: &str, points: u16) -> Score {
    Score {
        name: name.to_owned(),
        team: (points % 4) as u8,
        points,
    }
}

#[test]
fn one_board_for_all_counts_nothing_twice_in_whatever_order_it_is_told() {
    in_both("one board for all", async |place| {
        let told = |url, today: Vec<Score>, ever: Vec<Score>| Report {
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
        let tomorrow = Report {
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
            let word = Report {
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
