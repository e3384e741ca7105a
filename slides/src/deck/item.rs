//! Finds an item of a Rust file by its path: `Room::grab`, `ToRoom`, `LINES_BEHIND`.

use super::highlight::{quote, string};

/// The lines of the item at `path`, without the comments and attributes above it. `None` if there
/// is no such item.
pub(super) fn find<'a>(source: &'a str, path: &str) -> Option<Vec<&'a str>> {
    let masked = mask(source);
    let (within, name) = match path.split_once("::") {
        Some((owner, name)) => (owners(&masked, owner), name),
        None => (vec![(0, masked.len())], path),
    };
    let (begin, end) = within
        .into_iter()
        .find_map(|(from, to)| declared(&masked, name, from, to))?;
    let line = source[..begin].rfind('\n').map_or(0, |at| at + 1);
    Some(source[line..end].lines().collect())
}

/// The source with every comment, string and character literal replaced by as many spaces, so that
/// only code is searched and every offset stays the same.
fn mask(source: &str) -> String {
    let mut masked = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if first == '"' {
            string(rest, 1)
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |at| at + 5)
        } else if first == '\'' && quote(rest).1 == "str" {
            quote(rest).0
        } else {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        masked.extend(
            rest[..length]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        rest = &rest[length..];
    }
    masked
}

/// The byte ranges of the bodies of every `impl` and `trait` of a type.
fn owners(masked: &str, owner: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, word) in words(masked) {
        if !matches!(word, "impl" | "trait") {
            continue;
        }
        let Some(open) = masked[at..].find('{').map(|open| at + open) else {
            continue;
        };
        let header = &masked[at..open];
        let header = header.split(" where ").next().unwrap_or(header);
        // `impl fmt::Display for Room` belongs to `Room`.
        let of = header.rsplit(" for ").next().unwrap_or(header);
        if words(of).any(|(_, it)| it == owner) {
            found.push((open + 1, closing(masked, open)));
        }
    }
    found
}

/// The byte range of the declaration of `name` in a part of the file, outside of any nested block.
fn declared(masked: &str, name: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let part = masked.get(from..to)?;
    let mut last = "";
    let (mut depth, mut seen) = (0_i32, 0);
    for (at, word) in words(part) {
        for byte in part[seen..at].bytes() {
            depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        }
        seen = at;
        let kind = std::mem::replace(&mut last, word);
        if word != name || depth != 0 {
            continue;
        }
        let begin = from + at;
        match kind {
            "const" | "static" | "type" | "mut" => {
                return Some((begin, ends(masked, begin, false)));
            }
            "fn" | "struct" | "enum" | "trait" | "mod" => {
                return Some((begin, ends(masked, begin, true)));
            }
            _ => {}
        }
    }
    None
}

/// The end of a declaration: behind its `;`, or behind the `}` of its body.
fn ends(masked: &str, from: usize, body: bool) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in masked.bytes().enumerate().skip(from) {
        match byte {
            b';' if depth == 0 => return at + 1,
            b'{' if depth == 0 && body => return closing(masked, at) + 1,
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
    }
    masked.len()
}

/// The offset of the `}` that closes the block opened at `open`.
fn closing(masked: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in masked.bytes().enumerate().skip(open) {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        if depth == 0 {
            return at;
        }
    }
    masked.len().saturating_sub(1)
}

/// The words of a text, with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
//! fn grab() { not here }
/// A doc.
pub const LINES: [u8; 2] = [1, 2];
pub struct Seat(u64);
impl<T> Room<T> {
    /// Doc.
    #[must_use]
    pub async fn grab(
        &self,
    ) -> u32 {
        let brace = '{';
        if true { "}" };
        0
    }
}
impl fmt::Display for Seat {
    fn fmt(&self) { } // trailing
}
fn grab() { 1 }
mod inner { fn hidden() {} }
"#;

    fn found(path: &str) -> Option<String> {
        find(SOURCE, path).map(|lines| lines.join("\n"))
    }

    #[test]
    fn an_item_is_found_by_its_path_with_its_whole_body() {
        assert_eq!(
            found("LINES").as_deref(),
            Some("pub const LINES: [u8; 2] = [1, 2];")
        );
        assert_eq!(found("Seat").as_deref(), Some("pub struct Seat(u64);"));
        assert_eq!(found("grab").as_deref(), Some("fn grab() { 1 }"));
        assert_eq!(found("Seat::fmt").as_deref(), Some("    fn fmt(&self) { }"));
        let grab = found("Room::grab").expect("a method");
        assert!(
            grab.starts_with("    pub async fn grab(\n") && grab.ends_with("        0\n    }"),
            "{grab}"
        );
    }

    #[test]
    fn a_path_without_an_item_finds_nothing() {
        for path in [
            "gone",
            "Room::fmt",
            "hidden",
            "brace",
            "u8",
            "Room::LINES",
            "::",
            "",
        ] {
            assert_eq!(found(path), None, "{path}");
        }
    }
}
