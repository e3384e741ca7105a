//! One leaderboard for all servers.

use super::{in_both, report};
use demo_08_snack_game::{
    cluster::Report,
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
fn repeated_and_reordered_reports_count_once() {
    in_both("one leaderboard for all", async |place| {
        let with_board = |url, today: Vec<Score>, ever: Vec<Score>| Report {
            board: Board { today, ever },
            ..report(url)
        };
        let a = with_board(
            "http://a",
            vec![score("ann", 5)],
            vec![score("ann", 9), score("cho", 9)],
        );
        let b = with_board(
            "http://b",
            vec![score("bob", 7), score("ann", 3)],
            vec![score("bob", 300), score("ann", 4)],
        );
        let mut backend = place.backend();
        for report in [&a, &b, &a, &a, &b] {
            backend.exchange(report).await.expect("the backend answers");
        }
        let view = backend
            .exchange(&report("http://c"))
            .await
            .expect("the backend answers");
        assert_eq!(
            view.board.today,
            [score("bob", 7), score("ann", 5)],
            "{}",
            place.name
        );
        assert_eq!(
            view.board.ever,
            [score("bob", 300), score("ann", 9), score("cho", 9)],
            "{}",
            place.name
        );
        // A new day has its own leaderboard.
        let tomorrow = Report {
            day: 20_001,
            ..report("http://c")
        };
        let view = backend
            .exchange(&tomorrow)
            .await
            .expect("the backend answers");
        assert_eq!(
            (view.board.today.len(), view.board.ever.len()),
            (0, 3),
            "{}",
            place.name
        );
    });
}

#[test]
fn ten_of_a_hundred_stored_names_are_returned() {
    in_both("ten of a hundred", async |place| {
        let mut backend = place.backend();
        for part in 0..20 {
            let many =
                (0..10).map(|n| score(&format!("guest {:03}", part * 10 + n), 1 + part * 10 + n));
            let part = Report {
                board: Board {
                    today: Vec::new(),
                    ever: many.collect(),
                },
                ..report("http://a")
            };
            backend.exchange(&part).await.expect("the backend answers");
        }
        let view = backend
            .exchange(&report("http://a"))
            .await
            .expect("the backend answers");
        assert_eq!(view.board.ever.len(), 10, "{}", place.name);
        assert_eq!(
            view.board.ever[0],
            score("guest 199", 200),
            "{}",
            place.name
        );
    });
}
