//! Why an answer may not name a path, and what to use instead. A sentence names only what exists,
//! and what exercises of the same kind may use.

use super::allowed::Kind;
use crate::set::nearest;

const TOOLS: &str = "an answer must not use the judge's own tools.";
const NAME_IT: &str = "name what you use, so that the judge can read it.";
const UNSEEN: &str = "no exercise needs it, and the judge could not see what it does.";
const NO_TIME: &str = " Here is no time: the judge tries every order in which things can happen. \
    Wait for an event instead, with a channel, a `Condvar` or a `Notify` of `lanes`.";
const NEVER_LATE: &str = " Here is no time, so nothing comes too late: \
    `lanes::tokio::within(patience, future)` waits for a future, and never gives it up.";
const NO_TASKS: &str = " A task cannot start another one here: `tokio::join!` runs several futures \
    at once, and `lanes::thread::spawn` starts a thread.";
const NO_POISON: &str = " Here a lock returns its guard, and no `Result`: `lock()` without \
    `unwrap()`, and `try_lock()` returns an `Option`.";

/// What to use instead of a path that `lanes` has not, and of what is inside it, where every
/// schedule is judged.
const BY_SCHEDULES: [(&str, &str); 20] = [
    ("sync::PoisonError", NO_POISON),
    ("sync::LockResult", NO_POISON),
    ("sync::TryLockError", NO_POISON),
    ("sync::TryLockResult", NO_POISON),
    (
        "thread::scope",
        " Start each thread with `lanes::thread::spawn`, share what they need in an `Arc`, and join \
         them.",
    ),
    ("time", NO_TIME),
    ("tokio::time::timeout", NEVER_LATE),
    ("tokio::time::timeout_at", NEVER_LATE),
    ("tokio::time", NO_TIME),
    ("tokio::spawn", NO_TASKS),
    ("tokio::task::spawn", NO_TASKS),
    ("tokio::task::JoinSet", NO_TASKS),
    ("tokio::task::JoinHandle", NO_TASKS),
    ("tokio::task::JoinError", NO_TASKS),
    ("tokio::task::AbortHandle", NO_TASKS),
    ("tokio::task::LocalSet", NO_TASKS),
    ("tokio::task::spawn_local", NO_TASKS),
    ("tokio::task::spawn_blocking", NO_TASKS),
    (
        "tokio::task::yield_now",
        " Leave it out: the judge tries every order in which tasks can run.",
    ),
    ("tokio::runtime", " `lanes::task::block_on` runs a future."),
];

/// What to use instead of a path, where a paused clock judges.
const BY_CLOCK: [(&str, &str); 38] = [
    ("std::sync::Barrier", "tokio::sync::Barrier"),
    ("std::sync::Condvar", "tokio::sync::Notify"),
    ("std::sync::Once", "tokio::sync::OnceCell"),
    ("std::sync::mpsc::Receiver", "tokio::sync::mpsc::Receiver"),
    ("std::sync::mpsc::Sender", "tokio::sync::mpsc::Sender"),
    ("std::sync::mpsc::SyncSender", "tokio::sync::mpsc::Sender"),
    (
        "std::sync::mpsc::channel",
        "tokio::sync::mpsc::unbounded_channel",
    ),
    (
        "std::sync::mpsc::sync_channel",
        "tokio::sync::mpsc::channel",
    ),
    ("std::sync::mpsc", "tokio::sync::mpsc"),
    ("std::thread::Builder", "tokio::spawn"),
    ("std::thread::JoinHandle", "tokio::task::JoinHandle"),
    ("std::thread::park", "tokio::sync::Notify"),
    ("std::thread::scope", "tokio::task::JoinSet"),
    ("std::thread::sleep", "tokio::time::sleep"),
    ("std::thread::spawn", "tokio::spawn"),
    ("std::thread::yield_now", "tokio::task::yield_now"),
    ("std::time::Instant", "tokio::time::Instant"),
    ("std::time::SystemTime", "tokio::time::Instant"),
    ("lanes::sync::Arc", "std::sync::Arc"),
    ("lanes::sync::Barrier", "tokio::sync::Barrier"),
    ("lanes::sync::Condvar", "tokio::sync::Notify"),
    ("lanes::sync::LazyLock", "std::sync::LazyLock"),
    ("lanes::sync::Mutex", "std::sync::Mutex"),
    ("lanes::sync::MutexGuard", "std::sync::MutexGuard"),
    ("lanes::sync::OnceLock", "std::sync::OnceLock"),
    ("lanes::sync::RwLock", "std::sync::RwLock"),
    ("lanes::sync::Weak", "std::sync::Weak"),
    ("lanes::sync::atomic", "std::sync::atomic"),
    ("lanes::sync::mpsc", "tokio::sync::mpsc"),
    ("lanes::task::join_all", "tokio::join"),
    ("lanes::thread::JoinHandle", "tokio::task::JoinHandle"),
    ("lanes::thread::sleep", "tokio::time::sleep"),
    ("lanes::thread::spawn", "tokio::spawn"),
    ("lanes::thread::yield_now", "tokio::task::yield_now"),
    ("lanes::tokio::within", "tokio::time::timeout"),
    ("lanes::tokio", "tokio::sync"),
    ("lanes::sync", "tokio::sync"),
    ("lanes::thread", "tokio::spawn"),
];

/// What takes a name in `lanes` and none in std or tokio.
const NAMED: [&str; 25] = [
    "AtomicBool",
    "AtomicI16",
    "AtomicI32",
    "AtomicI64",
    "AtomicI8",
    "AtomicIsize",
    "AtomicPtr",
    "AtomicU16",
    "AtomicU32",
    "AtomicU64",
    "AtomicU8",
    "AtomicUsize",
    "Barrier",
    "Condvar",
    "LazyLock",
    "Mutex",
    "Notify",
    "Once",
    "OnceLock",
    "RwLock",
    "Semaphore",
    "channel",
    "spawn",
    "sync_channel",
    "unbounded_channel",
];

/// Returns why an answer may not name `root::rest`.
pub(super) fn instead(root: &str, rest: &str, kind: Kind) -> String {
    let root = match root {
        "core" | "alloc" => "std",
        root => root,
    };
    let path = format!("{root}::{rest}");
    let is_glob = rest.is_empty() || rest.ends_with('*');
    match (root, kind) {
        ("std", _) if is_in(&path, "std::process::exit") || is_in(&path, "std::process::abort") => {
            "an answer that ends the program ends the judge too.".into()
        }
        ("std", _) if is_in(&path, "std::panic::catch_unwind") => {
            "only the judge may catch a panic.".into()
        }
        ("std", _) if is_in(&path, "std::io") => format!("{UNSEEN} `println!` prints."),
        (_, Kind::Schedules) => in_schedules(root, rest, is_glob),
        ("std" | "lanes", Kind::Clock) => match found(&BY_CLOCK, &path).filter(|_| !is_glob) {
            Some(other) => {
                format!("this exercise runs on tokio's paused clock, in one thread: use `{other}`.")
            }
            None if is_glob => NAME_IT.into(),
            None if root == "lanes" => TOOLS.into(),
            None if is_in(&path, "std::sync") || is_in(&path, "std::thread") => {
                "this exercise runs on tokio's paused clock, in one thread: use `tokio::sync` and \
                 `tokio::spawn`."
                    .into()
            }
            None => UNSEEN.into(),
        },
        ("tokio", Kind::Clock) => match () {
            () if is_glob => NAME_IT.into(),
            () if is_in(&path, "tokio::time") => "it would move the judge's clock.".into(),
            () if is_in(&path, "tokio::task") || is_in(&path, "tokio::runtime") => {
                "it would leave the judge's thread, or the tasks that the judge counts.".into()
            }
            () => UNSEEN.into(),
        },
        _ => in_all(root),
    }
}

fn in_schedules(root: &str, rest: &str, is_glob: bool) -> String {
    let is_of_threads = is_in(rest, "sync") || is_in(rest, "thread");
    match root {
        "std" if is_of_threads => match has(rest) {
            true => format!(
                "the judge does not see it, so it could not judge your answer. `lanes::{rest}` is \
                 the same{}",
                with_a_name(rest)
            ),
            false => format!(
                "the judge does not see it, so it could not judge your answer, and `lanes` has no \
                 `{rest}`.{}",
                rather(rest)
            ),
        },
        "std" if is_in(rest, "time") => {
            format!("the judge does not see it.{}", rather(rest))
        }
        "std" if is_in(rest, "cell") => {
            "threads cannot share it, and the judge could not see what they do with it. Use \
             `lanes::sync::Mutex`, or `lanes::sync::atomic`."
                .into()
        }
        "std" if is_in(rest, "rc") => {
            "threads cannot share it, and the judge could not see what they do with it. Use \
             `lanes::sync::Arc`."
                .into()
        }
        "std" if is_glob => NAME_IT.into(),
        "std" => UNSEEN.into(),
        "tokio" => {
            // In `lanes`, what tokio has in `sync` is in `tokio`.
            let path = format!("tokio::{rest}").replacen("::sync", "", 1);
            let path = path.trim_end_matches("::");
            match has(path) {
                true => format!(
                    "the judge does not see plain tokio. `lanes::{path}` is tokio's own{}",
                    with_a_name(path)
                ),
                false => format!(
                    "the judge does not see plain tokio, and `lanes` has no `{path}`.{}",
                    rather(path)
                ),
            }
        }
        "lanes" if is_glob => NAME_IT.into(),
        "lanes" => match really(rest) {
            meant if meant.is_empty() => TOOLS.into(),
            meant => format!(
                "an answer may use `lanes::sync`, `lanes::task`, `lanes::thread` and \
                 `lanes::tokio`.{meant}"
            ),
        },
        "judge" if is_in(rest, "clock") => {
            "only exercises with a paused clock have it; this one is judged in every schedule."
                .into()
        }
        root => in_all(root),
    }
}

/// What is not allowed in any exercise.
fn in_all(root: &str) -> String {
    match root {
        "crate" => {
            "an answer is one file: name your own items without `crate`; inside a `mod`, `super::` \
             leads out of it."
        }
        _ => TOOLS,
    }
    .into()
}

/// Whether `path` is `module`, or inside it.
fn is_in(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Returns what the longest path in a list that `path` is inside of stands for.
fn found<'a>(list: &[(&str, &'a str)], path: &str) -> Option<&'a str> {
    let inside = list.iter().filter(|(known, _)| is_in(path, known));
    let longest = inside.max_by_key(|(known, _)| known.len());
    longest.map(|(_, told)| *told)
}

/// Whether `lanes` has this path.
fn has(path: &str) -> bool {
    lanes::has(path.trim_end_matches("::*"))
}

/// Ends a sentence about a path of `lanes`: some of its names take a name.
fn with_a_name(path: &str) -> &'static str {
    match path.split("::").any(|part| NAMED.contains(&part)) {
        true => ", with a name that appears in drawings.",
        false => ".",
    }
}

/// Returns a sentence about what to use instead of a path that `lanes` has not, behind a blank.
fn rather(path: &str) -> String {
    found(&BY_SCHEDULES, path).map_or_else(|| really(path), str::to_owned)
}

/// Names what `lanes` really has: the name that was meant, or else all names beside it. Empty if
/// there is nothing like it.
pub(crate) fn really(path: &str) -> String {
    let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
    fn last(name: &str) -> &str {
        name.rsplit("::").next().unwrap_or(name)
    }
    let beside: Vec<&str> = lanes::NAMES
        .iter()
        .filter(|it| {
            it.rsplit_once("::")
                .is_some_and(|(above, _)| above == module)
        })
        .map(|it| last(it))
        .collect();
    let all = lanes::NAMES.iter().map(|it| last(it));
    if let Some(near) = nearest(name, all) {
        let is_it = |it: &&&str| last(it) == near;
        let place = |it: &&&str| !it.starts_with(module);
        let meant = lanes::NAMES.iter().filter(is_it).min_by_key(place);
        return meant.map_or_else(String::new, |meant| {
            format!(" Did you mean `lanes::{meant}`?")
        });
    }
    match &beside[..] {
        [] => String::new(),
        names => format!(" It has `lanes::{module}::{{{}}}`.", names.join(", ")),
    }
}

/// Returns the paths in backticks in a sentence.
#[cfg(test)]
pub(super) fn named(sentence: &str) -> impl Iterator<Item = &str> {
    let quoted = sentence.split('`').skip(1).step_by(2);
    quoted
        .map(|it| it.split(['(', '!', '{']).next().unwrap_or(it))
        .filter(|it| it.contains("::"))
        .map(|it| it.trim_end_matches("::"))
}

#[cfg(test)]
mod tests {
    use super::super::against;
    use super::*;

    #[test]
    fn what_is_recommended_is_allowed_and_what_is_not_allowed_has_a_reason() {
        for (path, sentence) in BY_SCHEDULES {
            assert!(!lanes::has(path), "{path}");
            let path = match path.starts_with("tokio::") {
                true => path.to_owned(),
                false => format!("std::{path}"),
            };
            let path = &path[..];
            let inside = format!("{path}::it");
            assert!(against(&inside, Kind::Schedules).is_some(), "{path}");
            for other in named(sentence) {
                assert_eq!(against(other, Kind::Schedules), None, "{path}: {other}");
                let is_there = other.strip_prefix("lanes::").is_none_or(lanes::has);
                assert!(is_there, "{path}: {other}");
            }
        }
        for (path, other) in BY_CLOCK {
            assert!(against(path, Kind::Clock).is_some(), "{path}");
            assert_eq!(against(other, Kind::Clock), None, "{path}: {other}");
        }
    }

    #[test]
    fn the_names_that_take_a_name_are_those_of_the_page() {
        let page = include_str!("../../../API.md");
        let part = |name: &str| {
            let is_it = |part: &&str| {
                let heading = part.lines().next().unwrap_or_default();
                heading.contains(&format!("::{name}`"))
                    || heading.contains(&format!("::{name}<"))
                    || heading.contains(&format!("{name},"))
                    || heading.contains(&format!(", {name}"))
            };
            page.split("\n### ").skip(1).find(is_it)
        };
        for name in NAMED {
            let row = match name.starts_with(char::is_uppercase) {
                true => part(name).expect(name).split("| `new(").nth(1),
                false => page.split(&format!("| `{name}")).nth(1),
            };
            let row = row.and_then(|it| it.lines().next()).expect(name);
            assert!(row.contains("takes a name"), "{name}: {row}");
        }
    }
}
