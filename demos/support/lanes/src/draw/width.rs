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

/// Splits a line of code into lines of at most `columns`: between words or calls, else before a
/// `.`, else behind a bracket or a comma; what follows is indented. The last of `most` lines is
/// cut. No lines if there is no room.
pub(crate) fn wrap_code(code: &str, columns: usize, most: usize) -> Vec<String> {
    const INDENT: &str = "  ";
    if columns <= INDENT.len() || code.is_empty() {
        return vec![];
    }
    let (mut lines, mut rest) = (vec![], code);
    loop {
        let indent = if lines.is_empty() { "" } else { INDENT };
        let room = columns - indent.len();
        if width(rest) <= room || lines.len() + 1 >= most {
            lines.push(format!("{indent}{}", cut(rest, room)));
            return lines;
        }
        let at = breaks_at(rest, room);
        lines.push(format!("{indent}{}", rest[..at].trim_end()));
        rest = rest[at..].trim_start();
    }
}

/// Where a line of code is broken, so that what comes before is at most `room` columns wide.
fn breaks_at(code: &str, room: usize) -> usize {
    let (mut used, mut full) = (0, code.len());
    for (at, c) in code.char_indices() {
        used += char_width(c);
        // A character that is wider than the room gets a line of its own.
        if used > room && at > 0 {
            full = at;
            break;
        }
    }
    // A break near the beginning leaves most of the line empty.
    let last = |is_break: &dyn Fn(char, char, char) -> bool| {
        let chars: Vec<(usize, char)> = code.char_indices().collect();
        let breaks = chars
            .windows(3)
            .map(|it| (it[1].0, is_break(it[0].1, it[1].1, it[2].1)));
        let breaks = breaks.filter(|&(at, is_break)| is_break && at <= full);
        breaks
            .map(|(at, _)| at)
            .next_back()
            .filter(|at| *at > full / 3)
    };
    let is_call = |before, c, after: char| {
        c == '.' && ")]?}".contains(before) && (after.is_alphabetic() || after == '_')
    };
    last(&|before, c, after| c == ' ' || is_call(before, c, after))
        .or_else(|| last(&|_, c, after| c == '.' && after.is_alphabetic()))
        .or_else(|| last(&|before, _, _| "(,[{|&".contains(before)))
        .unwrap_or(full)
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

    #[test]
    fn code_is_broken_where_a_reader_would_break_it() {
        let code = "let mut plate = plate.lock();";
        assert_eq!(wrap_code(code, 29, 9), [code]);
        assert_eq!(
            wrap_code(code, 28, 9),
            ["let mut plate =", "  plate.lock();"]
        );
        assert_eq!(
            wrap_code("for number in 0..a_long_name_of_a_limit {", 30, 9),
            ["for number in", "  0..a_long_name_of_a_limit {"]
        );
        assert_eq!(
            wrap_code("tell(everyone,everything_that_there_is)", 20, 9),
            ["tell(everyone,", "  everything_that_th", "  ere_is)"]
        );
        assert_eq!(
            wrap_code("tell(everyone, everything, at_once)", 16, 2),
            ["tell(everyone,", "  everything, a…"]
        );
        assert_eq!(wrap_code("", 20, 9), [""; 0]);
        assert_eq!(wrap_code(code, 0, 9), [""; 0]);
        for columns in 3..40 {
            for code in [code, "주문(안나, \"떡볶이 두 접시\").await?;"] {
                let lines = wrap_code(code, columns.max(5), 99);
                let joined: String = lines.concat().split_whitespace().collect();
                let whole: String = code.split_whitespace().collect();
                assert_eq!(joined, whole, "nothing is lost");
                let fits = |line: &String| width(line) <= columns.max(5);
                assert!(lines.iter().all(fits), "{columns}: {lines:#?}");
            }
        }
    }
}
