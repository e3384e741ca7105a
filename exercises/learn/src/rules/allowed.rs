//! What an answer may name: one list, which the rules and the page `API.md` both read.

use judge::Answer;

/// How an exercise is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In every schedule, with `lanes`.
    Schedules,
    /// By tokio's paused clock.
    Clock,
}

impl Kind {
    /// Returns the kind of an exercise, which its original state shows.
    pub(crate) fn of(unsolved: &Answer) -> Kind {
        match unsolved.says("lanes") {
            true => Kind::Schedules,
            false => Kind::Clock,
        }
    }
}

/// Names of one crate that an answer may use.
pub(crate) struct Allowed {
    /// What the page calls them.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test writes the page"))]
    pub(crate) what: &'static str,
    /// The crate.
    pub(crate) of: &'static str,
    /// Which exercises may use them; all, if `None`.
    pub(crate) only: Option<Kind>,
    /// Whether what is inside each of them is not allowed with it.
    is_alone: bool,
    pub(crate) names: &'static [&'static str],
}

impl Allowed {
    const fn new(what: &'static str, of: &'static str, names: &'static [&'static str]) -> Allowed {
        let (only, is_alone) = (None, false);
        Allowed {
            what,
            of,
            only,
            is_alone,
            names,
        }
    }

    const fn only(mut self, kind: Kind) -> Allowed {
        self.only = Some(kind);
        self
    }

    const fn alone(mut self) -> Allowed {
        self.is_alone = true;
        self
    }

    /// Whether exercises of this kind may use them.
    pub(crate) fn is_for(&self, kind: Kind) -> bool {
        self.only.is_none_or(|only| only == kind)
    }

    fn has(&self, path: &str) -> bool {
        let has = |name: &&str| match path.strip_prefix(*name) {
            Some("") => true,
            Some(rest) => !self.is_alone && rest.starts_with("::"),
            None => false,
        };
        self.names.iter().any(has)
    }
}

/// Everything that an answer may name of other crates.
pub(crate) const ALLOWED: [Allowed; 11] = [
    // They do not wait, share data or end the program.
    Allowed::new(
        "From `std`, in every exercise",
        "std",
        &[
            "any",
            "array",
            "ascii",
            "borrow",
            "boxed",
            "char",
            "clone",
            "cmp",
            "collections",
            "convert",
            "default",
            "error",
            "f32",
            "f64",
            "fmt",
            "future",
            "hash",
            "hint",
            "i128",
            "i16",
            "i32",
            "i64",
            "i8",
            "io::Error",
            "io::ErrorKind",
            "io::Result",
            "isize",
            "iter",
            "marker",
            "mem",
            "num",
            "ops",
            "option",
            "pin",
            "prelude",
            "primitive",
            "ptr",
            "result",
            "slice",
            "str",
            "string",
            "task",
            "time::Duration",
            "u128",
            "u16",
            "u32",
            "u64",
            "u8",
            "usize",
            "vec",
        ],
    ),
    Allowed::new(
        "Macros of `std`, in every exercise",
        "std",
        &[
            "assert",
            "assert_eq",
            "assert_ne",
            "column",
            "concat",
            "dbg",
            "debug_assert",
            "debug_assert_eq",
            "debug_assert_ne",
            "eprint",
            "eprintln",
            "file",
            "format",
            "format_args",
            "line",
            "matches",
            "module_path",
            "panic",
            "print",
            "println",
            "stringify",
            "todo",
            "unimplemented",
            "unreachable",
            "write",
            "writeln",
        ],
    )
    .alone(),
    // No thread waits for them.
    Allowed::new(
        "Types of `std` that are the same in `lanes`",
        "std",
        &[
            "sync::Arc",
            "sync::Weak",
            "sync::atomic::Ordering",
            "sync::mpsc::RecvError",
            "sync::mpsc::RecvTimeoutError",
            "sync::mpsc::SendError",
            "sync::mpsc::TryRecvError",
            "sync::mpsc::TrySendError",
            "thread::Result",
        ],
    ),
    // A path through a module is asked about by itself.
    Allowed::new(
        "Modules of `std`, to reach what is listed of them",
        "std",
        &["io", "time"],
    )
    .alone(),
    // Their tasks share one thread, so no schedule is missed.
    Allowed::new(
        "From `std`, with a paused clock",
        "std",
        &[
            "cell",
            "rc",
            "sync::LazyLock",
            "sync::LockResult",
            "sync::Mutex",
            "sync::MutexGuard",
            "sync::OnceLock",
            "sync::PoisonError",
            "sync::RwLock",
            "sync::RwLockReadGuard",
            "sync::RwLockWriteGuard",
            "sync::TryLockError",
            "sync::TryLockResult",
            "sync::atomic",
        ],
    )
    .only(Kind::Clock),
    // They only combine futures.
    Allowed::new(
        "Macros of `tokio`, in every exercise",
        "tokio",
        &["join", "pin", "select", "try_join"],
    ),
    Allowed::new(
        "From `tokio`, with a paused clock",
        "tokio",
        &[
            "spawn",
            "sync",
            "task::AbortHandle",
            "task::JoinError",
            "task::JoinHandle",
            "task::JoinSet",
            "task::spawn",
            "task::yield_now",
            "time::Duration",
            "time::Instant",
            "time::Interval",
            "time::MissedTickBehavior",
            "time::Sleep",
            "time::Timeout",
            "time::error",
            "time::interval",
            "time::interval_at",
            "time::sleep",
            "time::sleep_until",
            "time::timeout",
            "time::timeout_at",
        ],
    )
    .only(Kind::Clock),
    Allowed::new(
        "Modules of `tokio`, to reach what is listed of them, with a paused clock",
        "tokio",
        &["task", "time"],
    )
    .only(Kind::Clock)
    .alone(),
    // What a program uses, but not what explores schedules.
    Allowed::new(
        "From `lanes`, where every schedule is judged (all of it is below)",
        "lanes",
        &["sync", "task", "thread", "tokio"],
    )
    .only(Kind::Schedules),
    // What an exercise is about.
    Allowed::new(
        "From `judge`, with a paused clock (all of it is below)",
        "judge",
        &["clock::Gone", "clock::Phone", "clock::Stove"],
    )
    .only(Kind::Clock),
    Allowed::new(
        "Modules of `judge`, to reach what is listed of them, with a paused clock",
        "judge",
        &["clock"],
    )
    .only(Kind::Clock)
    .alone(),
];

/// Whether an answer may name this path of a crate. `core` and `alloc` are `std`.
pub(super) fn is_allowed(root: &str, path: &str, kind: Kind) -> bool {
    let root = match root {
        "core" | "alloc" => "std",
        root => root,
    };
    ALLOWED
        .iter()
        .any(|it| it.of == root && it.is_for(kind) && it.has(path))
}

#[cfg(test)]
mod tests {
    use super::super::{against, instead};
    use super::*;

    #[test]
    fn what_only_one_kind_may_use_is_refused_in_the_other_with_what_exists_there() {
        for it in &ALLOWED {
            for name in it.names {
                let path = format!("{}::{name}", it.of);
                for kind in [Kind::Schedules, Kind::Clock] {
                    let why = against(&path, kind);
                    assert_eq!(why.is_none(), it.is_for(kind), "{kind:?} {path}: {why:?}");
                    let why = why.as_deref().unwrap_or_default();
                    // The first path is the refused one.
                    for other in instead::named(why).filter(|other| *other != path) {
                        let is_refused_too = why.contains(&format!("has no `{other}`"));
                        assert!(
                            is_refused_too || against(other, kind).is_none(),
                            "{kind:?} {path}: {other} in {why}"
                        );
                    }
                }
            }
        }
    }
}
