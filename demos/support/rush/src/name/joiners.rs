//! Invisible characters that belong to a script or to an emoji: joiners and variation selectors.
//! Persian and Devanagari need them to be spelled right, and a family or a red heart is drawn with
//! them. Alone they are invisible, and are removed.

use unicode_segmentation::UnicodeSegmentation;

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// Whether the character may belong to the ones beside it.
pub(super) fn may_belong(c: char) -> bool {
    matches!(c, ZWNJ | ZWJ | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The text without the joiners and variation selectors that belong to nothing.
pub(super) fn without_loose(text: &str) -> String {
    let mut kept = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !may_belong(c) || belongs(c, &kept, chars.peek().copied()) {
            kept.push(c);
        }
    }
    kept
}

/// Whether `c` belongs between the text before it and the character after it.
fn belongs(c: char, before: &str, after: Option<char>) -> bool {
    let Some(last) = before.chars().next_back().filter(|last| !joins(*last)) else {
        return is_in_emoji(c, before, after);
    };
    let letter = before.chars().rev().find(|c| !is_mark(*c));
    match c {
        // After a virama: RFC 5892, appendix A. Before one: Bengali and Kannada spell ra so.
        ZWNJ | ZWJ if is_virama(last) => true,
        ZWJ if after.is_some_and(is_virama) && is_indic(last) => true,
        // Between two letters that would be joined.
        ZWNJ | ZWJ if letter.is_some_and(is_cursive) => after.is_some_and(is_cursive),
        ZWNJ => false,
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(last, '\u{1820}'..='\u{18aa}'),
        '\u{e0100}'..='\u{e01ef}' => is_ideograph(last),
        '\u{fe00}'..='\u{fe02}' if is_ideograph(last) => true,
        '\u{fe00}' if matches!(last, '\u{1000}'..='\u{109f}' | '\u{aa60}'..='\u{aa7f}') => true,
        _ => is_in_emoji(c, before, after),
    }
}

/// Whether `c` is part of an emoji that is drawn as one.
fn is_in_emoji(c: char, before: &str, after: Option<char>) -> bool {
    let Some(last) = before.graphemes(true).next_back() else {
        return false;
    };
    match c {
        ZWJ => {
            // A mark joins to whatever is before it.
            let next = after.filter(|it| is_pictographic(*it));
            let ends_with_joiner = last.ends_with([ZWJ, ZWNJ]);
            next.is_some_and(|next| !ends_with_joiner && is_one(&format!("{last}{ZWJ}{next}")))
        }
        '\u{fe0e}' | '\u{fe0f}' => {
            let base = before.chars().next_back();
            let is_keycap =
                matches!(base, Some('0'..='9' | '#' | '*')) && after == Some('\u{20e3}');
            is_keycap || base.is_some_and(is_pictographic)
        }
        _ => false,
    }
}

/// Whether the character can be drawn as an emoji. Of all characters only these are joined to
/// another one by a joiner (Unicode Standard Annex 29, rule GB11).
fn is_pictographic(c: char) -> bool {
    !is_mark(c) && is_one(&format!("{c}{ZWJ}\u{1f44d}"))
}

fn is_one(text: &str) -> bool {
    text.graphemes(true).count() == 1
}

fn joins(c: char) -> bool {
    matches!(c, ZWJ | ZWNJ)
}

/// Whether the character combines with the one before it.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.escape_debug().ne([c])
}

/// The signs that make a consonant lose its vowel (`Indic_Syllabic_Category=Virama` and pure
/// killers that join).
fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{1039}'
            | '\u{17d2}'
            | '\u{1b44}'
            | '\u{a8c4}'
            | '\u{a9c0}'
            | '\u{11046}'
            | '\u{110b9}'
            | '\u{11133}'
            | '\u{1134d}'
            | '\u{114c2}'
            | '\u{115bf}'
    )
}

/// Letters of the scripts of India and Sri Lanka.
fn is_indic(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}')
}

/// Letters that are joined to their neighbours: Arabic (with Persian and Urdu), Syriac, N'Ko,
/// Mandaic, Mongolian, Adlam.
fn is_cursive(c: char) -> bool {
    matches!(c,
        '\u{620}'..='\u{6ff}' | '\u{710}'..='\u{7ff}' | '\u{840}'..='\u{86f}' | '\u{870}'..='\u{8ff}'
        | '\u{1820}'..='\u{18aa}' | '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}'
        | '\u{1e900}'..='\u{1e943}')
        && c.is_alphabetic()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_and_selectors_of_a_script_or_an_emoji_stay() {
        for whole in [
            "می\u{200c}خواهم",
            "علی\u{200c}رضا",
            "क्\u{200d}ष",
            "क्\u{200c}ष",
            "ශ්\u{200d}රී",
            "র\u{200d}্য",
            "നന്\u{200d}മ",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}\u{200d}🔥",
            "❤\u{fe0f}",
            "☺\u{fe0e}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}",
            "ᠠ\u{180b}",
        ] {
            assert_eq!(without_loose(whole), whole, "{whole:?}");
        }
    }

    #[test]
    fn those_that_belong_to_nothing_go() {
        for (loose, is) in [
            ("\u{200d}", ""),
            ("a\u{200d}nn", "ann"),
            ("a\u{200c}nn", "ann"),
            ("ann\u{fe0f}", "ann"),
            ("1\u{fe0f}", "1"),
            ("가\u{200d}나", "가나"),
            ("👨\u{200d}", "👨"),
            ("👨\u{200d}ann", "👨ann"),
            ("ann\u{200d}👨", "ann👨"),
            ("👨\u{200d}\u{200d}👩", "👨\u{200d}👩"),
            ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}"),
            ("می\u{200c}", "می"),
            ("می\u{200c}\u{200c}خ", "می\u{200c}خ"),
            ("क\u{200c}ष", "कष"),
            ("a\u{e0100}", "a"),
            (" \u{200d}❤", " ❤"),
        ] {
            assert_eq!(without_loose(loose), is, "{loose:?}");
        }
    }
}
