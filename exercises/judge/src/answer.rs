//! A learner's answer without comments and without the contents of strings: a word in a comment is
//! not code.

use tokens::{Kind, Token};

/// The code of an answer. A judge searches it to find out which mistake it sees.
#[derive(Clone, Debug)]
pub struct Answer {
    code: String,
    words: Vec<Word>,
}

/// A token that is code, and not a string.
#[derive(Clone, Debug)]
struct Word {
    /// A raw identifier without its `r#`, a lifetime without its `'`.
    text: String,
    line: usize,
}

impl Answer {
    /// Reads Rust. Comments and the contents of strings become blanks; lines stay where they are.
    /// A text that is not made of Rust tokens has no code: `learn` never runs one.
    pub fn new(text: &str) -> Answer {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut tokens = tokens::read(text).unwrap_or_default();
        tokens.retain(is_code);
        let word = |token: &Token<'_>| Word {
            text: token
                .name()
                .unwrap_or(token.text.trim_start_matches('\''))
                .to_owned(),
            line: token.line,
        };
        Answer {
            code: code(text, &tokens),
            words: tokens.iter().map(word).collect(),
        }
    }

    /// Returns the code, each character at its original line and column.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether the code uses this word: an identifier, or several tokens such as `thread::sleep`.
    /// Spaces and comments between tokens do not count.
    pub fn says(&self, word: &str) -> bool {
        self.line_of(word).is_some()
    }

    /// Returns how often the code uses this word.
    pub fn count(&self, word: &str) -> usize {
        self.lines_of(word).count()
    }

    /// Returns the first line, counted from 1, that uses this word.
    pub fn line_of(&self, word: &str) -> Option<usize> {
        self.lines_of(word).next()
    }

    fn lines_of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let places = (0..self.words.len()).filter(move |&at| begins(&self.words[at..], word));
        places.map(|at| self.words[at].line)
    }
}

fn is_code(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word | Kind::Lifetime | Kind::Mark => true,
        Kind::Literal => token.text.starts_with(|c: char| c.is_ascii_digit()),
        Kind::Comment => false,
    }
}

/// Whether these tokens are, from the first one on, those of `wanted`.
fn begins(words: &[Word], wanted: &str) -> bool {
    let mut rest = wanted.trim();
    for Word { text, .. } in words {
        let Some(after) = rest.strip_prefix(text.as_str()) else {
            return false;
        };
        rest = after.trim_start();
        if rest.is_empty() {
            return true;
        }
        // `sleeper` is not `sleep` and then something else.
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        if text.ends_with(is_part) && after.starts_with(is_part) {
            return false;
        }
    }
    false
}

/// Replaces everything that is not code with blanks.
fn code(text: &str, tokens: &[Token<'_>]) -> String {
    let (mut code, mut end) = (String::with_capacity(text.len()), 0);
    let blanks = |text: &str| -> String {
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        text.chars().map(blank).collect()
    };
    for token in tokens {
        code += &blanks(&text[end..token.at]);
        code += token.text;
        end = token.at + token.text.len();
    }
    code + &blanks(&text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let text = "let a = \"unsafe \\\" x\"; // unsafe\n/* unsafe /* deep */ */ let b = r#\"unsafe\"#;\nlet c: &'static str = 'x';";
        let answer = Answer::new(text);
        assert!(!answer.says("unsafe"), "{}", answer.code());
        assert_eq!(answer.line_of("let b"), Some(2));
        assert!(answer.says("static"), "a lifetime is code");
        assert_eq!(answer.code().matches('\n').count(), 2);
        assert_eq!(
            answer.code().find("let c"),
            text.find("let c"),
            "the code stays in its place"
        );
        assert!(
            Answer::new("let q = '\"'; unsafe {}").says("unsafe"),
            "a quote character does not begin a string"
        );
        assert!(Answer::new("let q = '\\''; unsafe {}").says("unsafe"));
    }

    #[test]
    fn a_search_matches_whole_words_only() {
        let answer = Answer::new("thread::sleep(x); sleeper(); SeqCst");
        assert_eq!((answer.count("sleep"), answer.count("sleeper")), (1, 1));
        assert!(answer.says("thread::sleep(") && answer.says("SeqCst") && !answer.says("Seq"));
    }

    #[test]
    fn a_search_finds_tokens_however_they_are_written() {
        let answer =
            Answer::new("thread :: /* now */ r#sleep\n(x); if\nlet Some(1) = \"if let\" {}");
        assert!(
            answer.says("thread::sleep(x)") && !answer.says("threads") && !answer.says("sleep x")
        );
        assert_eq!(
            (answer.count("if let"), answer.line_of("if let")),
            (1, Some(2))
        );
        assert!(answer.says("Some(1)") && !answer.says("if lets") && !answer.says(""));
        assert!(!answer.says("{} 1"), "longer than the answer");
        assert!(!Answer::new("fn f() { \"").says("fn"), "not made of tokens");
    }
}
