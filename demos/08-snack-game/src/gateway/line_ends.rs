//! Line feeds in the heads of requests. RFC 9112 (section 2.2) lets a server accept one without a
//! carriage return; but two programs that disagree about where a line ends disagree about where a
//! request ends, and one of them may be a proxy. hyper accepts them.

use axum::http::{HeaderMap, HeaderName, header};

/// Headers of a request after which other bytes than the next head may follow.
const NOT_THE_LAST: [HeaderName; 3] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The longest of these names, and a colon.
const LONGEST: usize = 18;

/// Whether what follows the head on its connection is no head, or is not looked at. Then the
/// connection ends with the answer, unless it changes protocols.
pub(super) fn is_last(headers: &HeaderMap) -> bool {
    NOT_THE_LAST.iter().any(|name| headers.contains_key(name))
}

/// Reads along while the heads of a connection come, up to the first that [is the last](is_last).
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// The beginning of the line, in lower case.
    line: [u8; LONGEST],
    /// The length of the line so far.
    length: usize,
    /// The last byte was a carriage return.
    returned: bool,
    /// A line of the head has been read.
    in_head: bool,
    /// The head is the last one.
    is_last: bool,
    /// Nothing more is looked at.
    is_over: bool,
}

impl LineEnds {
    /// Replaces a line feed without a carriage return by a zero, which hyper answers with 400
    /// wherever it is. Empty lines before a request are ignored, as RFC 9112 asks.
    pub(super) fn check(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.is_over {
                return;
            }
            match *byte {
                b'\n' if self.returned => self.end_line(),
                b'\n' if self.in_head || self.length > 0 => {
                    *byte = 0;
                    self.is_over = true;
                }
                b'\n' => {}
                other => {
                    if let Some(place) = self.line.get_mut(self.length) {
                        *place = other.to_ascii_lowercase();
                    }
                    self.length = self.length.saturating_add(1);
                    self.returned = other == b'\r';
                }
            }
        }
    }

    fn end_line(&mut self) {
        let is_empty = self.length == 1;
        if !is_empty {
            self.in_head = true;
            let line = &self.line[..self.length.min(LONGEST)];
            self.is_last |= NOT_THE_LAST.iter().any(|name| {
                let rest = line.strip_prefix(name.as_str().as_bytes());
                rest.is_some_and(|rest| rest.starts_with(b":"))
            });
        } else if self.in_head {
            self.is_over = self.is_last;
            self.in_head = false;
        }
        (self.length, self.returned) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What hyper reads if the bytes come in pieces of each size.
    fn read(bytes: &str) -> String {
        let in_pieces = |size| {
            let (mut bytes, mut ends) = (bytes.as_bytes().to_vec(), LineEnds::default());
            bytes.chunks_mut(size).for_each(|it| ends.check(it));
            String::from_utf8(bytes).expect("text")
        };
        let whole = in_pieces(bytes.len());
        for size in 1..bytes.len() {
            assert_eq!(in_pieces(size), whole, "{size}");
        }
        whole
    }

    #[test]
    fn every_line_of_every_head_ends_with_two_characters() {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let two = format!("\r\n\n{good}\r\n\n{good}");
        assert_eq!(read(&two), two);
        for bare in [
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            "G\nET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
            let zero = bare.replace("\r\n", "@").replacen('\n', "\0", 1);
            let zero = zero.replace('@', "\r\n");
            assert_eq!(read(bare), zero, "the first");
            assert_eq!(read(&format!("{good}{bare}")), format!("{good}{zero}"));
        }
    }

    #[test]
    fn what_follows_the_last_head_is_not_touched() {
        for header in [
            "content-LENGTH: 9",
            "Transfer-Encoding:chunked",
            "Upgrade: x",
        ] {
            let all = format!("POST / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\nbody\n\nbody\r\n");
            assert_eq!(read(&all), all);
        }
        let other = "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\nHost: a\n";
        assert!(read(other).ends_with('\0'), "another header");
    }

    #[test]
    fn the_names_fit_and_are_found_in_the_headers_too() {
        let longest = NOT_THE_LAST.iter().map(|name| name.as_str().len() + 1);
        assert_eq!(longest.max(), Some(LONGEST));
        let mut headers = HeaderMap::new();
        assert!(!is_last(&headers));
        headers.insert(header::CONTENT_LENGTH, 0.into());
        assert!(is_last(&headers));
    }
}
