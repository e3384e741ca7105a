//! Origins: which page sent a request, and from which host.
//!
//! Any page on the web can make a browser open a WebSocket to any server. The browser names the
//! page's origin; each server decides which origins it accepts.

use http::{HeaderMap, header};

/// The `Host` of a request. `None` if it has none, more than one, or one that is not text.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (host, another) = (hosts.next()?, hosts.next());
    host.to_str().ok().filter(|_| another.is_none())
}

/// Whether every `Origin` of a request is accepted. One without an origin comes from no page: other
/// programs need not send it. An origin that is not text is never accepted.
pub fn accepts(headers: &HeaderMap, mut is_accepted: impl FnMut(&str) -> bool) -> bool {
    headers
        .get_all(header::ORIGIN)
        .iter()
        .all(|origin| origin.to_str().is_ok_and(&mut is_accepted))
}

/// Whether a page of this origin came from this host.
pub fn is_from(origin: &str, host: &str) -> bool {
    let from = origin.split_once("://");
    from.is_some_and(|(_, from)| !from.is_empty() && from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_page_is_from_the_host_in_its_origin_only() {
        assert!(is_from("http://Talk.example:7008", "talk.example:7008"));
        assert!(is_from("https://[::1]:1", "[::1]:1"));
        for (origin, host) in [
            ("http://", ""),
            ("null", "null"),
            ("talk.example", "talk.example"),
            ("http://talk.example", "talk.example:80"),
            ("http://talk.example.evil.org", "talk.example"),
        ] {
            assert!(!is_from(origin, host), "{origin} {host}");
        }
    }

    #[test]
    fn one_refused_origin_refuses_the_request_and_no_origin_does_not() {
        let is_own = |origin: &str| origin == "http://here";
        let origins = |origins: &[&'static str]| {
            let pairs: Vec<_> = origins.iter().map(|it| (header::ORIGIN, *it)).collect();
            headers(&pairs)
        };
        assert!(accepts(&origins(&[]), is_own));
        assert!(accepts(&origins(&["http://here"]), is_own));
        assert!(!accepts(&origins(&["http://evil"]), is_own));
        assert!(!accepts(&origins(&["http://here", "http://evil"]), is_own));
        let mut garbled = HeaderMap::new();
        let value = HeaderValue::from_bytes(b"http://\xff").expect("opaque bytes are allowed");
        garbled.insert(header::ORIGIN, value);
        assert!(!accepts(&garbled, |_| true));
    }

    #[test]
    fn a_request_with_two_hosts_has_none() {
        let here = || (header::HOST, "here");
        assert_eq!(host(&headers(&[here()])), Some("here"));
        assert_eq!(host(&headers(&[here(), here()])), None);
        assert_eq!(host(&headers(&[])), None);
    }
}
