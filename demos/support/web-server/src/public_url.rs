//! The URL at which the world reaches a server, through a proxy or not.
//!
//! By hand: the crate `url` brings 21 others, and accepts users, queries and names that no address
//! of a server has.

use std::{fmt, str::FromStr};

/// The longest URL, in bytes: `go to URL` has to fit into the reason of a WebSocket's Close frame,
/// which has 123 bytes.
pub const LONGEST_URL: usize = 117;

/// A scheme, a host with or without a port, and the path below which a proxy serves the game.
///
/// It is in its normal form: the scheme and the host in lower case, no port that is the scheme's
/// own, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Everything: `https://play.example.org/game`.
    base: String,
    /// The length of `https://play.example.org` in it.
    origin: usize,
}

impl PublicUrl {
    /// The URL without a slash at its end: `https://play.example.org/game`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What a browser sends as the `Origin` of a page: `https://play.example.org`.
    pub fn origin(&self) -> &str {
        &self.base[..self.origin]
    }

    /// What a browser sends as `Host`: `play.example.org`, or `play.example.org:8443`.
    pub fn host(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, host)| host)
    }

    /// The path without a slash at its end: `/game`, or nothing.
    pub fn path(&self) -> &str {
        &self.base[self.origin..]
    }

    /// Whether pages come over TLS.
    pub fn is_https(&self) -> bool {
        self.base.starts_with("https:")
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// Why a text is not the URL of a server. Displayed, it is the end of a sentence: `it has …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPublicUrl {
    /// It begins with neither `http://` nor `https://`.
    Scheme,
    /// It has no host, or one with characters that no name has.
    Host,
    /// The port is no number from 1 to 65535.
    Port,
    /// The path has characters other than letters, digits, `-`, `.`, `_`, `~`, or a part that is
    /// empty, `.` or `..`.
    Path,
    /// It has a user, a query or a fragment.
    Extra,
    /// It is longer than [`LONGEST_URL`].
    Length,
}

impl fmt::Display for NotAPublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "it begins with neither http:// nor https://",
            Self::Host => "it has no host, or one with letters that no host has",
            Self::Port => "its port is not a number from 1 to 65535",
            Self::Path => "its path may have letters, digits, and - . _ ~ between slashes",
            Self::Extra => "it has a user, a query or a fragment",
            Self::Length => "it is longer than 117 letters",
        })
    }
}

impl std::error::Error for NotAPublicUrl {}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(NotAPublicUrl::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        let own_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(NotAPublicUrl::Scheme),
        };
        if rest.contains(['@', '?', '#']) {
            return Err(NotAPublicUrl::Extra);
        }
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (name, port) = split_port(host)?;
        let path = normal_path(path).ok_or(NotAPublicUrl::Path)?;
        let name = name.to_ascii_lowercase();
        let origin = match port.filter(|&port| port != own_port) {
            Some(port) => format!("{scheme}://{name}:{port}"),
            None => format!("{scheme}://{name}"),
        };
        let url = Self {
            base: format!("{origin}{path}"),
            origin: origin.len(),
        };
        match url.base.len() <= LONGEST_URL {
            true => Ok(url),
            false => Err(NotAPublicUrl::Length),
        }
    }
}

/// The scheme and the host of a URL, without its path.
pub fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

/// Splits `[::1]:7008` and `play.example.org` into the name and the port.
fn split_port(host: &str) -> Result<(&str, Option<u16>), NotAPublicUrl> {
    let end = match host.starts_with('[') {
        true => host.find(']').map_or(host.len(), |end| end + 1),
        false => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(end);
    let is_ipv6 = || {
        let inner = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        inner.is_some_and(|it| it.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_name = || {
        let mut labels = name.split('.');
        labels.all(|label| !label.is_empty() && label.bytes().all(is_letter))
    };
    if !(is_ipv6() || is_name()) {
        return Err(NotAPublicUrl::Host);
    }
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            let port = port.parse().ok().filter(|&port: &u16| port > 0);
            Some(port.ok_or(NotAPublicUrl::Port)?)
        }
        _ => return Err(NotAPublicUrl::Port),
    };
    Ok((name, port))
}

/// A path such as `/game`, without slashes at its end. `None` if it has letters that would need an
/// escape, or parts that a browser removes. Pages quote it in their policy and in scripts.
pub fn normal_path(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let Some(parts) = path.strip_prefix('/') else {
        return path.is_empty().then(String::new);
    };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_part = |part: &str| !["", ".", ".."].contains(&part) && part.bytes().all(is_letter);
    parts.split('/').all(is_part).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PublicUrl {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_url_is_split_into_its_parts_and_normal() {
        for (text, origin, host, path) in [
            (
                "https://play.example.org/game/",
                "https://play.example.org",
                "play.example.org",
                "/game",
            ),
            (
                "HTTPS://Play.Example.ORG",
                "https://play.example.org",
                "play.example.org",
                "",
            ),
            ("https://h:443/a/b", "https://h", "h", "/a/b"),
            ("http://h:80//", "http://h", "h", ""),
            (
                "http://h:443/A.b_c~d-e/",
                "http://h:443",
                "h:443",
                "/A.b_c~d-e",
            ),
            (
                "http://[fd00::5]:7008/",
                "http://[fd00::5]:7008",
                "[fd00::5]:7008",
                "",
            ),
            ("https://[::1]", "https://[::1]", "[::1]", ""),
            (
                " http://192.168.0.8:7008 ",
                "http://192.168.0.8:7008",
                "192.168.0.8:7008",
                "",
            ),
        ] {
            let url = url(text);
            assert_eq!(
                (url.origin(), url.host(), url.path()),
                (origin, host, path),
                "{text}"
            );
            assert_eq!(url.base(), format!("{origin}{path}"));
            assert_eq!(origin_of(url.base()), origin);
            assert_eq!(url.is_https(), origin.starts_with("https"));
            assert_eq!(url.base().parse(), Ok(url.clone()), "normal already");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        use NotAPublicUrl::{Extra, Host, Length, Path, Port, Scheme};
        let long = format!("http://h/{}", "a".repeat(LONGEST_URL));
        for (text, wrong) in [
            ("", Scheme),
            ("play.example.org", Scheme),
            ("ftp://h", Scheme),
            ("a:7008", Scheme),
            ("https://", Host),
            ("http:///game", Host),
            ("http://:7008", Host),
            ("http://a..b", Host),
            ("http://a b", Host),
            ("http://a;script-src", Host),
            ("http://[::1", Host),
            ("http://[::g]", Host),
            ("http://a:", Port),
            ("http://a:0", Port),
            ("http://a:70080", Port),
            ("http://a:+80", Port),
            ("http://[::1]80", Port),
            ("http://a/b c", Path),
            ("http://a/../b", Path),
            ("http://a//b", Path),
            ("http://a/%2e", Path),
            ("http://a/스낵", Path),
            ("http://a/b;c", Path),
            ("http://me@a", Extra),
            ("http://a/?room=b", Extra),
            ("http://a/#b", Extra),
            (long.as_str(), Length),
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(wrong), "{text}");
        }
    }
}
