//! A learner's answer without comments and without the contents of strings: a word in a comment is
//! not code.

/// The code of an answer. A judge searches it to find out which mistake it sees.
#[derive(Clone, Debug)]
pub struct Answer {
    code: String,
}

impl Answer {
    /// Reads Rust. Comments and the contents of strings become blanks; lines stay where they are.
    pub fn new(text: &str) -> Answer {
        Answer { code: code(text) }
    }

    /// Returns the code, each character at its original line and column.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether the code uses this word: an identifier, or a path such as `thread::sleep`.
    pub fn says(&self, word: &str) -> bool {
        self.line_of(word).is_some()
    }

    /// Returns how often the code uses this word.
    pub fn count(&self, word: &str) -> usize {
        self.places(word).count()
    }

    /// Returns the first line, counted from 1, that uses this word.
    pub fn line_of(&self, word: &str) -> Option<usize> {
        let place = self.places(word).next()?;
        Some(self.code[..place].matches('\n').count() + 1)
    }

    fn places<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        self.code
            .match_indices(word)
            .map(|(place, _)| place)
            .filter(move |&place| {
                let before = self.code[..place].chars().next_back();
                let after = self.code[place + word.len()..].chars().next();
                let joins = |inner: Option<char>, outer: Option<char>| {
                    inner.is_some_and(is_part) && outer.is_some_and(is_part)
                };
                !joins(word.chars().next(), before) && !joins(word.chars().next_back(), after)
            })
    }
}

/// Replaces everything that is not code with blanks.
fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => string(rest),
            ['\'', ..] => character(rest),
            ['r', ..] | ['b', 'r', ..] | ['c', 'r', ..] if !joined(&chars, at) => raw_string(rest),
            _ => 0,
        };
        if length == 0 {
            out.push(rest[0]);
            at += 1;
        } else {
            out.extend(rest[..length].iter().map(|&c| blank(c)));
            at += length;
        }
    }
    out
}

fn joined(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Returns the length of a character literal; 0 for a lifetime.
fn character(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', ..] => rest
            .iter()
            .skip(3)
            .position(|&c| c == '\'')
            .map_or(rest.len(), |end| end + 4),
        ['\'', _, '\'', ..] => 3,
        _ => 0,
    }
}

/// Returns the length of `r"…"`, `r#"…"#` or `br"…"`; 0 for a word that begins with the same
/// letters.
fn raw_string(rest: &[char]) -> usize {
    let prefix = rest.iter().position(|&c| c == 'r').unwrap_or(0) + 1;
    let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
    if rest.get(prefix + hashes) != Some(&'"') {
        return 0;
    }
    let begin = prefix + hashes + 1;
    let is_end = |at: &usize| {
        rest[*at] == '"' && rest[at + 1..].iter().take_while(|&&c| c == '#').count() >= hashes
    };
    (begin..rest.len())
        .find(is_end)
        .map_or(rest.len(), |end| end + 1 + hashes)
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
}
