//! Lines from the network as text, without anything that moves the cursor or changes colours.

use std::io::{self, BufRead, Read};

/// A line that is longer is shown in parts.
const LONGEST: u64 = 4_096;

/// Reads the next line, without its end, or a part of it. `None` at the end of input.
pub(crate) fn next_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    from.take(LONGEST).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    Ok(Some(line))
}

/// A line from the network as text. A control character, or one that changes the direction of the
/// text around it, is shown as its escape: `\u{1b}`.
pub(crate) fn text(line: &[u8]) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in String::from_utf8_lossy(line).chars() {
        match character {
            '\t' => shown.push(' '),
            '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2066}'..='\u{2069}' => shown.extend(character.escape_unicode()),
            _ if character.is_control() => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_from_the_network_cannot_move_the_cursor() {
        assert_eq!(text(b"ann\tgrabbed 1"), "ann grabbed 1");
        assert_eq!(text("김밥 joined".as_bytes()), "김밥 joined");
        assert_eq!(text(b"\x1b[2Jgone\x07"), "\\u{1b}[2Jgone\\u{7}");
        assert_eq!(
            text("a\u{9b}31m\u{202e}b".as_bytes()),
            "a\\u{9b}31m\\u{202e}b"
        );
        assert_eq!(text(b"\xff!"), "\u{fffd}!");
    }

    #[test]
    fn lines_end_with_or_without_a_carriage_return_and_a_long_one_comes_in_parts() {
        let long = "x".repeat(5_000);
        let said = format!("a\r\nb\n\n{long}\nlast");
        let mut from = said.as_bytes();
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut from).unwrap() {
            lines.push(String::from_utf8(line).unwrap());
        }
        assert_eq!(lines[..3], ["a", "b", ""]);
        assert_eq!((lines[3].len(), lines[4].len()), (4_096, 904));
        assert_eq!(lines[5..], ["last"]);
    }
}
