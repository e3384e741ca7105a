//! Who may see what: pages of other addresses may not play here, and only this machine sees the
//! inner rooms, unless one knows the token.

use super::{Gateway, Peer};
use axum::{
    extract::{Extension, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{hint::black_box, time::Instant};

/// Other servers that a page may speak to: the header has to stay a header.
const MOST_OTHERS: usize = 32;

/// Puts the headers on every answer that keep a page what it is.
pub(super) async fn headers(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Response {
    let peers = &gateway.house.peers;
    let others = peers.urls_for_pages(Instant::now());
    // This one, too: the page may be under a name behind which several servers stand.
    let own = (!others.is_empty()).then(|| peers.own_url().to_owned());
    let all: Vec<String> = own.into_iter().chain(others).collect();
    let policy = policy(request.headers().get(header::HOST), &all);
    let from = request.headers().get(header::ORIGIN).cloned();
    let from = from.filter(|from| from.to_str().is_ok_and(|from| is_invited(&gateway, from)));
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "no-referrer");
    if let Some(from) = from {
        // Its server is full, or dead: it may ask here for a seat.
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, from);
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

/// What a browser is allowed to do with a page of ours. The stage may show it in a frame on this
/// machine.
///
/// To Safari before 15.4, `'self'` is no WebSocket: it wants the address in full. The grammar of a
/// policy has no IPv6 address in it, and a host that is none could say anything here: neither is
/// repeated. The other servers may be asked, and played at.
pub(crate) fn policy(host: Option<&HeaderValue>, others: &[String]) -> HeaderValue {
    let is_plain = |host: &&str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
        !host.is_empty() && host.bytes().all(plain)
    };
    let host = host.and_then(|host| host.to_str().ok()).filter(is_plain);
    let mut sockets = host.map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
    let plain = others.iter().filter(|other| !other.contains('['));
    for other in plain.take(MOST_OTHERS) {
        sockets += &format!(" {other} {}", other.replacen("http", "ws", 1));
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{sockets}; frame-src 'self'; \
         font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"
    );
    HeaderValue::from_str(&policy).expect("letters that a header may have")
}

/// The inner rooms: for this machine, or for whoever knows the token.
pub(super) async fn inner(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let token = gateway.house.options.token.as_deref();
    let knows = token.is_some_and(|token| said(&request).is_some_and(|said| same(&said, token)));
    if knows || (token.is_none() && is_here(&peer, request.headers())) {
        next.run(request).await
    } else {
        let why = "this is for the machine that the server runs on, or for whoever has its token (--token-file)\n";
        (StatusCode::FORBIDDEN, why).into_response()
    }
}

/// From this machine, and not only by way of it: a page from elsewhere whose name was made to lead
/// here (DNS rebinding) names that name in `Host` or `Origin`, and a proxy says for whom it asks.
fn is_here(peer: &Peer, headers: &HeaderMap) -> bool {
    let host = text(headers, header::HOST).is_some_and(|host| is_this_machine(&host));
    let origin = text(headers, header::ORIGIN).is_none_or(|origin| {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        is_this_machine(host)
    });
    let direct = !["forwarded", "x-forwarded-for", "x-real-ip"]
        .iter()
        .any(|name| headers.contains_key(*name));
    peer.ip.is_loopback() && host && origin && direct
}

pub(crate) fn is_this_machine(authority: &str) -> bool {
    let end = match authority.starts_with('[') {
        true => authority.find(']').map_or(0, |end| end + 1),
        false => authority.find(':').unwrap_or(authority.len()),
    };
    let (name, port) = authority.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    port && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Whether a page from there may open a WebSocket here: from this very address, or from one that
/// was named. Whoever is no page names none.
pub(super) fn may_play(gateway: &Gateway, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let origin = origin.to_ascii_lowercase();
    let host = text(headers, header::HOST).unwrap_or_default();
    is_from(&origin, &host) || is_invited(gateway, &origin)
}

/// Whether a page of this origin came from this host.
pub(crate) fn is_from(origin: &str, host: &str) -> bool {
    let from = origin.split_once("://");
    from.is_some_and(|(_, from)| !from.is_empty() && from == host)
}

/// A page of another of our servers, or from where pages were said to come.
fn is_invited(gateway: &Gateway, origin: &str) -> bool {
    let house = &gateway.house;
    house.peers.is_member_origin(origin) || house.options.origins.iter().any(|it| it == origin)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    // What is no text is no address of ours either.
    let value = headers.get(name)?;
    Some(value.to_str().unwrap_or("?").to_ascii_lowercase())
}

/// The token that was said: as a bearer, or in the address.
fn said(request: &Request) -> Option<String> {
    let bearer = request.headers().get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer
        .map(str::to_owned)
        .or_else(|| in_address(request.uri()))
}

pub(crate) fn in_address(uri: &Uri) -> Option<String> {
    let pairs = uri.query()?.split('&');
    let token = pairs
        .filter_map(|pair| pair.strip_prefix("token="))
        .next()?;
    Some(token.to_owned())
}

/// As long for a token that is wrong in its first letter as for one that is wrong in its last.
fn same(said: &str, token: &str) -> bool {
    let differ = said
        .bytes()
        .zip(token.bytes())
        .fold(0, |sum, (a, b)| black_box(sum | (a ^ b)));
    said.len() == token.len() && black_box(differ) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_three_names() {
        for yes in [
            "localhost",
            "localhost:7008",
            "127.0.0.1:1",
            "[::1]:7008",
            "[::1]",
        ] {
            assert!(is_this_machine(yes), "{yes}");
        }
        for no in [
            "",
            "localhost.evil.org",
            "127.0.0.1.evil.org:80",
            "192.168.0.7:7008",
            "[::1",
            "[::1]evil.org",
            "localhost:7008x",
            "[::2]:1",
            "evil.org",
        ] {
            assert!(!is_this_machine(no), "{no}");
        }
    }

    #[test]
    fn a_page_may_open_a_websocket_to_its_own_host_and_to_no_other() {
        let allowed = |host| {
            let policy = policy(Some(&HeaderValue::from_static(host)), &[]);
            let policy = policy.to_str().expect("text").to_owned();
            let (_, rest) = policy.split_once("connect-src ").expect("a directive");
            rest.split(';').next().expect("its value").to_owned()
        };
        let own = "'self' ws://192.168.0.7:7008 wss://192.168.0.7:7008";
        assert_eq!(allowed("192.168.0.7:7008"), own);
        for no_name in ["", "a; script-src *", "a b", "*", "[::1]:7008", "a,b"] {
            assert_eq!(allowed(no_name), "'self'", "{no_name}");
        }
    }

    #[test]
    fn a_token_is_all_of_it() {
        assert!(same("12345678", "12345678"));
        for wrong in ["", "1234567", "123456789", "12345679"] {
            assert!(!same(wrong, "12345678"), "{wrong}");
        }
    }
}
