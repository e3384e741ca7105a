//! How the world sees the server, for one request: who asks, and at which address.
//!
//! | | with `--public URL` | from a `--trusted-proxy` | otherwise |
//! |---|---|---|---|
//! | the client | as in the next columns | the last address of the chain that is not a trusted proxy | the peer |
//! | the host of pages, for `Origin` and their policy | that of the URL, beside the next columns | `X-Forwarded-Host`, or `Host` | `Host` |
//! | the URL in the QR code and for players | the URL | scheme, host and path that the proxy says | this machine's address |
//! | the path in front of the server's own | that of the URL | `X-Forwarded-Prefix` | none |

use super::Gateway;
use crate::options::Options;
use axum::http::{
    HeaderMap, HeaderValue, Request, Uri,
    uri::{Parts, PathAndQuery},
};
use std::net::{IpAddr, Ipv4Addr};
use web_server::{forwarded, origin};

/// How the world sees the server, for one request.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    /// The client's IP address.
    pub(crate) client: IpAddr,
    /// The request came through a proxy, trusted or not.
    pub(crate) through_proxy: bool,
    /// Where the browser is sent instead: it asked for the game's path without the slash at its
    /// end, and a page's relative addresses would be wrong.
    pub(crate) with_slash: Option<String>,
    https: bool,
    host: Option<String>,
    /// What stands in front of the server's own paths, as a trusted proxy says.
    path: String,
}

impl Outside {
    /// Reads the headers of a request of this peer. The path in front of the server's own is
    /// removed from the request: some proxies remove it, some do not.
    pub(crate) fn of<B>(options: &Options, peer: IpAddr, request: &mut Request<B>) -> Self {
        let headers = request.headers();
        let said = options.trusted_proxies.read(peer, headers);
        let asked = origin::host(headers).map(str::to_owned);
        let mut outside = Self {
            client: said.client,
            through_proxy: forwarded::was_forwarded(headers),
            with_slash: None,
            https: said.https.unwrap_or_default(),
            host: said.host.or(asked),
            path: said.path,
        };
        let public = options.public.as_ref().map_or("", |public| public.path());
        for path in [public, &outside.path] {
            if let Some(rest) = without(path, request.uri()) {
                let uri = request.uri();
                let lacks_slash = uri.path().len() == path.len();
                outside.with_slash = lacks_slash.then(|| with_slash(path, uri.query()));
                *request.uri_mut() = rest;
                break;
            }
        }
        outside
    }

    /// The address under which limits count the client. This machine's own connections are not
    /// limited, but a client that a proxy names so is another.
    pub(crate) fn counted(&self) -> IpAddr {
        match self.through_proxy && self.client.is_loopback() {
            true => Ipv4Addr::UNSPECIFIED.into(),
            false => self.client,
        }
    }

    /// The host that the client asked, with the port. `None` if the request does not say.
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The same as a header.
    pub(crate) fn host_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.host()?).ok()
    }

    /// The URL that a phone opens, with a slash at its end.
    pub(crate) fn join_url(&self, gateway: &Gateway) -> String {
        let (state, scheme) = (&gateway.state, if self.https { "https" } else { "http" });
        match &self.host {
            Some(host) if state.options.public.is_none() && self.is_from_trusted(gateway) => {
                format!("{scheme}://{host}{}/", self.path)
            }
            _ => state.join_url(gateway.address),
        }
    }

    /// Whether a trusted proxy said where this request was sent.
    fn is_from_trusted(&self, gateway: &Gateway) -> bool {
        self.through_proxy && !gateway.state.options.trusted_proxies.is_empty()
    }
}

/// The URI without this path in front. `None` if it does not begin with it.
fn without(path: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(path)?;
    if path.is_empty() || !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let rest = if rest.is_empty() { "/" } else { rest };
    let rest = match uri.query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let mut parts = Parts::from(uri.clone());
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

/// The last part of a path with a slash. It is relative to that path, because a proxy may have
/// removed some of it.
fn with_slash(path: &str, query: Option<&str>) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    match query {
        Some(query) => format!("{last}/?{query}"),
        None => format!("{last}/"),
    }
}

/// The origin of the page that sent a request. `None` if it comes from no page.
pub(crate) fn page_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(axum::http::header::ORIGIN)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(options: &Options, uri: &str, prefix: Option<&str>) -> (String, Option<String>) {
        let mut request = Request::builder().uri(uri);
        if let Some(prefix) = prefix {
            request = request.header("x-forwarded-prefix", prefix);
        }
        let mut request = request.body(()).expect("a request");
        let outside = Outside::of(options, Ipv4Addr::LOCALHOST.into(), &mut request);
        (request.uri().to_string(), outside.with_slash)
    }

    #[test]
    fn the_path_in_front_is_removed_unless_the_proxy_did_it() {
        let public = Options {
            public: "https://play.example.org/game/".parse().ok(),
            ..Options::default()
        };
        let mut trusting = Options::default();
        trusting
            .trusted_proxies
            .add("127.0.0.1".parse().expect("an address"));
        for (uri, expected) in [
            ("/game/", "/"),
            ("/game/hall?room=a", "/hall?room=a"),
            ("/game/ws/a", "/ws/a"),
            ("/hall?room=a", "/hall?room=a"),
            ("/gamer/hall", "/gamer/hall"),
            ("/", "/"),
            (
                "http://play.example.org/game/hall",
                "http://play.example.org/hall",
            ),
        ] {
            assert_eq!(
                path_of(&public, uri, None),
                (expected.to_owned(), None),
                "{uri}"
            );
            let said = path_of(&trusting, uri, Some("/game"));
            assert_eq!(said, (expected.to_owned(), None), "{uri}");
            let distrusted = path_of(&Options::default(), uri, Some("/game"));
            assert_eq!(distrusted, (uri.to_owned(), None), "{uri}");
        }
        let to = |uri: &str, to: &str| (uri.to_owned(), Some(to.to_owned()));
        assert_eq!(path_of(&public, "/game", None), to("/", "game/"));
        assert_eq!(
            path_of(&public, "/game?room=a", None),
            to("/?room=a", "game/?room=a")
        );
        assert_eq!(with_slash("/a/game", None), "game/");
    }
}
