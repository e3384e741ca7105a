//! What `learn api` says of names that are not on the page: those of std and tokio, and the names
//! of `lanes` that are std's or tokio's own. Whether they are allowed is asked of [`rules`].
//!
//! By hand: std has no list of its names that a program could read, so its prelude and the common
//! types of the modules stand here.

use crate::rules::{self, Kind};

/// Names by the path in front of them: what an answer names with this path.
const NAMES: [(&str, &str); 46] = [
    (
        "std",
        "any array ascii borrow boxed cell char clone cmp collections convert default env error f32 f64 fmt fs future hash hint i8 i16 i32 i64 i128 io isize iter marker mem net num ops option os panic path pin primitive process ptr rc result slice str string sync task thread time u8 u16 u32 u64 u128 usize vec",
    ),
    ("std::any", "Any TypeId type_name type_name_of_val"),
    ("std::array", "from_fn"),
    ("std::borrow", "Borrow BorrowMut Cow ToOwned"),
    ("std::boxed", "Box"),
    (
        "std::cell",
        "Cell LazyCell OnceCell Ref RefCell RefMut UnsafeCell",
    ),
    ("std::clone", "Clone"),
    (
        "std::cmp",
        "Eq Ord Ordering PartialEq PartialOrd Reverse max min",
    ),
    (
        "std::collections",
        "BTreeMap BTreeSet BinaryHeap HashMap HashSet LinkedList VecDeque btree_map hash_map",
    ),
    (
        "std::collections::hash_map",
        "DefaultHasher Entry RandomState",
    ),
    (
        "std::convert",
        "AsMut AsRef From Infallible Into TryFrom TryInto identity",
    ),
    ("std::default", "Default"),
    ("std::error", "Error"),
    ("std::fmt", "Debug Display Error Formatter Result Write"),
    ("std::fs", "File"),
    (
        "std::future",
        "Future IntoFuture Pending Ready pending poll_fn ready",
    ),
    ("std::hash", "BuildHasher Hash Hasher"),
    ("std::hint", "black_box spin_loop unreachable_unchecked"),
    (
        "std::iter",
        "Chain Cycle DoubleEndedIterator Empty Enumerate ExactSizeIterator Extend Filter FlatMap FromIterator FusedIterator IntoIterator Iterator Map Once Peekable Product Repeat Rev Skip Sum Take Zip empty from_fn once repeat repeat_with successors zip",
    ),
    (
        "std::marker",
        "Copy PhantomData PhantomPinned Send Sized Sync Unpin",
    ),
    (
        "std::mem",
        "ManuallyDrop MaybeUninit drop forget replace size_of swap take",
    ),
    ("std::net", "TcpListener TcpStream UdpSocket"),
    (
        "std::num",
        "NonZero NonZeroU16 NonZeroU32 NonZeroU64 NonZeroU8 NonZeroUsize ParseFloatError ParseIntError Saturating TryFromIntError Wrapping",
    ),
    (
        "std::ops",
        "Add AddAssign AsyncFn AsyncFnMut AsyncFnOnce Bound ControlFlow Deref DerefMut Div Drop Fn FnMut FnOnce Index IndexMut Mul Neg Not Range RangeBounds RangeInclusive Rem Sub SubAssign",
    ),
    ("std::option", "Option"),
    ("std::option::Option", "None Some"),
    ("std::panic", "AssertUnwindSafe Location catch_unwind"),
    ("std::pin", "Pin pin"),
    (
        "std::primitive",
        "bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize",
    ),
    ("std::process", "Command abort exit"),
    ("std::rc", "Rc Weak"),
    ("std::result", "Result"),
    ("std::result::Result", "Err Ok"),
    ("std::str", "Chars FromStr Lines from_utf8"),
    ("std::string", "String ToString"),
    (
        "std::sync",
        "Arc Barrier Condvar LazyLock LockResult Mutex MutexGuard Once OnceLock PoisonError RwLock TryLockError Weak atomic mpsc",
    ),
    (
        "std::sync::atomic",
        "AtomicBool AtomicU32 AtomicUsize Ordering compiler_fence",
    ),
    (
        "std::sync::mpsc",
        "RecvError RecvTimeoutError SendError TryRecvError TrySendError",
    ),
    ("std::task", "Context Poll Wake Waker ready"),
    (
        "std::thread",
        "LocalKey Result Scope available_parallelism park_timeout scope sleep",
    ),
    ("std::time", "Duration Instant SystemTime"),
    ("std::vec", "Drain IntoIter Vec"),
    (
        "tokio",
        "fs io join main net pin process runtime select signal spawn sync task test time try_join",
    ),
    (
        "tokio::io",
        "AsyncBufReadExt AsyncRead AsyncReadExt AsyncWrite AsyncWriteExt BufReader",
    ),
    (
        "tokio::task",
        "AbortHandle JoinError JoinHandle JoinSet LocalSet block_in_place spawn spawn_blocking spawn_local yield_now",
    ),
    (
        "tokio::time",
        "Duration Instant Interval MissedTickBehavior Sleep Timeout advance error interval interval_at pause resume sleep sleep_until timeout timeout_at",
    ),
];

/// The macros of the prelude: an answer names them without a path.
const MACROS: &str = "assert assert_eq assert_ne column concat dbg debug_assert debug_assert_eq \
    debug_assert_ne env eprint eprintln file format format_args include include_bytes include_str \
    line matches module_path option_env panic print println stringify thread_local todo \
    unimplemented unreachable vec write writeln";

/// What the rules say of a path.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Always,
    /// With a paused clock alone, and why not else.
    ByClock(String),
    /// In every schedule alone.
    BySchedules,
    Never(String),
}

/// Returns sentences about what the rules allow of this name: one for each path that it may be
/// short for. Empty if they allow nothing of it, or if there is no such name.
pub(super) fn allowed(said: &str) -> Vec<String> {
    let told = |path: &String| {
        let of = match path.split("::").next().unwrap_or_default() {
            _ if path.starts_with("lanes::tokio::") => "tokio",
            "tokio" => "tokio",
            _ => "std",
        };
        match asked(path) {
            Said::Always => Some(format!("`{path}` is allowed, as in {of}.")),
            Said::ByClock(why) => Some(format!(
                "`{path}` is allowed in exercises with a paused clock, as in {of}. In the others: {why}"
            )),
            Said::BySchedules => Some(format!(
                "`{path}` is allowed in exercises that are judged in every schedule, as in {of}."
            )),
            Said::Never(_) => None,
        }
    };
    paths(said).iter().filter_map(told).collect()
}

/// Returns why no answer may use what this name is short for.
pub(super) fn refused(said: &str) -> Option<String> {
    let word = Some(said.to_owned()).filter(|said| is_path(said));
    let paths = paths(said).into_iter().chain(word);
    paths.map(|path| asked(&path)).find_map(|it| match it {
        Said::Never(why) => Some(why),
        _ => None,
    })
}

/// Returns the names that an answer may use, without their paths.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let of = |&(module, names): &(&'static str, &'static str)| {
        let is_fine =
            move |name: &&str| !matches!(asked(&format!("{module}::{name}")), Said::Never(_));
        names.split(' ').filter(is_fine)
    };
    NAMES.iter().flat_map(of)
}

fn asked(path: &str) -> Said {
    let path = path.trim_end_matches('!');
    let (schedules, clock) = (
        rules::against(path, Kind::Schedules),
        rules::against(path, Kind::Clock),
    );
    match (schedules, clock) {
        (None, None) => Said::Always,
        (Some(why), None) => Said::ByClock(why),
        (None, Some(_)) => Said::BySchedules,
        (Some(why), Some(_)) => Said::Never(why),
    }
}

/// Returns the full paths that a name, a path's end or a type's method may stand for.
fn paths(said: &str) -> Vec<String> {
    let said = said.trim_end_matches('!');
    if !is_path(said) {
        return vec![];
    }
    let same = said
        .replacen("core::", "std::", 1)
        .replacen("alloc::", "std::", 1);
    let exact = ending(&|path| super::ends_with(path, &same) && path.ends_with(&same));
    if !exact.is_empty() {
        return exact;
    }
    let other = ending(&|path| super::ends_with(path, &same));
    if !other.is_empty() {
        return other;
    }
    // A method, or an item of a module: `Vec::push`, `std::fmt::Alignment`.
    match said.rsplit_once("::") {
        Some((of, name)) => {
            let below = |path: String| format!("{path}::{name}");
            paths(of).into_iter().map(below).collect()
        }
        None => vec![],
    }
}

/// Whether this is a name, or names with `::` between them.
fn is_path(said: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    said.split("::")
        .all(|it| !it.is_empty() && it.chars().all(is_name))
}

/// Returns all paths and macros that this holds of.
fn ending(is_it: &dyn Fn(&str) -> bool) -> Vec<String> {
    let std = NAMES.iter().flat_map(|(module, names)| {
        names
            .split(' ')
            .map(move |name| format!("{module}::{name}"))
    });
    let own = lanes::NAMES.iter().map(|name| format!("lanes::{name}"));
    let own = own.filter(|path| is_reexported(path));
    let rules = rules::ALLOWED
        .iter()
        .filter(|it| ["std", "tokio"].contains(&it.of));
    let rules = rules.flat_map(|it| it.names.iter().map(|name| format!("{}::{name}", it.of)));
    let macros = MACROS.split(' ').filter(|name| is_it(name));
    let mut found: Vec<String> = macros.map(|name| format!("{name}!")).collect();
    for path in std.chain(rules).chain(own).filter(|path| is_it(path)) {
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// Whether the page has no part about this path of `lanes`: it is std's or tokio's own.
fn is_reexported(path: &str) -> bool {
    let ends = ["Error", "::error", "::Arc", "::Weak", "::Ordering"];
    ends.iter().any(|end| path.ends_with(end))
}
