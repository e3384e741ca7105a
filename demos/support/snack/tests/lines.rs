//! However the network cuts the input, the lines are the same, and an endless line takes no memory.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;
use snack::{LINE_LIMIT, LineBuffer, LineReader, Refusal, Request};

type Line = Result<String, Refusal>;

fn heard<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Line> {
    let mut lines = LineBuffer::new();
    let mut heard = Vec::new();
    for mut bytes in pieces {
        while !bytes.is_empty() {
            let taken = lines.push(bytes);
            bytes = &bytes[taken..];
            let line = lines.next_line();
            assert!(
                taken > 0 || line.is_some(),
                "neither takes nor gives: the caller would turn for ever"
            );
            heard.extend(line);
        }
    }
    lines.end();
    heard.extend(lines.next_line());
    heard
}

fn ok(line: &str) -> Line {
    Ok(line.to_owned())
}

#[test]
fn line_ends_of_all_systems_and_blank_lines_are_understood() {
    assert_eq!(
        heard([&b"join ann\r\n\n \t \r\ngrab\nleave"[..]]),
        [ok("join ann"), ok("grab"), ok("leave")]
    );
}

#[test]
fn the_longest_line_passes_and_one_byte_more_does_not() {
    let longest = "x".repeat(LINE_LIMIT);
    let longer = "x".repeat(LINE_LIMIT + 1);
    for end in ["\n", "\r\n", ""] {
        assert_eq!(
            heard([format!("{longest}{end}").as_bytes()]),
            [ok(&longest)],
            "{end:?}"
        );
        assert_eq!(
            heard([format!("{longer}{end}").as_bytes()]),
            [Err(Refusal::LineTooLong)],
            "{end:?}"
        );
    }
    assert_eq!(
        heard([format!("{longest}\rx\ngrab\n").as_bytes()]),
        [Err(Refusal::LineTooLong), ok("grab")]
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_and_the_next_line_is_heard() {
    assert_eq!(
        heard([&b"gr\xff\xfeab\ngrab\n\xed\x95"[..]]),
        [Err(Refusal::NotText), ok("grab"), Err(Refusal::NotText)]
    );
}

#[test]
fn an_endless_line_is_refused_at_once_and_only_once() {
    let mut requests = LineReader::new(BufReader::new(
        io::repeat(b'x').take(10_000_000).chain(&b"\ngrab\n"[..]),
    ));
    assert_eq!(
        requests.next().expect("reads"),
        Some(Err(Refusal::LineTooLong))
    );
    assert_eq!(requests.next().expect("reads"), Some(Ok(Request::Grab)));
    assert_eq!(requests.next().expect("reads"), None);
    assert_eq!(
        requests.next().expect("reads"),
        None,
        "the end stays the end"
    );
}

#[test]
fn an_endless_line_does_not_wait_for_its_end_to_be_refused() {
    let mut lines = LineBuffer::new();
    assert_eq!(lines.push(&[b'x'; 1000]), 1000);
    assert_eq!(lines.next_line(), Some(Err(Refusal::LineTooLong)));
    assert_eq!(lines.push(&[b'x'; 1000]), 1000);
    assert_eq!(lines.next_line(), None);
}

/// A reader that returns an interruption, then a time-out, before each byte.
struct Hesitant(&'static [u8], u32);

impl Read for Hesitant {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        match self.1 % 3 {
            1 => Err(io::ErrorKind::Interrupted.into()),
            2 => Err(io::ErrorKind::TimedOut.into()),
            _ => self.0.read(&mut buffer[..1]),
        }
    }
}

#[test]
fn a_time_out_loses_nothing() {
    let mut requests = LineReader::new(BufReader::new(Hesitant(b"grab\nleave", 0)));
    let mut heard = Vec::new();
    loop {
        match requests.next() {
            Ok(Some(request)) => heard.push(request.expect("a request")),
            Ok(None) => break,
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::TimedOut),
        }
    }
    assert_eq!(heard, [Request::Grab, Request::Leave]);
}

fn typed() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        4 => prop::sample::select(vec![&b"grab"[..], b"\n", b"\n", b"\r\n", b"\r", b" ", b"join \xed\x95\x9c", b"\x95", b"\0", b"\x1b["]).prop_map(<[u8]>::to_vec),
        2 => (LINE_LIMIT - 3..LINE_LIMIT + 4).prop_map(|length| vec![b'x'; length]),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ];
    prop::collection::vec(word, 0..20).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn the_lines_are_the_same_however_the_input_is_cut(bytes in typed(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let whole = heard([bytes.as_slice()]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        prop_assert_eq!(&heard(cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]])), &whole);
        prop_assert_eq!(&heard(bytes.chunks(1)), &whole, "byte by byte");
    }

    #[test]
    fn lines_are_what_a_plain_split_gives(bytes in typed()) {
        let plain: Vec<Line> = bytes
            .split(|&byte| byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .filter_map(|line| match str::from_utf8(line) {
                _ if line.len() > LINE_LIMIT => Some(Err(Refusal::LineTooLong)),
                Ok(line) if line.trim().is_empty() => None,
                Ok(line) => Some(ok(line)),
                Err(_) => Some(Err(Refusal::NotText)),
            })
            .collect();
        prop_assert_eq!(heard([bytes.as_slice()]), plain);
    }

    #[test]
    fn any_bytes_are_requests_or_refusals(bytes in typed()) {
        let mut requests = LineReader::new(bytes.as_slice());
        while let Some(request) = requests.next().expect("a slice does not fail") {
            if let Err(refusal) = request {
                prop_assert_eq!(refusal.to_string().lines().count(), 1);
            }
        }
    }
}
