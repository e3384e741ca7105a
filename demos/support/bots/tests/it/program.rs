//! A program that a test starts: its address is found, its end awaited, and no process is left
//! behind.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use bots::program::{LineClient, Program};
use snack::Heard;

/// For short waits, also on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Starts `examples/pretends.rs`, which cargo builds beside the folder of this test.
fn pretends(how: &str) -> Program {
    let me = env::current_exe().expect("a test knows where it is");
    let target = me.ancestors().nth(2).expect("target/debug/deps/test");
    let name = format!("pretends{}", env::consts::EXE_SUFFIX);
    let example = target.join("examples").join(name);
    assert!(
        example.exists(),
        "`cargo test -p bots` builds {}",
        example.display()
    );
    Program::start(example.to_str().expect("a path that can be told"), &[how])
}

/// By hand, because the harness, which has `panic_text`, depends on this crate.
fn complaint(fails: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(fails)).expect_err("it should have failed");
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| panic.downcast_ref::<&str>().expect("a message").to_string())
}

#[test]
fn the_address_and_the_output_are_known() {
    let mut program = pretends("talks");
    assert_eq!(program.address().to_string(), "127.0.0.1:4711");
    let ended = program.wait(SOON);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(3), "oh\n"));
    assert!(
        ended.stdout.starts_with("hello\n") && ended.stdout.ends_with("\n100000\n"),
        "more than a pipe holds"
    );
    assert!(ended.stdout.contains("4711, talks --listen 127.0.0.1:0"));
}

#[test]
fn a_program_that_never_listens_or_never_ends_fails_with_its_output() {
    let told = complaint(|| drop(pretends("complains")));
    assert!(
        told.contains("no port left") && told.contains("exit status 1"),
        "{told}"
    );

    // Output from before the program was known to listen was read together with the address.
    let mut program = pretends("hangs");
    let started = Instant::now();
    let told = complaint(|| drop(program.wait(Duration::from_millis(300))));
    assert!(
        told.contains("still running") && told.contains("working"),
        "{told}"
    );
    assert!(started.elapsed() < SOON, "killed, not waited for");

    let told = complaint(|| drop(Program::start("/no/such/demo", &[])));
    assert!(
        told.contains("cannot start") && told.contains("/no/such/demo"),
        "{told}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn one_that_is_dropped_is_gone() {
    let program = pretends("hangs");
    let stdout = program.stdout();
    let pid = stdout.lines().next().expect("its number");
    assert!(std::path::Path::new("/proc").join(pid).exists());
    drop(program);
    assert!(!std::path::Path::new("/proc").join(pid).exists());
}

/// A server for one client. It sends `greeting`, and hangs up when it reads `bye`.
fn says(greeting: &'static str) -> LineClient {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let client = LineClient::connect(listener.local_addr().expect("bound"));
    thread::spawn(move || {
        let (mut socket, _): (TcpStream, _) = listener.accept().expect("the client");
        socket.write_all(greeting.as_bytes()).expect("it reads");
        let lines = BufReader::new(socket).lines();
        // All input is read, because a socket that is closed with unread input is reset.
        let _ = lines.map_while(Result::ok).any(|line| line == "bye");
    });
    client
}

#[test]
fn a_client_hears_what_it_waits_for() {
    let mut ann = says("* welcome\n#1 ann joined\n#2 ann grabbed snack 1\nno: enough\n");
    ann.says("join ann");
    assert_eq!(ann.hears(), Heard::Help("welcome".to_owned()));
    let heard = ann.hears_until(|heard| matches!(heard, Heard::Event(event) if event.number == 2));
    assert_eq!(heard.to_string(), "#2 ann grabbed snack 1");
    assert_eq!(ann.hears(), Heard::Refused("enough".to_owned()));
    assert!(ann.hears_nothing_for(Duration::from_millis(20)));
    ann.says("bye");
    ann.hears_the_end();
}

#[test]
fn a_wait_without_success_fails_with_the_conversation() {
    let mut ann = says("#1 ann joined\n");
    ann.says("bye");
    let told = complaint(|| drop(ann.hears_until(|heard| matches!(heard, Heard::Refused(_)))));
    assert!(
        told.contains("hung up") && told.contains("> bye\n#1 ann joined"),
        "{told}"
    );

    let mut ann = says("#1 ann joined\n");
    ann.hears();
    ann.waits_at_most(Duration::from_millis(300));
    let told = complaint(|| drop(ann.hears()));
    assert!(
        told.contains("nothing was heard for 300ms") && told.contains("#1 ann joined"),
        "{told}"
    );

    let told = complaint(|| drop(says("welcome to HTTP\n").hears()));
    assert!(told.contains("no event, no refusal and no help"), "{told}");
}
