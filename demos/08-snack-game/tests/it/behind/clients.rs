//! Who counts as the client of a request: for limits, and for what only the operator may see.

use crate::common::{Client, Game, ask, wait_until};
use std::io::{Read, Write};
use std::net::TcpStream;
use tungstenite::http::HeaderValue;

const OPERATORS: [&str; 2] = ["/metrics", "/api/xray"];

/// Connects as a client that a proxy names.
fn connect(game: &Game, chain: &str) -> Result<Client, tungstenite::Error> {
    Client::try_connect(game.address, "hall", |headers| {
        let value = HeaderValue::from_str(chain).expect("a value");
        headers.insert("x-forwarded-for", value);
    })
}

#[test]
fn behind_a_trusted_proxy_each_client_has_a_limit_of_its_own() {
    let game = Game::with(|options| {
        options.per_address = Some(3);
        options
            .trusted_proxies
            .add("127.0.0.1".parse().expect("an address"));
    });
    let open = |chain: &str| connect(&game, chain);
    let all: Vec<_> = (0..3)
        .map(|_| open("192.0.2.1").expect("a connection"))
        .collect();
    let refused = open("192.0.2.1")
        .err()
        .expect("a fourth connection is refused");
    assert!(refused.to_string().contains("429"), "{refused}");
    // What the client itself has put in front does not help it.
    assert!(
        open("198.51.100.7, 192.0.2.1").is_err(),
        "an invented address"
    );
    assert!(
        open("127.0.0.1, 192.0.2.1").is_err(),
        "an invented address of this machine"
    );
    let other = open("192.0.2.2").expect("another client");
    let ipv6: Vec<_> = (0..3)
        .map(|_| open("2001:db8::1").expect("a connection"))
        .collect();
    assert!(
        open("[2001:db8::1]:4711").is_err(),
        "the same address with its port"
    );
    // A client that the proxy does not name is not this machine.
    let unknown: Vec<_> = (0..3)
        .map(|_| open("unknown").expect("a connection"))
        .collect();
    assert!(open("unknown").is_err(), "a fourth unknown client");
    drop(all);
    wait_until("the connections are closed", || open("192.0.2.1").is_ok());
    drop((other, ipv6, unknown));
}

#[test]
fn headers_of_a_stranger_do_not_change_its_address() {
    let game = Game::with(|options| {
        options.per_address = Some(2);
        options
            .trusted_proxies
            .add("192.0.2.0/24".parse().expect("a range"));
    });
    let held = [connect(&game, "192.0.2.1"), connect(&game, "192.0.2.2")];
    assert!(held.iter().all(Result::is_ok));
    assert!(
        connect(&game, "192.0.2.3").is_err(),
        "a third address, invented"
    );
}

#[test]
fn a_proxy_on_this_machine_is_not_this_machine() {
    let sees =
        |game: &Game, headers: &str| OPERATORS.map(|path| ask(game.address, path, headers).0);
    let game = Game::start();
    assert_eq!(sees(&game, ""), [200, 200]);
    for header in [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: localhost",
        "X-Forwarded-Server: a",
        "X-Real-IP: 127.0.0.1",
        "Forwarded: for=127.0.0.1",
        "Via: 1.1 a",
        "CF-Connecting-IP: 127.0.0.1",
        "True-Client-IP: 127.0.0.1",
    ] {
        assert_eq!(
            sees(&game, &format!("{header}\r\n")),
            [403, 403],
            "{header}"
        );
    }
    // As nginx asks if it is not told otherwise.
    let mut old = TcpStream::connect(game.address).expect("the server listens");
    let host = game.address;
    write!(
        old,
        "GET /metrics HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("it reads");
    let mut answer = String::new();
    let _ = old.read_to_string(&mut answer);
    assert!(answer.get(8..13) == Some(" 403 "), "{answer}");
    assert_eq!(sees(&game, ""), [200, 200]);
}

#[test]
fn where_a_proxy_is_expected_only_the_token_opens_the_metrics() {
    for (public, proxy) in [
        (Some("https://play.example.org"), None),
        (Some("http://play.example.org/game"), None),
        (None, Some("127.0.0.1")),
        (None, Some("10.0.0.0/8")),
    ] {
        let with = |token: Option<&str>| {
            Game::with(|options| {
                options.public = public.map(|url| url.parse().expect("a URL"));
                if let Some(proxy) = proxy {
                    options.trusted_proxies.add(proxy.parse().expect("a range"));
                }
                options.token = token.map(str::to_owned);
            })
        };
        let (closed, open) = (with(None), with(Some("open-sesame")));
        for path in OPERATORS {
            for headers in ["", "Host: localhost\r\n", "X-Forwarded-For: 127.0.0.1\r\n"] {
                let said = ask(closed.address, path, headers).0;
                assert_eq!(said, 403, "{path} {headers} {public:?} {proxy:?}");
                assert_eq!(ask(open.address, path, headers).0, 403);
            }
            let bearer = "Authorization: Bearer open-sesame\r\n";
            assert_eq!(ask(open.address, path, bearer).0, 200);
        }
    }
}

/// A proxy that adds nothing passes on what a browser sends: the first request shows it.
#[test]
fn once_a_request_came_through_a_proxy_this_machine_is_not_believed() {
    let page = "Origin: https://play.example.org\r\n";
    let sheet = "Sec-Fetch-Site: same-origin\r\nReferer: https://play.example.org/game/?room=a\r\n";
    for (path, headers) in [
        ("/", "Host: play.example.org\r\n"),
        ("/nothing", "Host: play.example.org:7008\r\n"),
        ("/metrics", "Host: play.example.org\r\n"),
        ("/api/seat", page),
        ("/web/style.css", sheet),
    ] {
        let game = Game::start();
        let sees = |headers: &str| OPERATORS.map(|path| ask(game.address, path, headers));
        assert_eq!(sees("").map(|it| it.0), [200, 200]);
        ask(game.address, path, headers);
        for (status, answer) in sees("Host: localhost\r\n") {
            assert_eq!(status, 403, "{path} {headers}");
            assert!(answer.contains("proxy on this machine") && answer.contains("--token-file"));
        }
    }
}

#[test]
fn a_request_of_this_machine_for_another_host_hears_what_to_do() {
    let game = Game::start();
    for path in OPERATORS {
        let (status, answer) = ask(game.address, path, "Host: play.example.org\r\n");
        assert_eq!(status, 403);
        let said = ["for another host", "ask for localhost", "--token-file"];
        assert!(said.iter().all(|it| answer.contains(it)), "{answer}");
    }
}

#[test]
fn what_no_proxy_sends_closes_nothing() {
    let game = Game::start();
    let own = game.address;
    for headers in [
        "".to_owned(),
        "Host: localhost\r\n".to_owned(),
        "Host: [::1]:7008\r\n".to_owned(),
        format!("Host: {own}\r\nOrigin: http://{own}\r\n"),
        format!("Sec-Fetch-Site: same-origin\r\nReferer: http://{own}/hall\r\n"),
        // A link on another page.
        "Sec-Fetch-Site: cross-site\r\nReferer: https://slides.example.org/\r\n".to_owned(),
        "Referer: https://slides.example.org/\r\n".to_owned(),
    ] {
        assert_eq!(ask(own, "/", &headers).0, 200);
        let seen = OPERATORS.map(|path| ask(own, path, "").0);
        assert_eq!(seen, [200, 200], "{headers}");
    }
}

#[test]
fn once_a_player_came_through_a_proxy_this_machine_is_not_believed() {
    // A proxy that adds nothing: it passes on what the browser sends.
    for (host, origin) in [
        ("play.example.org", "https://play.example.org"),
        ("127.0.0.1:7008", "https://play.example.org"),
    ] {
        let game = Game::start();
        assert_eq!(
            OPERATORS.map(|path| ask(game.address, path, "").0),
            [200, 200]
        );
        let _player = Client::try_connect(game.address, "hall", |headers| {
            headers.insert("host", HeaderValue::from_static(host));
            headers.insert("origin", HeaderValue::from_static(origin));
        });
        let seen = OPERATORS.map(|path| ask(game.address, path, "Host: localhost\r\n").0);
        assert_eq!(seen, [403, 403], "{host}");
    }
}
