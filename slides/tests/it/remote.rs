//! The remote: what a paired phone can do, and that nothing else can do anything.

use crate::{
    ports,
    stage::{
        DECK, LASTING, Stage, build, lasting_deck,
        patience::{CLOSE_TIMEOUT, unless_too_slow},
        phones::{read, socket, socket_that_says},
        place::Place,
        presenter::Presenter,
    },
};
use serde_json::{Value, json};
use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, protocol::frame::coding::CloseCode};

const TIMEOUT: Duration = Duration::from_secs(60);

/// How long a code is good; `src/stage/remote.rs` has it.
const CODE_LASTS: Duration = Duration::from_secs(120);

/// A phone at the remote's address.
struct Remote(WebSocket<TcpStream>);

impl Remote {
    /// Connects, and says this first.
    fn says(stage: &Stage, hello: &Value) -> Remote {
        let hello = hello.to_string();
        Remote(socket_that_says(stage.phones(), "/remote/live", &hello))
    }

    fn send(&mut self, message: &str) {
        self.0.send(Message::text(message)).expect("a message");
    }

    /// The next message, or the code with which the stage closes.
    fn next(&mut self) -> Result<Value, u16> {
        loop {
            match read(&mut self.0) {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(frame)) => {
                    return Err(frame.map_or(0, |it| CloseCode::into(it.code)));
                }
                Ok(_) => {}
                Err(_) => return Err(0),
            }
        }
    }

    /// Waits for a state for which `is` holds.
    #[track_caller]
    fn wait_for(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + TIMEOUT;
        loop {
            let state = self.next().expect("a state");
            if is(&state) {
                return state;
            }
            assert!(Instant::now() < until, "still {state}");
        }
    }

    /// The code with which the stage closes.
    #[track_caller]
    fn closed(&mut self) -> u16 {
        let until = Instant::now() + TIMEOUT;
        loop {
            match self.next() {
                Err(code) => return code,
                Ok(message) => assert!(Instant::now() < until, "it is open: {message}"),
            }
        }
    }
}

/// Opens the pairing, and returns the code.
fn code(presenter: &mut Presenter) -> String {
    presenter.send(r#"["pair"]"#);
    let state = presenter.wait_for("a code", |state| state["remote"]["code"].is_object());
    let code = state["remote"]["code"]["text"].as_str();
    code.expect("a code").to_owned()
}

/// Pairs a phone, and returns it with its token.
fn paired(stage: &Stage, presenter: &mut Presenter) -> (Remote, String) {
    let mut remote = Remote::says(stage, &json!(["code", code(presenter)]));
    let token = remote.next().expect("a token")["token"].clone();
    let token = token.as_str().expect("text").to_owned();
    (remote, token)
}

#[test]
fn a_paired_phone_turns_slides_reads_notes_and_runs_the_demo_and_the_votes_of_the_slide() {
    let _port = ports::reserve(1);
    build("01-deadlock");
    let deck = lasting_deck();
    let stage = Stage::with_deck(&deck, &["--phones", "0", "--vote-seconds", "60"]);
    let mut presenter = Presenter::connect(&stage);
    let (mut remote, token) = paired(&stage, &mut presenter);
    assert_eq!(token.len(), 32);
    let state = remote.wait_for(|state| state["slide"] == 0);
    assert!(
        state["notes"].as_str().expect("notes").contains("secret"),
        "{state}"
    );
    for _ in 0..3 {
        remote.send(r#"["next"]"#);
    }
    let state = remote.wait_for(|state| state["slide"] == 1);
    assert_eq!(state["demo"]["runs"], false);
    assert_eq!(state["demo"]["name"], LASTING);
    remote.send(r#"["demo",true]"#);
    remote.wait_for(|state| state["demo"]["runs"] == true);
    remote.send(r#"["demo",false]"#);
    remote.wait_for(|state| state["demo"]["status"] == "stopped");
    remote.send(r#"["next"]"#);
    remote.wait_for(|state| state["slide"] == 2 && state["plays"] == true);
    remote.send(r#"["votes",true]"#);
    remote.wait_for(|state| state["vote"] == "open");
    presenter.wait_for("the votes", |state| state["vote"]["state"] == "open");
    remote.send(r#"["votes",false]"#);
    remote.wait_for(|state| state["vote"].is_null());
    remote.send(r#"["back"]"#);
    remote.wait_for(|state| state["slide"] == 1);
    // It connects again with its token, until it is unpaired.
    drop(remote);
    let mut again = Remote::says(&stage, &json!(["token", token]));
    again.wait_for(|state| state["slide"] == 1);
    presenter.wait_for("it is connected", |state| {
        state["remote"]["paired"] == 1 && state["remote"]["connected"] == 1
    });
    presenter.send(r#"["unpair"]"#);
    assert_eq!(again.closed(), 4001);
    let mut unpaired = Remote::says(&stage, &json!(["token", token]));
    assert_eq!(unpaired.closed(), 4001);
}

#[test]
fn without_the_code_nothing_is_let_in_however_often_it_guesses() {
    let stage = Stage::small(&["--phones", "0"]);
    let mut presenter = Presenter::connect(&stage);
    // Without a code there is nothing to guess.
    for hello in [
        json!(["code", ""]),
        json!(["code", "AAAA-AAAA"]),
        json!(["token", ""]),
        json!(["token", stage.token()]),
        json!(["next"]),
        json!(["start", "01-deadlock"]),
        json!(stage.token()),
        json!({"token": 1}),
    ] {
        let code = Remote::says(&stage, &hello).closed();
        assert_eq!(code, 4001, "{hello}");
    }
    let mut right = code(&mut presenter);
    let (began, mut wrong) = (Instant::now(), 0);
    for number in 0..500 {
        let guess = format!("2222-{number:04}");
        match Remote::says(&stage, &json!(["code", guess])).closed() {
            4001 => wrong += 1,
            4003 => {}
            other => panic!("closed with {other}"),
        }
    }
    // Five at once, and one a second.
    let allowed = 6 + began.elapsed().as_secs();
    assert!(wrong <= allowed, "{wrong} guesses, and not {allowed}");
    let state = presenter.state_now();
    assert_eq!(state["remote"]["paired"], 0);
    assert_eq!(state["slide"], 0);
    // The limit is the address's and ends by itself; the code is still good, once.
    if began.elapsed() > CODE_LASTS / 2 {
        right = code(&mut presenter);
    }
    let (_remote, first) = unless_limited(&stage, &right);
    assert!(first.expect("a token")["token"].is_string());
    let (_, second) = unless_limited(&stage, &right);
    assert_eq!(second, Err(4001), "the code was used");
}

/// Sends a code as soon as this address may send one, and returns the answer.
#[track_caller]
fn unless_limited(stage: &Stage, code: &str) -> (Remote, Result<Value, u16>) {
    let until = Instant::now() + TIMEOUT;
    loop {
        let mut remote = Remote::says(stage, &json!(["code", code]));
        let answer = remote.next();
        if answer != Err(4003) {
            return (remote, answer);
        }
        assert!(Instant::now() < until, "the limit does not end");
        thread::sleep(Duration::from_millis(100));
    }
}

/// A phone that was asleep must not lose its token, and a page not its address: both try again.
#[test]
fn a_first_message_that_does_not_come_is_no_wrong_one() {
    let stage = Stage::small(&["--phones", "0"]);
    let phone = socket(stage.phones(), "/remote/live");
    let page = socket(stage.address(), "/control");
    for silent in [phone, page] {
        assert_eq!(Remote(silent).closed(), 1008);
    }
}

#[test]
fn a_remote_that_sends_anything_else_is_closed_and_nothing_happens() {
    let stage = Stage::small(&["--phones", "0"]);
    let mut presenter = Presenter::connect(&stage);
    let (_, token) = paired(&stage, &mut presenter);
    for message in [
        r#"["start","rm"]"#,
        r#"["start","01-deadlock"]"#,
        r#"["demo","01-deadlock"]"#,
        r#"["go",4,0]"#,
        r#"["play","01-deadlock"]"#,
        r#"["crash","08-snack-game"]"#,
        r#"["pair"]"#,
        r#"["language","ko"]"#,
        "next",
        "",
    ] {
        let mut remote = Remote::says(&stage, &json!(["token", token]));
        remote.wait_for(|state| state["slide"] == 0);
        remote.send(message);
        assert_eq!(remote.closed(), 1008, "{message}");
    }
    let mut remote = Remote::says(&stage, &json!(["token", token]));
    remote.send(&format!("[\"{}\"]", "x".repeat(300)));
    assert_eq!(remote.closed(), 1009);
    unless_too_slow(CLOSE_TIMEOUT, || {
        let mut flood = Remote::says(&stage, &json!(["token", token]));
        for _ in 0..2_000 {
            if flood.0.send(Message::text(r#"["back"]"#)).is_err() {
                break;
            }
        }
        match flood.closed() {
            1008 => Ok(()),
            other => Err(format!("a flood is closed with {other}")),
        }
    });
    let state = presenter.state_now();
    assert_eq!(
        (&state["slide"], &state["language"]),
        (&json!(0), &json!("en"))
    );
    assert_eq!(state["demos"], json!({}));
    assert_eq!(state["game"], Value::Null);
}

#[test]
fn the_token_of_another_run_is_refused_and_the_presenters_door_has_no_remote() {
    let other = Stage::small(&["--phones", "0"]);
    let (_, token) = paired(&other, &mut Presenter::connect(&other));
    let stage = Stage::small(&["--phones", "0"]);
    let mut presenter = Presenter::connect(&stage);
    assert_eq!(
        Remote::says(&stage, &json!(["token", token])).closed(),
        4001
    );
    // Each listener has its own doors, and the page itself has no notes.
    for (address, path, status) in [
        (stage.address(), "/remote/live", "404"),
        (stage.address(), "/remote", "404"),
        (stage.phones(), "/remote", "200"),
        (stage.phones(), "/notes/en", "404"),
        (stage.phones(), "/control", "404"),
    ] {
        let answer = crate::http::get(address, path);
        assert_eq!(crate::http::status(answer.as_bytes()), status, "{path}");
        assert!(!answer.contains("secret"), "{path}");
    }
    // Without phones there is no listener for a remote, and no code.
    let alone = Stage::small(&[]);
    let mut presenter_alone = Presenter::connect(&alone);
    presenter_alone.send(r#"["pair"]"#);
    let state = presenter_alone.wait_for("the state", |_| true);
    assert_eq!(state["remote"]["url"], Value::Null);
    // The stage says goodbye to a remote, too.
    let (mut remote, _) = paired(&stage, &mut presenter);
    remote.wait_for(|state| state["slide"] == 0);
    let ends = thread::spawn(move || stage.end("-TERM"));
    assert_eq!(remote.closed(), 1012);
    ends.join().expect("it ended");
}

/// `kill -9` of the stage: the next one knows the phone.
#[test]
fn a_paired_phone_stays_paired_after_a_crash() {
    let place = Place::free();
    let stage = place.open(&DECK);
    let mut presenter = Presenter::connect(&stage);
    let (mut remote, token) = paired(&stage, &mut presenter);
    for _ in 0..3 {
        remote.send(r#"["next"]"#);
    }
    remote.wait_for(|state| state["slide"] == 1);
    place.wait_for_state("the phone and the slide", |it| {
        it["remotes"]["paired"].as_array().map(Vec::len) == Some(1) && it["slideshow"]["slide"] == 1
    });
    drop(stage);
    let stage = place.open(&DECK);
    let mut remote = Remote::says(&stage, &json!(["token", token]));
    remote.wait_for(|state| state["slide"] == 1);
}
