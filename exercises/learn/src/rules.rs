//! Rules for answers: what the judge cannot see is refused before the build, with the line and the
//! thing to use instead.

mod allowed;
mod instead;

#[cfg(test)]
pub(crate) use allowed::Allowed;
pub(crate) use allowed::{ALLOWED, Kind};
pub(crate) use instead::really;

use judge::Answer;
use tokens::{Kind as Of, Token, Unreadable};

/// A line that the judge cannot accept, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) why: String,
}

/// Words whose effects the judge cannot see.
const WORDS: [(&str, &str); 12] = [
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
    ("include_bytes", "the judge reads this file alone."),
    ("cfg", "the judge must see all of the code that runs."),
    ("cfg_attr", "the judge must see all of the code that runs."),
    ("extern", "an answer needs nothing from outside."),
    (
        "thread_local",
        "it is kept from one run to the next, so each run would depend on the one before. Put the \
         value into a struct, or create it where it is used.",
    ),
    ("catch_unwind", "only the judge may catch a panic."),
    (
        "spawn_blocking",
        "it would leave the judge's thread, and its clock.",
    ),
    (
        "spawn_local",
        "it would leave the tasks that the judge counts.",
    ),
];

/// Macros and attributes in [`WORDS`]: a variable or a method may have such a name.
const MACROS: [&str; 6] = [
    "include",
    "include_str",
    "include_bytes",
    "cfg",
    "macro_rules",
    "thread_local",
];
/// Functions and methods in [`WORDS`]: an answer's own function may have such a name, and is called
/// without a path.
const FUNCTIONS: [&str; 3] = ["catch_unwind", "spawn_blocking", "spawn_local"];
/// Keywords in [`WORDS`]: as raw identifiers they are names like any other.
const KEYWORDS: [&str; 2] = ["unsafe", "extern"];
/// The crates that an answer can name, and where a path may begin instead.
const ROOTS: [&str; 11] = [
    "std", "core", "alloc", "lanes", "judge", "tokio", "loom", "crate", "bench", "shuttle", "super",
];
/// Keywords that cannot be a part of a path, in the edition that answers are compiled with: all but
/// `self`, `super`, `crate` and `Self`. After one of them a path may begin with `::`, as in
/// `return ::std::mem::take(x)`.
const NO_PARTS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];
/// Attributes that change neither which code is compiled nor what it does.
const ATTRIBUTES: [&str; 17] = [
    "allow",
    "clippy",
    "cold",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "non_exhaustive",
    "repr",
    "rustfmt",
    "track_caller",
    "warn",
];
/// How many meanings of a path the judge follows: more than any answer has.
const MEANINGS: usize = 200;
/// The most parts of a path as it is written: more than any answer has.
const WRITTEN: usize = 16;
/// The most parts of a meaning. It has room for a written path and, behind the last name that a
/// `use` binds, the longest path inside a crate from outside.
const LONGEST: usize = 2 * WRITTEN;

/// Returns the first line of `answer` that the judge cannot accept. `unsolved` shows which kind of
/// exercise it is.
///
/// # Errors
/// If the answer is not made of Rust tokens. The compiler finds an error in it too, as a rule.
pub(crate) fn broken(answer: &str, unsolved: &Answer) -> Result<Option<Broken>, Unreadable> {
    broken_in(answer, Kind::of(unsolved))
}

/// Returns why no answer to this kind of exercise may name this path, or this word; `None` if it
/// may.
pub(crate) fn against(path: &str, kind: Kind) -> Option<String> {
    let broken = broken_in(&format!("use {path};"), kind).ok()??;
    Some(broken.why)
}

fn broken_in(answer: &str, kind: Kind) -> Result<Option<Broken>, Unreadable> {
    let tokens = tokens::code(answer)?;
    let words = tokens.iter().enumerate().filter_map(|(at, token)| {
        let name = token.name()?;
        let (word, why) = WORDS.iter().find(|(word, _)| *word == name)?;
        let is_it = match () {
            () if KEYWORDS.contains(word) => token.is_keyword(word),
            () if MACROS.contains(word) => is_macro(&tokens, at),
            () if FUNCTIONS.contains(word) => is_called_on(&tokens, at),
            () => true,
        };
        is_it.then(|| Broken {
            line: token.line,
            why: format!("`{word}`: {why}"),
        })
    });
    let (paths, names) = paths(&tokens);
    let has_modules = tokens.iter().any(|token| token.is_keyword("mod"));
    let meant = paths
        .iter()
        .map(|path| (path.line, meanings(path, &names, has_modules)));
    let meant: Vec<(usize, Option<Vec<Path>>)> = meant.collect();
    let refused = meant.iter().filter_map(|(_, meanings)| {
        let mut meanings = meanings.iter().flatten();
        meanings.find_map(|meant| refused(meant, kind))
    });
    let endless = meant
        .iter()
        .filter(|(_, meanings)| meanings.is_none())
        .map(|&(line, _)| unreadable(Unreadable { line }));
    let found = words.chain(statics(&tokens)).chain(files(&tokens));
    let found = found.chain(attributes(&tokens)).chain(endless);
    Ok(found.chain(refused).min_by_key(|broken| broken.line))
}

/// Returns the reason against an answer that the compiler accepts and [`tokens::read`] does not.
pub(crate) fn unreadable(at: Unreadable) -> Broken {
    Broken {
        line: at.line,
        why: "the judge cannot read the code that begins here. Write it in another way.".into(),
    }
}

/// Whether the name here may be a macro's or an attribute's: it is called with `!`, stands in a
/// path or an import, or has arguments in an attribute.
fn is_macro(tokens: &[Token<'_>], at: usize) -> bool {
    let is = |at: Option<usize>, marks: &[&str]| {
        let token = at.and_then(|at| tokens.get(at));
        token.is_some_and(|token| marks.contains(&token.text))
    };
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    is(after, &["!", "as"])
        || is(before, &["::", "use"])
        || (is(after, &["("]) && !is(before, &[".", "fn"]))
        || (is(before, &["{", ","]) && is(after, &[",", "}"]))
}

/// Whether the name here stands behind a path or a value.
fn is_called_on(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    before.is_some_and(|before| [".", "::"].contains(&before.text))
}

fn statics<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Broken> + 'a {
    let statics = tokens.iter().filter(|token| token.is_keyword("static"));
    statics.map(|token| Broken {
        line: token.line,
        why: "a `static` is kept from one run to the next, so each run would depend on the one \
              before. Put the value into a struct; if it never changes, a `const` will do."
            .into(),
    })
}

/// Finds modules in files of their own, and attributes that name a file.
fn files<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Broken> + 'a {
    let is_path = |it: &[Token<'_>]| {
        (it[0].is_mark("[") || it[0].is_mark("(") || it[0].is_mark(","))
            && it[1].name() == Some("path")
            && it[2].is_mark("=")
            && it[3].kind == Of::Literal
    };
    let paths = tokens.windows(4).filter(move |it| is_path(it));
    let is_file = |it: &&[Token<'_>]| it[0].is_keyword("mod") && !it[2].is_mark("{");
    let modules = tokens.windows(3).filter(is_file);
    paths.chain(modules).map(|it| Broken {
        line: it[0].line,
        why: "the judge reads this file alone: no `mod` with a file of its own.".into(),
    })
}

/// Finds attributes that may change which code is compiled, or what it does.
fn attributes<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Broken> + 'a {
    let name = |at: usize| {
        let inner = usize::from(tokens.get(at + 1)?.is_mark("!"));
        let begin = at + 2 + inner;
        let first = tokens.get(begin)?.name()?;
        let rest = tokens[begin + 1..].chunks(2).map_while(|it| match it {
            [colons, next] if colons.is_mark("::") => next.name(),
            _ => None,
        });
        let parts: Vec<&str> = [first].into_iter().chain(rest).collect();
        tokens[at + 1 + inner].is_mark("[").then_some(parts)
    };
    let begins = |at: &usize| tokens[*at].is_mark("#");
    (0..tokens.len()).filter(begins).filter_map(move |at| {
        let name = name(at).filter(|name| !ATTRIBUTES.contains(&name[0]))?;
        let why = match name[..] {
            ["test" | "bench"] | ["tokio", "test"] => {
                "the judge is the test of an answer: it has none of its own."
            }
            ["tokio", "main"] => "the judge calls your functions: an answer has no `main`.",
            _ => "an attribute may change which code runs, and no exercise needs this one.",
        };
        Some(Broken {
            line: tokens[at].line,
            why: format!("`#[{}]`: {why}", name.join("::")),
        })
    })
}

/// A path as it was written, with `use` trees expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Path {
    line: usize,
    parts: Vec<String>,
    /// Whether it begins with `::`, so that its first part is a crate.
    is_global: bool,
}

impl Path {
    /// Returns this path as one that begins in the answer: inside `depth` modules, `super` is a
    /// module of the answer's, and so is `crate::exercise`.
    fn inside(mut self, depth: usize) -> Path {
        let is = |part: &String, name: &str| part == name;
        let selves = self
            .parts
            .iter()
            .take_while(|part| is(part, "self"))
            .count();
        let behind = &self.parts[selves..];
        let own = match behind {
            [first, second, _, ..] if is(first, "crate") && is(second, "exercise") => 2,
            _ => behind
                .iter()
                .take_while(|part| is(part, "super"))
                .count()
                .min(depth),
        };
        if own > 0 && own < behind.len() && !self.is_global {
            self.parts.splice(..selves + own, ["self".to_owned()]);
        }
        self
    }
}

/// A name that a `use` binds, and the path that it stands for.
#[derive(Debug)]
struct Name {
    name: String,
    meant: Path,
    /// Whether the `use` is outside of functions and modules.
    is_outside: bool,
}

/// Returns all that a path may mean: each name that a `use` binds is replaced by what it stands
/// for, also behind the name of a module. After `use tokio::time as t`, `t::advance` means
/// `tokio::time::advance`. `None` if there are too many meanings to follow.
///
/// Which `use` is in scope is not asked: if there are two of one name, both are followed.
fn meanings(path: &Path, names: &[Name], has_modules: bool) -> Option<Vec<Path>> {
    let (mut found, mut at) = (vec![path.clone()], 0);
    let mut meant = vec![];
    if path.parts.len() > WRITTEN {
        return None;
    }
    while let Some(path) = found.get(at).cloned() {
        at += 1;
        if at > MEANINGS {
            return None;
        }
        let selves = path.parts.iter().take_while(|part| *part == "self");
        let selves = selves.count().min(path.parts.len() - 1);
        let parts = &path.parts[selves..];
        let is_global = path.is_global && selves == 0;
        let of = |name: &str| {
            let name = name.to_owned();
            names.iter().filter(move |it| it.name == name)
        };
        // `use lanes::tokio` hides tokio in the whole file. Another `use` may bind a function or a
        // macro, which hides no crate.
        let is_module = |name: &Name| name.is_outside && name.meant.parts == ["lanes", "tokio"];
        let is_hidden = !is_global && !has_modules && of(&parts[0]).any(is_module);
        if !is_hidden {
            meant.push(Path {
                line: path.line,
                parts: parts.to_vec(),
                is_global,
            });
        }
        // Parts after the first one are names of a module's, unless the module is a crate's.
        let is_a_crates = ROOTS.contains(&parts[0].as_str());
        let first = usize::from(is_global);
        let end = if is_a_crates { 1 } else { parts.len() };
        for place in first..end {
            for name in of(&parts[place]).filter(|_| place == 0 || place + 1 < parts.len()) {
                let next = Path {
                    line: path.line,
                    parts: [&name.meant.parts, &parts[place + 1..]].concat(),
                    is_global: name.meant.is_global,
                };
                // A name that stands for itself and more would grow for ever.
                if next.parts.len() <= LONGEST && !found.contains(&next) {
                    found.push(next);
                }
            }
        }
    }
    Some(meant)
}

fn refused(path: &Path, kind: Kind) -> Option<Broken> {
    let (root, rest) = (path.parts[0].as_str(), path.parts[1..].join("::"));
    let is_known = ROOTS.contains(&root);
    if !is_known || allowed::is_allowed(root, &rest, kind) {
        return None;
    }
    let said = path.parts.join("::");
    let why = instead::instead(root, &rest, kind);
    Some(Broken {
        line: path.line,
        why: format!("`{said}`: {why}"),
    })
}

/// Returns every path, with `use` trees expanded, and the names that `use` binds:
/// `use std::{fmt, sync::Mutex}` gives `std::fmt` and `std::sync::Mutex`.
fn paths(tokens: &[Token<'_>]) -> (Vec<Path>, Vec<Name>) {
    let (mut paths, mut names) = (vec![], vec![]);
    let part = |at: usize| tokens.get(at).and_then(part);
    let continues = |at: usize| tokens.get(at).is_some_and(|token| token.is_mark("::"));
    let mut at = 0;
    // The open braces, and whether each is a module's.
    let mut braces: Vec<bool> = vec![];
    while at < tokens.len() {
        if tokens[at].is_mark("{") {
            let before = at.checked_sub(2).and_then(|at| tokens.get(at));
            braces.push(before.is_some_and(|token| token.is_keyword("mod")));
        } else if tokens[at].is_mark("}") {
            braces.pop();
        }
        let depth = braces.iter().filter(|&&is_modules| is_modules).count();
        // `use<'a>` is a bound on a type.
        let is_bound = tokens.get(at + 1).is_some_and(|token| token.is_mark("<"));
        if tokens[at].is_keyword("use") && !is_bound {
            let mut uses = Uses {
                tokens,
                is_outside: braces.is_empty(),
                depth,
                paths: &mut paths,
                names: &mut names,
            };
            at = uses.tree(at + 1, &[], false);
            continue;
        }
        let Some(first) = part(at) else {
            at += 1;
            continue;
        };
        let (line, mut parts) = (tokens[at].line, vec![first.to_owned()]);
        let is_global = at > 0 && continues(at - 1);
        at += 1;
        while let Some(next) = part(at + 1).filter(|_| continues(at)) {
            parts.push(next.to_owned());
            at += 2;
        }
        if parts.len() > 1 {
            let path = Path {
                line,
                parts,
                is_global,
            };
            paths.push(path.inside(depth));
        }
    }
    (paths, names)
}

/// Returns the name of a token that may be a part of a path.
fn part<'a>(token: &Token<'a>) -> Option<&'a str> {
    let name = token.name()?;
    let is_raw = token.text != name;
    (is_raw || !NO_PARTS.contains(&name)).then_some(name)
}

/// Reads a `use` tree.
struct Uses<'a> {
    tokens: &'a [Token<'a>],
    is_outside: bool,
    /// How many modules are around it.
    depth: usize,
    paths: &'a mut Vec<Path>,
    names: &'a mut Vec<Name>,
}

impl Uses<'_> {
    /// Reads from `at` what comes behind the parts `before`. Returns the index of the tree's end.
    fn tree(&mut self, mut at: usize, before: &[String], mut is_global: bool) -> usize {
        let (mut parts, mut renamed) = (before.to_vec(), None);
        while let Some(token) = self.tokens.get(at) {
            match token.text {
                "::" => is_global |= parts.is_empty(),
                "{" => {
                    at += 1;
                    while self.tokens.get(at).is_some_and(|token| !token.is_mark("}")) {
                        at = self.tree(at, &parts, is_global);
                        at += usize::from(self.tokens.get(at).is_some_and(|it| it.is_mark(",")));
                    }
                    return at + 1;
                }
                "as" => {
                    at += 1;
                    renamed = self.tokens.get(at).and_then(Token::name);
                }
                ";" | "," | "}" => {
                    if parts.len() > 1 && parts.last().is_some_and(|part| part == "self") {
                        parts.pop();
                    }
                    if !parts.is_empty() {
                        let path = Path {
                            line: self.tokens[at.saturating_sub(1)].line,
                            parts,
                            is_global,
                        };
                        self.end(path.inside(self.depth), renamed);
                    }
                    return at;
                }
                text => parts.push(token.name().unwrap_or(text).to_owned()),
            }
            at += 1;
        }
        at
    }

    fn end(&mut self, path: Path, renamed: Option<&str>) {
        let name = renamed.or(path.parts.last().map(String::as_str));
        if let Some(name) = name.filter(|_| path.parts.len() > 1 || renamed.is_some()) {
            self.names.push(Name {
                name: name.to_owned(),
                meant: path.clone(),
                is_outside: self.is_outside,
            });
        }
        self.paths.push(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(answer: &str) -> Option<String> {
        let unsolved = Answer::new("use lanes::sync::Mutex;");
        broken(answer, &unsolved)
            .expect("tokens")
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
            (
                "use std::sync::{atomic, Mutex};",
                "`lanes::sync::atomic` is the same",
            ),
            ("use std::sync::*;", "`lanes::sync::*` is the same"),
            (
                "fn f() { std::thread::scope(g) }",
                "and `lanes` has no `thread::scope`.",
            ),
            ("use tokio::sync;", "`lanes::tokio` is tokio's own"),
            (
                "fn f() { tokio::time::sleep(d) }",
                "and `lanes` has no `tokio::time::sleep`.",
            ),
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
            assert_eq!(broken(answer, &by_clock), Ok(None), "{answer}");
        }
        for answer in [
            "use std::thread;",
            "fn f() { tokio::time::advance(d) }",
            "use tokio::task::spawn_blocking;",
            "use tokio::time; fn f() { time::advance(d) }",
            "use tokio::time as t; use t as u; fn f() { r#u::advance(d) }",
            "use tokio::{time::{self as t}}; fn f() { self::t::pause() }",
            "use tokio::task; use task::*;",
            "use tokio::task as a; fn f() { a::block_in_place(g) }",
            "mod a { pub use tokio::time; } fn f() { a::time::advance(d) }",
            "mod a { pub use tokio::time as t; } use a::t as u; fn f() { u::advance(d) }",
            "mod a { pub use tokio::time; } use a as b; fn f() { self::b::time::pause() }",
            "mod a { use std::mem as t; } mod b { use tokio::time as t; fn f() { t::advance(d) } }",
            "use lanes::tokio; fn f() { ::tokio::time::advance(d) }",
            "use lanes::tokio; use ::tokio::time as t; fn f() { t::advance(d) }",
            "use tokio::time as t; use {::std::mem, t::advance as a}; fn f() { a(d) }",
            "use std::mem::take as tokio; fn f() { tokio::time::advance(d) }",
            "use std::mem::take as std; fn f() { std::process::exit(0) }",
            "mod a { use lanes::tokio; } fn f() { tokio::time::advance(d) }",
            "fn f(s: &mut tokio::task::JoinSet<()>) { s.spawn_blocking(g); }",
            "fn f(s: &mut tokio::task::JoinSet<()>) { s.r#spawn_local(g); }",
        ] {
            assert!(matches!(broken(answer, &by_clock), Ok(Some(_))), "{answer}");
        }
    }

    #[test]
    fn honest_code_is_accepted() {
        for answer in [
            // Modules inside the file.
            "struct Plate; mod a { use super::Plate; fn f() -> super::Plate { Plate } }",
            "mod a { pub mod b { use super::super::g; fn f() { super::super::g() } } }",
            "mod a { use super::*; pub(super) fn f(it: self::super::Bar) {} }",
            "mod a { use crate::exercise::Bar; fn f(_: crate::exercise::Bar) {} }",
            // What is the same type in `lanes`.
            "use std::sync::atomic::Ordering::{self, SeqCst}; use lanes::sync::atomic::AtomicU32;",
            "use std::sync::mpsc::{RecvError, SendError, TryRecvError}; use std::sync::{Arc, Weak};",
            "fn f(it: std::thread::Result<()>) {}",
            // Names that are also macros.
            "fn f(cfg: u8, include: bool) { let cfg = cfg + 1; g(cfg); it.include(cfg) }",
            "struct A { cfg: u8 } fn include() {} fn f() { A { cfg: 1 }; a.cfg.b(); }",
            // Helpers, generics, traits, patterns, closures, constants.
            "const LIMIT: usize = std::u32::MAX as usize; const fn f() -> u8 { u8::MAX }",
            "trait Wait { fn wait(&self); } impl<T: Clone + Send> Wait for T { fn wait(&self) {} }",
            "impl Drop for Bar { fn drop(&mut self) { std::mem::take(&mut self.a); } }",
            "fn f<T, const N: usize>(it: [T; N]) -> impl Iterator<Item = T> where T: Copy { it.into_iter() }",
            "fn f() { let Some((a, ..)) = g() else { return; }; if let 1..=3 | 5 = a && b {} }",
            "use std::collections::{BTreeMap, HashMap, VecDeque, hash_map::Entry};",
            "use std::{clone::Clone, f64::consts::PI, ascii::AsciiExt, primitive::u8};",
            "fn f() { std::println!(\"a\"); let s = std::format!(\"b\"); std::assert_eq!(1, 1); }",
            "#[non_exhaustive] #[derive(Debug, Default)] pub enum A { #[default] B }",
            "type Guard<'a> = lanes::sync::MutexGuard<'a, u32>; async fn f() -> Result<(), ()> { Ok(()) }",
            "fn f() { 'outer: loop { break 'outer; } let g = |a: u8| -> u8 { a }; let b = async move {}; }",
        ] {
            assert_eq!(why(answer), None, "{answer}");
        }
        let by_clock = Answer::new("use judge::clock::Phone;");
        for answer in [
            "use std::sync::atomic::{AtomicUsize, Ordering};",
            "use std::{cell::RefCell, rc::Rc}; fn f() { std::sync::atomic::AtomicU8::new(1); }",
        ] {
            assert_eq!(broken(answer, &by_clock), Ok(None), "{answer}");
        }
        for answer in [
            "mod a { use super::super::bench; }",
            "mod a { fn f() { super::super::bench::x() } }",
            "fn f() { { super::bench::x() } }",
            "impl A { fn f() { super::bench::x() } }",
            "mod a { use self::super::super::bench::x; }",
            "mod a {} use super::bench;",
            "use crate::bench;",
            "use crate::exercise;",
            "use crate::exercise::super::bench;",
            "mod a { use super as s; fn f() { s::s::bench::x() } }",
            "use core::{cfg as c}; fn f() { if c!(test) {} }",
            "#[cfg(test)] fn f() {}",
            "fn f() { if cfg!(test) {} }",
        ] {
            assert!(why(answer).is_some(), "{answer}");
        }
    }

    /// What a learner may write, and what is said of it where every schedule is judged and where
    /// a paused clock judges. Nothing is said of what is accepted.
    #[test]
    fn what_a_learner_would_write_is_accepted_or_has_a_true_reason() {
        const RUNS: &str = "kept from one run to the next";
        const CLOCK: &str = "tokio's paused clock, in one thread: use ";
        const FINE: &str = "";
        let by_schedules = Answer::new("use lanes::sync::Mutex;");
        let by_clock = Answer::new("use judge::clock::Phone;");
        for (answer, schedules, clock) in [
            (
                "use std::sync::Mutex;",
                "`lanes::sync::Mutex` is the same, with a name",
                FINE,
            ),
            (
                "fn f() { std::sync::RwLock::new(0); }",
                "`lanes::sync::RwLock::new` is the",
                FINE,
            ),
            (
                "use std::sync::OnceLock;",
                "`lanes::sync::OnceLock` is the same, with a",
                FINE,
            ),
            (
                "use std::sync::PoisonError;",
                "a lock returns its guard, and no `Result`",
                FINE,
            ),
            (
                "use std::sync::{Arc, Weak}; fn f() { Arc::clone(a); }",
                FINE,
                FINE,
            ),
            (
                "use std::sync::atomic::{AtomicBool, Ordering};",
                "`lanes::sync::atomic::AtomicBool`",
                FINE,
            ),
            (
                "use std::sync::Condvar;",
                "`lanes::sync::Condvar` is",
                "`tokio::sync::Notify`",
            ),
            (
                "use std::sync::Barrier;",
                "`lanes::sync::Barrier` is",
                "`tokio::sync::Barrier`",
            ),
            (
                "use std::sync::mpsc;",
                "`lanes::sync::mpsc` is the same.",
                "`tokio::sync::mpsc`",
            ),
            (
                "use std::sync::mpsc::channel;",
                "is the same, with a name",
                "mpsc::unbounded_channel`",
            ),
            (
                "use std::sync::mpsc::{SendError, TryRecvError};",
                FINE,
                FINE,
            ),
            (
                "use std::sync::*;",
                "`lanes::sync::*` is the same.",
                "name what you use",
            ),
            (
                "fn f() { std::thread::spawn(g); }",
                "`lanes::thread::spawn` is",
                "`tokio::spawn`",
            ),
            (
                "fn f() { std::thread::sleep(d) }",
                "thread::sleep` is the same.",
                "`tokio::time::sleep`",
            ),
            (
                "fn f() { std::thread::yield_now() }",
                "is the same.",
                "`tokio::task::yield_now`",
            ),
            (
                "fn f() { std::thread::scope(g) }",
                "`lanes::thread::spawn`",
                "`tokio::task::JoinSet`",
            ),
            ("use std::thread;", "`lanes::thread` is the same.", CLOCK),
            ("use std::time::{self, Duration};", FINE, FINE),
            (
                "use std::time::Instant;",
                "Wait for an event instead",
                "`tokio::time::Instant`",
            ),
            (
                "use std::time; fn f() { time::Instant::now() }",
                "Here is no time",
                CLOCK,
            ),
            ("use std::time::*;", "Here is no time", "name what you use"),
            ("use std::cell::RefCell;", "Use `lanes::sync::Mutex`", FINE),
            ("use std::rc::Rc;", "Use `lanes::sync::Arc`", FINE),
            (
                "fn f() { tokio::spawn(g()); }",
                "`tokio::join!` runs several",
                FINE,
            ),
            (
                "use tokio::task::JoinSet;",
                "`tokio::join!` runs several",
                FINE,
            ),
            (
                "fn f() { tokio::time::sleep(d); }",
                "Wait for an event instead",
                FINE,
            ),
            ("use tokio::time::timeout;", "`lanes::tokio::within(", FINE),
            (
                "use tokio::sync::{Mutex, Notify};",
                "`lanes::tokio::Mutex` is tokio's own, with",
                FINE,
            ),
            (
                "use tokio::sync::oneshot::Receiver;",
                "`lanes::tokio::oneshot::Receiver` is tokio's own.",
                FINE,
            ),
            (
                "fn f() { tokio::task::yield_now(); }",
                "tries every order",
                FINE,
            ),
            (
                "async fn f() { tokio::join!(a, b); tokio::try_join!(a, b); }",
                FINE,
                FINE,
            ),
            ("use tokio::{select, pin};", FINE, FINE),
            (
                "fn f() { tokio::time::advance(d) }",
                "Here is no time",
                "move the judge's clock",
            ),
            (
                "fn f() { tokio::task::spawn_blocking(g) }",
                "leave the judge's thread",
                "the judge's thread",
            ),
            (
                "use tokio::runtime::Runtime;",
                "`lanes::task::block_on`",
                "leave the judge's thread",
            ),
            (
                "use tokio::fs::File;",
                "does not see plain tokio",
                "could not see what it does",
            ),
            (
                "#[tokio::main] async fn main() {}",
                "`#[tokio::main]`: the judge calls",
                "has no `main`",
            ),
            (
                "#[tokio::test] async fn a() {}",
                "`#[tokio::test]`: the judge is",
                "has none of its own",
            ),
            (
                "#[test] fn f() {}",
                "`#[test]`: the judge is the test",
                "none of its own",
            ),
            (
                "#[cfg(test)] mod tests {}",
                "`cfg`: the judge must see",
                "all of the code that runs",
            ),
            (
                "#[allow(dead_code)] #[inline] #[must_use] fn f() {}",
                FINE,
                FINE,
            ),
            (
                "#![allow(unused)] #[derive(Debug, Clone, PartialEq)] struct A;",
                FINE,
                FINE,
            ),
            ("use lanes::sync::Mutex;", FINE, "`std::sync::Mutex`"),
            ("use lanes::tokio::mpsc;", FINE, "use `tokio::sync`"),
            ("use lanes::sync::Arc;", FINE, "`std::sync::Arc`"),
            ("use lanes::*;", "name what you use", "name what you use"),
            (
                "use lanes::Mutex;",
                "Did you mean `lanes::sync::Mutex`?",
                "judge's own tools",
            ),
            (
                "use lanes::explore;",
                "judge's own tools",
                "judge's own tools",
            ),
            (
                "use judge::clock::Phone;",
                "only exercises with a paused clock",
                FINE,
            ),
            (
                "use judge::Report;",
                "judge's own tools",
                "judge's own tools",
            ),
            ("fn f() { dbg!(a); println!(\"b\"); todo!() }", FINE, FINE),
            (
                "fn f() { std::dbg!(a); std::print!(\"b\"); std::panic!(\"c\") }",
                FINE,
                FINE,
            ),
            (
                "fn f() { unimplemented!(); unreachable!(); std::debug_assert_ne!(a, b); }",
                FINE,
                FINE,
            ),
            (
                "fn f() { std::process::exit(0) }",
                "ends the judge too",
                "ends the judge too",
            ),
            (
                "use std::process::Command;",
                "could not see what it does",
                "could not see what",
            ),
            (
                "fn f() { std::panic::catch_unwind(g) }",
                "only the judge may",
                "catch a panic",
            ),
            (
                "use std::panic; fn f() { panic::resume_unwind(a) }",
                "no exercise",
                "no exercise",
            ),
            (
                "fn f() -> std::io::Result<()> { Err(std::io::ErrorKind::Other.into()) }",
                FINE,
                FINE,
            ),
            (
                "use std::io; fn f() -> io::Result<()> { Ok(()) }",
                FINE,
                FINE,
            ),
            (
                "use std::io::Write;",
                "`println!` prints",
                "`println!` prints",
            ),
            (
                "use std::{env, fs};",
                "no exercise needs it",
                "no exercise needs it",
            ),
            (
                "fn f() -> u128 { std::ptr::eq(a, b); std::u128::MAX }",
                FINE,
                FINE,
            ),
            ("use std::prelude::v1::*;", FINE, FINE),
            (
                "fn f() { unsafe { g() } }",
                "no exercise needs it",
                "no exercise needs it",
            ),
            ("static A: u8 = 0;", RUNS, "a `const` will do"),
            ("thread_local! { static A: u8 = 0 }", RUNS, RUNS),
            (
                "macro_rules! m { () => {} }",
                "not the result of a macro",
                "of a macro",
            ),
            (
                "const A: &str = include_str!(\"a\");",
                "this file alone",
                "this file alone",
            ),
            ("mod other;", "this file alone", "this file alone"),
            ("mod inner { pub fn f() {} } use inner::f;", FINE, FINE),
            (
                "use crate::bench;",
                "`super::` leads out of it",
                "without `crate`",
            ),
            // Names like forbidden ones, and what is no code.
            (
                "struct Mutex; struct Cell(u8); enum Thread { Spawn } fn f() { Cell(1); }",
                FINE,
                FINE,
            ),
            (
                "mod thread { pub fn spawn() {} } fn f() { thread::spawn() }",
                FINE,
                FINE,
            ),
            (
                "struct Rc; impl Rc { fn new() -> Rc { Rc } } fn f() { Rc::new(); }",
                FINE,
                FINE,
            ),
            ("fn spawn_local() {} fn f() { spawn_local() }", FINE, FINE),
            (
                "fn f(thread_local: u8, exit: u8, process: u8) { g(thread_local) }",
                FINE,
                FINE,
            ),
            (
                "// std::sync::Mutex\nfn f() { g(\"unsafe { std::process::exit(0) }\") }",
                FINE,
                FINE,
            ),
            (
                "/// `static`, `include!`\nfn f() -> &'static str { \"mod a;\" }",
                FINE,
                FINE,
            ),
            (
                "use std::fmt::{Debug, Display as D}; use std::ops::*;",
                FINE,
                FINE,
            ),
        ] {
            for (original, expected) in [(&by_schedules, schedules), (&by_clock, clock)] {
                let kind = Kind::of(original);
                let said = broken(answer, original).expect("tokens");
                match (said, expected) {
                    (None, FINE) => {}
                    (Some(said), words) if words != FINE => {
                        assert!(said.why.contains(words), "{kind:?} {answer}: {}", said.why);
                    }
                    (said, _) => panic!("{kind:?} {answer}: {said:?}"),
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_what_really_exists() {
        for (answer, words) in [
            ("use std::sync::Mutx;", "Did you mean `lanes::sync::Mutex`?"),
            (
                "fn f() { std::thread::available_parallelism() }",
                "It has `lanes::thread::{Builder, JoinHandle,",
            ),
            (
                "fn f() { std::thread::scope(g) }",
                "Start each thread with `lanes::thread::spawn`",
            ),
            (
                "use std::sync::mpsc::chanel;",
                "Did you mean `lanes::sync::mpsc::channel`?",
            ),
            (
                "use tokio::sync::Semafore;",
                "Did you mean `lanes::tokio::Semaphore`?",
            ),
            (
                "use tokio::time::timeout;",
                "has no `tokio::time::timeout`. Here is no time",
            ),
            ("use crate::Bar;", "without `crate`"),
        ] {
            let why = why(answer).unwrap_or_else(|| panic!("{answer} is refused"));
            assert!(why.contains(words), "{answer}: {why}");
        }
    }

    #[test]
    fn no_depth_of_modules_hides_code_from_the_rules() {
        let by_clock = Answer::new("use judge::clock::Phone;");
        for depth in [1, 8, 31] {
            let names: Vec<String> = (0..depth).map(|module| format!("m{module}")).collect();
            let open = names.iter().map(|name| format!("pub mod {name} {{ "));
            let answer = format!(
                "{} pub use tokio::time as t; {} use {}::t as x; fn f() {{ x::advance(d) }}",
                open.collect::<String>(),
                "}".repeat(depth),
                names.join("::")
            );
            assert!(
                matches!(broken(&answer, &by_clock), Ok(Some(_))),
                "{answer}"
            );
        }
    }

    #[test]
    fn no_spelling_hides_code_from_the_rules() {
        const FILE: &str = "this file alone";
        for (answer, words) in [
            ("mod r#evil;", FILE),
            ("#[path = \"elsewhere/evil.rs\"]\nmod r#evil;", FILE),
            ("#[path = \"elsewhere\"] mod a { }", FILE),
            ("mod a { mod b /* ; */ ; }", FILE),
            ("mod // {\n evil;", FILE),
            ("vec![{ mod evil; }]", FILE),
            ("mod evil!();", FILE),
            ("#[r#path = r#\"evil.rs\"#] mod a {}", FILE),
            (
                "#[cfg_attr(all(), path = \"evil.rs\")] mod a {}",
                "`cfg_attr`",
            ),
            ("#[r#cfg_attr(all(), doc = \"\")] fn a() {}", "`cfg_attr`"),
            ("#[doc = include_str!(\"evil\")] fn a() {}", "`include_str`"),
            ("r#include!(\"evil.rs\");", "`include`"),
            (
                "const A: &[u8] = include_bytes!(\"evil\");",
                "`include_bytes`",
            ),
            ("use core::include as i; i!(\"evil.rs\");", "`include`"),
            ("r#macro_rules! m { () => { } }", "`macro_rules`"),
            (
                "macro_rules! m { ($a:tt) => { $a evil; } } m!(mod);",
                "`macro_rules`",
            ),
            ("#[unsafe(no_mangle)] fn a() {}", "`unsafe`"),
            ("extern crate std as s;", "`extern`"),
            ("r#std::thread::sleep(d)", "`std::thread::sleep`"),
            (
                "std :: /* a */ r#thread\n::sleep(d)",
                "`std::thread::sleep`",
            ),
            ("<::std::sync::Mutex<u8>>::new(1)", "`std::sync::Mutex`"),
            ("use r#std::r#sync::Mutex as M;", "`std::sync::Mutex`"),
            ("use ::{std::sync::Mutex};", "`std::sync::Mutex`"),
            ("use {core::cell::Cell};", "`core::cell::Cell`"),
            ("use alloc::rc::Rc as Arc;", "`alloc::rc::Rc`"),
            ("use std::{self as s};", "`std`"),
            ("use core as c;", "`core`"),
            ("use std as mem;", "`std`"),
            ("fn f() { self::super::bench::x() }", "`super::bench::x`"),
            ("use self::super::bench;", "`super::bench`"),
            ("use lanes as l; fn f() { l::explore() }", "`lanes`"),
            (
                "fn f() -> impl A + use<> { std::process::exit(0) }",
                "ends the judge",
            ),
            ("fn f(q: char) { q == '\"'; unsafe {} '\"' }", "`unsafe`"),
            ("fn f() { r#\"\\\"# ; unsafe {} }", "`unsafe`"),
            ("fn f() { c\"\\\"\"; b'\\''; unsafe {} }", "`unsafe`"),
            ("/* /* */ // */ unsafe fn a() {}", "`unsafe`"),
            ("/// \"\nunsafe fn a() {}", "`unsafe`"),
            ("static r#A: u8 = 0;", "a `static`"),
            ("r#thread_local!{}", "`thread_local`"),
            (
                "fn f() { return ::std::process::exit(0) }",
                "ends the judge",
            ),
            (
                "fn f() { loop { break ::std::process::abort() } }",
                "ends the judge",
            ),
            (
                "fn f() { for a in ::std::env::args() {} }",
                "`std::env::args`",
            ),
            ("fn f(a: &dyn ::std::io::Read) {}", "`std::io::Read`"),
            ("fn f(a: &mut ::std::rc::Rc<u8>) {}", "`std::rc::Rc`"),
            (
                "fn f() { match ::std::fs::read(a) { _ => {} } }",
                "`std::fs::read`",
            ),
            (
                "impl ::std::panic::UnwindSafe for A {}",
                "`std::panic::UnwindSafe`",
            ),
            ("fn f() { core::arch::asm!(\"\") }", "`core::arch::asm`"),
            ("std::arch::global_asm!(\"\");", "`std::arch::global_asm`"),
            ("#[no_mangle] fn f() {}", "`#[no_mangle]`"),
            ("#[export_name = \"write\"] fn f() {}", "`#[export_name]`"),
            (
                "#[link_section = \".init_array\"] const A: u8 = 0;",
                "`#[link_section]`",
            ),
            ("#[r#link(name = \"evil\")] mod a {}", "`#[link]`"),
            ("#[macro_use] mod a {}", "`#[macro_use]`"),
            ("#![feature(decl_macro)]", "`#[feature]`"),
            ("# /* a */ [test] fn f() {}", "`#[test]`"),
            (
                "fn f() { std::panic::resume_unwind(a) }",
                "`std::panic::resume_unwind`",
            ),
            ("use std::io::Write as _;", "`std::io::Write`"),
            (
                "const fn f() { ::lanes::explore(a, b, c) }",
                "`lanes::explore`",
            ),
        ] {
            let why = why(answer).unwrap_or_else(|| panic!("{answer} is refused"));
            assert!(why.contains(words), "{answer}: {why}");
        }
        for answer in [
            "fn r#unsafe() { let r#mod = \"\\u{75}nsafe\"; r#mod; }",
            "fn f<'a>(a: &'a str) -> impl Sized + use<'a> { 'mod_: loop {} }",
            "/** unsafe */ fn f() { /* mod evil; /* static */ */ c\"unsafe\"; b\"static\"; }",
            "//! mod evil;\r\n\r\n/// unsafe\r\nfn f() {}\r\n",
            "\u{feff}#![allow(unused)]\nuse std::fmt; fn f() -> fmt::Result { fmt::Result::Ok(()) }",
            "fn f(path: &str) { g(path); let path = \"a\"; }",
            "use std::mem as m; fn f() { m::take(x) }",
            "use lanes::sync; fn f() { sync::Mutex::new(\"a\", 1) }",
            "mod a { pub mod b {} } use a::b as c; use c as a; fn f() { a::g() }",
            "use lanes::tokio; fn f() { tokio::mpsc::channel(\"a\", 1); return tokio::mpsc::f() }",
            "use lanes::task; use std::{mem, task::Waker}; fn f() { std::task::f(std::mem::take(x)) }",
            "#[derive(Clone, Debug)] #[must_use] pub struct A { #[doc(hidden)] b: u8 }",
            "#![allow(dead_code)] #[derive(Default)] #[repr(u8)] enum A { #[default] B } #[rustfmt::skip] fn f() {}",
            "fn f() { r#return::std::process::exit(0) }",
        ] {
            assert_eq!(why(answer), None, "{answer}");
        }
    }

    #[test]
    fn what_is_not_made_of_tokens_is_not_accepted() {
        let unsolved = Answer::new("use lanes::sync::Mutex;");
        for (answer, line) in [
            ("#!\"\nmod evil;\n//\"", 1),
            ("#!/bin/sh\nfn f() {}", 1),
            ("fn f() {", 1),
            ("fn f() {}\n/*", 2),
        ] {
            assert_eq!(
                broken(answer, &unsolved),
                Err(Unreadable { line }),
                "{answer}"
            );
        }
    }
}
