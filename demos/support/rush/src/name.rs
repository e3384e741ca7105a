//! Players' names, as phones and the projector show them.

mod joiners;
mod rude;
mod unseen;

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::name::joiners::{is_mark, may_belong, without_loose};
use crate::name::rude::is_rude;
use crate::name::unseen::{compose, is_unseen};

/// A name that can be shown: at most 12 characters as a reader counts them, at most 48 bytes, no
/// invisible character. Cheap to clone.
///
/// It is text, never markup: `<b>` is a valid name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The maximum length in characters, as a reader counts them.
    pub const LONGEST: usize = 12;
    /// The maximum length in bytes.
    pub const MOST_BYTES: usize = 48;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a player who gave none.
    pub fn guest(number: u16) -> Self {
        Self(format!("Guest {number}").into())
    }

    /// The same in Korean.
    pub fn guest_ko(number: u16) -> Self {
        Self(format!("손님 {number}").into())
    }

    /// Whether bots have such names: `bot 7`, `slow 7`, `sleepy 7`. Their results are on no
    /// leaderboard.
    pub fn is_a_bots(&self) -> bool {
        let number = self
            .0
            .split_once(' ')
            .and_then(|(kind, number)| ["bot", "slow", "sleepy"].contains(&kind).then_some(number));
        number.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
    }

    /// A name from another program, which has tidied it already. It is checked for characters that
    /// could harm the reader's screen, but not for rude words: the other program may have a newer
    /// list.
    pub fn heard(said: &str) -> Option<Self> {
        let fits = (1..=Self::MOST_BYTES).contains(&said.len());
        (fits && said.trim() == said && is_seen(said)).then(|| Self(said.into()))
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

/// The number of characters that are read; no player types more.
const READ: usize = 256;
/// The most marks that may sit on one letter; more of them would overlap the line above.
const STACKED: usize = 3;

/// The name in the text that a player typed. `None` if it is empty, or if it is rude; then the
/// room chooses one.
pub fn tidy(said: &str) -> Option<Name> {
    let seen = said
        .chars()
        .take(READ)
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let mut name: String = seen.filter(|&c| !is_unseen(c) || may_belong(c)).collect();
    // A cut can join characters into something that must be cut again. The text only becomes
    // shorter, so the loop ends.
    loop {
        let shorter = cut(&compose(without_loose(&name).chars()));
        if shorter == name {
            break;
        }
        name = shorter;
    }
    (!name.is_empty() && !is_rude(&name)).then(|| Name(name.into()))
}

/// Whether nothing in the text is invisible but what belongs to its neighbours.
fn is_seen(text: &str) -> bool {
    let unseen = |c: char| is_unseen(c) && !may_belong(c);
    !text.chars().any(unseen) && without_loose(text) == text
}

fn cut(name: &str) -> String {
    let mut short = String::new();
    let words = name.split(' ').filter(|word| !word.is_empty());
    let spaced = words.collect::<Vec<_>>().join(" ");
    let upright = spaced.trim_start_matches(leans).trim_start();
    for character in upright.graphemes(true).take(Name::LONGEST) {
        let stacked = unstacked(character);
        if short.len() + stacked.len() > Name::MOST_BYTES {
            break;
        }
        short.push_str(&stacked);
    }
    short
}

/// A character as a reader counts them, without the marks that are too many on one letter. It may
/// have several letters, as a family of emoji does.
fn unstacked(character: &str) -> String {
    let mut marks = 0;
    let keeps = |c: &char| {
        marks = match is_mark(*c) && !may_belong(*c) {
            true => marks + 1,
            false if may_belong(*c) => marks,
            false => 0,
        };
        marks <= STACKED
    };
    character.chars().filter(keeps).collect()
}

/// Whether the character is an accent or a vowel sign. It combines with the letter before it; at
/// the start of a name it would combine with the text in front of the name.
fn leans(c: char) -> bool {
    c.is_ascii_control() || is_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tidied(said: &str) -> Option<String> {
        tidy(said).map(|name| name.to_string())
    }

    #[test]
    fn names_of_many_alphabets_stay_as_they_are() {
        for name in [
            "a",
            "ann lee",
            "민수",
            "ㅋㅋㅋ",
            "Žofie",
            "李雷",
            "नेहा",
            "42",
            "🍪",
            "🇰🇷",
            "👍🏽",
            "<b>hi</b>",
            "가나다라마바사아자차카타",
            "O'Neil",
            "علی\u{200c}رضا",
            "ශ්\u{200d}රී",
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}",
        ] {
            assert_eq!(tidied(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn repeated_spaces_become_one_and_invisible_characters_are_removed() {
        for (said, name) in [
            ("  ann   lee ", "ann lee"),
            ("ann\u{3000}\u{a0}\tlee\n", "ann lee"),
            ("a\u{200b}n\u{202e}n\u{ad}\u{feff}", "ann"),
            ("ann\u{3164}", "ann"),
            ("\u{2800}ann\u{e0041}\0", "ann"),
            ("\u{301}ann", "ann"),
            ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
            ("a\u{fe0f}❤\u{fe0f}", "a❤\u{fe0f}"),
            ("علی\u{200c}رضا\u{200c}", "علی\u{200c}رضا"),
            ("a\u{200d}\u{200c}nn", "ann"),
        ] {
            assert_eq!(tidied(said).as_deref(), Some(name), "{said:?}");
        }
        for said in [
            "",
            "   ",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{301}\u{301}",
            "\u{301} \u{301}",
            "f\u{200b}uck",
        ] {
            assert_eq!(tidied(said), None, "{said:?}");
        }
    }

    #[test]
    fn long_names_and_stacked_accents_are_cut() {
        assert_eq!(tidied(&"가".repeat(1_000_000)), Some("가".repeat(12)));
        assert_eq!(
            tidied(&" a".repeat(1_000_000)).map(|name| name.len()),
            Some(12 - 1)
        );
        let tower = format!("z{}", "\u{301}".repeat(100));
        assert_eq!(tidied(&tower), Some(format!("z{}", "\u{301}".repeat(3))));
        let family = "👨👩👧👦".repeat(9);
        assert_eq!(tidied(&family).map(|name| name.len()), Some(48));
        // A family of 25 bytes, and no half of another one.
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        assert_eq!(tidied(&family.repeat(2)).as_deref(), Some(family));
        // Each letter has its own marks.
        let tower = "\u{301}".repeat(9);
        let towers = format!("z{tower}क{tower}");
        let three = "\u{301}".repeat(3);
        assert_eq!(tidied(&towers), Some(format!("z{three}क{three}")));
    }

    #[test]
    fn guests_have_names_that_need_no_tidying() {
        for guest in [
            Name::guest(17),
            Name::guest_ko(17),
            Name::guest(1_024),
            Name::guest_ko(1_024),
        ] {
            assert_eq!(tidy(guest.as_str()), Some(guest));
        }
    }

    #[test]
    fn a_name_of_another_program_is_refused_if_it_cannot_be_shown() {
        let fits = "n".repeat(Name::MOST_BYTES);
        assert_eq!(
            Name::heard(&fits).map(|it| it.to_string()),
            Some(fits.clone())
        );
        for no in ["", " ann", "ann ", "a\u{200b}nn", "a\nnn", &(fits + "n")] {
            assert_eq!(Name::heard(no), None, "{no:?}");
        }
    }

    #[test]
    fn bots_have_names_that_people_hardly_choose() {
        let named = |said: &str| tidy(said).expect("a name").is_a_bots();
        for yes in ["bot 1", "bot 158", "slow 2", "sleepy 1024"] {
            assert!(named(yes), "{yes}");
        }
        for no in [
            "bot", "bot b", "bot 1a", "robot 1", "bots", "ann", "Guest 1",
        ] {
            assert!(!named(no), "{no}");
        }
    }

    /// Texts that an attacker might type.
    fn wild() -> impl Strategy<Value = String> {
        let odd = "[ a가\u{301}\u{94d}\u{915}\u{93f}\u{200d}\u{200c}\u{fe0f}\u{645}\u{2764}\u{1f1f0}\u{1f468}\u{1100}\u{1161}\u{11a8}\u{600}\u{e01}\u{e33}\u{1f3fd}]{0,60}";
        prop_oneof![any::<String>(), odd]
    }

    proptest! {
        #[test]
        fn a_tidied_name_can_always_be_shown(said in wild()) {
            if let Some(name) = tidy(&said) {
                prop_assert!(name.as_str().graphemes(true).count() <= Name::LONGEST);
                prop_assert!((1..=Name::MOST_BYTES).contains(&name.as_str().len()));
                prop_assert!(!name.as_str().chars().any(|c| is_unseen(c) && !may_belong(c)));
                prop_assert_eq!(tidy(name.as_str()), Some(name.clone()), "tidy is tidy");
                prop_assert_eq!(Name::heard(name.as_str()), Some(name));
            }
        }
    }
}
