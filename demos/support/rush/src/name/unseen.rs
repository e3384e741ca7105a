//! Invisible characters, and letters that arrive in pieces.

/// Whether the character is invisible or harmful: control characters, Unicode's
/// `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt: zero-width and bidirectional
/// controls, Hangul fillers, variation selectors, tags), line and paragraph separators, the empty
/// Braille pattern, private use and noncharacters. Of the spaces only U+0020 is allowed.
pub(super) fn is_unseen(c: char) -> bool {
    if c.is_control() || (c.is_whitespace() && c != ' ') {
        return true;
    }
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Composes Hangul syllables into one character each, because some systems send them in pieces (The
/// Unicode Standard, 3.12).
pub(super) fn compose(chars: impl Iterator<Item = char>) -> String {
    let mut composed: Vec<char> = Vec::new();
    for c in chars {
        let joined = composed.last().and_then(|&last| join(last, c));
        match joined {
            Some(syllable) => {
                composed.pop();
                composed.push(syllable);
            }
            None => composed.push(c),
        }
    }
    composed.into_iter().collect()
}

fn join(first: char, second: char) -> Option<char> {
    const SYLLABLES: u32 = 0xac00;
    const VOWELS: u32 = 21;
    const TAILS: u32 = 28;
    let (one, two) = (u32::from(first), u32::from(second));
    match (one, two) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(SYLLABLES + ((one - 0x1100) * VOWELS + (two - 0x1161)) * TAILS)
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (one - SYLLABLES).is_multiple_of(TAILS) => {
            char::from_u32(one + (two - 0x11a7))
        }
        _ => None,
    }
}
