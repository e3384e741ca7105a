//! Rules for answers: what the judge cannot see is refused before the build, with the line and the
//! thing to use instead.

use judge::Answer;

/// A line that the judge cannot accept, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) why: String,
}

/// Words whose effects the judge cannot see.
const WORDS: [(&str, &str); 9] = [
    (
        "unsafe",
        "`unsafe` can change memory that the judge does not watch, and no exercise needs it.",
    ),
    (
        "macro_rules",
        "the judge reads your code as it is written, not the result of a macro.",
    ),
    ("include", "the judge reads this file alone."),
    ("include_str", "the judge reads this file alone."),
    ("cfg", "the judge must see all of the code that runs."),
    ("cfg_attr", "the judge must see all of the code that runs."),
    ("extern", "an answer needs nothing from outside."),
    (
        "thread_local",
        "a value that is kept from one schedule to the next makes each schedule depend on the one \
         before. Create it in `open`, or where it is used.",
    ),
    ("catch_unwind", "only the judge may catch a panic."),
];

/// The allowed parts of the standard library: they do not wait, share data or end the program.
const STD: [&str; 28] = [
    "any",
    "array",
    "borrow",
    "boxed",
    "char",
    "cmp",
    "collections",
    "convert",
    "default",
    "error",
    "fmt",
    "future",
    "hash",
    "hint",
    "iter",
    "marker",
    "mem",
    "num",
    "ops",
    "option",
    "pin",
    "result",
    "slice",
    "str",
    "string",
    "task",
    "time::Duration",
    "vec",
];
const STD_SYNC: [&str; 2] = ["sync::Arc", "sync::Weak"];
/// The allowed parts of `lanes`: what a program uses, but not what explores schedules.
const LANES: [&str; 5] = ["sync", "thread", "tokio", "task", "net"];
/// The allowed parts of tokio in an answer that is judged in every schedule: they only combine
/// futures.
const TOKIO_IN_SCHEDULES: [&str; 3] = ["select", "join", "pin"];
/// The allowed parts of tokio in an answer that is judged by a clock.
const TOKIO_BY_CLOCK: [&str; 16] = [
    "io::AsyncBufReadExt",
    "io::AsyncReadExt",
    "io::AsyncWriteExt",
    "io::BufReader",
    "join",
    "pin",
    "select",
    "spawn",
    "sync",
    "task::AbortHandle",
    "task::JoinError",
    "task::JoinHandle",
    "task::JoinSet",
    "task::spawn",
    "task::yield_now",
    "try_join",
];
const TOKIO_TIME: [&str; 13] = [
    "Duration",
    "Instant",
    "Interval",
    "MissedTickBehavior",
    "Sleep",
    "Timeout",
    "error",
    "interval",
    "interval_at",
    "sleep",
    "sleep_until",
    "timeout",
    "timeout_at",
];
/// The allowed parts of the judge: what an exercise is about.
const JUDGE: [&str; 3] = ["clock::Gone", "clock::Phone", "clock::Stove"];

/// Returns the first line of `answer` that the judge cannot accept. `unsolved` shows which kind of
/// exercise it is.
pub(crate) fn broken(answer: &Answer, unsolved: &Answer) -> Option<Broken> {
    let by_schedules = unsolved.says("lanes");
    let tokens = tokens(answer.code());
    let words = tokens.iter().filter_map(|token| {
        let (word, why) = WORDS.iter().find(|(word, _)| *word == token.text)?;
        Some(Broken {
            line: token.line,
            why: format!("`{word}`: {why}"),
        })
    });
    let found = words.chain(statics(&tokens)).chain(files(&tokens)).chain(
        paths(&tokens)
            .into_iter()
            .filter_map(|path| refused(&path, by_schedules)),
    );
    found.min_by_key(|broken| broken.line)
}

fn statics<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Broken> + 'a {
    tokens
        .iter()
        .filter(|token| token.text == "static")
        .map(|token| Broken {
            line: token.line,
            why:
                "a `static` is kept from one schedule to the next, so each schedule depends on the \
                 one before. Put the value into a struct."
                    .into(),
        })
}

fn files<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Broken> + 'a {
    tokens
        .windows(3)
        .filter(|it| it[0].text == "mod" && it[2].text == ";")
        .map(|it| Broken {
            line: it[0].line,
            why: "the judge reads this file alone: no `mod` with a file of its own.".into(),
        })
}

/// A path as it was written, with `use` trees expanded.
#[derive(Debug, PartialEq, Eq)]
struct Path {
    line: usize,
    parts: Vec<String>,
}

fn refused(path: &Path, by_schedules: bool) -> Option<Broken> {
    let (root, rest) = (path.parts[0].as_str(), path.parts[1..].join("::"));
    let starts = |allowed: &[&str]| {
        allowed.iter().any(|it| {
            rest == *it
                || rest
                    .strip_prefix(it)
                    .is_some_and(|more| more.starts_with("::"))
        })
    };
    let is_fine = match root {
        "std" | "core" | "alloc" => starts(&STD) || starts(&STD_SYNC),
        "lanes" => starts(&LANES),
        "judge" => starts(&JUDGE),
        "tokio" if by_schedules => starts(&TOKIO_IN_SCHEDULES),
        "tokio" => {
            let time = rest
                .strip_prefix("time::")
                .is_some_and(|item| TOKIO_TIME.contains(&item.split("::").next().unwrap_or(item)));
            starts(&TOKIO_BY_CLOCK) || rest == "time" || rest == "task" || time
        }
        "loom" | "crate" | "bench" | "shuttle" => false,
        "super" => false,
        _ => return None,
    };
    if is_fine {
        return None;
    }
    let said = path.parts.join("::");
    let why = instead(root, &rest, by_schedules);
    Some(Broken {
        line: path.line,
        why: format!("`{said}`: {why}"),
    })
}

fn instead(root: &str, rest: &str, by_schedules: bool) -> String {
    let is_sync = rest.starts_with("sync") || rest.starts_with("thread");
    match (root, by_schedules) {
        ("std" | "core" | "alloc", true) if is_sync => format!(
            "the judge does not see it, so it could not judge your answer. `lanes::{rest}` is the \
             same, with a name that appears in drawings."
        ),
        ("std" | "core" | "alloc", _) if rest.starts_with("process") => "an answer that ends the \
            program ends the judge too."
            .into(),
        ("std" | "core" | "alloc", false) if is_sync || rest.starts_with("time") => {
            "this exercise runs on tokio's paused clock: use `tokio::time`, `tokio::sync` and \
             `tokio::spawn`."
                .into()
        }
        ("std" | "core" | "alloc", _) if rest.starts_with("cell") || rest.starts_with("rc") => {
            "threads cannot share it, and the judge could not see what they do with it.".into()
        }
        ("std" | "core" | "alloc", _) if rest.is_empty() || rest == "*" => {
            "name what you use, so that the judge can read it.".into()
        }
        ("tokio", true) => format!(
            "the judge does not see plain tokio. `lanes::tokio::{}` is tokio's own, with a name \
             that appears in drawings.",
            rest.trim_start_matches("sync::")
        ),
        ("tokio", false) => "it would move the judge's clock, or leave the judge's thread.".into(),
        ("crate" | "super" | "bench" | "judge" | "loom" | "lanes" | "shuttle", _) => "an answer \
            must not use the judge's own tools."
            .into(),
        _ => "no exercise needs it, and the judge could not see what it does.".into(),
    }
}

/// A word or a symbol, and its line from 1.
#[derive(Clone, Debug)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = vec![];
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if first == '\'' {
                // A lifetime, also `'static`, is one word.
                1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1)
            } else if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (token, after) = rest.split_at(length);
            if !token.trim().is_empty() {
                tokens.push(Token { text: token, line });
            }
            rest = after;
        }
    }
    tokens
}

/// Returns every path, with `use` trees expanded: `use std::{fmt, sync::Mutex}` gives `std::fmt`
/// and `std::sync::Mutex`.
fn paths(tokens: &[Token<'_>]) -> Vec<Path> {
    let mut paths = vec![];
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text == "use" {
            at = tree(tokens, at + 1, &[], &mut paths);
            continue;
        }
        let is_word = |at: usize| {
            tokens.get(at).is_some_and(|token| {
                token
                    .text
                    .starts_with(|c: char| c.is_alphabetic() || c == '_')
            })
        };
        let continues = |at: usize| tokens.get(at).is_some_and(|token| token.text == "::");
        // `a::b` is read from `a`. A word after a `::` was read already, unless the path begins
        // with `::`.
        if !is_word(at) || (at > 0 && continues(at - 1) && at > 1 && is_word(at - 2)) {
            at += 1;
            continue;
        }
        let (line, mut parts) = (tokens[at].line, vec![tokens[at].text.to_owned()]);
        at += 1;
        while continues(at) && is_word(at + 1) {
            parts.push(tokens[at + 1].text.to_owned());
            at += 2;
        }
        if parts.len() > 1 {
            paths.push(Path { line, parts });
        }
    }
    paths
}

/// Reads a `use` tree from `at`. Returns the index of its end.
fn tree(tokens: &[Token<'_>], mut at: usize, before: &[String], paths: &mut Vec<Path>) -> usize {
    let mut parts = before.to_vec();
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => {}
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = tree(tokens, at, &parts, paths);
                    if tokens.get(at).is_some_and(|token| token.text == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "as" => at += 1,
            ";" | "," | "}" => {
                if parts.last().is_some_and(|part| part == "self") {
                    parts.pop();
                }
                if parts.len() > before.len() || !before.is_empty() {
                    paths.push(Path {
                        line: tokens[at.saturating_sub(1)].line,
                        parts,
                    });
                }
                return at;
            }
            text => parts.push(text.to_owned()),
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(answer: &str) -> Option<String> {
        let unsolved = Answer::new("use lanes::sync::Mutex;");
        broken(&Answer::new(answer), &unsolved)
            .map(|broken| format!("{}: {}", broken.line, broken.why))
    }

    #[test]
    fn code_that_the_judge_cannot_see_is_refused_with_its_line() {
        for (answer, words) in [
            (
                "\nuse std::sync::Mutex;",
                "2: `std::sync::Mutex`: the judge does not see it",
            ),
            (
                "use std::{fmt, sync::{Arc, RwLock as R}};",
                "1: `std::sync::RwLock`",
            ),
            ("use std as s;", "1: `std`: name what you use"),
            ("use std::*;", "1: `std::*`: name what you use"),
            (
                "use ::std::thread;",
                "1: `std::thread`: the judge does not see it",
            ),
            (
                "fn f() { ::std::thread::sleep(d) }",
                "`lanes::thread::sleep`",
            ),
            ("use std::sync::{self};", "1: `std::sync`"),
            ("fn f() { std::process::exit(0) }", "ends the judge too"),
            (
                "fn f() { std::thread::sleep(d) }",
                "`lanes::thread::sleep` is the same",
            ),
            ("fn f() { unsafe {} }", "1: `unsafe`"),
            ("#[cfg(test)] mod a {}", "1: `cfg`"),
            ("static A: u8 = 0;", "1: a `static`"),
            (
                "fn f() { super::bench::x() }",
                "must not use the judge's own tools",
            ),
            ("use lanes::explore;", "must not use the judge's own tools"),
            ("use std::rc::Rc;", "threads cannot share it"),
            (
                "use tokio::sync::mpsc;",
                "`lanes::tokio::mpsc` is tokio's own",
            ),
            ("mod other;", "this file alone"),
        ] {
            let why = why(answer).unwrap_or_else(|| panic!("{answer} is refused"));
            assert!(why.contains(words), "{answer}: {why}");
        }
    }

    #[test]
    fn code_that_answers_need_is_accepted() {
        for answer in [
            "use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};",
            "use lanes::{sync::{Arc, Mutex}, thread};\nfn f() { thread::sleep(x); lanes::thread::yield_now() }",
            "// unsafe std::sync::Mutex\nfn f() -> &'static str { \"std::process::exit\" }",
            "impl A { fn f() { Self::g(); std::mem::take(x); } }",
            "async fn f() { tokio::select! { biased; _ = a => {} } }",
            "mod inner { pub fn f() {} }",
        ] {
            assert_eq!(why(answer), None, "{answer}");
        }
        let by_clock = Answer::new("use judge::clock::Phone;");
        for answer in [
            "use tokio::{sync::mpsc, time::{self, timeout}};",
            "use tokio::task::JoinHandle;",
            "use judge::clock::Phone;",
        ] {
            assert_eq!(broken(&Answer::new(answer), &by_clock), None, "{answer}");
        }
        for answer in [
            "use std::thread;",
            "fn f() { tokio::time::advance(d) }",
            "use tokio::task::spawn_blocking;",
        ] {
            assert!(
                broken(&Answer::new(answer), &by_clock).is_some(),
                "{answer}"
            );
        }
    }
}
