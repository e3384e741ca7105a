//! Autobahn 6: text messages must be UTF-8.

use super::{assert_closed, assert_open, echo};
use crate::server::client::{CONTINUATION, TEXT, frame};

/// Valid: code points of every length, the first and last of each, and unusual ones.
const VALID: [&str; 9] = [
    "",
    "κόσμε",
    "안녕하세요, 떡볶이",
    "\u{0}",
    "\u{7f}\u{80}\u{7ff}\u{800}",
    "\u{ffff}\u{10000}\u{10ffff}",
    "\u{d7ff}\u{e000}\u{fffd}\u{fffe}",
    "\u{1f960}\u{fe0f}\u{200d}",
    "Hello-µ@ßöäüàá-UTF-8!!",
];

/// Invalid: surrogates, overlong forms, beyond the last code point, stray or missing continuation
/// bytes.
const INVALID: [&[u8]; 12] = [
    b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xf4\x90\x80\x80",
    b"\x80",
    b"\xe2\x82",
    b"\xfe",
    b"\xff\xff",
];

#[test]
fn valid_text_is_echoed_even_if_a_code_point_is_cut_by_a_fragment() {
    let (_server, mut client) = echo();
    for text in VALID {
        client.send_line(text);
        assert_eq!(client.next_text(), text);
        for cut in 0..=text.len() {
            client.send(&frame(false, TEXT, &text.as_bytes()[..cut]));
            client.send(&frame(true, CONTINUATION, &text.as_bytes()[cut..]));
            assert_eq!(client.next_text(), text, "cut at {cut}");
        }
    }
    let text = "떡볶이";
    client.send(&frame(false, TEXT, b""));
    for byte in text.bytes() {
        client.send(&frame(false, CONTINUATION, &[byte]));
    }
    client.send(&frame(true, CONTINUATION, b""));
    assert_eq!(client.next_text(), text, "a byte a frame");
    assert_open(&mut client);
}

#[test]
fn a_text_message_that_is_not_utf_8_ends_with_1007() {
    for bytes in INVALID {
        let (_server, mut client) = echo();
        client.send_line("before");
        client.send(&frame(true, TEXT, bytes));
        assert_closed(&mut client, 1007, &["before"]);
    }
}

#[test]
fn fragmented_text_that_is_not_utf_8_ends_with_1007() {
    for bytes in INVALID {
        let (_server, mut client) = echo();
        client.send(&frame(false, TEXT, &bytes[..bytes.len() / 2]));
        client.send(&frame(true, CONTINUATION, &bytes[bytes.len() / 2..]));
        assert_closed(&mut client, 1007, &[]);
    }
}

#[test]
fn an_invalid_fragment_ends_at_once() {
    let (_server, mut client) = echo();
    client.send(&frame(false, TEXT, b"\xce\xba\xed\xa0\x80"));
    // The other fragments never come, and the Close frame does.
    assert_closed(&mut client, 1007, &[]);
}
