//! HTTP requests, and the answers of other servers.

use crate::gateway::{
    content_security_policy,
    find_seat::parse_token,
    handshake::{offers, websocket_key},
    peer_seats::says_free,
    room_query::RoomQuery,
    token_in_query,
};
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version, header},
};
use rush::wire::{SUBPROTOCOL, is_room};
use serde_json::Value;
use tungstenite::handshake::{derive_accept_key, server::create_response};
use web_server::{forwarded::TrustedProxies, origin::is_from, public_url::normal_path};

/// A query names a valid room, or none, or is refused; the token is what follows its name.
pub fn query(bytes: &[u8]) {
    let Ok(uri) = format!("/api/seat?{}", String::from_utf8_lossy(bytes)).parse::<Uri>() else {
        return;
    };
    if let Ok(Query(which)) = Query::<RoomQuery>::try_from_uri(&uri)
        && let Ok(Some(room)) = which.room()
    {
        assert!(is_room(&room));
        let way: Uri = format!("/ws/{room}").parse().expect("an address");
        assert_eq!(way.path(), format!("/ws/{room}"));
    }
    let query = uri.query().unwrap_or_default();
    let first = format!("&{query}&");
    let first = first
        .split_once("&token=")
        .and_then(|(_, rest)| rest.split_once('&'));
    assert_eq!(
        token_in_query(&uri).as_deref(),
        first.map(|(token, _)| token)
    );
}

/// A token has 32 digits, and is written as it was read.
pub fn token(bytes: &[u8]) {
    let sent = String::from_utf8_lossy(bytes);
    let digits = sent.len() == 32 && sent.bytes().all(|it| it.is_ascii_hexdigit());
    let token = parse_token(&sent);
    assert_eq!(token.is_some(), digits);
    if let Some(token) = token {
        let again: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(again, sent.to_ascii_lowercase());
    }
}

/// Another server's answer means a free seat only if it says so itself.
pub fn free(bytes: &[u8]) {
    if says_free(bytes) {
        let seat: Value = serde_json::from_slice(bytes).expect("an object");
        assert_eq!(seat.get("full"), Some(&Value::Bool(false)));
    }
}

/// The head of a request for a WebSocket. tungstenite accepts every head that is accepted here, and
/// no head can change the content security policy.
pub fn head(bytes: &[u8]) {
    let headers = headers(bytes);
    if let Some(key) = websocket_key(&headers) {
        let mut request = Request::new(());
        *request.method_mut() = Method::GET;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = headers.clone();
        // Lists may be spread over several lines, or name more than one protocol; tungstenite reads
        // one of each.
        for (name, word) in [
            (header::UPGRADE, "websocket"),
            (header::CONNECTION, "upgrade"),
        ] {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static(word));
        }
        let theirs = create_response(&request).expect("tungstenite accepts it");
        let accept = derive_accept_key(key.as_bytes());
        assert_eq!(
            theirs
                .headers()
                .get(header::SEC_WEBSOCKET_ACCEPT)
                .map(|it| it.as_bytes()),
            Some(accept.as_bytes())
        );
    }
    if offers(&headers, SUBPROTOCOL) {
        let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter();
        let mut lines = lines.filter_map(|line| line.to_str().ok());
        assert!(lines.any(|line| line.to_ascii_lowercase().contains(SUBPROTOCOL)));
    }
    let host = headers.get(header::HOST);
    let (ours, plain) = (
        content_security_policy(host, &[]),
        content_security_policy(None, &[]),
    );
    let directives = |policy: &HeaderValue| -> Vec<String> {
        let policy = policy.to_str().expect("text");
        policy.split("; ").map(str::to_owned).collect()
    };
    for (ours, plain) in directives(&ours).iter().zip(&directives(&plain)) {
        let sent = host.and_then(|it| it.to_str().ok()).unwrap_or_default();
        let more = format!("{plain} ws://{sent} wss://{sent}");
        assert!(ours == plain || (*ours == more && plain.starts_with("connect-src ")));
    }
    assert_eq!(directives(&ours).len(), directives(&plain).len());
    let text = |name| {
        headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    };
    // Names of hosts are the same in any case.
    let text = |name| text(name).to_ascii_lowercase();
    let (origin, host) = (&text(header::ORIGIN), &text(header::HOST));
    if is_from(origin, host) {
        assert!(!host.is_empty() && origin.ends_with(&format!("://{host}")));
    }
    forwarded(&headers);
}

/// What a proxy says is read or left out, and no host or path of it can change a page.
fn forwarded(headers: &HeaderMap) {
    let mut proxies = TrustedProxies::default();
    proxies.add("10.0.0.0/8".parse().expect("a range"));
    let proxy = "10.0.0.1".parse().expect("an address");
    let stranger = "192.0.2.1".parse().expect("an address");
    let said = proxies.read(proxy, headers);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:[]".contains(&b);
    assert!(
        said.host
            .is_none_or(|host| !host.is_empty() && host.bytes().all(plain))
    );
    assert_eq!(normal_path(&said.path), Some(said.path));
    let said = proxies.read(stranger, headers);
    assert_eq!((said.client, said.https, said.host), (stranger, None, None));
}

/// Header lines as hyper accepts them.
fn headers(bytes: &[u8]) -> HeaderMap {
    let lines = bytes.split(|byte| *byte == b'\n');
    let headers = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        Some((name, value))
    });
    let mut all = HeaderMap::new();
    headers.take(100).for_each(|(name, value)| {
        all.append(name, value);
    });
    all
}
