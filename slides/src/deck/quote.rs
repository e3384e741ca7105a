//! What a code block quotes, held to its source: an item by its name, a file, or the change between
//! two files.
//!
//! A quote may leave lines out where it says so, with a line `// …` (`@@` in a change, `…` in a
//! transcript); comments, attributes and blank lines may go without saying.

use super::{Place, item};
use std::fs;

/// Why a block is not what it quotes, and what it should be if that can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stale {
    pub(crate) what: String,
    /// The whole item: for a quote that leaves nothing out.
    pub(crate) fresh: Option<String>,
}

/// Compares `text` with the source that `quote` names.
pub(crate) fn check(place: &Place, quote: &str, text: &str) -> Result<(), Stale> {
    let stale = |what: String| Stale { what, fresh: None };
    if let Some((old, new)) = quote
        .split_once("..")
        .filter(|(old, _)| old.ends_with(".rs"))
    {
        let [before, after] = [
            read(place, old).map_err(stale)?,
            read(place, new).map_err(stale)?,
        ];
        return change(&before, &after, text).then_some(()).ok_or_else(|| {
            stale(format!(
                "is not (any more) a part of the change {quote}; leave lines out with `@@`"
            ))
        });
    }
    let (path, name) = match quote.split_once('#') {
        Some((path, name)) => (path, Some(name)),
        None => (quote, None),
    };
    let source = read(place, path).map_err(stale)?;
    let lines: Vec<&str> = match name {
        Some(name) => item::find(&source, name).ok_or_else(|| {
            stale(format!(
                "quotes {name}, and {path} has no such item (any more)"
            ))
        })?,
        None => source.lines().collect(),
    };
    let quoted: Vec<&str> = text.lines().collect();
    if follows(&lines, &quoted) {
        return Ok(());
    }
    let leaves_out = quoted.iter().any(|line| is_gap(line));
    Err(Stale {
        what: format!(
            "is not (any more) what {quote} says{}",
            if name.is_some() && !leaves_out {
                "; BLESS=1 cargo test -p slides writes it anew"
            } else {
                "; say where it leaves lines out, with a line `// …`"
            }
        ),
        fresh: (name.is_some() && !leaves_out).then(|| whole(&lines)),
    })
}

/// A deck's file with every stale quote of a whole item written anew.
#[cfg(test)]
pub(crate) fn refreshed(place: &Place, text: &str) -> String {
    text.split("\n---\n")
        .map(|slide| refreshed_slide(place, slide))
        .collect::<Vec<_>>()
        .join("\n---\n")
}

#[cfg(test)]
fn refreshed_slide(place: &Place, slide: &str) -> String {
    let mut quotes = slide
        .lines()
        .filter_map(|line| line.strip_prefix("quote: "));
    let (mut fresh, mut block): (String, Option<(bool, String)>) = (String::new(), None);
    for line in slide.split_inclusive('\n') {
        match &mut block {
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    let quoting = ["rust", "diff", "console"]
                        .iter()
                        .any(|it| info.starts_with(it));
                    block = Some((quoting, String::new()));
                }
                fresh += line;
            }
            Some((quoting, text)) if line.starts_with("```") => {
                let stale = quoting
                    .then(|| quotes.next())
                    .flatten()
                    .and_then(|quote| check(place, quote, text).err());
                fresh += &stale
                    .and_then(|stale| stale.fresh)
                    .unwrap_or_else(|| text.clone());
                fresh += line;
                block = None;
            }
            Some((_, text)) => *text += line,
        }
    }
    fresh
}

fn read(place: &Place, path: &str) -> Result<String, String> {
    let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
    if leaves {
        return Err(format!(
            "quotes {path}: a path from the root of the repository, please"
        ));
    }
    fs::read_to_string(place.root.join(path))
        .map_err(|error| format!("quotes {path}, which cannot be read: {error}"))
}

/// The item without its comments and attributes, at the left edge.
fn whole(lines: &[&str]) -> String {
    let edge = lines
        .first()
        .map_or(0, |line| line.len() - line.trim_start().len());
    let kept = lines
        .iter()
        .filter(|line| line.trim().is_empty() || !is_silent(line));
    kept.fold(String::new(), |text, line| {
        text + line.get(edge..).unwrap_or("") + "\n"
    })
}

fn is_gap(line: &str) -> bool {
    matches!(line.trim(), "// …" | "…" | "@@")
}

/// What may be left out without a word.
fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//") || line.starts_with("#[")
}

/// `quoted` is `lines` with some left out: silent ones anywhere, others at a gap.
fn follows(lines: &[&str], quoted: &[&str]) -> bool {
    // `at[i]`: what was quoted so far may end right before line `i`.
    let mut at = vec![false; lines.len() + 1];
    let mut gap = false;
    at[0] = true;
    let skip = |at: &mut Vec<bool>, all: bool| {
        for (i, line) in lines.iter().enumerate() {
            let silent = all || is_silent(line);
            at[i + 1] = at[i + 1] || (at[i] && silent);
        }
    };
    for said in quoted {
        if is_gap(said) {
            gap = true;
            continue;
        }
        if said.trim().is_empty() {
            continue;
        }
        skip(&mut at, std::mem::take(&mut gap));
        let mut next = vec![false; lines.len() + 1];
        for (i, line) in lines.iter().enumerate() {
            next[i + 1] = at[i] && line.trim() == said.trim();
        }
        at = next;
    }
    skip(&mut at, gap);
    at[lines.len()] && !quoted.is_empty()
}

/// Every run of a change stands in both files: what it keeps and takes away in the one, what it
/// keeps and adds in the other.
fn change(old: &str, new: &str, text: &str) -> bool {
    let side = |skipped: char, kept: char, file: &str| {
        let mut quoted = vec!["@@"];
        for line in text.lines().filter(|line| !line.starts_with(skipped)) {
            quoted.push(
                line.strip_prefix(kept)
                    .or(line.strip_prefix(' '))
                    .unwrap_or(line),
            );
        }
        quoted.push("@@");
        follows(&file.lines().collect::<Vec<_>>(), &quoted)
    };
    let changes = text.lines().any(|line| line.starts_with(['+', '-']));
    changes && side('+', '-', old) && side('-', '+', new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: [&str; 6] = [
        "fn grab() {",
        "    // why",
        "    look();",
        "    take();",
        "    tell();",
        "}",
    ];

    #[test]
    fn a_quote_may_leave_out_what_it_says_it_leaves_out() {
        for quoted in [
            &["fn grab() {", "look();", "take();", "tell();", "}"][..],
            &["fn grab() {", "// …", "tell();", "}"],
            &["fn grab() {", "    // why", "look();", "// …"],
            &["// …", "take();", "// …"],
        ] {
            assert!(follows(&ITEM, quoted), "{quoted:?}");
        }
        for quoted in [
            &["fn grab() {", "take();", "tell();", "}"][..],
            &["fn grab() {", "look();", "take();"],
            &["take();", "// …"],
            &["// …", "tell();", "take();", "// …"],
            &["// …", "gone();", "// …"],
            &[],
        ] {
            assert!(!follows(&ITEM, quoted), "{quoted:?}");
        }
    }

    #[test]
    fn a_change_stands_in_both_files() {
        let (old, new) = ("a\nb\nc\n", "a\nx\nc\n");
        assert!(change(old, new, " a\n-b\n+x\n"));
        assert!(change(old, new, "-b\n@@\n c\n"));
        assert!(!change(old, new, " a\n-b\n+y\n"));
        assert!(!change(old, new, " a\n b\n+x\n"));
        assert!(!change(old, new, " a\n"), "nothing changes in it");
    }

    #[test]
    fn this_repository_is_quoted_by_name() {
        let place = Place::new(None);
        let at = "demos/06-actor/src/room.rs#LINES_BEHIND";
        assert_eq!(
            check(&place, at, "pub const LINES_BEHIND: usize = 64;\n"),
            Ok(())
        );
        let stale = check(&place, at, "pub const LINES_BEHIND: usize = 65;\n").expect_err("stale");
        assert_eq!(
            stale.fresh.as_deref(),
            Some("pub const LINES_BEHIND: usize = 64;\n")
        );
        for gone in [
            "demos/06-actor/src/room.rs#Gone",
            "demos/gone.rs#x",
            "../etc/passwd",
            "/etc/passwd",
        ] {
            assert_eq!(check(&place, gone, "x\n").expect_err("gone").fresh, None);
        }
    }
}
