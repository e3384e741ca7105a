//! A tokenizer for Rust sources that keeps what the checks need: identifiers, punctuation and line
//! comments. It drops literals and block comments.

/// A token of Rust source, or a line comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// An identifier or a keyword; a raw identifier without its `r#`.
    Word(&'a str),
    /// `::`
    PathSeparator,
    /// Any other punctuation, one character at a time.
    Mark(char),
    /// A string literal with its quotes.
    Text(&'a str),
    /// A line comment with its slashes, and the byte at which it begins.
    Comment(&'a str, usize),
}

/// Returns the tokens of a source file.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            found.push(Token::Comment(&rest[..length], at));
            length
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = string(rest) {
            found.push(Token::Text(&rest[..length]));
            length
        } else if first == '\'' {
            character_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let raw = if rest.starts_with("r#") { 2 } else { 0 };
            let name = &rest[raw..];
            let end = name
                .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .unwrap_or(name.len());
            found.push(Token::Word(&name[..end]));
            raw + end
        } else if rest.starts_with("::") {
            found.push(Token::PathSeparator);
            2
        } else {
            found.push(Token::Mark(first));
            first.len_utf8()
        };
        at += length;
    }
    found
}

/// Returns the length of the block comment at the start of `rest`. Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Returns the length of the string literal at the start of `rest`, raw or not; `None` if there is
/// none.
fn string(rest: &str) -> Option<usize> {
    let unprefixed = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let prefix = rest.len() - unprefixed.len();
    if let Some(raw) = unprefixed.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        let text = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = text.find(&end).map_or(text.len(), |at| at + end.len());
        return Some(prefix + 1 + hashes + 1 + length);
    }
    let text = unprefixed.strip_prefix('"')?;
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    });
    Some(prefix + 1 + end.map_or(text.len(), |at| at + 1))
}

/// Returns the length of the character literal at the start of `rest`, or 1 for the quote of a
/// lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            letters.next();
            let end = letters.find(|(_, letter)| *letter == '\'');
            end.map_or(rest.len(), |(at, _)| at + 1)
        }
        _ => match letters.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_block_comments_hide_what_is_in_them() {
        let source = r##"
            use a::b; // c::d
            /* e /* f */ g */
            const S: &'static str = "h \" i";
            let j = ('\'', 'k', r#"l " m"#, b"n", r#type);
        "##;
        let words: Vec<&str> = tokens(source)
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(*word),
                _ => None,
            })
            .collect();
        assert_eq!(
            words,
            [
                "use", "a", "b", "const", "S", "static", "str", "let", "j", "type"
            ]
        );
    }

    #[test]
    fn a_comment_comes_with_its_place() {
        let source = "let a = \"// no\"; // yes\n";
        let comments: Vec<Token<'_>> = tokens(source)
            .into_iter()
            .filter(|token| matches!(token, Token::Comment(..)))
            .collect();
        assert_eq!(comments, [Token::Comment("// yes", 17)]);
    }
}
