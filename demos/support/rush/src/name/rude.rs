//! A small list of rude words that should not be on the projector. It stops slips, not a determined
//! player.

/// Refused anywhere in a name, even with spaces between letters, digits for letters, or repeated
/// letters.
const ANYWHERE: &[&str] = &[
    "fuck",
    "motherfuk",
    "shit",
    "bitch",
    "nigger",
    "nigga",
    "faggot",
    "wanker",
    "asshole",
    "hitler",
    "nazi",
    "porn",
    "whore",
    "씨발",
    "씨팔",
    "씨바",
    "쓰발",
    "시발",
    "시팔",
    "병신",
    "븅신",
    "개새끼",
    "개세끼",
    "개색기",
    "좆",
    "지랄",
    "미친놈",
    "미친년",
    "느금마",
    "엠창",
    "니애미",
    "창녀",
    "섹스",
    "걸레년",
    "씹",
    "ㅅㅂ",
    "ㅆㅂ",
    "ㅂㅅ",
    "ㅄ",
    "ㅈㄹ",
    "ㄲㅈ",
];

/// Refused only as a whole word or a whole name, because harmless words contain them (Scunthorpe,
/// Dickens, 자지마).
const ALONE: &[&str] = &[
    "ass", "cunt", "dick", "cock", "cum", "sex", "slut", "rape", "penis", "fag", "tits", "kkk",
    "보지", "자지", "새끼", "니미", "년", "ㅗ",
];

/// Harmless words that contain a rude one.
const HARMLESS: &[&str] = &["시발점", "시발역", "hitlerish", "shiitake", "mishit"];

pub(super) fn is_rude(name: &str) -> bool {
    let bare = |word: &str| fold(word.trim_matches(|c: char| c.is_ascii_digit()));
    let words: Vec<String> = name.split(' ').map(bare).collect();
    let mut whole = fold(name);
    HARMLESS
        .iter()
        .for_each(|word| whole = whole.replace(word, ""));
    let once = without_repeats(&whole);
    // Latin letters between Hangul are ignored, as dots are.
    let hangul: String = whole.chars().filter(|c| !c.is_ascii()).collect();
    let hides = |word: &str| {
        let repeats = without_repeats(word) == word && once.contains(word);
        repeats || whole.contains(word) || hangul.contains(word)
    };
    let says = |word: &str| {
        let spaced_out = words.iter().all(|it| it.chars().count() < 2) && whole == word;
        spaced_out
            || words
                .iter()
                .any(|it| it == word || without_repeats(it) == word)
    };
    ANYWHERE.iter().any(|word| hides(word)) || ALONE.iter().any(|word| says(word))
}

/// The word as a reader sees it: small Latin letters for similar characters, and no separators.
fn fold(word: &str) -> String {
    let plain = word.chars().map(|c| match c {
        // Fullwidth forms.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    });
    let small = plain.flat_map(char::to_lowercase);
    let latin = small.map(|c| match c {
        '0' | 'о' | 'ο' | 'ö' | 'ó' => 'o',
        '1' | '!' | '|' | 'і' | 'ι' | 'í' | 'ï' => 'i',
        '3' | '€' | 'е' | 'ε' | 'é' | 'ë' => 'e',
        '4' | '@' | 'а' | 'α' | 'ä' | 'á' => 'a',
        '5' | '$' | 'ѕ' => 's',
        '7' | 'т' | 'τ' => 't',
        '9' => 'g',
        'с' | 'ϲ' | '¢' => 'c',
        'к' | 'κ' => 'k',
        'υ' | 'ü' | 'ú' | 'µ' | 'μ' => 'u',
        'р' | 'ρ' => 'p',
        'х' | 'χ' => 'x',
        _ => c,
    });
    latin.filter(|c| c.is_alphanumeric()).collect()
}

fn without_repeats(word: &str) -> String {
    let mut once: Vec<char> = word.chars().collect();
    once.dedup();
    once.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rude_is_rude_however_it_is_spaced_or_spelled() {
        for name in [
            "fuck",
            "FUCK",
            "f u c k",
            "f.u.c.k",
            "fuuuuck",
            "sh1t",
            "$hit",
            "ｆｕｃｋ",
            "fuсk",
            "xX_fuck_Xx",
            "a$$hole",
            "n1gger",
            "ass",
            "big ass",
            "ass99",
            "d i c k",
            "씨발",
            "씨 발",
            "씨1발",
            "시발놈",
            "개새끼",
            "ㅅㅂ",
            "ㅅ ㅂ",
            "병신아",
            "보지",
            "자지",
            "새끼",
            "ㅗ",
            "ㅗㅗ",
        ] {
            assert!(is_rude(name), "{name}");
        }
    }

    #[test]
    fn names_of_people_towns_and_snacks_are_not_rude() {
        for name in [
            "ann",
            "Dickens",
            "Scunthorpe",
            "Cassie",
            "Niger",
            "Nigeria",
            "Essex",
            "shiitake",
            "Peacock",
            "민수",
            "시발점",
            "자지마",
            "보지마",
            "지우",
            "가나다",
            "김밥",
            "새끼고양이",
            "ㅋㅋㅋ",
            "Guest 17",
            "손님 17",
            "1234",
            "Cocktail",
            "Hancock",
        ] {
            assert!(!is_rude(name), "{name}");
        }
    }
}
