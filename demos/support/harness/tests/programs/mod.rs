//! The servers of `examples/`, started and waited for.

use bots::program::{Ended, Program};
use std::env;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A time limit for everything that ends within a few seconds on an idle machine: longer than the
/// longest run, which a freeze ends.
pub(crate) const WITHIN: Duration = Duration::from_secs(240);

/// The path of the program that cargo built from `examples/NAME.rs`.
pub(crate) fn example(name: &str) -> String {
    let me = env::current_exe().expect("a test knows where it is");
    let target = me.ancestors().nth(2).expect("target/debug/deps/test");
    let example: PathBuf = [target, "examples".as_ref(), name.as_ref()]
        .iter()
        .collect();
    let example = example.with_extension(env::consts::EXE_EXTENSION);
    assert!(example.exists(), "cargo test builds {}", example.display());
    example.to_str().expect("a path that can be told").into()
}

pub(crate) fn play(name: &str, words: &[&str]) -> Ended {
    Program::start(&example(name), words).wait(WITHIN)
}

/// Runs it with the arguments `words` alone. It need not ever listen.
pub(crate) fn say(name: &str, words: &[&str], ends: &str) -> Ended {
    let mut child = Command::new(example(name))
        .args(words)
        .env("ENDS", ends)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if begun.elapsed() > WITHIN {
            let _ = child.kill();
            panic!("{name} {words:?} still runs");
        }
        thread::sleep(Duration::from_millis(5));
    };
    // Its output fits into a pipe, so it never waited for this reader.
    let mut ended = Ended {
        code: status.code(),
        stdout: String::new(),
        stderr: String::new(),
    };
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    for (from, to) in [
        (
            stdout.as_mut().map(|out| out as &mut dyn Read),
            &mut ended.stdout,
        ),
        (
            stderr.as_mut().map(|err| err as &mut dyn Read),
            &mut ended.stderr,
        ),
    ] {
        let from = from.expect("piped");
        from.read_to_string(to).expect("it speaks UTF-8");
    }
    ended
}

#[track_caller]
pub(crate) fn assert_says(ended: &Ended, code: i32, lines: &[&str]) {
    assert_eq!(ended.code, Some(code), "{ended}");
    for line in lines {
        assert!(ended.stdout.contains(line), "no {line:?} in\n{ended}");
    }
}
