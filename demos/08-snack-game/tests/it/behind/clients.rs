//! Who counts as the client of a request: for limits, and for what only the operator may see.

use crate::common::{Client, Game, OPERATOR_ONLY, ask, ask_as_it_is, wait_until};
use tungstenite::http::HeaderValue;

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

/// Some proxies and tunnels change nothing in a request that would show them.
#[test]
fn a_proxy_on_this_machine_is_not_the_operator() {
    for (public, proxy) in [
        (None, None),
        (Some("https://play.example.org"), None),
        (None, Some("127.0.0.1")),
    ] {
        let game = Game::with(|options| {
            options.public = public.map(|url: &str| url.parse().expect("a URL"));
            if let Some(proxy) = proxy {
                let proxy: &str = proxy;
                options.trusted_proxies.add(proxy.parse().expect("a range"));
            }
        });
        let own = game.address;
        let port = own.port();
        for headers in [
            String::new(),
            format!("Host: localhost:{port}\r\n"),
            "Host: localhost\r\n".to_owned(),
            "Host: play.example.org\r\n".to_owned(),
            "X-Forwarded-For: 127.0.0.1\r\n".to_owned(),
            "Forwarded: for=127.0.0.1\r\n".to_owned(),
            "X-Real-IP: 127.0.0.1\r\n".to_owned(),
        ] {
            for path in OPERATOR_ONLY {
                assert_eq!(ask_as_it_is(own, path, &headers).0, 403, "{path} {headers}");
                // Whatever else has come this way, the operator is not shut out.
                assert_eq!(ask(own, path, &headers).0, 200, "{path} {headers}");
            }
        }
    }
}
