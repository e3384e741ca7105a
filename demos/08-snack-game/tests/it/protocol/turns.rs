//! The numbers of turns.

use super::{delta, join, turn, welcome};
use crate::common::{Game, raw::Raw};
use rush::Dir;

#[test]
fn numbers_of_turns_may_jump_and_an_old_one_is_ignored_without_an_answer() {
    let game = Game::start();
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[join()]);
    let seat = welcome(&mut raw).seat.expect("a seat");
    let mut acknowledged = |sent: &[(u16, Dir)], seq: u16| {
        let turns: Vec<_> = sent.iter().map(|(seq, dir)| turn(*seq, *dir)).collect();
        raw.send(&turns);
        delta(&mut raw, "an acknowledgement", |it| {
            let mine = it.turned.iter().find(|it| it.seat == seat)?;
            assert!(mine.seq.0 <= seq, "{mine:?}");
            (mine.seq.0 == seq).then_some(mine.dir)
        })
    };
    // Several at once: the last one is applied, and acknowledges all.
    let dir = acknowledged(&[(1, Dir::Up), (2, Dir::Left), (3, Dir::Down)], 3);
    assert_eq!(dir, Dir::Down);
    // The same direction again, and the opposite one.
    assert_eq!(acknowledged(&[(4, Dir::Down)], 4), Dir::Down);
    assert_eq!(acknowledged(&[(5, Dir::Up)], 5), Dir::Up);
    // A jump as far as it goes. What is not newer, or too far ahead, is ignored.
    assert_eq!(
        acknowledged(&[(5 + 32_767, Dir::Right)], 32_772),
        Dir::Right
    );
    let ignored = [
        (32_772, Dir::Up),
        (9, Dir::Up),
        (32_772_u16.wrapping_add(32_768), Dir::Up),
    ];
    let all = [&ignored[..], &[(32_773, Dir::Left)]].concat();
    assert_eq!(acknowledged(&all, 32_773), Dir::Left);
    raw.send(&[turn(32_773, Dir::Up)]);
    for _ in 0..5 {
        let turned = delta(&mut raw, "a tick", |it| Some(it.turned.len()));
        assert_eq!(turned, 0, "a repeated turn has no answer");
    }
}
