//! Text of a player, as it is repeated to players.

use std::fmt;

/// Text that a player typed, made safe to repeat: short, on one line, and without characters that a
/// terminal would obey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said(Box<str>);

impl Said {
    /// The maximum number of repeated characters.
    pub const LONGEST: usize = 24;

    /// Shortens `words`, and replaces invisible characters with `?`: control characters, escapes,
    /// direction marks, stray accents.
    pub fn new(words: &str) -> Self {
        let mut rest = words.trim().chars();
        let mut said: String = rest
            .by_ref()
            .take(Self::LONGEST)
            .map(|c| if is_harmless(c) { c } else { '?' })
            .collect();
        if rest.next().is_some() {
            said.push('…');
        }
        Self(said.into())
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether the character is visible and does nothing else: Rust does not escape it in a string.
/// Quotes and backslashes are harmless too; Rust escapes them only for its own syntax.
fn is_harmless(c: char) -> bool {
    let shown = c.is_alphanumeric() || matches!(c, '"' | '\'' | '\\') || c.escape_debug().eq([c]);
    shown && !is_unseen_letter(c)
}

/// Whether Unicode calls the character a letter although it is invisible: the Hangul fillers, and
/// the Khitan one. Also the conjoining jamo, because a syllable spelled with them looks the same as
/// the syllable in one character, which is what a keyboard types.
pub(crate) fn is_unseen_letter(c: char) -> bool {
    matches!(c, '\u{3164}' | '\u{ffa0}' | '\u{16fe4}')
        || matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_repeated_without_its_escape() {
        assert_eq!(
            Said::new("\x1b[31mred\u{202e}der\0").to_string(),
            "?[31mred?der?"
        );
        assert_eq!(
            Said::new("\"it's \\ 안녕 🍪\"").to_string(),
            "\"it's \\ 안녕 🍪\""
        );
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        assert_eq!(
            Said::new(&"한".repeat(1000)).to_string(),
            "한".repeat(24) + "…"
        );
        assert_eq!(Said::new(&"x".repeat(24)).to_string(), "x".repeat(24));
    }
}
