//! Access to the metrics and the x-ray: from this machine, or with the token.

use super::{Gateway, Peer, outside::Outside, proxies::is_own};
use axum::{
    extract::{Extension, Request, State},
    http::{StatusCode, Uri, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;
use web_server::origin;

/// Answers 403 unless the request comes from this machine, or has the token if there is one.
pub(super) async fn check(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    Extension(outside): Extension<Outside>,
    request: Request,
    next: Next,
) -> Response {
    let token = gateway.state.options.token.as_deref();
    let has_token =
        token.is_some_and(|token| token_of(&request).is_some_and(|sent| is_equal(&sent, token)));
    if has_token || (token.is_none() && is_local(&gateway, &peer, &outside, &request)) {
        return next.run(request).await;
    }
    let mut why = "this is for the machine that the server runs on, or with the server's token (--token-file)\n".to_owned();
    if token.is_none() && peer.ip.is_loopback() {
        why += match origin::host(request.headers()) {
            Some(host) if !is_own(host, gateway.address) => {
                "the request is for another host, as one through a proxy is: ask for localhost, or start the server with --token-file\n"
            }
            _ => {
                "a proxy on this machine may have sent the request: start the server with --token-file\n"
            }
        };
    }
    (StatusCode::FORBIDDEN, why).into_response()
}

/// Whether a request comes from this machine itself. A page from elsewhere whose name was made to
/// resolve to this machine (DNS rebinding) sends that name as `Host` or `Origin`.
///
/// A proxy on this machine is not this machine. Most proxies add a header, pass on the host of the
/// client, or speak HTTP/1.0. For the others: none is this machine if the options say that there is
/// a proxy, or if a request has come through one ([`Proxies::observe`](super::proxies::Proxies)).
fn is_local(gateway: &Gateway, peer: &Peer, outside: &Outside, request: &Request) -> bool {
    let headers = request.headers();
    let is_own = |host: &str| is_own(host, gateway.address);
    let host = origin::host(headers).is_some_and(is_own);
    let from = origin::accepts(headers, |from| {
        let host = from.split_once("://");
        host.is_some_and(|(_, host)| is_own(host))
    });
    let has_proxy = gateway.expects_proxy() || gateway.proxies.are_here();
    let direct = !outside.through_proxy && request.version() >= Version::HTTP_11;
    peer.ip.is_loopback() && host && from && direct && !has_proxy
}

/// The token in a request: as a bearer token, or in the query.
fn token_of(request: &Request) -> Option<String> {
    let bearer = request.headers().get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer
        .map(str::to_owned)
        .or_else(|| token_in_query(request.uri()))
}

/// The token in `?token=TOKEN`.
pub(crate) fn token_in_query(uri: &Uri) -> Option<String> {
    let pairs = uri.query()?.split('&');
    let token = pairs
        .filter_map(|pair| pair.strip_prefix("token="))
        .next()?;
    Some(token.to_owned())
}

/// Compares in constant time: how long it takes does not depend on where the tokens differ.
fn is_equal(sent: &str, token: &str) -> bool {
    sent.as_bytes().ct_eq(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_accepted() {
        assert!(is_equal("12345678", "12345678"));
        for wrong in ["", "1234567", "123456789", "12345679"] {
            assert!(!is_equal(wrong, "12345678"), "{wrong}");
        }
    }
}
