//! A device is known by a cookie, so that it has one vote: with a second page, and after it
//! connected again. The cookie is a random number and nothing more.

use super::connections::Peer;
use crate::stage::Voter;
use axum::{
    Extension,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use std::{convert::Infallible, net::IpAddr};

/// The name of the cookie. Cookies are shared by all ports of an address, so it says whose it is.
const COOKIE: &str = "snackbar-phone";

/// The number of the device that sends a request. `None` if it has no cookie.
pub(super) fn device(headers: &HeaderMap) -> Option<u64> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let number = pair.trim().strip_prefix(COOKIE)?.strip_prefix('=')?;
        let is_number = number.len() == 16 && number.bytes().all(|it| it.is_ascii_hexdigit());
        u64::from_str_radix(number, 16).ok().filter(|_| is_number)
    })
}

/// A number that no other device has.
fn random() -> u64 {
    let mut bytes = [0; 8];
    // The token came from the same source when the stage began, so this does not fail. If it does,
    // devices share a vote.
    let _unless_it_fails = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// The cookie for a device that has none yet.
pub(super) fn cookie(headers: &HeaderMap) -> Option<HeaderValue> {
    if device(headers).is_some() {
        return None;
    }
    let cookie = format!(
        "{COOKIE}={:016x}; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict",
        random()
    );
    HeaderValue::from_str(&cookie).ok()
}

impl<S: Send + Sync> FromRequestParts<S> for Voter {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Voter, Infallible> {
        let peer = Extension::<Peer>::from_request_parts(parts, state).await;
        Ok(Voter {
            device: device(&parts.headers).unwrap_or_else(random),
            address: peer.map_or(IpAddr::from([0; 4]), |Extension(Peer(address))| address),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            let value = HeaderValue::from_str(cookie).expect("a value");
            headers.append(header::COOKIE, value);
        }
        headers
    }

    #[test]
    fn a_cookie_is_given_once_and_read_among_others() {
        let given = cookie(&headers(&["theme=dark"])).expect("a cookie");
        let given = given.to_str().expect("text").to_owned();
        let pair = given.split(';').next().expect("a pair");
        let again = headers(&["a=b; x=snackbar-phone=1", &format!("c=d; {pair}; e=f")]);
        assert_eq!(cookie(&again), None);
        let number = pair.split_once('=').expect("a number").1;
        assert_eq!(device(&again), u64::from_str_radix(number, 16).ok());
        for other in ["", "1", "+123456789abcdef", "0123456789abcdef0", "zz"] {
            let other = headers(&[&format!("{COOKIE}={other}")]);
            assert!(device(&other).is_none() && cookie(&other).is_some());
        }
    }
}
