//! The name by which phones reach the stage through a tunnel or a container. Parsed by
//! hand: `url` brings 21 crates, and accepts paths, users and names that no `Host` can be.

use std::{fmt, str::FromStr};

/// The value of `--public`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicName {
    https: bool,
    /// What a browser sends as `Host`: the host, and the port unless it is the scheme's default.
    host: String,
}

impl PublicName {
    /// The URL that a phone opens.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}/", self.scheme(), self.host)
    }

    /// Returns whether `Host` is this name.
    pub(crate) fn is_host(&self, host: &str) -> bool {
        let with_port = |port: &str| host.strip_suffix(port).unwrap_or(host);
        let host = match self.https {
            true => with_port(":443"),
            false => with_port(":80"),
        };
        self.host.eq_ignore_ascii_case(host)
    }

    /// Returns whether `Origin` is this name. Both schemes count, because a tunnel may offer both.
    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| self.host.eq_ignore_ascii_case(host))
    }

    /// The sources that allow a page of this name to open a WebSocket, for its content security
    /// policy.
    pub(crate) fn sockets(&self) -> String {
        format!("ws://{host} wss://{host}", host = self.host)
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }
}

impl fmt::Display for PublicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)
    }
}

/// The text is not a name of `--public`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAName;

impl FromStr for PublicName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<PublicName, NotAName> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match rest.rsplit_once(':') {
            // An IPv6 address in brackets has colons of its own.
            Some((_, tail)) if tail.contains(']') => (rest, None),
            Some((name, port)) => (name, Some(port.parse::<u16>().map_err(|_| NotAName)?)),
            None => (rest, None),
        };
        let is_name = !name.is_empty()
            && name.len() <= 253
            && name
                .split('.')
                .all(|label| !label.is_empty() && label.bytes().all(is_letter));
        let is_ipv6 = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .is_some_and(|name| name.parse::<std::net::Ipv6Addr>().is_ok());
        if !(is_name || is_ipv6) || port == Some(0) {
            return Err(NotAName);
        }
        let https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            None => port == Some(443),
            Some(_) => return Err(NotAName),
        };
        let own = if https { 443 } else { 80 };
        let name = name.to_ascii_lowercase();
        Ok(PublicName {
            https,
            host: match port.filter(|&port| port != own) {
                Some(port) => format!("{name}:{port}"),
                None => name,
            },
        })
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> PublicName {
        text.parse().unwrap_or_else(|NotAName| panic!("{text}"))
    }

    #[test]
    fn a_name_becomes_the_url_that_a_phone_opens() {
        for (text, url) in [
            ("talk.example", "http://talk.example/"),
            ("talk.example:8080", "http://talk.example:8080/"),
            ("talk.example:443", "https://talk.example/"),
            ("https://Talk.example", "https://talk.example/"),
            ("HTTPS://talk.example:443/", "https://talk.example/"),
            ("https://talk.example:8443/", "https://talk.example:8443/"),
            ("http://192.168.0.5:7011", "http://192.168.0.5:7011/"),
            ("[fd00::5]:7011", "http://[fd00::5]:7011/"),
            ("http://[fd00::5]/", "http://[fd00::5]/"),
        ] {
            assert_eq!(public(text).url(), url, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_name_is_refused() {
        for text in [
            "",
            "/",
            "https://",
            "ftp://talk.example",
            "https://talk.example/path",
            "https://user@talk.example",
            "talk.example:0",
            "talk.example:99999",
            "talk.example:",
            "talk..example",
            "talk example",
            "talk.example?x",
            "fd00::5",
            "[x]",
        ] {
            assert!(text.parse::<PublicName>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_its_own_host_and_origins_match() {
        let talk = public("https://talk.example");
        for host in ["talk.example", "TALK.example", "talk.example:443"] {
            assert!(talk.is_host(host), "{host}");
        }
        for host in ["talk.example:80", "talk.example.evil.example", "x", ""] {
            assert!(!talk.is_host(host), "{host}");
        }
        assert!(talk.is_origin("https://talk.example") && talk.is_origin("http://talk.example"));
        for origin in [
            "null",
            "talk.example",
            "https://evil.example",
            "https://talk.example:8443",
            "https://talk.example.evil.example",
        ] {
            assert!(!talk.is_origin(origin), "{origin}");
        }
    }
}
