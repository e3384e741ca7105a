use super::*;
use http::HeaderValue;

fn trusting(ranges: &str) -> TrustedProxies {
    let mut proxies = TrustedProxies::default();
    for range in ranges.split_whitespace() {
        proxies.add(range.parse().expect("a range"));
    }
    proxies
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let value = HeaderValue::from_str(value).expect("a value");
        headers.append(*name, value);
    }
    headers
}

/// Who asks, according to a proxy at 10.0.0.1.
fn client(trusted: &str, lines: &[(&'static str, &str)]) -> String {
    let peer = "10.0.0.1".parse().expect("an address");
    let said = trusting(trusted).read(peer, &headers(lines));
    said.client.to_string()
}

#[test]
fn a_range_has_the_addresses_with_its_first_bits() {
    let contains = |range: &str, ip: &str| {
        let range: AddressRange = range.parse().expect("a range");
        range.contains(ip.parse().expect("an address"))
    };
    assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
    assert!(contains("192.0.2.7", "192.0.2.7") && !contains("192.0.2.7", "192.0.2.6"));
    assert!(contains("192.0.2.7/31", "192.0.2.6"));
    assert!(contains("0.0.0.0/0", "8.8.8.8") && !contains("0.0.0.0/0", "::1"));
    assert!(contains("127.0.0.0/8", "::ffff:127.0.0.1"));
    assert!(contains("fd00::/8", "fdff::1") && !contains("fd00::/8", "fe80::1"));
    assert!(contains("::1", "::1") && !contains("::1", "::2"));
    for no in [
        "",
        "a",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0/8",
        "1.2.3.4/",
    ] {
        assert_eq!(no.parse::<AddressRange>(), Err(NotARange), "{no}");
    }
}

#[test]
fn headers_of_a_peer_that_is_not_trusted_say_nothing() {
    let lines = [
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=192.0.2.1;host=evil.example"),
    ];
    let peer = "10.0.0.1".parse().expect("an address");
    for trusted in ["", "10.0.0.2", "::1"] {
        let said = trusting(trusted).read(peer, &headers(&lines));
        let nothing = Forwarded {
            client: peer,
            https: None,
            host: None,
            path: String::new(),
        };
        assert_eq!(said, nothing, "{trusted}");
    }
}

#[test]
fn the_client_is_the_last_address_that_is_not_a_trusted_proxy() {
    const TRUSTED: &str = "10.0.0.0/8 fd00::/8";
    for (chain, expected) in [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("203.0.113.9,192.0.2.1 ,fd00::1,10.0.0.7", "192.0.2.1"),
        ("127.0.0.1, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.9, 10.0.0.7", "10.0.0.9"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        // What is behind an unknown address may be invented.
        ("192.0.2.1, unknown", "10.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.7", "10.0.0.7"),
        ("192.0.2.1, ", "10.0.0.1"),
        ("", "10.0.0.1"),
    ] {
        let said = client(TRUSTED, &[("x-forwarded-for", chain)]);
        assert_eq!(said, expected, "X-Forwarded-For: {chain}");
    }
    // A client's line is before the proxy's.
    let two = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    assert_eq!(client(TRUSTED, &two), "192.0.2.1");
    assert_eq!(client(TRUSTED, &[]), "10.0.0.1");
}

#[test]
fn forwarded_is_read_as_rfc_7239_writes_it() {
    const TRUSTED: &str = "10.0.0.0/8";
    for (line, expected) in [
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
        ("for=192.0.2.43, FOR=\"10.0.0.7:80\"", "192.0.2.43"),
        (
            "for=\"192.0.2.43, for=203.0.113.9\", for=198.51.100.17",
            "198.51.100.17",
        ),
        (
            "for=192.0.2.43;host=\"a\\\"b;for=203.0.113.9\"",
            "192.0.2.43",
        ),
        ("for=_hidden, for=198.51.100.17", "198.51.100.17"),
        ("for=198.51.100.17, for=_hidden", "10.0.0.1"),
        ("for=192.0.2.43, by=10.0.0.7", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
        ("for", "10.0.0.1"),
    ] {
        let said = client(TRUSTED, &[("forwarded", line)]);
        assert_eq!(said, expected, "Forwarded: {line}");
    }
    // A client's open quote does not reach into the proxy's line.
    let two = [
        ("forwarded", "for=\"203.0.113.9"),
        ("forwarded", "for=192.0.2.1"),
    ];
    assert_eq!(client(TRUSTED, &two), "192.0.2.1");
    // A proxy that writes X-Forwarded-For has passed on what the client made up.
    let both = [
        ("forwarded", "for=203.0.113.9"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    assert_eq!(client(TRUSTED, &both), "192.0.2.1");
}

#[test]
fn the_host_and_the_scheme_are_those_that_the_client_used() {
    let read = |lines: &[(&'static str, &str)]| {
        let peer = "10.0.0.1".parse().expect("an address");
        let said = trusting("10.0.0.0/8").read(peer, &headers(lines));
        (said.https, said.host, said.path)
    };
    let all = [
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "Play.Example.org:8443"),
        ("x-forwarded-prefix", "/game/"),
    ];
    let play = || Some("play.example.org:8443".to_owned());
    assert_eq!(read(&all), (Some(true), play(), "/game".to_owned()));
    assert_eq!(read(&all[1..]), read(&all), "without an address");
    // Two proxies: the first one spoke TLS with the client.
    let two = [
        ("x-forwarded-for", "203.0.113.9, 192.0.2.1, 10.0.0.7"),
        ("x-forwarded-proto", "http, https, http"),
        (
            "x-forwarded-host",
            "evil.example, play.example.org:8443, inner",
        ),
    ];
    assert_eq!(read(&two), (Some(true), play(), String::new()));
    let one = [(
        "forwarded",
        "for=192.0.2.1;proto=https;host=\"play.example.org:8443\"",
    )];
    assert_eq!(read(&one), (Some(true), play(), String::new()));
    for no in ["a b", "a;script-src *", "", "a/b", "<b>", "http://a"] {
        assert_eq!(read(&[("x-forwarded-host", no)]).1, None, "{no}");
    }
    for no in ["game", "/../a", "/a b", "//evil.example", "/a\"b"] {
        assert_eq!(read(&[("x-forwarded-prefix", no)]).2, "", "{no}");
    }
}

#[test]
fn a_proxy_leaves_a_trace() {
    for name in [
        "X-Forwarded-For",
        "x-forwarded-proto",
        "Forwarded",
        "Via",
        "CF-Connecting-IP",
    ] {
        let mut one = HeaderMap::new();
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        one.insert(name.clone(), HeaderValue::from_static("a"));
        assert!(was_forwarded(&one), "{name}");
    }
    assert!(!was_forwarded(&headers(&[
        ("host", "a"),
        ("origin", "b"),
        ("x-request-id", "c")
    ])));
}
