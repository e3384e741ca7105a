//! Attacks that a stage on a conference's Wi-Fi must refuse, with raw sockets.

use crate::{
    http::{self, ask, connect, get},
    stage::{
        Stage, ended,
        patience::{CLOSE_TIMEOUT, unless_too_slow},
        phones::{next_state, read, socket_that_says},
    },
};
use std::{
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};
use tungstenite::{
    ClientRequestBuilder, Error, Message, WebSocket, client, protocol::frame::coding::CloseCode,
};

const TIMEOUT: Duration = Duration::from_secs(60);

fn status(answer: &str) -> String {
    http::status(answer.as_bytes())
}

/// Opens a WebSocket as a page of `origin` does.
fn socket(
    address: SocketAddr,
    path: &str,
    origin: Option<&str>,
) -> Result<WebSocket<TcpStream>, String> {
    let uri = format!("ws://{address}{path}").parse().expect("an address");
    let mut request = ClientRequestBuilder::new(uri);
    if let Some(origin) = origin {
        request = request.with_header("Origin", origin);
    }
    client(request, connect(address))
        .map(|(socket, _)| socket)
        .map_err(|error| error.to_string())
}

/// Reads until the Close frame, and returns its code. `None` if there is no Close frame.
fn closed(socket: &mut WebSocket<TcpStream>) -> Option<CloseCode> {
    let until = Instant::now() + TIMEOUT;
    while Instant::now() < until {
        match read(socket) {
            Ok(Message::Close(frame)) => return frame.map(|frame| frame.code),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
    None
}

#[test]
fn dns_rebinding_is_refused_on_every_route() {
    let stage = Stage::open(&["--phones", "0"]);
    for address in [stage.address(), stage.phones()] {
        let port = address.port();
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            "127.0.0.1".to_owned(),
            format!("127.0.0.1:{port}@evil.example"),
            String::new(),
        ] {
            for path in [
                "/",
                "/follow",
                "/deck/en",
                "/notes/en",
                "/control",
                "/live",
                "/web/deck.js",
            ] {
                let answer = ask(
                    address,
                    &[&format!("GET {path} HTTP/1.1"), &format!("Host: {host}")],
                );
                assert!(
                    ["403", "400"].contains(&status(&answer).as_str()),
                    "{host} {path}: {answer}"
                );
                assert!(!answer.contains("slide"), "{answer}");
            }
        }
        assert_eq!(
            status(&ask(address, &["GET / HTTP/1.0"])),
            "403",
            "without `Host`"
        );
        assert_eq!(status(&get(address, "/follow")), "200");
    }
}

/// With a second network or a hotspot that was switched on later, phones use another address of
/// this machine.
#[test]
#[cfg(target_os = "linux")]
fn phones_can_use_every_address_of_this_machine_and_the_qr_code_has_the_chosen_one() {
    let stage = Stage::open(&["--phones", "0", "--address", "127.0.0.2"]);
    let port = stage.phones().port();
    assert!(
        stage
            .line("phones  ")
            .contains(&format!("http://127.0.0.2:{port}/"))
    );
    for there in [[127, 0, 0, 2], [127, 0, 0, 3]] {
        let there = SocketAddr::from((there, port));
        assert_eq!(status(&get(there, "/")), "200", "{there}");
        let own = format!("http://{there}");
        assert!(socket(there, "/live", Some(&own)).is_ok(), "{there}");
        assert!(socket(there, "/live", Some("http://127.0.0.1:1")).is_err());
        assert_eq!(status(&get(there, "/control")), "404", "{there}");
        // `Host` is another address than the one that was reached.
        let other = format!("Host: 127.0.0.9:{port}");
        assert_eq!(status(&ask(there, &["GET / HTTP/1.1", &other])), "403");
    }
    assert!(
        TcpStream::connect(("127.0.0.2", stage.address().port())).is_err(),
        "the presenter's pages can be reached at another address"
    );
}

#[test]
fn a_page_of_another_site_cannot_open_a_websocket() {
    let stage = Stage::open(&["--phones", "0"]);
    for (address, path) in [
        (stage.address(), "/control"),
        (stage.address(), "/live"),
        (stage.phones(), "/live"),
    ] {
        for origin in [
            "http://evil.example",
            "null",
            "https://127.0.0.1",
            &format!("http://127.0.0.1:{}", address.port() ^ 1),
        ] {
            let refused = socket(address, path, Some(origin)).expect_err(origin);
            assert!(refused.contains("403"), "{origin}: {refused}");
        }
        assert!(
            socket(address, path, Some(&format!("http://{address}"))).is_ok(),
            "the stage's own page is refused"
        );
    }
}

#[test]
fn without_the_token_there_is_no_control_and_no_state() {
    let stage = Stage::open(&[]);
    let mut guesses: Vec<String> = ["", "x", r#"["start","01-deadlock"]"#]
        .map(str::to_owned)
        .to_vec();
    guesses.push(stage.token().to_uppercase() + "0");
    guesses.push("0".repeat(32));
    for guess in guesses {
        let mut attacker = socket_that_says(stage.address(), "/control", &guess);
        match read(&mut attacker) {
            Ok(Message::Close(Some(frame))) => assert_eq!(u16::from(frame.code), 4001),
            other => panic!("{other:?} for a guess"),
        }
    }
    next_state(&mut socket_that_says(
        stage.address(),
        "/control",
        &stage.token(),
    ));
    // No page contains the token, so no script can read it there.
    for path in ["/", "/speaker", "/follow", "/deck/en", "/web/projector.js"] {
        assert!(
            !get(stage.address(), path).contains(&stage.token()),
            "{path}"
        );
    }
}

#[test]
fn the_phones_listener_has_no_route_to_the_controls_or_the_notes() {
    let stage = Stage::small(&["--phones", "0"]);
    let phones = stage.phones();
    for path in [
        "/control",
        "/speaker",
        "/read",
        "/notes/en",
        "/notes/ko",
        "/web/../notes/en",
        "/media/Cargo.toml",
        "/media/../Cargo.toml",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/media//etc/passwd",
    ] {
        assert_eq!(status(&get(phones, path)), "404", "{path}");
    }
    // A sentence of the notes in `tests/deck`.
    const SECRET: &str = "The secret of the speaker";
    assert!(get(stage.address(), "/notes/en").contains(SECRET));
    let deck = get(phones, "/deck/en");
    assert!(
        deck.contains("data-step") && !deck.contains(SECRET),
        "phones can read the notes"
    );
    for asset in ["speaker.js", "projector.js", "reader.js"] {
        assert!(!get(phones, &format!("/web/{asset}")).contains(&stage.token()));
    }
    assert!(socket(phones, "/control", None).is_err());
}

#[test]
fn only_pictures_on_a_slide_are_served() {
    let picture = "/media/demos/01-deadlock/deadlock.svg";
    assert_eq!(status(&get(Stage::open(&[]).address(), picture)), "200");
    let without = Stage::small(&[]);
    assert_eq!(status(&get(without.address(), picture)), "404");
}

#[test]
fn every_answer_has_the_security_headers() {
    let stage = Stage::open(&["--phones", "0"]);
    for address in [stage.address(), stage.phones()] {
        for path in ["/", "/follow", "/deck/en", "/web/deck.js", "/nothing"] {
            let answer = get(address, path).to_lowercase();
            for header in [
                "content-security-policy: default-src 'none'",
                "x-content-type-options: nosniff",
                "frame-ancestors 'none'",
                "referrer-policy: no-referrer",
            ] {
                assert!(
                    answer.contains(header),
                    "{header} is missing for {path} in\n{answer}"
                );
            }
            assert!(
                !answer.contains("unsafe-inline") && !answer.contains("access-control-allow"),
                "{answer}"
            );
        }
        let page = get(address, "/");
        assert!(
            !page.contains("style=") && !page.contains("onclick") && !page.contains("<script>"),
            "inline code: {page}"
        );
    }
}

#[test]
fn a_phone_that_sends_too_much_or_something_else_is_disconnected() {
    let stage = Stage::open(&["--phones", "0"]);
    let phone = || socket(stage.phones(), "/live", None).expect("a socket");
    let vote = Message::text(r#"["vote",1,1]"#);
    for (what, messages, code) in [
        ("a flood", vec![vote; 2_000], CloseCode::Policy),
        (
            "a long one",
            vec![Message::text("x".repeat(100_000))],
            CloseCode::Size,
        ),
        (
            "a command",
            vec![Message::text(r#"["start","01-deadlock"]"#)],
            CloseCode::Policy,
        ),
        (
            "bytes",
            vec![Message::binary(vec![0; 8])],
            CloseCode::Unsupported,
        ),
    ] {
        unless_too_slow(CLOSE_TIMEOUT, || {
            let mut rude = phone();
            // It may be closed before all messages are sent.
            let mut messages = messages.iter().cloned();
            let _is_open = messages.all(|it| rude.send(it).is_ok());
            match closed(&mut rude) {
                Some(got) if got == code => Ok(()),
                other => Err(format!("{what} is closed with {other:?}")),
            }
        });
    }
    // The stage still serves phones.
    next_state(&mut phone());
}

#[test]
fn the_presenters_pages_cannot_listen_on_the_network() {
    let refused = ended(&["--listen", "0.0.0.0:0"]);
    assert_eq!(refused.code(), Some(1));
    let why = refused.stderr();
    assert!(why.contains("this machine alone"), "{why}");
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let stage = Stage::open(&[]);
    let refused = ended(&["--listen", &stage.address().to_string()]);
    assert_eq!(refused.code(), Some(1));
    let why = refused.stderr();
    let holder = match cfg!(target_os = "linux") {
        true => format!("slides (process {}) listens there", stage.program.pid()),
        false => " listens there".to_owned(),
    };
    assert!(
        why.contains(&holder) && why.contains("end that program") && !why.contains("Error {"),
        "{why}"
    );
}

#[test]
fn a_request_without_an_upgrade_is_refused() {
    let stage = Stage::open(&[]);
    for path in ["/control", "/live"] {
        let answer = get(stage.address(), path);
        assert!(status(&answer).starts_with('4'), "{answer}");
    }
    let half = connect(stage.address());
    drop(half);
    let error = socket(stage.address(), "/nothing", None)
        .map(|_| ())
        .map_err(|_| Error::ConnectionClosed);
    assert!(error.is_err());
    assert_eq!(status(&get(stage.address(), "/")), "200");
}

/// With a tunnel or a container, phones use a name that the stage cannot know.
#[test]
fn a_public_name_is_in_the_qr_code_and_only_the_phones_listener_admits_it() {
    let phones = bots::ports::free_address();
    let port = phones.port().to_string();
    let stage = Stage::open(&["--phones", &port, "--public", "https://talk.example"]);
    assert!(stage.line("phones  ").ends_with("https://talk.example/"));
    let page = ask(phones, &["GET / HTTP/1.1", "Host: talk.example"]);
    assert_eq!(status(&page), "200", "{page}");
    assert!(
        page.contains("wss://talk.example"),
        "no WebSocket is allowed: {page}"
    );
    let follow = |host: &str, origin: &str| {
        let answer = ask(
            phones,
            &[
                "GET /live HTTP/1.1",
                &format!("Host: {host}"),
                &format!("Origin: {origin}"),
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade, keep-alive",
            ],
        );
        status(&answer)
    };
    let local = format!("localhost:{port}");
    for (host, origin, answer) in [
        ("talk.example", "https://evil.example", "403"),
        ("talk.example", "null", "403"),
        (&local, "https://evil.example", "403"),
        ("evil.example", "https://talk.example", "403"),
    ] {
        assert_eq!(follow(host, origin), answer, "{host} {origin}");
    }
    for (host, origin) in [
        ("talk.example", "https://talk.example"),
        ("talk.example:443", "https://talk.example"),
        ("talk.example", "http://talk.example"),
        // A tunnel that replaces `Host` by this machine's name.
        (&local, "https://talk.example"),
    ] {
        let uri = format!("ws://{phones}/live").parse().expect("an address");
        let request = ClientRequestBuilder::new(uri).with_header("Origin", origin);
        let mut request = tungstenite::client::IntoClientRequest::into_client_request(request)
            .expect("a request");
        request
            .headers_mut()
            .insert("host", host.parse().expect("a name"));
        let (mut phone, _) = client(request, connect(phones))
            .unwrap_or_else(|error| panic!("{host} {origin}: {error}"));
        next_state(&mut phone);
    }
    let refused = ask(stage.address(), &["GET / HTTP/1.1", "Host: talk.example"]);
    assert_eq!(
        status(&refused),
        "403",
        "the presenter's pages have a public name"
    );
}

#[test]
fn a_refused_name_is_answered_with_advice() {
    let stage = Stage::open(&["--phones", "0"]);
    let refused = |address| ask(address, &["GET / HTTP/1.1", "Host: talk.example"]);
    let phone = refused(stage.phones());
    assert_eq!(status(&phone), "403");
    assert!(phone.contains("--audience --public NAME"), "{phone}");
    let presenter = refused(stage.address());
    assert!(
        presenter.contains("the address that the terminal printed"),
        "{presenter}"
    );
    assert!(!presenter.contains("--public"), "{presenter}");
}

/// The number of votes for each choice, once the presenter's page shows this many in all.
fn votes(presenter: &mut WebSocket<TcpStream>, all: u64) -> Vec<u64> {
    let until = Instant::now() + TIMEOUT;
    loop {
        let state = read(presenter).expect("a state").to_string();
        let state: serde_json::Value = serde_json::from_str(&state).unwrap_or_default();
        let count = state["vote"]["count"].as_array().cloned();
        let count: Vec<u64> = count
            .into_iter()
            .flatten()
            .filter_map(|it| it[1].as_u64())
            .collect();
        if count.iter().sum::<u64>() == all {
            return count;
        }
        assert!(Instant::now() < until, "not {all} votes: {state}");
    }
}

/// The cookie makes pages of one device one voter. A device that refuses cookies is another voter
/// with each page, but only as many as a hall behind one address has.
#[test]
fn a_device_has_one_vote_with_many_pages() {
    let stage = Stage::small(&["--phones", "0", "--vote-seconds", "60"]);
    let page = get(stage.phones(), "/");
    let cookie = page.lines().find_map(|it| it.strip_prefix("set-cookie: "));
    let cookie = cookie.expect("a new device gets a cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let again = ask(
        stage.phones(),
        &[
            "GET / HTTP/1.1",
            &format!("Host: {}", stage.phones()),
            &format!("Cookie: {pair}"),
        ],
    );
    assert!(!again.contains("set-cookie"), "a known device: {again}");

    let mut presenter = socket_that_says(stage.address(), "/control", &stage.token());
    for command in [r#"["go",2,0]"#, r#"["play","01-deadlock"]"#] {
        presenter.send(Message::text(command)).expect("a command");
    }
    let mut phones: Vec<_> = (0..6)
        .map(|number| {
            let uri = format!("ws://{}/live", stage.phones());
            let mut request = ClientRequestBuilder::new(uri.parse().expect("an address"));
            if number < 4 {
                request = request.with_header("Cookie", pair.clone());
            }
            let (phone, _) = client(request, connect(stage.phones())).expect("a socket");
            phone
        })
        .collect();
    let until = Instant::now() + TIMEOUT;
    let wait_for = |socket: &mut WebSocket<TcpStream>, what: &str| loop {
        assert!(Instant::now() < until, "no {what}");
        let state = read(socket).expect("a state").to_string();
        let state: serde_json::Value = serde_json::from_str(&state).unwrap_or_default();
        if !state[what]["state"].is_null() || !state[what]["round"].is_null() {
            return state;
        }
    };
    wait_for(&mut presenter, "game");
    presenter
        .send(Message::text(r#"["votes",true]"#))
        .expect("a command");
    let state = wait_for(&mut phones[0], "vote");
    let (round, choice) = (&state["vote"]["round"], &state["vote"]["count"][1][0]);
    for phone in &mut phones {
        let vote = Message::text(format!(r#"["vote",{round},{choice}]"#));
        phone.send(vote).expect("a vote");
    }
    assert_eq!(
        votes(&mut presenter, 3),
        [0, 3],
        "one device and two others"
    );
}
