//! Headers of every answer, the content security policy among them.

use super::{
    Gateway, origin,
    outside::{Outside, page_of},
    pages,
};
use crate::clock;
use axum::{
    extract::{Extension, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::collections::BTreeSet;
use web_server::public_url::origin_of;

/// The most other servers that a page may connect to: the header must not grow without a limit.
const MAX_SERVERS: usize = 32;

/// Adds the headers that restrict what a browser may do with a page.
///
/// `Strict-Transport-Security` is not among them: it is about the whole host, which a game below a
/// path shares with others, so it belongs to the proxy that speaks TLS.
pub(super) async fn add(
    State(gateway): State<Gateway>,
    Extension(outside): Extension<Outside>,
    mut request: Request,
    next: Next,
) -> Response {
    let peers = &gateway.state.cluster.peers;
    let others = peers.urls_for_pages(clock::now());
    // This server, too: the page's host may be a name behind which several servers stand.
    let is_named = !others.is_empty() || gateway.state.options.public.is_some();
    let own = is_named.then(|| peers.own_url().to_owned());
    let all: Vec<String> = own.into_iter().chain(others).collect();
    let policy = content_security_policy(outside.host_header().as_ref(), &all);
    let from = page_of(request.headers()).filter(|from| origin::is_allowed(&gateway, from));
    let from = from.and_then(|from| HeaderValue::from_str(from).ok());
    request
        .extensions_mut()
        .insert(pages::Policy(policy.clone()));
    let mut answer = match outside.with_slash {
        Some(to) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response(),
        None => next.run(request).await,
    };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // No other server hears where a link stood. This one does, and sees that a proxy is in front.
    put(header::REFERRER_POLICY, "same-origin");
    if let Some(from) = from {
        // A page of another server may ask here for a seat if its own server is full, or dead.
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, from);
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

/// The content security policy of a page: it may connect to its own host and to the other servers.
/// The stage may show it in a frame on this machine.
///
/// Before Safari 15.4 `'self'` did not include WebSockets: the host has to be named. The grammar of
/// a policy has no IPv6 address, and text that is no host could add anything to the policy: neither
/// is copied into it.
pub(crate) fn content_security_policy(
    host: Option<&HeaderValue>,
    others: &[String],
) -> HeaderValue {
    let is_plain = |host: &&str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
        !host.is_empty() && host.bytes().all(plain)
    };
    let host = host.and_then(|host| host.to_str().ok()).filter(is_plain);
    let mut sockets = host.map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
    // A source with a path allows one address alone, and several servers may share an origin.
    let origins: BTreeSet<&str> = others.iter().map(|other| origin_of(other)).collect();
    let plain = origins.into_iter().filter(|other| !other.contains('['));
    for other in plain.take(MAX_SERVERS) {
        sockets += &format!(" {other} {}", other.replacen("http", "ws", 1));
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{sockets}; frame-src 'self'; \
         font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"
    );
    HeaderValue::from_str(&policy).expect("letters that a header may have")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_open_a_websocket_to_its_own_host_and_to_no_other() {
        let allowed = |host| {
            let policy = content_security_policy(Some(&HeaderValue::from_static(host)), &[]);
            let policy = policy.to_str().expect("text").to_owned();
            let (_, rest) = policy.split_once("connect-src ").expect("a directive");
            rest.split(';').next().expect("its value").to_owned()
        };
        let own = "'self' ws://192.168.0.7:7008 wss://192.168.0.7:7008";
        assert_eq!(allowed("192.168.0.7:7008"), own);
        for invalid in ["", "a; script-src *", "a b", "*", "[::1]:7008", "a,b"] {
            assert_eq!(allowed(invalid), "'self'", "{invalid}");
        }
    }

    #[test]
    fn the_policy_names_the_origins_of_other_servers_without_their_paths() {
        let others = [
            "https://a.example/1",
            "https://a.example/2",
            "http://b:7008",
        ];
        let policy = content_security_policy(None, &others.map(str::to_owned));
        let policy = policy.to_str().expect("text");
        let sources =
            "connect-src 'self' http://b:7008 ws://b:7008 https://a.example wss://a.example;";
        assert!(policy.contains(sources), "{policy}");
    }
}
