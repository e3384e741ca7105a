//! Autobahn 6: what is called text is UTF-8.

use super::server::client::{CONTINUATION, TEXT, frame};
use super::{echo, ends_with, is_well};

/// Valid: every length of a code point, its borders, and what is odd but allowed.
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

/// Invalid: surrogates, overlong forms, beyond the last code point, bytes that stand alone or are
/// missing.
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
fn valid_text_comes_back_also_when_it_is_cut_within_a_code_point() {
    let (_server, mut client) = echo();
    for text in VALID {
        client.says(text);
        assert_eq!(client.hears(), text);
        for cut in 0..=text.len() {
            client.sends(&frame(false, TEXT, &text.as_bytes()[..cut]));
            client.sends(&frame(true, CONTINUATION, &text.as_bytes()[cut..]));
            assert_eq!(client.hears(), text, "cut at {cut}");
        }
    }
    let text = "떡볶이";
    client.sends(&frame(false, TEXT, b""));
    for byte in text.bytes() {
        client.sends(&frame(false, CONTINUATION, &[byte]));
    }
    client.sends(&frame(true, CONTINUATION, b""));
    assert_eq!(client.hears(), text, "a byte a frame");
    is_well(&mut client);
}

#[test]
fn what_is_called_text_and_is_not_utf_8_ends_with_1007() {
    for bytes in INVALID {
        let (_server, mut client) = echo();
        client.says("before");
        client.sends(&frame(true, TEXT, bytes));
        ends_with(&mut client, 1007, &["before"]);
    }
}

#[test]
fn the_same_holds_for_text_in_pieces() {
    for bytes in INVALID {
        let (_server, mut client) = echo();
        client.sends(&frame(false, TEXT, &bytes[..bytes.len() / 2]));
        client.sends(&frame(true, CONTINUATION, &bytes[bytes.len() / 2..]));
        ends_with(&mut client, 1007, &[]);
    }
}

#[test]
fn a_piece_that_is_wrong_already_is_not_waited_out() {
    let (_server, mut client) = echo();
    client.sends(&frame(false, TEXT, b"\xce\xba\xed\xa0\x80"));
    // The rest never comes, and the goodbye does.
    ends_with(&mut client, 1007, &[]);
}
