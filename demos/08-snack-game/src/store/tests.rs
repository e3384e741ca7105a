use super::{board::Boards, *};

fn score(name: &str, points: u16) -> Score {
    Score {
        name: name.to_owned(),
        team: 0,
        points,
    }
}

#[test]
fn a_name_stands_once_with_its_best_and_ten_stand() {
    let mut boards = Boards::default();
    boards.add("a", 1, vec![score("ann", 5), score("bob", 7)]);
    boards.add("a", 1, vec![score("ann", 9), score("bob", 3)]);
    let board = boards.of(Some("a"), 1);
    assert_eq!(board.today, [score("ann", 9), score("bob", 7)]);
    assert_eq!(board.ever, board.today);
    boards.add(
        "b",
        1,
        (0..20).map(|n| score(&format!("bot {n:02}"), n)).collect(),
    );
    assert_eq!(boards.of(Some("b"), 1).ever.len(), 10);
    assert_eq!(boards.of(None, 1).ever[0], score("bot 19", 19));
    assert_eq!(
        boards.of(Some("a"), 1),
        board,
        "another room's board is its own"
    );
}

#[test]
fn a_day_has_its_own_board_and_is_forgotten_after_a_week() {
    let mut boards = Boards::default();
    boards.add("a", 1, vec![score("ann", 5)]);
    let changed = boards.add("a", 20, vec![score("bob", 1)]);
    assert_eq!(boards.of(None, 20).today, [score("bob", 1)]);
    assert_eq!(boards.of(None, 20).ever, [score("ann", 5), score("bob", 1)]);
    let forgotten = changed.iter().filter(|(_, board)| board.is_none());
    let forgotten: Vec<_> = forgotten.map(|(key, _)| key.as_str()).collect();
    assert_eq!(forgotten, ["1/", "1/a"]);
}
