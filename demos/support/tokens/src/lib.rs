//! The tokens and comments of a Rust source file, each with its place.
//!
//! `proc-macro2` finds the tokens. Comments are not tokens: they are read from the gaps.

use proc_macro2::{Delimiter, Group, Punct, TokenStream, TokenTree};
use std::fmt;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or a keyword, also a raw one.
    Word,
    /// `'a`
    Lifetime,
    /// A string, a character or a number.
    Literal,
    /// `::`, or one character of any other punctuation, also a bracket.
    Mark,
    /// A comment with its slashes, also one of documentation.
    Comment,
}

/// A token or a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// It, as it is written.
    pub text: &'a str,
    /// The byte at which it begins. A byte order mark at the start of the file does not count.
    pub at: usize,
    /// The line on which it begins, from 1.
    pub line: usize,
}

impl<'a> Token<'a> {
    /// Returns the identifier or keyword, a raw identifier without its `r#`; `None` for anything
    /// else.
    pub fn name(&self) -> Option<&'a str> {
        let text = self.text.strip_prefix("r#").unwrap_or(self.text);
        (self.kind == Kind::Word).then_some(text)
    }

    /// Whether it is this keyword. A raw identifier is never a keyword.
    pub fn is_keyword(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this punctuation.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }
}

/// A source that cannot be split into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line on which reading ended, from 1.
    pub line: usize,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} cannot be split into tokens", self.line)
    }
}

impl std::error::Error for Unreadable {}

/// Returns the tokens and comments of a source file in their sequence.
///
/// # Errors
/// If a bracket, a string or a comment does not end, or the file begins with `#!` and a program.
pub fn read(source: &str) -> Result<Vec<Token<'_>>, Unreadable> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    // The compiler skips a line such as `#!/bin/sh`, and proc-macro2 reads it.
    let is_shebang = source
        .strip_prefix("#!")
        .is_some_and(|rest| !rest.trim_start().starts_with('['));
    if is_shebang {
        return Err(Unreadable { line: 1 });
    }
    let stream: TokenStream = source.parse().map_err(|error: proc_macro2::LexError| {
        let line = error.span().start().line;
        Unreadable { line: line.max(1) }
    })?;
    let mut reader = Reader {
        source,
        tokens: vec![],
        end: 0,
        line: 1,
        is_lost: false,
    };
    reader.stream(stream);
    reader.gap();
    match reader.is_lost || reader.end != source.len() {
        true => Err(Unreadable { line: reader.line }),
        false => Ok(reader.tokens),
    }
}

/// Returns the tokens of a source file without its comments.
///
/// # Errors
/// As [`read`].
pub fn code(source: &str) -> Result<Vec<Token<'_>>, Unreadable> {
    let mut tokens = read(source)?;
    tokens.retain(|token| token.kind != Kind::Comment);
    Ok(tokens)
}

/// Returns the index behind the bracket that closes the one at `open`.
pub fn behind_group(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match (token.kind, token.text) {
            (Kind::Mark, "(" | "[" | "{") => depth += 1,
            (Kind::Mark, ")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

struct Reader<'a> {
    source: &'a str,
    tokens: Vec<Token<'a>>,
    /// The end of what was read.
    end: usize,
    /// The line of `end`.
    line: usize,
    /// Whether the text at `end` was not that of the token. Then nothing read is to be trusted.
    is_lost: bool,
}

impl<'a> Reader<'a> {
    fn stream(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match &tree {
                TokenTree::Group(group) => self.group(group),
                TokenTree::Ident(word) => self.put(Kind::Word, &word.to_string()),
                TokenTree::Literal(literal) => self.put(Kind::Literal, &literal.to_string()),
                // A comment of documentation comes as `#[doc = "…"]`, each part in the comment's
                // place. It is read from the gap before the next token.
                TokenTree::Punct(mark) if self.is_comment(mark) => {
                    trees.next_if(|tree| matches!(tree, TokenTree::Punct(_)));
                    trees.next_if(|tree| matches!(tree, TokenTree::Group(_)));
                }
                TokenTree::Punct(mark) => match mark.as_char() {
                    '\'' => {
                        let name = trees.next().map(|name| format!("'{name}"));
                        self.put(Kind::Lifetime, name.as_deref().unwrap_or("'"));
                    }
                    ':' if is_second_colon(mark, trees.peek()) => {
                        trees.next();
                        self.put(Kind::Mark, "::");
                    }
                    mark => self.put(Kind::Mark, mark.encode_utf8(&mut [0; 4])),
                },
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.stream(group.stream()),
        };
        self.put(Kind::Mark, open);
        self.stream(group.stream());
        self.put(Kind::Mark, close);
    }

    fn is_comment(&self, mark: &Punct) -> bool {
        // To look every place up takes longer than to read the file.
        mark.as_char() == '#' && {
            let rest = &self.source[mark.span().byte_range().start..];
            rest.starts_with('/')
        }
    }

    /// Puts the token with this text behind the gap that begins at the end of what was read.
    fn put(&mut self, kind: Kind, text: &str) {
        self.gap();
        if !self.source[self.end..].starts_with(text) {
            self.is_lost = true;
        }
        if self.is_lost {
            return;
        }
        let range = self.end..self.end + text.len();
        self.tokens.push(Token {
            kind,
            text: &self.source[range.clone()],
            at: range.start,
            line: self.line,
        });
        self.pass(range.end);
    }

    /// Reads white space and comments up to the next token or the end.
    fn gap(&mut self) {
        loop {
            let rest: &'a str = &self.source[self.end..];
            let space = rest.len() - rest.trim_start_matches(is_white_space).len();
            self.pass(self.end + space);
            let rest = &rest[space..];
            let length = match rest.as_bytes() {
                [b'/', b'*', ..] => block_comment(rest),
                [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
                _ => return,
            };
            self.tokens.push(Token {
                kind: Kind::Comment,
                text: rest[..length].trim_end(),
                at: self.end,
                line: self.line,
            });
            self.pass(self.end + length);
        }
    }

    fn pass(&mut self, to: usize) {
        if to == self.end {
            return; // Most gaps are empty.
        }
        self.line += self.source[self.end..to].matches('\n').count();
        self.end = to;
    }
}

fn is_second_colon(first: &Punct, next: Option<&TokenTree>) -> bool {
    first.spacing() == proc_macro2::Spacing::Joint
        && matches!(next, Some(TokenTree::Punct(next)) if next.as_char() == ':')
}

/// Whether the compiler skips it between tokens: also two marks of direction.
fn is_white_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{200e}' | '\u{200f}')
}

/// Returns the length of the block comment at the start of `rest`. Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        let length = match here {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += length;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        let tokens = read(source).expect("tokens");
        tokens.iter().filter_map(Token::name).collect()
    }

    #[test]
    fn literals_and_comments_hide_what_is_in_them() {
        let source = r##"
            use a::b; // c::d
            /* e /* f */ g */
            const S: &'static str = "h \" i";
            let j = ('\'', 'k', r#"l " m"#, b"n", c"o", br#"p"#, cr"q", b'r', "\u{73}", r#type);
        "##;
        assert_eq!(
            words(source),
            ["use", "a", "b", "const", "S", "str", "let", "j", "type"]
        );
    }

    #[test]
    fn a_comment_comes_with_its_place() {
        let source = "let a = \"// no\"; // yes\n/// of b\nfn b() { /* in\nb */ }\r\n//! last";
        let tokens = read(source).expect("tokens");
        let comments: Vec<(&str, usize, usize)> = tokens
            .iter()
            .filter(|token| token.kind == Kind::Comment)
            .map(|token| (token.text, token.at, token.line))
            .collect();
        assert_eq!(
            comments,
            [
                ("// yes", 17, 1),
                ("/// of b", 24, 2),
                ("/* in\nb */", 42, 3),
                ("//! last", 56, 5)
            ]
        );
        assert_eq!(words(source), ["let", "a", "fn", "b"]);
    }

    #[test]
    fn every_token_is_the_text_at_its_place() {
        let source = "#![a]\nfn b<'c>(d: &'c str) -> e::F { '가' == \"나\"; r#mod /** g */ ::h }";
        let tokens = read(source).expect("tokens");
        for token in &tokens {
            assert!(source[token.at..].starts_with(token.text), "{token:?}");
            let line = source[..token.at].matches('\n').count() + 1;
            assert_eq!(token.line, line, "{token:?}");
        }
        let all: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        assert_eq!(
            all.join(" "),
            "# ! [ a ] fn b < 'c > ( d : & 'c str ) - > e :: F { '가' == \"나\" ; r#mod /** g */ :: h }"
                .replace("==", "= =")
        );
        let raw = tokens
            .iter()
            .find(|token| token.text == "r#mod")
            .expect("it is there");
        assert!(!raw.is_keyword("mod") && raw.name() == Some("mod"));
    }

    #[test]
    fn literals_lifetimes_and_comments_keep_their_text() {
        let source = "//! a\r\n#![b] /* c */ # /*! d */ [e]\r\n1_000.0e-3f32 -2 0xFFu8 'r#f '\\'' \
                      \u{200e}r#\"g\r\n\"# \"h\\\r\n i\" c\"j\" /**/ b'k' .. l.0.1 /// m\n/** n */ o";
        let tokens = read(source).expect("tokens");
        let all: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        let expected = [
            "//! a",
            "#",
            "!",
            "[",
            "b",
            "]",
            "/* c */",
            "#",
            "/*! d */",
            "[",
            "e",
            "]",
            "1_000.0e-3f32",
            "-",
            "2",
            "0xFFu8",
            "'r#f",
            "'\\''",
            "r#\"g\r\n\"#",
            "\"h\\\r\n i\"",
            "c\"j\"",
            "/**/",
            "b'k'",
            ".",
            ".",
            "l",
            ".",
            "0.1",
            "/// m",
            "/** n */",
            "o",
        ];
        assert_eq!(all, expected);
        for token in &tokens {
            assert!(source[token.at..].starts_with(token.text), "{token:?}");
            let line = source[..token.at].matches('\n').count() + 1;
            assert_eq!(token.line, line, "{token:?}");
        }
    }

    #[test]
    fn a_source_that_the_compiler_reads_otherwise_is_not_read() {
        for (source, line) in [
            ("fn a() {\n}\n}", 3),
            ("fn a() {\n\"b", 2),
            ("\n/* a", 2),
            ("#!\"\nuse a;\n//\"", 1),
            ("#!/bin/sh\n", 1),
        ] {
            assert_eq!(read(source), Err(Unreadable { line }), "{source}");
        }
        assert_eq!(words("\u{feff}#! [a]\r\nb"), ["a", "b"]);
    }

    #[test]
    fn a_group_ends_behind_its_own_bracket() {
        let tokens = code("a /* ( */ { (b[0]) \"}\" } c").expect("tokens");
        let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        assert_eq!(
            texts,
            ["a", "{", "(", "b", "[", "0", "]", ")", "\"}\"", "}", "c"]
        );
        assert_eq!(behind_group(&tokens, 1), 10, "the block");
        assert_eq!(behind_group(&tokens, 2), 8, "the parentheses");
        assert_eq!(behind_group(&tokens[..8], 1), 8, "it is not closed");
    }

    #[test]
    fn two_colons_apart_are_no_path() {
        let tokens = read("a : : b :: c").expect("tokens");
        let marks: Vec<&str> = (tokens.iter().filter(|token| token.kind == Kind::Mark))
            .map(|token| token.text)
            .collect();
        assert_eq!(marks, [":", ":", "::"]);
        let said = Unreadable { line: 7 }.to_string();
        assert_eq!(said, "line 7 cannot be split into tokens");
    }
}
