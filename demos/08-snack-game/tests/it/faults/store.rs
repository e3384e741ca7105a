//! Scores that are damaged or in use: the server reports it, exits with status 1, and does not
//! change the file.

use crate::{
    common::{Folder, ask_json},
    faults::running::{Running, to_the_end},
};
use demo_08_snack_game::store::{Score, Store};
use std::{fs, path::Path, sync::Arc};

/// Makes a folder with scores.
fn scores() -> Folder {
    let folder = Folder::with_token();
    let (store, thread) = Store::open(folder.path()).expect("new scores");
    let room = Arc::from("hall");
    for n in 0..20 {
        let score = Score {
            name: format!("player {n}"),
            team: 0,
            points: n,
        };
        assert!(store.keep_scores(&room, store.wall().day(), vec![score]));
    }
    drop(store);
    thread.join().expect("the store has written");
    folder
}

/// Returns true if the scores were refused. Then the file is unchanged; otherwise it was opened.
fn is_refused_or_sound(folder: &Path, what: &str) -> bool {
    let file = folder.join("scores.redb");
    let before = fs::read(&file).expect("a file");
    match Store::open(folder) {
        Ok((store, thread)) => {
            let board = store.board(Some("hall"));
            assert!(board.ever.len() <= 10, "{what}");
            drop(store);
            thread.join().expect("the store thread ends");
            false
        }
        Err(error) => {
            let sentence = error.to_string();
            assert!(
                sentence.contains("they were left as they are"),
                "{what}: {sentence}"
            );
            assert!(
                fs::read(&file).expect("a file") == before,
                "{what}: the file was changed"
            );
            true
        }
    }
}

#[test]
fn damaged_scores_are_read_or_refused_and_never_overwritten() {
    let folder = scores();
    let file = folder.path().join("scores.redb");
    let whole = fs::read(&file).expect("a file");
    let used: Vec<usize> = (0..whole.len() / 4096)
        .filter(|page| whole[page * 4096..][..4096].iter().any(|&byte| byte != 0))
        .collect();
    let mut refused = 0;
    for &page in &used {
        let mut bytes = whole.clone();
        for (n, byte) in bytes[page * 4096..][..4096].iter_mut().enumerate() {
            *byte ^= (n as u8).wrapping_mul(37) | 1;
        }
        fs::write(&file, &bytes).expect("the file can be written");
        refused += u32::from(is_refused_or_sound(folder.path(), &format!("page {page}")));
    }
    assert!(refused > 0, "none of {} pages matters", used.len());
    // The program as well as its store: with the first page damaged it reports that and exits.
    let mut bytes = whole;
    bytes[..64].fill(0xA5);
    fs::write(&file, &bytes).expect("the file can be written");
    let (status, stderr) = to_the_end(folder.path());
    assert_eq!(status, Some(1), "{stderr}");
    assert!(
        stderr.contains("they were left as they are") && !stderr.contains("panicked"),
        "{stderr}"
    );
    assert!(
        fs::read(&file).expect("a file") == bytes,
        "the file was changed"
    );
}

#[test]
fn scores_in_use_by_another_process_are_refused_and_the_first_server_plays_on() {
    let folder = scores();
    let first = Running::start(folder.path(), &[]);
    let board = || ask_json(first.address(), "/api/leaderboard?room=hall")["ever"].clone();
    let before = board();
    assert_eq!(before[0]["name"], "player 19");
    for _ in 0..3 {
        let (status, stderr) = to_the_end(folder.path());
        assert_eq!(status, Some(1), "{stderr}");
        assert!(stderr.contains("in use by another server"), "{stderr}");
    }
    assert_eq!(board(), before);
    drop(first); // Killed with SIGKILL; the kernel frees its lock.
    let next = Running::start(folder.path(), &[]);
    let shown = ask_json(next.address(), "/api/leaderboard?room=hall")["ever"].clone();
    assert_eq!(shown, before);
}
