//! Writes `exercises/API.md`, and finds out whether it is up to date.

use super::sources::{Method, Part, read};
use crate::rules;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A module's path, its sources, and what its macros' names stand for.
type Module = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

/// The modules of the page.
const MODULES: [Module; 12] = [
    (
        "lanes::sync",
        &[
            "sync/mutex.rs",
            "sync/rwlock.rs",
            "sync/condvar.rs",
            "sync/barrier.rs",
            "sync/once.rs",
        ],
        &[],
    ),
    (
        "lanes::sync::atomic",
        &["sync/atomic.rs"],
        &[("$name", "AtomicU32")],
    ),
    ("lanes::sync::mpsc", &["sync/mpsc.rs"], &[]),
    ("lanes::thread", &["thread.rs"], &[]),
    ("lanes::task", &["task.rs"], &[]),
    (
        "lanes::tokio",
        &[
            "tokio/mutex.rs",
            "tokio/rwlock.rs",
            "tokio/notify.rs",
            "tokio/semaphore.rs",
            "tokio/mod.rs",
        ],
        &[],
    ),
    (
        "lanes::tokio::mpsc",
        &[
            "tokio/mpsc/bounded.rs",
            "tokio/mpsc/ends.rs",
            "tokio/mpsc/permit.rs",
        ],
        &[("$sender", "Sender"), ("$receiver", "Receiver")],
    ),
    (
        "lanes::tokio::mpsc",
        &["tokio/mpsc/unbounded.rs", "tokio/mpsc/ends.rs"],
        &[
            ("$sender", "UnboundedSender"),
            ("$receiver", "UnboundedReceiver"),
        ],
    ),
    ("lanes::tokio::oneshot", &["tokio/oneshot.rs"], &[]),
    ("lanes::tokio::broadcast", &["tokio/broadcast.rs"], &[]),
    ("lanes::tokio::watch", &["tokio/watch.rs"], &[]),
    (
        "judge::clock",
        &["../../../../exercises/judge/src/clock.rs"],
        &[],
    ),
];

/// What the judge itself uses, and an answer does not.
const NOT_FOR_ANSWERS: [&str; 6] = [
    "latest_values",
    "begin_next_with",
    "ValueMut",
    "rename",
    "phone",
    "stove",
];

/// Methods that return a `Result` in std, for a lock whose owner panicked.
const RESULTS: [&str; 9] = [
    "lock",
    "read",
    "write",
    "wait",
    "wait_while",
    "wait_timeout",
    "wait_timeout_while",
    "into_inner",
    "get_mut",
];

const HEAD: &str = "\
# What an answer may use

`cargo run -p learn -- api NAME` prints the part about a type or a method. This page is written from
the sources, by `BLESS=1 cargo test -p learn --bin learn api`.

## How it differs from std and tokio

Most exercises are judged in every schedule: `lanes` has the locks, channels, atomics and threads of
std and of tokio, so that the judge sees each of their steps. A *lane* is a thread or a task of the
model: a line of a drawing. There are two differences:

- **What you create has a name**, the first argument: `Mutex::new(\"tray\", 8)`, `channel(\"bills\")`,
  `thread::spawn(\"ann\", move || …)`. Drawings show it.
- **A lock returns its guard, and no `Result`**: `tray.lock()` without `unwrap()`, and `try_lock()`
  returns an `Option`. (In std the `Result` says that a thread panicked while it held the lock. Here a
  panic is a verdict.)

What is listed as `async fn` is called with `.await`.

Exercises with *a paused clock* use tokio itself, and `judge::clock`.

## What else is allowed

";

/// The page, up to date.
fn page() -> String {
    let mut page = HEAD.to_owned();
    let list = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    for rules::Allowed { what, names, .. } in rules::ALLOWED {
        writeln!(page, "- {what}: {}.", list(names)).expect("a string");
    }
    page += "\nNot allowed: what hides code from the judge (`unsafe`, `static`, `macro_rules`, `cfg`), real \
             threads and clocks,\nand whatever ends the program.\n";
    let mut all: Vec<(&str, Part)> = vec![];
    for (module, files, named) in MODULES {
        for mut part in parts(files, named) {
            // A module may be told in two steps: its functions stand together.
            let is_it = |it: &&mut (&str, Part)| it.0 == module && it.1.name == part.name;
            match all.iter_mut().find(is_it) {
                Some((_, known)) => known.methods.append(&mut part.methods),
                None => all.push((module, part)),
            }
        }
    }
    for (module, part) in &all {
        write_part(&mut page, module, part);
    }
    page
}

/// Returns what these files of `lanes` offer to an answer. A type may be in several files.
fn parts(files: &[&str], named: &[(&str, &str)]) -> Vec<Part> {
    let mut all: Vec<Part> = vec![];
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demos/support/lanes/src");
    for file in files {
        let source = fs::read_to_string(sources.join(file)).expect(file);
        for mut part in read(&source, named) {
            part.methods
                .retain(|it| !NOT_FOR_ANSWERS.contains(&it.name()));
            let bare = |part: &Part| part.name.split('<').next().unwrap_or_default().to_owned();
            match all.iter_mut().find(|it| bare(it) == bare(&part)) {
                Some(known) => {
                    known.methods.append(&mut part.methods);
                    if known.about.is_empty() {
                        (known.name, known.about) = (part.name, part.about);
                    }
                }
                None => all.push(part),
            }
        }
    }
    let is_wanted = |part: &Part| {
        let name = part.name.split('<').next().unwrap_or_default();
        let is_private = ["Clock", "Hand", "Task"].contains(&name) || name.contains('$');
        let is_known = is_private || NOT_FOR_ANSWERS.contains(&name);
        let is_nothing = name.is_empty() && part.methods.is_empty();
        !(is_known || is_nothing)
    };
    all.retain(is_wanted);
    all
}

fn write_part(page: &mut String, module: &str, part: &Part) {
    let name = part.name.replace("<T, F = fn() -> T>", "<T>");
    let heading = match &name[..] {
        "" => format!("{module}: functions"),
        "AtomicU32" => format!(
            "{module}::AtomicU32, and AtomicBool, {}, AtomicPtr",
            numbers()
        ),
        name => format!("{module}::{name}"),
    };
    writeln!(page, "\n### `{heading}`\n").expect("a string");
    if !part.about.is_empty() {
        writeln!(page, "{}", part.about).expect("a string");
    }
    if part.methods.is_empty() {
        return;
    }
    writeln!(
        page,
        "{}| | | differs |\n|---|---|---|",
        if part.about.is_empty() { "" } else { "\n" }
    )
    .expect("a string");
    for method in &part.methods {
        let differs = differs(module, part, method);
        let Method { signature, about } = method;
        writeln!(page, "| `{signature}` | {about} | {differs} |").expect("a string");
    }
}

fn numbers() -> String {
    let numbers = [
        "U8", "U16", "U64", "Usize", "I8", "I16", "I32", "I64", "Isize",
    ];
    numbers.map(|number| format!("Atomic{number}")).join(", ")
}

/// Returns how a method differs from std's or tokio's.
fn differs(module: &str, part: &Part, method: &Method) -> &'static str {
    let is_lock = ["Mutex", "RwLock", "Condvar"]
        .iter()
        .any(|it| part.name.starts_with(it));
    let of_std = module == "lanes::sync";
    match () {
        () if module == "judge::clock" => "",
        () if method.signature.contains("name: impl Into<String>") => "takes a name",
        () if of_std && is_lock && RESULTS.contains(&method.name()) => "no `unwrap`",
        () if of_std && is_lock && method.name().starts_with("try_") => "an `Option`",
        () => "",
    }
}

#[test]
fn the_page_is_up_to_date_and_names_all_of_lanes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../API.md");
    let page = page();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &page).expect("a file of the repository");
    }
    let written = fs::read_to_string(file).expect("the page");
    assert!(
        written.replace("\r\n", "\n") == page,
        "exercises/API.md is not up to date: BLESS=1 cargo test -p learn --bin learn api"
    );
    let lines = || page.lines();
    for heading in lines().filter(|line| line.starts_with("### ")) {
        let same = lines().filter(|line| line == &heading);
        assert_eq!(same.count(), 1, "{heading}");
    }
    for line in lines().filter_map(super::row) {
        assert!(!line.0.contains("-> impl Future"), "{line:?}");
        assert!(
            !line.0.contains("(_") && !line.0.contains(", _"),
            "{line:?}"
        );
    }
    assert!(page.contains("| `async fn wait_for(&mut self, condition: "));
    let first = page.find(" lane").expect("the page speaks of lanes");
    assert!(
        page.find("A *lane* is").is_some_and(|told| told < first),
        "explained too late"
    );
    let is_missing = |name: &&&str| {
        let last = name.rsplit("::").next().unwrap_or(name);
        let is_for_answers = !name.starts_with("net::") && !NOT_FOR_ANSWERS.contains(&last);
        // Types of errors and iterators are std's and tokio's own.
        let is_own = !last.ends_with("Error") && !["error", "Iter", "IntoIter"].contains(&last);
        is_for_answers && is_own && !page.contains(last)
    };
    let missing: Vec<&&str> = lanes::NAMES.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // What the page says of std's results holds only while no lock returns one.
    let sync = parts(MODULES[0].1, &[]);
    let locks = sync
        .iter()
        .flat_map(|part| part.methods.iter().map(move |it| (part, it)));
    for (part, method) in
        locks.filter(|(part, method)| differs("lanes::sync", part, method).contains('`'))
    {
        assert!(
            !method.signature.contains("Result<"),
            "{}: {method:?}",
            part.name
        );
    }
}
