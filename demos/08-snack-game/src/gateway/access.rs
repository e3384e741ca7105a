//! Access to the metrics and the x-ray: with the token.

use super::Gateway;
use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

/// What a request without the token is answered.
const REFUSED: &str = "this is for the operator, and needs the server's token: Authorization: Bearer TOKEN, or /xray#token=TOKEN in a browser. It is in the file operator-token of the server's data folder, or in the one of --token-file\n";

/// Answers 403 unless the request has the token. Where it comes from does not matter: a request of
/// this machine may be that of a proxy or a tunnel on it.
pub(super) async fn check(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Response {
    let token = gateway.state.options.token.as_deref();
    let has_token =
        token.is_some_and(|token| token_of(&request).is_some_and(|sent| is_equal(&sent, token)));
    match has_token {
        true => next.run(request).await,
        false => (StatusCode::FORBIDDEN, REFUSED).into_response(),
    }
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
