//! What must hold for any bytes that strangers, other servers, files or a dead process hand over:
//! beyond *no panic*, what they may lead to. For the fuzzer, and for the test without one.

mod cluster;
mod door;
mod frames;

pub use cluster::{card, reply};
pub use door::{free, head, query, token};
pub use frames::inbound;

use crate::room::Closed;
#[cfg(target_os = "linux")]
use crate::room::state::State;
use crate::store::{BEST, Score, better, millis_in, stored};
use std::time::Duration;

/// A room that can be read goes on, and is written as it was.
#[cfg(target_os = "linux")]
pub fn state(bytes: &[u8]) {
    match State::read(bytes) {
        Ok(state) => {
            let written = state.write();
            let again = State::read(&written).expect("it was written by this program");
            assert_eq!(again.write(), written);
            state.play();
        }
        Err(why) => assert!(!why.is_empty()),
    }
}

/// What an orderly end left behind.
pub fn closing(bytes: &[u8]) {
    crate::closing::check(bytes);
}

/// A room of it goes on, however long ago it was closed.
pub fn closed(bytes: &[u8]) {
    let Some((since, bytes)) = bytes.split_first_chunk() else {
        return;
    };
    match Closed::read(bytes) {
        Ok(room) => room.play(Duration::from_millis(u64::from_le_bytes(*since))),
        Err(why) => assert!(!why.is_empty()),
    }
}

/// A stored board is a board: in its order, with ten names at most, each once, each of them fit to
/// be shown.
pub fn board(bytes: &[u8]) {
    let Ok(board) = stored(bytes) else { return };
    assert!(board.len() <= BEST);
    is_in_order(&board);
    let again = serde_json::to_vec(&board).expect("numbers and texts");
    assert_eq!(stored(&again).expect("a board"), board);
    let mut better_than = board.clone();
    better(&mut better_than, &board);
    assert_eq!(better_than, board, "whoever is told twice changes nothing");
}

fn is_in_order(board: &[Score]) {
    for pair in board.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        assert!(a.points > b.points || (a.points == b.points && a.name < b.name));
    }
    for score in board {
        assert!(rush::Name::heard(&score.name).is_some() && score.team < 4);
        let once = board.iter().filter(|it| it.name == score.name).count();
        assert_eq!(once, 1, "{} stands twice", score.name);
    }
}

/// Rounds are named by when they were kept; whatever else lies there, the next one has a time of
/// its own, and a name is read as it was written.
pub fn round(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes);
    let Some(millis) = millis_in(&*name) else {
        return;
    };
    let next = format!("{:013}-hall-1.rush", millis.saturating_add(1));
    assert!(millis_in(next).is_some_and(|next| next > millis || millis == u64::MAX));
}
