//! The number of terminal columns that a text takes.

use unicode_width::UnicodeWidthChar;

/// The width of a text in columns. Korean, Chinese and Japanese characters take two, combining
/// marks and control characters none.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Pads the text with spaces to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Cuts the text, with `…`, if it is wider than `columns`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|&c| {
            let fits = char_width(c) <= room;
            room = room.saturating_sub(char_width(c));
            fits
        })
        .collect();
    if columns == 0 {
        String::new()
    } else {
        format!("{}…", kept.trim_end())
    }
}

/// Splits the text into lines of at most `columns`, between words, or within a word that is too
/// long for a line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines: Vec<String> = vec![];
    let mut line = String::new();
    for word in text.split_whitespace() {
        let space = usize::from(!line.is_empty());
        if width(&line) + space + width(word) <= columns {
            if space == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if width(&line) + char_width(c) > columns {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_is_two_columns_wide() {
        assert_eq!(width("ann"), 3);
        assert_eq!(width("안나"), 4);
        assert_eq!(width("가\u{301}…→"), 4);
        assert_eq!(pad("안나", 6), "안나  ");
    }

    #[test]
    fn marks_and_control_characters_take_no_column() {
        for text in [
            "\u{301}", "\u{200b}", "\u{20d0}", "\u{1161}", "\u{fe0f}", "\t\n", "\u{7f}",
        ] {
            assert_eq!(width(text), 0, "{text:?}");
        }
        for (text, columns) in [("日本", 4), ("ｆ", 2), ("🍿", 2), ("🚀", 2), ("✓✗·│", 4)]
        {
            assert_eq!(width(text), columns, "{text:?}");
        }
    }

    #[test]
    fn a_cut_never_splits_a_wide_character() {
        assert_eq!(cut("안나와 밥", 20), "안나와 밥");
        assert_eq!(cut("안나와 밥", 6), "안나…");
        assert_eq!(cut("안나와 밥", 1), "…");
        assert_eq!(cut("안나", 0), "");
    }

    #[test]
    fn a_line_is_broken_between_words_if_it_can_be() {
        assert_eq!(
            wrap("waits for bob's phone to read", 16),
            ["waits for bob's", "phone to read"]
        );
        assert_eq!(wrap("반갑습니다", 4), ["반갑", "습니", "다"]);
        assert_eq!(wrap("", 9), [""]);
    }
}
