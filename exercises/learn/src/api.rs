//! `learn api`: what an answer may use. The page is written from the sources of the libraries.

#[cfg(test)]
mod page;
#[cfg(test)]
mod sources;
mod std;

use crate::set::nearest;

/// The page, as Markdown.
const PAGE: &str = include_str!("../../API.md");

/// Begins a part that is about one type, or about the functions of a module.
const HEADING: &str = "\n### ";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Parts of the page, as Markdown.
    Parts(String),
    /// No type, function or method has this name; `why` the rules refuse it, if they know it.
    Nothing {
        guess: Option<&'static str>,
        why: Option<String>,
    },
}

/// Returns the beginning of the page and a list of its parts.
pub(crate) fn overview() -> String {
    let (head, parts) = PAGE.split_once(HEADING).unwrap_or((PAGE, ""));
    let mut text = head.trim_end().to_owned();
    text += "\n\nWith a name (`learn -- api Mutex`), all methods of:\n";
    for part in parts.split(HEADING) {
        let name = part.lines().next().unwrap_or_default();
        text += &format!("\n- {}", name.replace('`', ""));
    }
    text + "\n"
}

/// Returns the parts about this type, module, function or method, and what else of this name the
/// rules allow.
pub(crate) fn find(said: &str) -> Found {
    let said = said.trim().trim_start_matches('&').trim_end_matches("()");
    let said = said
        .split('<')
        .next()
        .unwrap_or_default()
        .replace('.', "::");
    let allowed = std::allowed(&said);
    let list: String = allowed.iter().map(|line| format!("- {line}\n")).collect();
    let parts = on_page(&said);
    if !allowed.is_empty() {
        let also = if parts.is_some() { "Also:\n\n" } else { "" };
        return Found::Parts(parts.unwrap_or_default() + also + &list);
    }
    match (parts, std::refused(&said)) {
        (Some(parts), _) => Found::Parts(parts),
        (None, Some(why)) => Found::Nothing {
            guess: None,
            why: Some(why),
        },
        (None, None) => Found::Nothing {
            guess: guess(&said),
            why: None,
        },
    }
}

/// Returns the parts of the page about this name.
fn on_page(said: &str) -> Option<String> {
    let parts = || PAGE.split(HEADING).skip(1);
    let heading = |part: &'static str| part.lines().next().unwrap_or_default();
    let is_type = |part: &&'static str| names(part).any(|name| ends_with(name, said));
    let is_inside = |part: &&'static str| {
        let above = |name: &'static str| name.rsplit_once("::").map(|(above, _)| above);
        names(part)
            .filter_map(above)
            .any(|name| ends_with(name, said))
    };
    let rows = |part: &'static str| part.lines().filter_map(method);
    let (of, name) = said.rsplit_once("::").unwrap_or(("", said));
    let has_method = |part: &&'static str| {
        let is_of = of.is_empty() || names(part).any(|name| ends_with(name, of));
        is_of && rows(part).any(|method| method.eq_ignore_ascii_case(name))
    };
    let mut found: Vec<&str> = parts().filter(is_type).collect();
    if found.iter().any(|part| heading(part).contains("functions")) {
        found = parts()
            .filter(|part| is_type(part) || is_inside(part))
            .collect();
    }
    if found.is_empty() {
        let methods: String = parts()
            .filter(has_method)
            .map(|part| only(part, name))
            .collect();
        if !methods.is_empty() {
            return Some(methods);
        }
        found = parts().filter(is_inside).collect();
    }
    let text = |part: &&str| format!("### {}\n\n", part.trim_end());
    Some(found.iter().map(text).collect()).filter(|_| !found.is_empty())
}

/// Returns the name that was meant, of those that an answer may use.
fn guess(said: &str) -> Option<&'static str> {
    let name = said.rsplit("::").next().unwrap_or(said);
    let types = PAGE.split(HEADING).skip(1).flat_map(names);
    let types = types.flat_map(|name| name.rsplit("::").next());
    let all: Vec<(String, &'static str)> = types
        .chain(PAGE.lines().filter_map(method))
        .chain(std::names())
        .filter(|name| name.len() > 2)
        .map(|name| (name.to_lowercase(), name))
        .collect();
    let near = nearest(
        &name.to_lowercase(),
        all.iter().map(|(lower, _)| &lower[..]),
    );
    let guess = all.iter().find(|(lower, _)| Some(&lower[..]) == near);
    guess.map(|(_, name)| *name)
}

/// Returns the names in the heading of a part.
fn names(part: &'static str) -> impl Iterator<Item = &'static str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let heading = part.lines().next().unwrap_or_default();
    let words = heading.split(move |c: char| !is_name(c));
    words.map(|name| name.trim_end_matches(':'))
}

/// Returns a part with one of its methods alone.
fn only(part: &'static str, name: &str) -> String {
    let heading = part.lines().next().unwrap_or_default();
    let rows = part.lines().filter(|line| {
        line.starts_with("| | |")
            || line.starts_with("|--")
            || method(line).is_some_and(|method| method.eq_ignore_ascii_case(name))
    });
    let rows: Vec<&str> = rows.collect();
    format!("### {heading}\n\n{}\n\n", rows.join("\n"))
}

/// Splits a row of a table: the signature, what it does, and how it differs from std.
pub(crate) fn row(line: &str) -> Option<(&str, &str, &str)> {
    let (signature, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
    let (about, differs) = rest.trim_end_matches('|').trim_end().split_once(" |")?;
    Some((signature, about, differs.trim()))
}

/// Whether `path` is `end`, or ends with it: `lanes::sync::Mutex` with `Mutex`.
fn ends_with(path: &str, end: &str) -> bool {
    let (path, end) = (path.to_lowercase(), end.to_lowercase());
    path.strip_suffix(&end)
        .is_some_and(|before| before.is_empty() || before.ends_with("::"))
}

/// Returns the name of the method or function that a row of a table is about.
fn method(row: &'static str) -> Option<&'static str> {
    Some(name_of(row.strip_prefix("| `")?))
}

/// Returns the name that a signature begins with.
fn name_of(signature: &str) -> &str {
    let code = signature.strip_prefix("async fn ").unwrap_or(signature);
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_');
    &code[..end.unwrap_or(code.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(said: &str) -> String {
        match find(said) {
            Found::Parts(parts) => parts,
            Found::Nothing { .. } => panic!("{said} is not found"),
        }
    }

    #[test]
    fn a_type_or_a_method_is_found_by_its_name() {
        for said in [
            "Mutex",
            "mutex",
            "lanes::sync::Mutex",
            "sync::Mutex",
            "Mutex::lock",
            "lock()",
        ] {
            assert!(parts(said).contains("`lock(&self)"), "{said}");
        }
        for said in [
            "lock",
            "Mutex::lock",
            "Mutex.lock()",
            "wait_for",
            "spawn",
            "try_lock()",
        ] {
            let parts = parts(said);
            let methods: Vec<&str> = parts.lines().filter_map(row).map(|it| it.0).collect();
            let name = said.trim_end_matches("()").rsplit([':', '.']).next();
            assert!(!methods.is_empty(), "{said}");
            assert!(
                methods.iter().all(|method| Some(name_of(method)) == name),
                "{said}: {methods:?}"
            );
        }
        assert!(parts("channel").contains("lanes::tokio::watch: functions"));
        assert!(!parts("sync::Mutex").contains("tokio"), "std's alone");
        assert!(parts("tokio::oneshot").contains("send"), "a module");
        assert!(parts("Condvar.wait_while").contains("Condvar"));
        assert!(!parts("Condvar.wait_while").contains("Barrier"));
        assert!(parts("AtomicU32").contains("compare_exchange"));
        assert!(parts("atomic").contains("AtomicU32") && parts("atomic").contains("fence"));
        assert_eq!(
            find("mutx"),
            Found::Nothing {
                guess: Some("Mutex"),
                why: None
            }
        );
        assert_eq!(
            find("zzzzzzzz"),
            Found::Nothing {
                guess: None,
                why: None
            }
        );
        assert!(overview().contains("lanes::sync::Mutex"));
    }

    #[test]
    fn what_std_has_is_answered_as_the_rules_decide() {
        for said in [
            "Vec",
            "vec",
            "vec!",
            "String",
            "VecDeque",
            "Arc",
            "Arc::clone",
            "Duration",
            "drop",
            "Iterator",
            "Option",
            "Some",
            "Ok",
            "Box",
            "Result",
            "HashMap",
            "HashMap::new",
            "format!",
            "println",
            "Clone",
            "Default",
            "Send",
            "FnOnce",
            "From",
            "ToString",
            "Weak",
            "sync::Arc",
            "std::sync::Arc",
            "time::Duration",
            "collections",
            "std::fmt",
            "std::collections::hash_map::Entry",
            "Ordering",
            "mem::take",
            "core::mem::swap",
            "Vec.push",
            "Future",
            "Pin",
            "Poll",
            "u32",
            "usize",
            "str",
            "bool",
            "panic",
            "TryRecvError",
            "select",
            "size_of",
            "Vec<u8>",
            "&str",
        ] {
            let parts = parts(said);
            assert!(parts.contains("` is allowed, as in "), "{said}: {parts}");
        }
        for said in ["TryLockError", "AcquireError", "lanes::sync::Arc"] {
            let parts = parts(said);
            assert!(
                parts.contains("is allowed in exercises that are judged in every schedule, as in"),
                "{said}: {parts}"
            );
        }
        for said in [
            "std::sync::Mutex",
            "Rc",
            "RefCell",
            "Cell",
            "timeout",
            "JoinSet",
            "tokio::time",
            "Instant",
            "MissedTickBehavior",
        ] {
            let parts = parts(said);
            assert!(
                parts.contains("is allowed in exercises with a paused clock"),
                "{said}: {parts}"
            );
            assert!(!parts.contains("is allowed, as in"), "{said}: {parts}");
        }
        for said in [
            "std::sync::Condvar",
            "SystemTime",
            "process::exit",
            "exit",
            "std::fs",
            "catch_unwind",
            "thread_local",
            "advance",
            "unsafe",
            "static",
            "include_str",
        ] {
            match find(said) {
                Found::Nothing { why: Some(why), .. } => assert!(
                    why.starts_with('`') || why.starts_with("a `static`"),
                    "{why}"
                ),
                it => panic!("{said}: {it:?}"),
            }
        }
        // The page's own come first, and the rest is not lost.
        assert!(parts("sleep").starts_with("### `lanes::thread"));
        assert!(
            parts("sleep").contains("`tokio::time::sleep` is allowed in exercises with a paused")
        );
        assert!(!parts("Condvar").contains("allowed"));
    }

    #[test]
    fn whatever_the_page_lists_is_answered() {
        let lists = crate::rules::ALLOWED.iter();
        let all = lists.filter(|it| it.of == "std" || it.of == "tokio");
        let all = all.flat_map(|it| it.names.iter());
        for path in all {
            for said in [*path, path.rsplit("::").next().unwrap_or(path)] {
                assert!(parts(said).contains(" is allowed"), "{said}");
            }
        }
    }
}
