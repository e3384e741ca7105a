//! What somebody is called, on a phone and on the wall behind the stage.

mod rude;
mod unseen;

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::name::rude::is_rude;
use crate::name::unseen::{compose, is_unseen};

/// A name that can be shown: at most 12 characters as a reader counts them, at most 48 bytes, nothing invisible. Cheap to clone.
///
/// It is text, never markup: `<b>` is a fine name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Characters in the longest name, as a reader counts them.
    pub const LONGEST: usize = 12;
    /// Bytes in the longest name.
    pub const MOST_BYTES: usize = 48;

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For somebody without a name of their own.
    pub fn guest(number: u16) -> Self {
        Self(format!("Guest {number}").into())
    }

    /// The same, in Korean.
    pub fn guest_ko(number: u16) -> Self {
        Self(format!("손님 {number}").into())
    }

    /// A name that another program has tidied. It is checked for what could harm whoever shows it, not for manners:
    /// those may be newer there.
    pub fn heard(said: &str) -> Option<Self> {
        let fits = (1..=Self::MOST_BYTES).contains(&said.len());
        (fits && said.trim() == said && !said.chars().any(is_unseen)).then(|| Self(said.into()))
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

/// Characters of what was said that are looked at; nobody types more.
const READ: usize = 256;
/// Marks that may sit on one letter; more climb over the line above.
const STACKED: usize = 4;

/// The name in what somebody typed. None: there is none, or it is rude; the room will think of one.
pub fn tidy(said: &str) -> Option<Name> {
    let seen = said
        .chars()
        .take(READ)
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let mut name = compose(seen.filter(|&c| !is_unseen(c)));
    // Cutting may bring together what was apart, so that there is more to cut. It only ever gets shorter.
    loop {
        let shorter = cut(&name);
        if shorter == name {
            break;
        }
        name = shorter;
    }
    (!name.is_empty() && !is_rude(&name)).then(|| Name(name.into()))
}

fn cut(name: &str) -> String {
    let mut short = String::new();
    let words = name.split(' ').filter(|word| !word.is_empty());
    let spaced = words.collect::<Vec<_>>().join(" ");
    for character in spaced.graphemes(true).take(Name::LONGEST) {
        let stacked: String = character.chars().take(STACKED).collect();
        if short.len() + stacked.len() > Name::MOST_BYTES {
            break;
        }
        short.push_str(&stacked);
    }
    short
}
