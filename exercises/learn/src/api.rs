//! `learn api`: what an answer may use. The page is written from the sources of the libraries.

#[cfg(test)]
mod page;
#[cfg(test)]
mod sources;

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
    /// No type, function or method has this name.
    Nothing { guess: Option<&'static str> },
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

/// Returns the parts about this type, module, function or method.
pub(crate) fn find(said: &str) -> Found {
    let said = said.trim_end_matches("()").replace('.', "::");
    let parts = || PAGE.split(HEADING).skip(1);
    let heading = |part: &'static str| part.lines().next().unwrap_or_default();
    let names = |part: &'static str| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let words = heading(part).split(move |c: char| !is_name(c));
        words.map(|name| name.trim_end_matches(':'))
    };
    let is_type = |part: &&'static str| names(part).any(|name| ends_with(name, &said));
    let is_inside = |part: &&'static str| {
        let above = |name: &'static str| name.rsplit_once("::").map(|(above, _)| above);
        names(part)
            .filter_map(above)
            .any(|name| ends_with(name, &said))
    };
    let rows = |part: &'static str| part.lines().filter_map(method);
    let (of, name) = said.rsplit_once("::").unwrap_or(("", &said));
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
            return Found::Parts(methods);
        }
        found = parts().filter(is_inside).collect();
    }
    if found.is_empty() {
        let types = parts()
            .flat_map(names)
            .flat_map(|name| name.rsplit("::").next());
        let all: Vec<(String, &'static str)> = types
            .chain(parts().flat_map(rows))
            .filter(|name| name.len() > 2)
            .map(|name| (name.to_lowercase(), name))
            .collect();
        let near = nearest(
            &name.to_lowercase(),
            all.iter().map(|(lower, _)| &lower[..]),
        );
        let guess = all.iter().find(|(lower, _)| Some(&lower[..]) == near);
        return Found::Nothing {
            guess: guess.map(|(_, name)| *name),
        };
    }
    Found::Parts(
        found
            .iter()
            .map(|part| format!("### {}\n\n", part.trim_end()))
            .collect(),
    )
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
                guess: Some("Mutex")
            }
        );
        assert_eq!(find("zzzzzzzz"), Found::Nothing { guess: None });
        assert!(overview().contains("lanes::sync::Mutex"));
    }
}
