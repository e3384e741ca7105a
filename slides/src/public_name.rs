//! The name under which phones reach the stage from outside: behind a tunnel, or in a container.

use std::{fmt, str::FromStr};

/// A public name: what `--public` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Public {
    https: bool,
    /// Host, and port unless it is the scheme's own: what a browser sends as `Host`.
    host: String,
}

impl Public {
    /// What a phone opens.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}/", self.scheme(), self.host)
    }

    /// Returns whether a client called us by this name.
    pub(crate) fn is_host(&self, host: &str) -> bool {
        let with_port = |port: &str| host.strip_suffix(port).unwrap_or(host);
        let host = match self.https {
            true => with_port(":443"),
            false => with_port(":80"),
        };
        self.host.eq_ignore_ascii_case(host)
    }

    /// Returns whether a page comes from this name. By either scheme: a tunnel may offer both.
    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| self.host.eq_ignore_ascii_case(host))
    }

    /// Where a page of this name may open a socket, for a content security policy.
    pub(crate) fn sockets(&self) -> String {
        format!("ws://{host} wss://{host}", host = self.host)
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)
    }
}

impl FromStr for Public {
    type Err = ();

    fn from_str(said: &str) -> Result<Public, ()> {
        let (scheme, rest) = match said.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, said),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match rest.rsplit_once(':') {
            // An IPv6 address in brackets has colons of its own.
            Some((_, tail)) if tail.contains(']') => (rest, None),
            Some((name, port)) => (name, Some(port.parse::<u16>().map_err(drop)?)),
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
            return Err(());
        }
        let https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            None => port == Some(443),
            Some(_) => return Err(()),
        };
        let own = if https { 443 } else { 80 };
        let name = name.to_ascii_lowercase();
        Ok(Public {
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

    fn public(said: &str) -> Public {
        said.parse().unwrap_or_else(|()| panic!("{said}"))
    }

    #[test]
    fn a_name_becomes_the_address_that_a_phone_opens() {
        for (said, url) in [
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
            assert_eq!(public(said).url(), url, "{said}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for said in [
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
            assert!(said.parse::<Public>().is_err(), "{said}");
        }
    }

    #[test]
    fn its_host_and_its_pages_are_known_and_no_others() {
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
