//! What can go wrong at a talk: a port is taken, there is no toolchain, no phone reaches the stage.
//! The stage says why, and has a fallback.
#![cfg(unix)]

use crate::{
    ports,
    stage::{DECK, Stage, build, presenter::Presenter},
};
use serde_json::Value;
use std::{env, fs, net::TcpListener};

const START: &str = r#"["start","01-deadlock"]"#;

fn demo(state: &Value) -> &Value {
    &state["demos"]["01-deadlock"]
}

fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |state| demo(state)["status"] == status
}

fn check_recording(presenter: &mut Presenter) {
    presenter.send(r#"["replay","01-deadlock"]"#);
    let state = presenter.wait_for("its recording freezes", |state| {
        demo(state)["recorded"] == true && is("deadlock")(state)
    });
    let lines = demo(&state)["lines"].to_string();
    assert!(lines.contains("FROZEN"), "{lines}");
}

#[test]
fn a_demo_whose_port_is_taken_says_so_and_its_recording_can_be_played() {
    let _port = ports::reserve(1);
    build("01-deadlock");
    let _listener = TcpListener::bind("127.0.0.1:7001").expect("the port is free");
    let stage = Stage::small(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(START);
    let state = presenter.wait_for("it says why", is("taken"));
    let (why, lines) = (&demo(&state)["why"], demo(&state)["lines"].to_string());
    assert!(lines.contains("port 7001 is taken"), "{why}: {lines}");
    assert_eq!(demo(&state)["taken"]["port"], 7001);
    if cfg!(target_os = "linux") {
        let holder = &demo(&state)["taken"]["process"];
        assert_eq!(*holder, std::process::id(), "this test holds the port");
    }
    check_recording(&mut presenter);
}

#[test]
fn without_cargo_the_last_build_of_a_demo_runs() {
    let _port = ports::reserve(1);
    build("01-deadlock");
    let stage = Stage::open_in(&["CARGO=/nowhere/cargo"], &DECK);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(START);
    let state = presenter.wait_for("it freezes", is("deadlock"));
    let lines = demo(&state)["lines"].to_string();
    assert!(lines.contains("as it was built last"), "{lines}");
}

#[test]
fn without_cargo_a_demo_that_was_never_built_says_so_and_its_recording_can_be_played() {
    let folder = env::temp_dir().join(format!("snackbar-alone-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let alone = folder.join("slides");
    fs::copy(env!("CARGO_BIN_EXE_slides"), &alone).expect("a copy");
    let stage = Stage::open_as(&alone, &["CARGO=/nowhere/cargo"], &DECK);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(START);
    let state = presenter.wait_for("it says why", is("impossible"));
    let why = demo(&state)["why"].as_str().unwrap_or_default();
    assert!(why.contains("cargo could not be started"), "{why}");
    check_recording(&mut presenter);
    drop(stage);
    let _left_for_the_system = fs::remove_dir_all(&folder);
}

/// The compiler's first error is in view, however many follow it.
#[test]
fn a_demo_that_does_not_compile_says_so_and_shows_its_first_error() {
    let folder = env::temp_dir().join(format!("snackbar-uncompiled-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let cargo = folder.join("cargo");
    let script = "#!/bin/sh
echo 'warning: unused variable: `it`' >&2
echo 'error[E0308]: mismatched types' >&2
echo '  --> demos/01-deadlock/src/room.rs:67:5' >&2
for it in $(seq 200); do echo \"error: another one, number $it\" >&2; done
exit 101
";
    fs::write(&cargo, script).expect("a script");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&cargo, mode).expect("it may run");
    let stage = Stage::open_in(&[&format!("CARGO={}", cargo.display())], &DECK);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(START);
    let state = presenter.wait_for("it says so", is("uncompiled"));
    let lines = &demo(&state)["lines"];
    assert_eq!(lines[0], "error[E0308]: mismatched types", "{lines}");
    assert_eq!(lines[1], "  --&gt; demos/01-deadlock/src/room.rs:67:5");
    assert!(state["lights"]["01-deadlock"].is_null(), "it has not run");
    check_recording(&mut presenter);
    drop(stage);
    let _left_for_the_system = fs::remove_dir_all(&folder);
}

/// A Wi-Fi that isolates its clients: the listener is open, but no phone connects.
#[test]
fn without_phones_a_vote_ends_without_a_move_and_the_presenters_keys_move_threads() {
    let stage = Stage::small(&["--phones", "0"]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",2,0]"#);
    presenter.send(r#"["play","01-deadlock"]"#);
    presenter.wait_for("it begins", |state| state["game"]["state"] == "running");
    presenter.send(r#"["votes",true]"#);
    presenter.wait_for("a vote", |state| state["vote"]["left"].as_f64() > Some(0.0));
    let state = presenter.wait_for("it is over", |state| state["vote"]["state"] == "nobody");
    assert_eq!(
        state["game"]["rows"],
        serde_json::json!([]),
        "a thread moved without a vote"
    );
    presenter.send(r#"["votes",false]"#);
    presenter.wait_for("no vote", |state| state["vote"].is_null());
    for (made, thread) in [0, 1, 0, 0, 0].into_iter().enumerate() {
        presenter.send(&format!(r#"["move",{thread}]"#));
        presenter.wait_for("the move", |state| {
            state["game"]["rows"].as_array().map(Vec::len) == Some(made + 1)
        });
    }
    let state = presenter.wait_for("the end", |state| state["game"]["state"] == "deadlock");
    assert_eq!(state["phones"], 0);
}
