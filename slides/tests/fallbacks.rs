//! What a presenter fears on the day: a port that is taken, no toolchain, no phone that finds the
//! way. The talk goes on.
#![cfg(unix)]

mod stage;

use serde_json::Value;
use stage::{Stage, built, presenter::Desk};
use std::{env, fs, net::TcpListener, sync::Mutex};

const DECK: [&str; 2] = ["--deck", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deck")];

/// Step 1 is at home there, in every one of these tests.
static PORT_7001: Mutex<()> = Mutex::new(());

const START: &str = r#"["start","01-deadlock"]"#;

fn demo(state: &Value) -> &Value {
    &state["demos"]["01-deadlock"]
}

fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |state| demo(state)["status"] == status
}

fn its_recording_is_played(desk: &mut Desk) {
    desk.wish(r#"["replay","01-deadlock"]"#);
    let state = desk.until("its recording freezes", |state| {
        demo(state)["recorded"] == true && is("froze")(state)
    });
    let said = demo(&state)["lines"].to_string();
    assert!(said.contains("FROZEN"), "{said}");
}

#[test]
fn a_demo_whose_port_is_taken_says_so_and_its_recording_is_played() {
    let _mine = PORT_7001.lock();
    built("01-deadlock");
    let _somebody = TcpListener::bind("127.0.0.1:7001").expect("nobody is there");
    let stage = Stage::open(&DECK);
    let mut desk = Desk::at(&stage);
    desk.wish(r#"["go",1,0]"#);
    desk.wish(START);
    let state = desk.until("it says why", is("failed"));
    let (why, said) = (&demo(&state)["why"], demo(&state)["lines"].to_string());
    assert!(said.contains("port 7001 is taken"), "{why}: {said}");
    its_recording_is_played(&mut desk);
}

#[test]
fn without_cargo_a_demo_is_run_as_it_was_built_last() {
    let _mine = PORT_7001.lock();
    built("01-deadlock");
    let stage = Stage::open_in(&["CARGO=/nowhere/cargo"], &DECK);
    let mut desk = Desk::at(&stage);
    desk.wish(r#"["go",1,0]"#);
    desk.wish(START);
    let state = desk.until("it freezes all the same", is("froze"));
    let said = demo(&state)["lines"].to_string();
    assert!(said.contains("as it was built last"), "{said}");
}

#[test]
fn without_cargo_and_never_built_a_demo_says_so_and_its_recording_is_played() {
    let folder = env::temp_dir().join(format!("snackbar-alone-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let alone = folder.join("slides");
    fs::copy(env!("CARGO_BIN_EXE_slides"), &alone).expect("a copy");
    let stage = Stage::open_as(&alone, &["CARGO=/nowhere/cargo"], &DECK);
    let mut desk = Desk::at(&stage);
    desk.wish(r#"["go",1,0]"#);
    desk.wish(START);
    let state = desk.until("it says why", is("impossible"));
    let why = demo(&state)["why"].as_str().unwrap_or_default();
    assert!(why.contains("cargo could not be started"), "{why}");
    its_recording_is_played(&mut desk);
    drop(stage);
    let _left_for_the_system = fs::remove_dir_all(&folder);
}

/// A Wi-Fi that keeps its guests apart: the listener is open, the code is on the wall, and nobody
/// ever comes.
#[test]
fn when_no_phone_finds_the_way_a_vote_ends_by_itself_and_keys_decide() {
    let stage = Stage::open(&[&DECK[..], &["--phones", "0"]].concat());
    let mut desk = Desk::at(&stage);
    desk.wish(r#"["go",2,0]"#);
    desk.wish(r#"["play","01-deadlock"]"#);
    desk.until("it begins", |state| state["game"]["state"] == "running");
    desk.wish(r#"["ask"]"#);
    desk.until("a vote", |state| state["vote"]["left"].as_f64() > Some(0.0));
    let state = desk.until("it is over", |state| state["vote"].is_null());
    assert_eq!(
        state["game"]["rows"],
        serde_json::json!([]),
        "nobody voted, and somebody moved"
    );
    for (made, thread) in [0, 1, 0, 0, 0].into_iter().enumerate() {
        desk.wish(&format!(r#"["move",{thread}]"#));
        desk.until("the move", |state| {
            state["game"]["rows"].as_array().map(Vec::len) == Some(made + 1)
        });
    }
    let state = desk.until("the end", |state| state["game"]["state"] == "deadlock");
    assert_eq!(state["phones"], 0);
}
