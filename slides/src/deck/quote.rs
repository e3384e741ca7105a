//! Compares a code block with the source that it quotes: an item, a file, or the change between two
//! files.
//!
//! A quote may leave lines out where a line `// …` says so (`@@` in a change, `…` in a transcript).
//! Comments, attributes and blank lines may be left out without such a line.

use super::{item, place::Place};
use std::{fmt, fs};

/// Why a block is not what it quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// The path of this file leaves the repository.
    Outside(String),
    /// This file cannot be read. The text is the system's.
    Unreadable(String, String),
    /// This file has no such item.
    NoItem { path: String, name: String },
    /// The block is no part of this change between two files.
    NotInChange(String),
    /// The block differs from this item. `fresh` is the item as a block.
    DiffersFromItem { quote: String, fresh: String },
    /// The block differs from the source and leaves lines out, or quotes a whole file.
    Differs(String),
}

impl Stale {
    /// What the block must be. `None` if only a person can say that.
    #[cfg(test)]
    fn fresh(&self) -> Option<&str> {
        match self {
            Stale::DiffersFromItem { fresh, .. } => Some(fresh),
            _ => None,
        }
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stale::Outside(path) => write!(
                f,
                "quotes {path}: write a path from the root of the repository"
            ),
            Stale::Unreadable(path, error) => {
                write!(f, "quotes {path}, which cannot be read: {error}")
            }
            Stale::NoItem { path, name } => {
                write!(f, "quotes {name}, but {path} has no such item now")
            }
            Stale::NotInChange(quote) => write!(
                f,
                "is not a part of the change {quote} now; leave lines out with `@@`"
            ),
            Stale::DiffersFromItem { quote, .. } => write!(
                f,
                "differs from {quote}; `BLESS=1 cargo test -p slides quotes` updates it"
            ),
            Stale::Differs(quote) => write!(
                f,
                "differs from {quote}; where it leaves lines out, write a line `// …`"
            ),
        }
    }
}

/// Compares `text` with the source that `quote` names.
pub(super) fn check(place: &Place, quote: &str, text: &str) -> Result<(), Stale> {
    if let Some((old, new)) = quote
        .split_once("..")
        .filter(|(old, _)| old.ends_with(".rs"))
    {
        let [before, after] = [read(place, old)?, read(place, new)?];
        return match change(&before, &after, text) {
            true => Ok(()),
            false => Err(Stale::NotInChange(quote.to_owned())),
        };
    }
    let (path, name) = match quote.split_once('#') {
        Some((path, name)) => (path, Some(name)),
        None => (quote, None),
    };
    let source = read(place, path)?;
    let lines: Vec<&str> = match name {
        Some(name) => item::find(&source, name).ok_or_else(|| Stale::NoItem {
            path: path.to_owned(),
            name: name.to_owned(),
        })?,
        None => source.lines().collect(),
    };
    let quoted: Vec<&str> = text.lines().collect();
    if follows(&lines, &quoted) {
        return Ok(());
    }
    let leaves_out = quoted.iter().any(|line| is_gap(line));
    let quote = quote.to_owned();
    Err(match name.is_some() && !leaves_out {
        true => Stale::DiffersFromItem {
            quote,
            fresh: whole(&lines),
        },
        false => Stale::Differs(quote),
    })
}

/// A deck's file in which every stale quote of a whole item is replaced.
#[cfg(test)]
pub(super) fn refreshed(place: &Place, text: &str) -> String {
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
                    .and_then(|stale| stale.fresh().map(str::to_owned))
                    .unwrap_or_else(|| text.clone());
                fresh += line;
                block = None;
            }
            Some((_, text)) => *text += line,
        }
    }
    fresh
}

fn read(place: &Place, path: &str) -> Result<String, Stale> {
    let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
    if leaves {
        return Err(Stale::Outside(path.to_owned()));
    }
    fs::read_to_string(place.root.join(path))
        .map_err(|error| Stale::Unreadable(path.to_owned(), error.to_string()))
}

/// An item as a block: without comments and attributes, and without its indentation.
fn whole(lines: &[&str]) -> String {
    let edge = lines
        .first()
        .map_or(0, |line| line.len() - line.trim_start().len());
    let kept = lines
        .iter()
        .filter(|line| line.trim().is_empty() || !is_optional(line));
    kept.fold(String::new(), |text, line| {
        text + line.get(edge..).unwrap_or("") + "\n"
    })
}

fn is_gap(line: &str) -> bool {
    matches!(line.trim(), "// …" | "…" | "@@")
}

/// Whether a quote may leave the line out without saying so.
fn is_optional(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//") || line.starts_with("#[")
}

/// Whether `quoted` is `lines` with some left out: optional lines anywhere, others only at a gap.
fn follows(lines: &[&str], quoted: &[&str]) -> bool {
    // `at[i]`: whether what was quoted so far can end right before line `i`.
    let mut at = vec![false; lines.len() + 1];
    let mut gap = false;
    at[0] = true;
    let skip = |at: &mut Vec<bool>, all: bool| {
        for (i, line) in lines.iter().enumerate() {
            let skipped = all || is_optional(line);
            at[i + 1] = at[i + 1] || (at[i] && skipped);
        }
    };
    for line in quoted {
        if is_gap(line) {
            gap = true;
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        skip(&mut at, std::mem::take(&mut gap));
        let mut next = vec![false; lines.len() + 1];
        for (i, source) in lines.iter().enumerate() {
            next[i + 1] = at[i] && source.trim() == line.trim();
        }
        at = next;
    }
    skip(&mut at, gap);
    at[lines.len()] && !quoted.is_empty()
}

/// Whether `text` is a part of the change from `old` to `new`: its kept and removed lines follow
/// each other in `old`, its kept and added lines in `new`.
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
    fn a_quote_leaves_lines_out_only_at_a_gap() {
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
    fn a_change_is_compared_with_both_files() {
        let (old, new) = ("a\nb\nc\n", "a\nx\nc\n");
        assert!(change(old, new, " a\n-b\n+x\n"));
        assert!(change(old, new, "-b\n@@\n c\n"));
        assert!(!change(old, new, " a\n-b\n+y\n"));
        assert!(!change(old, new, " a\n b\n+x\n"));
        assert!(!change(old, new, " a\n"), "no line is added or removed");
    }

    #[test]
    fn an_item_of_this_repository_is_compared_by_its_path() {
        let place = Place::new(None);
        let at = "demos/06-actor/src/room.rs#LINES_BEHIND";
        assert_eq!(
            check(&place, at, "pub const LINES_BEHIND: usize = 64;\n"),
            Ok(())
        );
        let stale = check(&place, at, "pub const LINES_BEHIND: usize = 65;\n").expect_err("stale");
        assert_eq!(stale.fresh(), Some("pub const LINES_BEHIND: usize = 64;\n"));
        for gone in [
            "demos/06-actor/src/room.rs#Gone",
            "demos/gone.rs#x",
            "../etc/passwd",
            "/etc/passwd",
        ] {
            assert_eq!(check(&place, gone, "x\n").expect_err("gone").fresh(), None);
        }
    }
}
