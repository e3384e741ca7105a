//! What must hold for any bytes from clients, other servers, files or an earlier process: not only
//! *no panic*, but also what they may lead to. The fuzzer runs these checks, and so does a unit
//! test.

mod cluster;
mod decode;
mod http;

pub use cluster::{card, reply};
pub use decode::any_bytes as decode;
pub use http::{free, head, query, token};

use crate::{
    room::Snapshot,
    snapshot_file,
    store::{BEST, Score, better, millis_in, stored},
};
use std::time::Duration;

/// A snapshot that can be read can be continued, and is written as it was.
#[cfg(target_os = "linux")]
pub fn snapshot(bytes: &[u8]) {
    match Snapshot::read(bytes) {
        Ok(snapshot) => {
            let written = snapshot.write();
            let again = || Snapshot::read(&written).expect("this program wrote it");
            assert_eq!(again().write(), written);
            again().play();
            again().play_later(Duration::from_secs(20));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The restart file.
pub fn snapshot_file(bytes: &[u8]) {
    snapshot_file::check(bytes);
}

/// A room of a version-1 restart file can be continued, however long the server was down.
pub fn snapshot_v1(bytes: &[u8]) {
    let Some((ago, bytes)) = bytes.split_first_chunk() else {
        return;
    };
    match Snapshot::read_version_1(bytes) {
        Ok(room) => room.play_later(Duration::from_millis(u64::from_le_bytes(*ago))),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A stored leaderboard is sorted, and has ten valid names at most, each once.
pub fn board(bytes: &[u8]) {
    let Ok(board) = stored(bytes) else { return };
    assert!(board.len() <= BEST);
    is_sorted(&board);
    let again = serde_json::to_vec(&board).expect("numbers and texts");
    assert_eq!(stored(&again).expect("a board"), board);
    let mut merged = board.clone();
    better(&mut merged, &board);
    assert_eq!(merged, board, "merging a board twice changes nothing");
}

fn is_sorted(board: &[Score]) {
    for pair in board.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        assert!(a.points > b.points || (a.points == b.points && a.name < b.name));
    }
    for score in board {
        assert!(rush::Name::heard(&score.name).is_some() && score.team < 4);
        let once = board.iter().filter(|it| it.name == score.name).count();
        assert_eq!(once, 1, "{} appears twice", score.name);
    }
}

/// The name of a round's file contains a time. Whatever the folder contains, the next round has a
/// later one.
pub fn round(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes);
    let Some(millis) = millis_in(&*name) else {
        return;
    };
    let next = format!("{:013}-hall-1.rush", millis.saturating_add(1));
    assert!(millis_in(next).is_some_and(|next| next > millis || millis == u64::MAX));
}
