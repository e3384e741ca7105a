//! Players' names. Two names cannot differ only in invisible characters.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::Said;
use crate::said::is_unseen_letter;

/// A player's name: 1 to 16 letters or digits of any alphabet, or `-` and `_`. Cheap to clone.
///
/// Letters that only resemble each other (Latin `a`, Cyrillic `а`) make different names; invisible
/// characters are refused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The maximum length in characters.
    pub const LONGEST: usize = 16;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(said: &str) -> Result<Self, NotAName> {
        // Counting stops early, because `said` may be very long.
        let length = said.chars().take(Self::LONGEST + 1).count();
        let fits = (1..=Self::LONGEST).contains(&length);
        if fits && said.chars().all(belongs) && !said.starts_with(leans) {
            Ok(Self(said.into()))
        } else {
            Err(NotAName(Said::new(said)))
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Text that is not a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAName(pub Said);

fn belongs(c: char) -> bool {
    matches!(c, '-' | '_') || (c.is_alphanumeric() && !is_unseen_letter(c))
}

/// Whether the character is a vowel sign or an accent. It combines with the letter before it; at
/// the start of a name it would combine with the text in front of the name.
fn leans(c: char) -> bool {
    c.is_alphanumeric() && !c.escape_debug().eq([c])
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_many_alphabets_are_accepted() {
        for name in [
            "a",
            "ann",
            "bot-17",
            "o_o",
            "민수",
            "ㅋㅋㅋ",
            "Žofie",
            "李雷",
            "नेहा",
            "42",
            "가나다라마바사아자차카타파하가나",
        ] {
            assert_eq!(name.parse::<Name>().expect(name).to_string(), name);
        }
    }

    #[test]
    fn a_name_that_looks_like_another_or_like_markup_is_refused() {
        for name in [
            "",
            " ",
            "ann lee",
            "ann\u{200b}",
            "ann\u{3164}",
            "\u{115f}",
            "\u{ffa0}ann",
            "ann\u{202e}",
            "ann\u{ad}",
            "a\u{301}",
            "\u{1112}\u{1161}\u{11ab}",
            "<b>",
            "a;b",
            "ann\0",
            "ann\n",
            "\u{feff}ann",
            "ann\u{fe0f}",
            "🍪",
            "\u{2800}",
            "\u{947}a",
            "seventeen-letters",
        ] {
            assert!(name.parse::<Name>().is_err(), "{name:?}");
        }
    }

    /// Unicode 16's Default_Ignorable_Code_Point (DerivedCoreProperties.txt): characters that are
    /// drawn as nothing.
    const DRAWN_AS_NOTHING: [RangeInclusive<char>; 17] = [
        '\u{ad}'..='\u{ad}',
        '\u{34f}'..='\u{34f}',
        '\u{61c}'..='\u{61c}',
        '\u{115f}'..='\u{1160}',
        '\u{17b4}'..='\u{17b5}',
        '\u{180b}'..='\u{180f}',
        '\u{200b}'..='\u{200f}',
        '\u{202a}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{3164}'..='\u{3164}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{ffa0}'..='\u{ffa0}',
        '\u{fff0}'..='\u{fff8}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0000}'..='\u{e0fff}',
    ];

    #[test]
    fn names_and_refusals_contain_no_invisible_character() {
        let spaces = ('\0'..=char::MAX).filter(|c| c.is_whitespace() || c.is_control());
        for c in DRAWN_AS_NOTHING.into_iter().flatten().chain(spaces) {
            assert!(format!("a{c}").parse::<Name>().is_err(), "{c:?}");
            assert!(
                c == ' ' || !Said::new(&format!("a{c}b")).to_string().contains(c),
                "{c:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn anything_typed_is_a_name_or_is_refused(said in any::<String>()) {
            match said.parse::<Name>() {
                Ok(name) => prop_assert_eq!(name.as_str(), said),
                Err(NotAName(repeated)) => prop_assert_eq!(repeated, Said::new(&said)),
            }
        }
    }
}
