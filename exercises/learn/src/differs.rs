//! Compile errors that come from a difference between `lanes` and std: the answer is written as one
//! writes it for std, or names what is not there.

use crate::compile::CompilerError;
use crate::rules::{self, ALLOWED, Kind};

const NAME: &str = "Here, what you create has a name, as its first argument: \
    `Mutex::new(\"tray\", 8)`, `channel(\"bills\")`, `thread::spawn(\"ann\", move || …)`. Drawings \
    show it. In std there is none. More: cargo run -p learn -- api";
const NO_DEFAULT: &str = "Here, what you create has a name, so there is no default: write \
    `Mutex::new(\"tray\", 0)`, and `impl Default` by hand. More: cargo run -p learn -- api";
const NO_RESULT: &str = "Here, a lock returns its guard, and no `Result`: `tray.lock()`, without \
    `unwrap()`; and `try_lock()` returns an `Option`. In std the `Result` says that a thread \
    panicked while it held the lock. More: cargo run -p learn -- api";
const NO_SYNC: &str = "What tokio has in `sync` is in `lanes::tokio` itself: `lanes::tokio::Mutex`, \
    `lanes::tokio::mpsc`. More: cargo run -p learn -- api";

/// What is called on a `Result`, or asked of it.
const OF_RESULTS: [&str; 12] = [
    "`unwrap`",
    "`expect`",
    "`unwrap_or_else`",
    "`is_ok`",
    "`is_err`",
    "`ok`",
    "`err`",
    "`map_err`",
    "`and_then`",
    "`map`",
    "`unwrap_or`",
    "`into_inner`",
];
/// What returns a `Result` of a value in std, and the value here.
const OF_VALUES: [&str; 2] = ["into_inner()", "get_mut()"];
/// What std's locks have because they can be poisoned.
const OF_POISON: [&str; 2] = ["`is_poisoned`", "`clear_poison`"];

/// Returns a sentence about the difference that one of these errors comes from, in an answer to
/// this kind of exercise.
pub(crate) fn from_std(errors: &[&CompilerError], kind: Kind) -> Option<String> {
    errors.iter().find_map(|error| {
        let known = difference(error, kind).map(str::to_owned);
        known.or_else(|| not_there(error, kind))
    })
}

fn difference(error: &CompilerError, kind: Kind) -> Option<&'static str> {
    let said = |words: &str| error.rendered.contains(words);
    let any = |all: &[&str]| all.iter().any(|it| said(it));
    let is_guard = || said("Guard<") || said("WaitTimeoutResult");
    let is_here = kind == Kind::Schedules;
    match &error.code[..] {
        // The compiler shows where the function is defined.
        "E0061" if said("impl Into<String>") || said("support/lanes/src") => Some(NAME),
        "E0599" if said("named `default` found") && said("lanes::") => Some(NO_DEFAULT),
        "E0277" if said(": Default` is not satisfied") && said("lanes::") => Some(NO_DEFAULT),
        "E0599" if is_here && is_guard() && any(&OF_RESULTS) => Some(NO_RESULT),
        "E0599" if is_here && any(&OF_VALUES) && any(&OF_RESULTS[..2]) => Some(NO_RESULT),
        "E0599" if is_here && any(&OF_POISON) => Some(NO_RESULT),
        "E0308" if is_here && is_guard() && said("Result<") => Some(NO_RESULT),
        "E0277" if is_here && is_guard() && said("the `?` operator") => Some(NO_RESULT),
        _ => None,
    }
}

/// Returns a sentence about a name that does not exist here.
fn not_there(error: &CompilerError, kind: Kind) -> Option<String> {
    let first = error.rendered.lines().next().unwrap_or_default();
    let mut quoted = first.split('`').skip(1).step_by(2);
    let is_of = |code: &str| error.code == code;
    if is_of("E0599") {
        return lacks(first);
    }
    if !["E0432", "E0433", "E0425", "E0412"].contains(&&error.code[..]) {
        return None;
    }
    let name = quoted.next()?;
    // `lanes::sync::Foo`, or `Foo` in `sync`.
    let path = match (name.strip_prefix("lanes::"), quoted.next()) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Some(module)) => {
            let module = module.strip_prefix("lanes::").unwrap_or(module);
            Some(format!("{module}::{name}")).filter(|_| lanes::has(module))
        }
        (None, None) => None,
    };
    if let Some(path) = path.filter(|path| kind == Kind::Schedules && !lanes::has(path)) {
        return Some(match path.starts_with("tokio::sync") {
            true => NO_SYNC.to_owned(),
            false => format!("`lanes` has no `{path}`.{}", rules::really(&path)),
        });
    }
    let suggested = error.rendered.lines().filter_map(suggested);
    let refused = suggested.filter_map(|path| rules::against(path, kind));
    let refused = refused.map(|why| format!("Do not follow the compiler to {why}"));
    refused.into_iter().next().or_else(|| {
        let (_, after) = error.rendered.split_once("unlinked crate `")?;
        no_crate(after.split('`').next()?, kind)
    })
}

/// Returns a sentence about a method that a type of `lanes` has not.
fn lacks(first: &str) -> Option<String> {
    let (_, after) = first.split_once("lanes::")?;
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    let name = after[..end?].rsplit("::").next()?;
    // A guard has the methods of what it guards.
    (!name.ends_with("Guard"))
        .then(|| format!("What `{name}` has here: cargo run -p learn -- api {name}"))
}

/// Returns the path that a line of the compiler's proposes to import.
fn suggested(line: &str) -> Option<&str> {
    let (_, path) = line.split_once("use ")?;
    let is_proposed = line.contains("+ use ") || line.trim_start().starts_with("use ");
    path.strip_suffix(';').filter(|_| is_proposed)
}

/// Returns a sentence about a crate that is not there, unless it is a module that is not imported.
fn no_crate(name: &str, kind: Kind) -> Option<String> {
    let is_part = |path: &str| path.split("::").any(|part| part == name);
    let rules = ALLOWED.iter().flat_map(|it| it.names);
    if lanes::NAMES.iter().chain(rules).any(|path| is_part(path)) {
        return None;
    }
    let crates = match kind {
        Kind::Schedules => "`std`, `lanes` and tokio's macros",
        Kind::Clock => "`std`, `tokio` and `judge::clock`",
    };
    Some(format!(
        "An answer may use {crates}, and no other crate. All that there is: cargo run -p learn -- api"
    ))
}
