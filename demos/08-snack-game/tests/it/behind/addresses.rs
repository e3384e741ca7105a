//! `--public` and the headers of a trusted proxy decide the addresses that players get.

use crate::common::{Client, Game, PAGES, ask, ask_json, paths};
use demo_08_snack_game::options::Options;
use tungstenite::http::HeaderValue;

fn public(url: &str) -> Game {
    Game::with(|options| options.public = Some(url.parse().expect("a URL")))
}

fn trusting(change: impl FnOnce(&mut Options)) -> Game {
    Game::with(|options| {
        options
            .trusted_proxies
            .add("127.0.0.1".parse().expect("an address"));
        change(options);
    })
}

/// The address that the wall shows, and whether the QR code is the one for it.
fn shown(game: &Game, path: &str, headers: &str) -> String {
    let (_, answer) = ask(game.address, &format!("{path}/api/address"), headers);
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let url = json["url"].as_str().expect("a URL").to_owned();
    let (_, code) = ask(game.address, &format!("{path}/qr.svg?room=a"), headers);
    let expected = web_server::join::svg(&format!("{url}?room=a")).expect("a code");
    assert!(code.ends_with(&expected), "the code is another one: {url}");
    url
}

fn may_connect(game: &Game, path: &str, headers: &[(&'static str, &str)]) -> bool {
    let client = Client::try_connect_below(game.address, path, "hall", |all| {
        for (name, value) in headers {
            all.insert(*name, HeaderValue::from_str(value).expect("a value"));
        }
    });
    client.is_ok()
}

#[test]
fn the_public_url_is_in_codes_policy_and_origin_check_with_its_path() {
    let game = public("https://play.example.org/game/");
    // A proxy may remove the path in front, or pass it on.
    for path in ["", "/game"] {
        assert_eq!(shown(&game, path, ""), "https://play.example.org/game/");
        for page in paths() {
            assert_eq!(
                ask(game.address, &format!("{path}{page}"), "").0,
                200,
                "{path}{page}"
            );
        }
        // The proxy has replaced Host.
        let origin = ("origin", "https://play.example.org");
        assert!(may_connect(&game, path, &[origin]), "{path}");
        assert!(!may_connect(
            &game,
            path,
            &[("origin", "https://evil.example.org")]
        ));
        assert!(!may_connect(
            &game,
            path,
            &[("origin", "https://play.example.org/game")]
        ));
        let (_, answer) = ask(game.address, &format!("{path}/"), "");
        let own = "https://play.example.org wss://play.example.org;";
        assert!(answer.contains(own), "{answer}");
        assert!(
            !answer
                .to_ascii_lowercase()
                .contains("strict-transport-security")
        );
        assert!(!answer.to_ascii_lowercase().contains("set-cookie"));
    }
    let (status, answer) = ask(game.address, "/game?room=a", "");
    assert_eq!(status, 308);
    assert!(
        answer
            .to_ascii_lowercase()
            .contains("location: game/?room=a\r\n"),
        "{answer}"
    );
    assert_eq!(ask(game.address, "/gamer/", "").0, 404);
    assert_eq!(ask(game.address, "/game/game/", "").0, 404);
}

#[test]
fn no_page_has_an_address_that_begins_with_a_slash() {
    let game = Game::start();
    for page in PAGES {
        let (_, text) = ask(game.address, page, "");
        for absolute in ["=\"/", "='/", "url(/", "@import \"/"] {
            assert!(!text.contains(absolute), "{page} has {absolute}");
        }
    }
}

#[test]
fn the_headers_of_a_trusted_proxy_are_in_codes_and_those_of_others_are_not() {
    let headers = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n\
                   X-Forwarded-Host: play.example.org\r\nX-Forwarded-Prefix: /game\r\n";
    let rfc_7239 = "Forwarded: for=192.0.2.1;proto=https;host=\"play.example.org:8443\"\r\n";
    let (trusting_it, not) = (trusting(|_| {}), Game::start());
    let own = ask_json(not.address, "/api/address")["url"].clone();
    assert_eq!(
        shown(&trusting_it, "", headers),
        "https://play.example.org/game/"
    );
    assert_eq!(
        shown(&trusting_it, "/game", headers),
        "https://play.example.org/game/"
    );
    assert_eq!(
        shown(&trusting_it, "", rfc_7239),
        "https://play.example.org:8443/"
    );
    for headers in [headers, rfc_7239] {
        assert_eq!(shown(&not, "", headers), own.as_str().expect("a URL"));
    }
    let page = [
        ("origin", "https://play.example.org"),
        ("x-forwarded-host", "play.example.org"),
    ];
    assert!(may_connect(&trusting_it, "", &page));
    assert!(!may_connect(&not, "", &page));
    assert!(!may_connect(&trusting_it, "", &page[..1]));
    // The URL of the operator is more than the word of a proxy.
    let both = trusting(|options| options.public = "http://laptop.local:7008".parse().ok());
    assert_eq!(shown(&both, "", headers), "http://laptop.local:7008/");
}
