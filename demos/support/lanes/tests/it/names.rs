//! The list of what exists.

use std::collections::BTreeSet;

/// The public items of a module's file, by the words after `pub`, and the guards of locks.
fn items(text: &str) -> Vec<String> {
    let mut items = vec![];
    for line in text.lines() {
        for word in [
            "pub struct ",
            "pub fn ",
            "pub async fn ",
            "pub enum ",
            "guard!(",
        ] {
            if let Some(rest) = line.strip_prefix(word) {
                let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
                let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
                items.push(rest[..end].to_owned());
            }
        }
    }
    items
}

#[test]
fn every_public_type_and_function_is_in_the_list() {
    let known: BTreeSet<&str> = lanes::NAMES
        .iter()
        .filter_map(|name| name.rsplit("::").next())
        .collect();
    let files = [
        include_str!("../../src/thread.rs"),
        include_str!("../../src/task.rs"),
        include_str!("../../src/sync/atomic.rs"),
        include_str!("../../src/sync/barrier.rs"),
        include_str!("../../src/sync/condvar.rs"),
        include_str!("../../src/sync/mpsc.rs"),
        include_str!("../../src/sync/mutex.rs"),
        include_str!("../../src/sync/once.rs"),
        include_str!("../../src/sync/rwlock.rs"),
        include_str!("../../src/tokio/broadcast.rs"),
        include_str!("../../src/tokio/mod.rs"),
        include_str!("../../src/tokio/mutex.rs"),
        include_str!("../../src/tokio/notify.rs"),
        include_str!("../../src/tokio/rwlock.rs"),
        include_str!("../../src/tokio/semaphore.rs"),
        include_str!("../../src/tokio/watch.rs"),
    ];
    let found: Vec<String> = files.into_iter().flat_map(items).collect();
    assert!(found.len() > 40, "{found:?}");
    let missing = found.iter().filter(|item| !known.contains(item.as_str()));
    // The standard library has no `rename`.
    let missing: Vec<&String> = missing.filter(|item| *item != "rename").collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_names_are_paths_in_order() {
    assert!(lanes::NAMES.is_sorted(), "{:?}", lanes::NAMES);
    let is_path = |name: &&&str| name.contains("::") && !name.contains(' ');
    assert_eq!(
        lanes::NAMES.iter().filter(is_path).count(),
        lanes::NAMES.len()
    );
}

#[test]
fn a_name_that_does_not_exist_is_not_recommended() {
    for path in [
        "sync",
        "sync::Mutex",
        "tokio::mpsc::Sender::send",
        "thread::park",
    ] {
        assert!(lanes::has(path), "{path}");
    }
    for path in [
        "",
        "thread::scope",
        "sync::Mute",
        "tokio::JoinSet",
        "sync::PoisonError",
        "explore",
    ] {
        assert!(!lanes::has(path), "{path}");
    }
}
