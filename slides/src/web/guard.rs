//! The door: who is asked for must be us, and who asks must be one of our own pages.
//!
//! A page anywhere on the web can make a browser on this machine talk to 127.0.0.1. Two things give it away: the name by
//! which it calls us (`Host`: DNS rebinding), and the page that it comes from (`Origin`: cross-site sockets).

use axum::{
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    serve::IncomingStream,
};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

/// The names by which a listener may be called.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    hosts: Vec<String>,
    /// What a slide may frame: the hall of the game.
    hall: String,
}

/// Where a visitor found us. That address is a name of ours, whichever network it belongs to and since when: a rebound name
/// brings a visitor here, too, but is no address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found(Option<SocketAddr>);

impl Connected<IncomingStream<'_, TcpListener>> for Found {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Found {
        Found(stream.io().local_addr().ok())
    }
}

impl Guard {
    pub(crate) fn new(hosts: Vec<String>, hall: String) -> Guard {
        Guard { hosts, hall }
    }

    /// The name by which we are called, if it is one of ours and the page that asks is ours, too.
    fn admits<'h>(&self, found: Option<SocketAddr>, headers: &'h HeaderMap) -> Option<&'h str> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next()?.to_str().ok()?;
        let named = self.hosts.iter().any(|it| it.eq_ignore_ascii_case(host));
        let is_where_we_are = found.is_some_and(|it| it.to_string() == host);
        if hosts.next().is_some() || !(named || is_where_we_are) {
            return None;
        }
        // No browser leaves it out where it matters; a program on this machine may.
        for origin in headers.get_all(header::ORIGIN) {
            let page = origin.to_str().ok()?.strip_prefix("http://")?;
            if !page.eq_ignore_ascii_case(host) {
                return None;
            }
        }
        Some(host)
    }

    fn policy(&self, host: &str) -> String {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://{host}; \
             frame-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
    let found = request.extensions().get::<ConnectInfo<Found>>();
    let found = found.and_then(|ConnectInfo(Found(address))| *address);
    let Some(host) = guard.admits(found, request.headers()).map(str::to_owned) else {
        let why = "This is a stage of Snackbar, and it was called by a name that is not its own, or from somebody else's page.\n";
        return (StatusCode::FORBIDDEN, why).into_response();
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
        let guard = Guard::new(
            vec!["127.0.0.1:7010".to_owned(), "localhost:7010".to_owned()],
            String::new(),
        );
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            let name = header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let found = SocketAddr::from(([192, 168, 43, 1], 7010));
        guard.admits(Some(found), &headers).is_some()
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
