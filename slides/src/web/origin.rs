//! The door: who is asked for must be us, and who asks must be one of our own pages.
//!
//! A page anywhere on the web can make a browser on this machine talk to 127.0.0.1. Two things give
//! it away: the name by which it calls us (`Host`: DNS rebinding), and the page that it comes from
//! (`Origin`: cross-site sockets).

use crate::public_name::Public;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpStream;

/// The names by which a listener may be called.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    hosts: Vec<String>,
    /// What a slide may frame: the hall of the game.
    hall: String,
    /// The name by which phones call this listener from outside.
    public: Option<Public>,
    /// What the presenter can do if a name is refused.
    advice: &'static str,
}

/// Said to a name that the presenter's listener does not have.
const OF_THE_PRESENTER: &str = "Its pages are for the machine that they run on: open the address that the terminal printed there.";

/// Said to a name that the phones' listener does not have.
const OF_THE_PHONES: &str = "If phones reach this machine by another name (a tunnel, a container), the presenter starts the stage with it: \
     cargo run -- --audience --public NAME";

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
enum Stranger {
    /// It was sent to a name that is not ours.
    Host,
    /// A page of another site sent it.
    Page,
}

/// Where a visitor found us. That address is a name of ours, whichever network it belongs to and
/// since when: a rebound name brings a visitor here, too, but is no address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found(Option<SocketAddr>);

impl Found {
    pub(super) fn by(stream: &TcpStream) -> Found {
        Found(stream.local_addr().ok())
    }
}

impl Guard {
    /// For the presenter's pages, which may frame `hall`.
    pub(crate) fn of_the_presenter(hosts: Vec<String>, hall: String) -> Guard {
        Guard {
            hosts,
            hall,
            public: None,
            advice: OF_THE_PRESENTER,
        }
    }

    /// For the phones' page, which has a public name if `--public` said so.
    pub(crate) fn of_the_phones(hosts: Vec<String>, public: Option<Public>) -> Guard {
        Guard {
            hosts,
            hall: String::new(),
            public,
            advice: OF_THE_PHONES,
        }
    }

    /// The name by which we are called, if it is one of ours and the page that asks is ours, too.
    fn admits<'h>(
        &self,
        found: Option<SocketAddr>,
        headers: &'h HeaderMap,
    ) -> Result<&'h str, Stranger> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (host, another) = (hosts.next(), hosts.next());
        let host = host.and_then(|host| host.to_str().ok());
        let host = host.filter(|_| another.is_none()).ok_or(Stranger::Host)?;
        let named = self.hosts.iter().any(|it| it.eq_ignore_ascii_case(host));
        let is_where_we_are = found.is_some_and(|it| it.to_string() == host);
        let is_public = self.public.as_ref().is_some_and(|it| it.is_host(host));
        if !(named || is_where_we_are || is_public) {
            return Err(Stranger::Host);
        }
        // No browser leaves it out where it matters; a program on this machine may.
        for origin in headers.get_all(header::ORIGIN) {
            let origin = origin.to_str().map_err(|_| Stranger::Page)?;
            let page = origin.strip_prefix("http://");
            let is_own = !is_public && page.is_some_and(|page| page.eq_ignore_ascii_case(host));
            // A tunnel may name this machine as the host, and then the page alone has the public
            // name.
            let is_public = self.public.as_ref().is_some_and(|it| it.is_origin(origin));
            if !(is_own || is_public) {
                return Err(Stranger::Page);
            }
        }
        Ok(host)
    }

    fn refusal(&self, stranger: &Stranger) -> String {
        match stranger {
            Stranger::Host => format!(
                "This is a stage of Snackbar, and it does not know the name by which it was called. {}\n",
                self.advice
            ),
            Stranger::Page => {
                "This is a stage of Snackbar, and a page of another site asked for this.\n"
                    .to_owned()
            }
        }
    }

    fn policy(&self, host: &str) -> String {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://{host}{}; \
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

/// Refuses strangers, and tells browsers what a page may do: nothing that we do not need.
pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let found = request.extensions().get::<Found>();
    let found = found.and_then(|Found(address)| *address);
    let host = match guard.admits(found, request.headers()) {
        Ok(host) => host.to_owned(),
        Err(stranger) => {
            return (StatusCode::FORBIDDEN, guard.refusal(&stranger)).into_response();
        }
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&guard.policy(&host))
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

    fn admits(said: &[(&str, &str)]) -> bool {
        is_admitted(None, said)
    }

    fn is_admitted(public: Option<&str>, said: &[(&str, &str)]) -> bool {
        let public = public.map(|public| public.parse().expect("a public name"));
        let names = ["127.0.0.1:7010", "localhost:7010"].map(str::to_owned);
        let guard = Guard::of_the_phones(names.to_vec(), public);
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            let name = header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let found = SocketAddr::from(([192, 168, 43, 1], 7010));
        guard.admits(Some(found), &headers).is_ok()
    }

    #[test]
    fn our_own_pages_are_admitted_by_our_own_names() {
        assert!(admits(&[("host", "127.0.0.1:7010")]));
        assert!(admits(&[
            ("host", "LOCALHOST:7010"),
            ("origin", "http://localhost:7010")
        ]));
    }

    #[test]
    fn the_address_where_we_were_found_is_a_name_and_another_one_is_not() {
        let host = ("host", "192.168.43.1:7010");
        assert!(admits(&[host, ("origin", "http://192.168.43.1:7010")]));
        assert!(!admits(&[host, ("origin", "http://evil.example:7010")]));
        assert!(!admits(&[("host", "192.168.43.2:7010")]));
        assert!(!admits(&[("host", "192.168.43.1")]));
    }

    #[test]
    fn a_public_name_is_admitted_as_host_and_page_also_where_a_tunnel_renames_the_host() {
        let public = |said: &[(&str, &str)]| is_admitted(Some("https://talk.example"), said);
        let (host, page) = (("host", "talk.example"), ("origin", "https://talk.example"));
        assert!(public(&[host]) && public(&[host, page]));
        assert!(public(&[("host", "localhost:7010"), page]));
        assert!(public(&[
            ("host", "127.0.0.1:7010"),
            ("origin", "http://127.0.0.1:7010")
        ]));
        assert!(!admits(&[host]) && !admits(&[("host", "localhost:7010"), page]));
        for said in [
            &[("host", "evil.example"), page][..],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "http://127.0.0.1:7010")],
            &[host, page, ("origin", "null")],
            &[host, host],
        ] {
            assert!(!public(said), "{said:?}");
        }
    }

    #[test]
    fn strangers_are_not() {
        let host = ("host", "127.0.0.1:7010");
        for said in [
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
            assert!(!admits(said), "{said:?}");
        }
    }
}
