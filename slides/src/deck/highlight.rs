//! Syntax highlighting for a slide, by tokens alone.

use crate::html::{escape, span};

const KEYWORDS: &str = " as async await break const continue crate dyn else enum extern false fn \
    for if impl in let loop match mod move mut pub ref return self Self static struct super \
    trait true type unsafe use where while ";

/// Returns the lines of `code` as HTML.
pub(super) fn lines(language: &str, code: &str) -> Vec<String> {
    let mut lines = match language {
        "rust" => rust(code),
        "diff" => code.lines().map(|line| diff(line) + "\n").collect(),
        "console" | "bash" | "text" => code.lines().map(|line| console(line) + "\n").collect(),
        _ => escape(code),
    };
    if !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines.lines().map(str::to_owned).collect()
}

fn diff(line: &str) -> String {
    match line.as_bytes().first() {
        Some(b'+') => span("add", line),
        Some(b'-') => span("del", line),
        Some(b'@') => span("com", line),
        _ => escape(line),
    }
}

fn console(line: &str) -> String {
    match line {
        line if line.starts_with("$ ") => span("cmd", line),
        line if line.starts_with("FROZEN") || line.starts_with("DEADLOCK") => span("frozen", line),
        _ => escape(line),
    }
}

fn rust(code: &str) -> String {
    let mut html = String::new();
    let mut rest = code;
    let mut after_fn = false;
    while let Some(first) = rest.chars().next() {
        let (length, class) = token(rest, first);
        let (text, after) = rest.split_at(length);
        let class = match class {
            "word" if KEYWORDS.contains(&format!(" {text} ")) => "key",
            "word" if after_fn => "fun",
            "word" if after.starts_with('!') && !after.starts_with("!=") => "mac",
            "word" if first.is_uppercase() => "typ",
            "word" if after.starts_with('(') => "fun",
            "word" => "",
            class => class,
        };
        if !text.trim().is_empty() {
            after_fn = text == "fn";
        }
        // A token of several lines gets a span on each line.
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                html.push('\n');
            }
            match class {
                "" => html += &escape(line),
                _ if line.is_empty() => {}
                class => html += &span(class, line),
            }
        }
        rest = after;
    }
    html
}

/// The first token's length in bytes, and its class.
fn token(rest: &str, first: char) -> (usize, &'static str) {
    let up_to = |end: Option<usize>| end.unwrap_or(rest.len());
    let word = |rest: &str| {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
    };
    if rest.starts_with("//") {
        (up_to(rest.find('\n')), "com")
    } else if rest.starts_with("/*") {
        (up_to(rest.find("*/").map(|end| end + 2)), "com")
    } else if rest.starts_with("#[") || rest.starts_with("#![") {
        (up_to(rest.find(']').map(|end| end + 1)), "att")
    } else if first == '"' || rest.starts_with("b\"") {
        (string(rest, rest.find('"').map_or(1, |at| at + 1)), "str")
    } else if rest.starts_with("r\"") || rest.starts_with("r#\"") {
        let (from, end) = if rest.starts_with("r#") {
            (3, "\"#")
        } else {
            (2, "\"")
        };
        (
            up_to(rest[from..].find(end).map(|at| from + at + end.len())),
            "str",
        )
    } else if first == '\'' {
        quote(rest)
    } else if first.is_ascii_digit() {
        (
            rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            "num",
        )
    } else if first.is_alphabetic() || first == '_' {
        (word(rest), "word")
    } else {
        (first.len_utf8(), "")
    }
}

/// The offset behind the string literal whose text begins at `from`.
pub(super) fn string(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest[from..].char_indices() {
        match c {
            '"' if !escaped => return from + at + 1,
            c => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

/// A character literal or a lifetime: its length in bytes, and its class.
pub(super) fn quote(rest: &str) -> (usize, &'static str) {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => (rest[2..].find('\'').map_or(rest.len(), |at| at + 3), "str"),
        (Some(_), Some((at, '\''))) => (at + 1, "str"),
        _ => {
            let end = rest[1..].find(|c: char| !c.is_alphanumeric() && c != '_');
            (end.map_or(rest.len(), |at| at + 1), "lif")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_tokens_get_classes_and_lines_stay_lines() {
        let html = lines(
            "rust",
            "fn grab(&self) -> Name {\n    self.room.lock(); // \"x\"\n}\n",
        );
        assert_eq!(html.len(), 3);
        assert!(
            html[0].starts_with("<span class=\"key\">fn</span> <span class=\"fun\">grab</span>"),
            "{html:?}"
        );
        assert!(html[0].contains("<span class=\"typ\">Name</span>"));
        assert!(html[1].ends_with("<span class=\"com\">// &quot;x&quot;</span>"));
    }

    #[test]
    fn any_text_is_shown_whole_and_escaped() {
        for code in [
            "'a",
            "'a' 'b",
            "'\\'' x",
            "\"open",
            "r#\"<b>\"# <i>",
            "/* open\n<b>",
            "b\"\\\"\" 1_000",
            "é'é'",
            "r\"",
            "r#\"",
            "'",
            "#[",
        ] {
            let html = lines("rust", code).join("\n");
            let text: String = html
                .split('<')
                .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
                .collect();
            let text = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'");
            assert_eq!(text.trim_end(), code.trim_end(), "{html}");
        }
    }
}
