//! Syntax highlighting for a slide, by tokens alone.

use crate::html::{escape, span};
use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, Token, TokenKind};

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
    while !rest.is_empty() {
        let (length, class) = token(rest);
        let (text, after) = rest.split_at(length);
        let class = match class {
            "word" if KEYWORDS.contains(&format!(" {text} ")) => "key",
            "word" if after_fn => "fun",
            "word" if after.starts_with('!') && !after.starts_with("!=") => "mac",
            "word" if text.starts_with(char::is_uppercase) => "typ",
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

/// The first token's length in bytes, and its class. An attribute counts as one token.
fn token(rest: &str) -> (usize, &'static str) {
    if rest.starts_with("#[") || rest.starts_with("#![") {
        return (attribute(rest), "att");
    }
    let Some(first) = tokens(rest).next() else {
        return (rest.len(), "");
    };
    let class = match first.kind {
        TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => "com",
        TokenKind::Literal { kind, .. } => match kind {
            LiteralKind::Int { .. } | LiteralKind::Float { .. } => "num",
            _ => "str",
        },
        TokenKind::Lifetime { .. } | TokenKind::RawLifetime => "lif",
        TokenKind::Ident | TokenKind::RawIdent | TokenKind::UnknownPrefix => "word",
        _ => "",
    };
    (first.len as usize, class)
}

/// The length of the attribute with which a text begins.
fn attribute(rest: &str) -> usize {
    let (mut length, mut depth) = (0, 0);
    for token in tokens(rest) {
        length += token.len as usize;
        match token.kind {
            TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseBracket if depth == 1 => break,
            TokenKind::CloseBracket => depth -= 1,
            _ => {}
        }
    }
    length
}

fn tokens(text: &str) -> impl Iterator<Item = Token> {
    ra_ap_rustc_lexer::tokenize(text, FrontmatterAllowed::No)
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
