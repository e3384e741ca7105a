//! Access to the metrics and the x-ray, HTTP headers, and limits on requests and connections.

use crate::common::{
    Client, Game, OPERATOR_ONLY, PATIENCE, TOKEN, ask, ask_as_it_is, ask_json, paths, wait_until,
    wait_until_seen,
};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

#[test]
fn only_requests_with_the_token_see_the_metrics() {
    let game = Game::start();
    let own = game.address;
    for path in OPERATOR_ONLY {
        for headers in [
            "".to_owned(),
            "Host: localhost\r\n".to_owned(),
            format!("Host: {own}\r\nOrigin: http://{own}\r\n"),
            "Authorization: Bearer \r\n".to_owned(),
            format!("Authorization: Bearer {}\r\n", &TOKEN[1..]),
            format!("Authorization: Basic {TOKEN}\r\n"),
        ] {
            let (status, answer) = ask_as_it_is(own, path, &headers);
            assert_eq!(status, 403, "{path} {headers}");
            assert!(answer.contains("operator-token") && answer.contains("--token-file"));
        }
        let query = format!("{path}?token={}", &TOKEN[1..]);
        assert_eq!(ask_as_it_is(own, &query, "").0, 403);
        let query = format!("{path}?a=b&token={TOKEN}");
        assert_eq!(ask_as_it_is(own, &query, "").0, 200);
        // From anywhere, and by any name: of this machine, or of another.
        for headers in ["", "Host: 192.168.0.7:7008\r\n", "Via: 1.1 a\r\n"] {
            assert_eq!(ask(own, path, headers).0, 200, "{path} {headers}");
        }
    }
}

#[test]
fn a_token_of_an_option_replaces_that_of_the_folder() {
    let game = Game::with(|options| options.token = Some("open-sesame".to_owned()));
    for path in OPERATOR_ONLY {
        assert_eq!(ask(game.address, path, "").0, 403, "{path}");
        let bearer = "Authorization: Bearer open-sesame\r\n";
        assert_eq!(ask_as_it_is(game.address, path, bearer).0, 200, "{path}");
    }
}

/// Phones are other machines, so the test connects from another address of this one.
#[test]
fn a_phone_sees_the_game_and_not_the_metrics() {
    let game = Game::with(|options| options.listen = SocketAddr::from(([0, 0, 0, 0], 0)));
    let lan = if_addrs::get_if_addrs().expect("interfaces");
    let lan = lan.iter().find(|it| !it.is_loopback() && it.ip().is_ipv4());
    let Some(lan) = lan else {
        skipped::skip("this machine has no network");
        return;
    };
    let there = SocketAddr::new(lan.ip(), game.address.port());
    assert_eq!(ask(there, "/", "").0, 200);
    assert_eq!(ask(there, "/xray", "").0, 200, "an empty page");
    for path in OPERATOR_ONLY {
        assert_eq!(ask_as_it_is(there, path, "").0, 403, "{path}");
    }
    let url = ask_json(there, "/api/address");
    assert!(
        url["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("http://") && !url.contains("0.0.0.0")),
        "{url}"
    );
}

#[test]
fn a_public_name_is_in_the_code_that_players_scan() {
    let game = Game::with(|options| options.public = "http://laptop.local:7008".parse().ok());
    let url = ask_json(game.address, "/api/address");
    assert_eq!(url["url"], "http://laptop.local:7008/");
}

/// It listens on IPv6 where there is no IPv4, and this machine's own IPv4 still is this machine.
#[test]
fn a_game_on_all_ipv6_addresses_serves_ipv4_too() {
    if let Err(error) = std::net::TcpListener::bind("[::1]:0") {
        skipped::skip(&format!("this machine has no IPv6: {error}"));
        return;
    }
    let everywhere = (std::net::Ipv6Addr::UNSPECIFIED, 0).into();
    let game = Game::with(|options| options.listen = everywhere);
    let here = SocketAddr::from(([127, 0, 0, 1], game.address.port()));
    assert_eq!(ask(here, "/", "").0, 200);
}

#[test]
fn every_answer_has_the_security_headers() {
    let game = Game::start();
    for path in paths().chain(["/nothing"]) {
        let (_, answer) = ask(game.address, path, "");
        let head = answer
            .split_once("\r\n\r\n")
            .expect("an answer")
            .0
            .to_ascii_lowercase();
        assert!(
            head.contains("content-security-policy: default-src 'none'; script-src 'self';"),
            "{path}: {head}"
        );
        assert!(
            head.contains("x-content-type-options: nosniff"),
            "{path}: {head}"
        );
        assert!(!head.contains("unsafe"), "{path}: {head}");
    }
}

#[test]
fn metrics_and_xray_agree_with_the_game() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let _watcher = Client::watch(game.address, "hall");
    ann.receive_ticks(25);
    // The room publishes what it counts, and some of it once a second.
    let counted = serde_json::json!([1, 2, "hall", 1, 1, true]);
    wait_until_seen("both are counted", counted, || {
        let seen = ask_json(game.address, "/api/xray");
        let room = &seen["rooms"][0];
        serde_json::json!([
            seen["players"],
            seen["connections"],
            room["room"],
            room["players"],
            room["watchers"],
            room["tick"].as_u64() >= Some(10)
        ])
    });
    let accept = "Accept: application/openmetrics-text\r\n";
    let mut text = String::new();
    wait_until("the states are published", || {
        text = ask(game.address, "/metrics", accept).1;
        text.contains("{state=\"playing\"} 1") && text.contains("{state=\"watching\"} 1")
    });
    for line in [
        "snack_rush_players 1",
        "snack_rush_connections{state=\"playing\"} 1",
        "snack_rush_connections{state=\"watching\"} 1",
        "snack_rush_websockets_opened_total 2",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn endless_request_heads_are_cut_off() {
    let game = Game::start();
    let mut slow = TcpStream::connect(game.address).expect("the server listens");
    slow.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    write!(slow, "GET / HTTP/1.1\r\nHost: a\r\nX-").expect("the server reads");
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest); // An end or a reset, but not a timeout:
    let mut byte = [0];
    slow.set_read_timeout(Some(Duration::from_millis(100)))
        .expect("a timeout");
    assert!(
        !matches!(slow.read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock),
        "the connection is still open"
    );
    // A head without end is answered with 431, or the connection is closed while it arrives.
    let mut endless = TcpStream::connect(game.address).expect("the server listens");
    endless.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let _ = write!(
        endless,
        "GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n",
        "a".repeat(64 * 1024)
    );
    let mut answer = Vec::new();
    let _ = endless.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
}

#[test]
fn connections_per_address_are_limited() {
    let game = Game::with(|options| options.per_address = Some(3));
    let phones: Vec<_> = (0..3)
        .map(|n| Client::join(game.address, "hall", &format!("p{n}")))
        .collect();
    assert!(
        Client::try_connect(game.address, "hall", |_| {}).is_err(),
        "a fourth connection"
    );
    drop(phones);
    wait_until("the connections are closed", || {
        Client::try_connect(game.address, "hall", |_| {}).is_ok()
    });
}
