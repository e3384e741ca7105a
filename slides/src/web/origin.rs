//! The origin check: `Host` must be a name of this server, and `Origin` one of its own pages.
//!
//! Any page on the web can make a browser on this machine send requests to 127.0.0.1. `Host`
//! reveals DNS rebinding, `Origin` reveals a WebSocket that another site opens.

use crate::public_name::PublicName;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpStream;
use web_server::origin;

/// The names of a listener, and what its pages may load.
#[derive(Clone, Debug)]
pub(crate) struct OriginCheck {
    hosts: Vec<String>,
    /// The origin that a slide may frame: the game's page for the projector. Empty if none.
    hall: String,
    /// The name of this listener outside of this network.
    public: Option<PublicName>,
    /// What to do if a name is refused.
    advice: &'static str,
}

/// The advice for a name that the presenter's listener does not have.
const PRESENTER_ADVICE: &str = "These pages can be opened only on the machine that runs the \
    stage: open the address that the terminal printed there.";

/// The advice for a name that the phones' listener does not have.
const PHONES_ADVICE: &str = "If phones reach the stage through a tunnel or a container, the \
    presenter must start it with that name: \
     cargo run -- --audience --public NAME";

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    /// `Host` is not a name of this server.
    Host,
    /// `Origin` is another site.
    Origin,
}

/// The address at which a client reached this server. It is accepted as `Host`, whatever network it
/// belongs to. DNS rebinding leads a client here, too, but then `Host` is a name, not an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReachedAt(Option<SocketAddr>);

impl ReachedAt {
    pub(super) fn of(stream: &TcpStream) -> ReachedAt {
        // A listener for both kinds of addresses sees an IPv4 address as a part of IPv6. A
        // link-local address has a zone, which `Host` has not.
        let as_in_a_url = |it: SocketAddr| SocketAddr::new(it.ip().to_canonical(), it.port());
        ReachedAt(stream.local_addr().ok().map(as_in_a_url))
    }
}

impl OriginCheck {
    /// For the presenter's pages, which may frame `hall`.
    pub(crate) fn for_presenter(hosts: Vec<String>, hall: String) -> OriginCheck {
        OriginCheck {
            hosts,
            hall,
            public: None,
            advice: PRESENTER_ADVICE,
        }
    }

    /// For the phones' page. `public` is the name of `--public`.
    pub(crate) fn for_phones(hosts: Vec<String>, public: Option<PublicName>) -> OriginCheck {
        OriginCheck {
            hosts,
            hall: String::new(),
            public,
            advice: PHONES_ADVICE,
        }
    }

    /// Returns the `Host` of a request if the request may be served.
    fn admit<'h>(
        &self,
        reached_at: Option<SocketAddr>,
        headers: &'h HeaderMap,
    ) -> Result<&'h str, Refused> {
        let host = origin::host(headers).ok_or(Refused::Host)?;
        let is_name = self.hosts.iter().any(|it| it.eq_ignore_ascii_case(host));
        let is_address = reached_at.is_some_and(|it| it.to_string() == host);
        let is_public = self.public.as_ref().is_some_and(|it| it.is_host(host));
        if !(is_name || is_address || is_public) {
            return Err(Refused::Host);
        }
        // Browsers send `Origin` with every WebSocket. Other programs need not send it.
        let is_accepted = origin::accepts(headers, |page| {
            let is_own = !is_public && page.starts_with("http://") && origin::is_from(page, host);
            // A tunnel may replace `Host` by this machine's name; then only `Origin` has the public
            // name.
            is_own || self.public.as_ref().is_some_and(|it| it.is_origin(page))
        });
        is_accepted.then_some(host).ok_or(Refused::Origin)
    }

    fn refusal(&self, refused: &Refused) -> String {
        match refused {
            Refused::Host => format!(
                "This is a Snackbar stage. It does not serve pages under the name in this \
                address. {}\n",
                self.advice
            ),
            Refused::Origin => {
                "This is a Snackbar stage. It does not serve requests from pages of another site.\n"
                    .to_owned()
            }
        }
    }

    fn policy(&self, host: &str) -> String {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
            connect-src 'self' ws://{host}{}; \
             frame-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            self.public
                .as_ref()
                .map(|public| format!(" {}", public.sockets()))
                .unwrap_or_default(),
            if self.hall.is_empty() {
                "'none'"
            } else {
                &self.hall
            }
        )
    }
}

/// Refuses requests that fail the check, and adds the security headers to every other response.
pub(super) async fn check(
    State(check): State<Arc<OriginCheck>>,
    request: Request,
    next: Next,
) -> Response {
    let reached_at = request.extensions().get::<ReachedAt>();
    let reached_at = reached_at.and_then(|ReachedAt(address)| *address);
    let host = match check.admit(reached_at, request.headers()) {
        Ok(host) => host.to_owned(),
        Err(refused) => {
            return (StatusCode::FORBIDDEN, check.refusal(&refused)).into_response();
        }
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&check.policy(&host))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(headers: &[(&str, &str)]) -> bool {
        is_admitted(None, headers)
    }

    fn is_admitted(public: Option<&str>, pairs: &[(&str, &str)]) -> bool {
        let public = public.map(|public| public.parse().expect("a public name"));
        let names = ["127.0.0.1:7010", "localhost:7010"].map(str::to_owned);
        let check = OriginCheck::for_phones(names.to_vec(), public);
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let reached_at = SocketAddr::from(([192, 168, 43, 1], 7010));
        check.admit(Some(reached_at), &headers).is_ok()
    }

    #[test]
    fn own_pages_are_admitted_by_every_own_name() {
        assert!(admits(&[("host", "127.0.0.1:7010")]));
        assert!(admits(&[
            ("host", "LOCALHOST:7010"),
            ("origin", "http://localhost:7010")
        ]));
    }

    #[test]
    fn the_address_that_was_reached_is_admitted_and_another_one_is_not() {
        let host = ("host", "192.168.43.1:7010");
        assert!(admits(&[host, ("origin", "http://192.168.43.1:7010")]));
        assert!(!admits(&[host, ("origin", "http://evil.example:7010")]));
        assert!(!admits(&[("host", "192.168.43.2:7010")]));
        assert!(!admits(&[("host", "192.168.43.1")]));
    }

    #[test]
    fn a_public_name_is_admitted_as_host_and_as_origin_even_if_a_tunnel_replaces_the_host() {
        let public = |headers: &[(&str, &str)]| is_admitted(Some("https://talk.example"), headers);
        let (host, page) = (("host", "talk.example"), ("origin", "https://talk.example"));
        assert!(public(&[host]) && public(&[host, page]));
        assert!(public(&[("host", "localhost:7010"), page]));
        assert!(public(&[
            ("host", "127.0.0.1:7010"),
            ("origin", "http://127.0.0.1:7010")
        ]));
        assert!(!admits(&[host]) && !admits(&[("host", "localhost:7010"), page]));
        for headers in [
            &[("host", "evil.example"), page][..],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "http://127.0.0.1:7010")],
            &[host, page, ("origin", "null")],
            &[host, host],
        ] {
            assert!(!public(headers), "{headers:?}");
        }
    }

    #[test]
    fn other_names_and_other_sites_are_refused() {
        let host = ("host", "127.0.0.1:7010");
        for headers in [
            &[][..],
            &[("host", "evil.example:7010")],
            &[("host", "127.0.0.1")],
            &[("host", "127.0.0.1:7010.evil.example")],
            &[host, host],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://127.0.0.1:7010")],
            &[host, ("origin", "http://localhost:7010")],
            &[
                host,
                ("origin", "http://127.0.0.1:7010"),
                ("origin", "http://evil.example"),
            ],
        ] {
            assert!(!admits(headers), "{headers:?}");
        }
    }
}
