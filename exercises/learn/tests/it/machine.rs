//! A machine on which something is missing, broken or full. It is never told as the learner's
//! mistake.

use crate::workspace::{Workspace, one_line, root, said};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of one exercise, and the libraries that answers are built with.
pub(crate) fn ready() -> Workspace {
    let workspace = Workspace::with(&["01_lock_order"]);
    let (code, said) = workspace.learn(&["run", "1"]);
    assert!(
        code == Some(1) && said.contains("a promise is broken"),
        "{said}"
    );
    workspace
}

/// Returns the real compiler: not rustup's.
pub(crate) fn rustc() -> PathBuf {
    let mut command = Command::new("rustc");
    let (_, folder) = said(command.args(["--print", "sysroot"]));
    Path::new(folder.trim()).join("bin/rustc")
}

/// Writes a compiler that does this.
pub(crate) fn compiler(workspace: &Workspace, script: &str) -> PathBuf {
    let path = workspace.path("compiler");
    // By another program: while a file is open for writing it cannot be run, and a process that
    // another test starts in that moment would keep it open.
    let mut writes = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod 755 \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut script_in = writes.stdin.take().expect("piped");
    write!(script_in, "#!/bin/sh\n{script}\n").expect("it reads");
    drop(script_in);
    assert!(writes.wait().expect("a shell").success(), "ours");
    path
}

/// Holds what the runner said to what is true.
fn blames_the_machine(name: &str, words: &[&str], (code, said): (Option<i32>, String)) {
    let one = one_line(&said);
    assert_eq!(code, Some(1), "{name}: {said}");
    for words in words {
        assert!(
            one.contains(words),
            "{name}: {words:?} is missing in\n{said}"
        );
    }
    for words in [
        "another name or type",
        "does not compile",
        "✗",
        "stack backtrace",
    ] {
        assert!(!one.contains(words), "{name}: {words:?} is in\n{said}");
    }
}

pub(crate) const NO_RUSTUP: &str = "no rustup here, whose toolchain can be missing";
pub(crate) const ITSELF: &str = "the compiler itself failed";

#[test]
fn a_compiler_that_fails_is_not_the_learners_mistake() {
    let workspace = ready();
    let run = || workspace.command(&["run", "1"]);
    let with = |name: &str, value: &Path| said(run().env(name, value));
    blames_the_machine(
        "no compiler",
        &[ITSELF, "/nowhere/rustc", "https://rustup.rs"],
        with("RUSTC", Path::new("/nowhere/rustc")),
    );
    blames_the_machine(
        "no linker",
        &[ITSELF, "linker `cc` not found", "apt install gcc"],
        said(run().env("RUSTC", rustc()).env("PATH", "/nowhere")),
    );
    let is_rustups = said(Command::new("rustc").arg("+no-such").arg("-V"));
    if is_rustups.1.contains("no-such") && is_rustups.1.contains("install") {
        blames_the_machine(
            "no toolchain",
            &[ITSELF, "no-such", "is not installed", "rustup toolchain"],
            said(run().env("RUSTUP_TOOLCHAIN", "no-such")),
        );
    } else {
        skipped::skip(NO_RUSTUP);
    }
    let limited = |limit: &str| {
        let mut command = Command::new("sh");
        let script = format!("ulimit {limit}; exec \"$@\"");
        let it = run();
        command.args(["-c", &script, "sh"]).arg(it.get_program());
        said(command.args(it.get_args()).current_dir(root()))
    };
    blames_the_machine("small files only", &[ITSELF, "ulimit -a"], limited("-f 64"));
}

/// What these compilers say was said by a real one.
#[test]
fn a_compiler_that_cannot_use_the_libraries_is_not_the_learners_mistake() {
    let workspace = ready();
    let says = |lines: &str| {
        // Cargo asks it for its version, and must get one.
        let real = rustc();
        let real = real.display();
        let script = format!(
            "[ \"$1\" = --edition ] || exec '{real}' \"$@\"\ncat >/dev/null\ncat >&2 \
             <<'END'\n{lines}\nEND\nexit 1"
        );
        let compiler = compiler(&workspace, &script);
        said(workspace.command(&["run", "1"]).env("RUSTC", compiler))
    };
    let message = |code: &str, text: &str| {
        // Both kinds of error name a line of the learner's, which is not wrong.
        let (code, spans) = match code {
            "" => ("null".to_owned(), "[]"),
            code => (
                format!("{{\"code\":\"{code}\"}}"),
                r#"[{"is_primary":true,"file_name":"exercises/01_lock_order/exercise.rs"}]"#,
            ),
        };
        format!(
            r#"{{"level":"error","code":{code},"spans":{spans},"message":"{text}","rendered":"error: {text}\n"}}"#
        )
    };
    for (name, code, text, advice) in [
        (
            "panic=abort",
            "",
            "the crate `lanes` requires panic strategy `abort` which is incompatible with this \
             crate's strategy of `unwind`",
            "Take it out of RUSTFLAGS",
        ),
        (
            "a full disk",
            "",
            "couldn't create a temp dir: No space left on device (os error 28)",
            "Make room on the disk",
        ),
        (
            "another compiler",
            "E0514",
            "found crate `lanes` compiled by an incompatible version of rustc",
            "`cargo run -p learn`",
        ),
        (
            "a missing library",
            "E0463",
            "can't find crate for `loom` which `lanes` depends on",
            "`cargo run -p learn`",
        ),
    ] {
        let said = says(&message(code, text));
        blames_the_machine(name, &[ITSELF, text, advice], said);
    }
    let crashed = says("thread 'rustc' panicked at compiler/rustc_middle/src/x.rs:1:2:\nno entry");
    blames_the_machine(
        "a bug of the compiler's",
        &[ITSELF, "no entry", "report"],
        crashed,
    );
}

/// Runs the runner where its folder is a disk with these options.
#[cfg(target_os = "linux")]
fn on_a_disk(options: &str, temporary: &str) -> Option<(Option<i32>, String)> {
    let workspace = ready();
    let it = workspace.command(&["run", "1"]);
    let learn = Path::new(it.get_program());
    let folder = learn.ancestors().nth(2).expect("target").join("learn");
    let script = format!(
        "mount -t tmpfs -o {options} none \"$1\" || exit 77; shift; {temporary} exec \"$@\""
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &script, "sh"]);
    command.arg(&folder);
    command.arg(it.get_program()).args(it.get_args());
    let (code, said) = said(command.current_dir(root()));
    if code == Some(77) || said.contains("unshare") {
        skipped::skip("this system cannot mount a small disk");
        return None;
    }
    Some((code, said))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_not_the_learners_mistake() {
    if let Some(said) = on_a_disk("size=96k", "") {
        let words = [ITSELF, "No space left on device", "Make room on the disk"];
        blames_the_machine("a full disk", &words, said);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_target_folder_is_read_only_another_one_is_used() {
    if let Some((code, said)) = on_a_disk("ro", "") {
        assert!(
            code == Some(1) && said.contains("a promise is broken"),
            "{said}"
        );
    }
    if let Some(said) = on_a_disk("ro", "TMPDIR=/proc") {
        let words = [
            "cannot be created: Read-only file system",
            "CARGO_TARGET_DIR",
        ];
        blames_the_machine("nowhere to write", &words, said);
    }
}

#[test]
fn the_verdict_and_the_drawing_are_about_what_was_saved() {
    let workspace = ready();
    let answer = workspace.path("exercises/01_lock_order/exercise.rs");
    // An editor saves another answer as soon as the compiler runs.
    let script = format!(
        "printf '// Saved meanwhile.\\n' >'{}'; exec '{}' \"$@\"",
        answer.display(),
        rustc().display()
    );
    let compiler = compiler(&workspace, &script);
    let (code, said) = said(workspace.command(&["run", "1"]).env("RUSTC", compiler));
    assert!(
        code == Some(1) && said.contains("a promise is broken"),
        "{said}"
    );
    assert!(said.contains("let mut plate = plate.lock();"), "{said}");
    let now = fs::read_to_string(answer).expect("ours");
    assert_eq!(now, "// Saved meanwhile.\n", "the compiler did run");
}

#[test]
fn it_works_in_every_folder() {
    let workspace = ready();
    for folder in [
        root().join("exercises/01_lock_order"),
        root().join("demos/01-deadlock/src"),
        workspace.path("."),
    ] {
        let (code, said) = said(workspace.command(&["run", "1"]).current_dir(&folder));
        assert!(
            code == Some(1) && said.contains("a promise is broken"),
            "{}: {said}",
            folder.display()
        );
        let mut list = Command::new(env!("CARGO_BIN_EXE_learn"));
        let (code, said) = crate::workspace::said(list.arg("list").current_dir(&folder));
        assert!(code == Some(0) && said.contains("18_aba"), "{said}");
    }
}

/// Returns the learner's own command, in this folder, for the repository at this path.
fn cargo_run(workspace: &Workspace, folder: &Path, repository: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "-q", "--offline", "-p", "learn", "--manifest-path"]);
    command.arg(repository.join("Cargo.toml")).arg("--");
    command
        .arg("--in")
        .arg(workspace.path("."))
        .args(["run", "1"]);
    command.current_dir(folder);
    command
}

fn is_judged(name: &str, (code, said): &(Option<i32>, String)) {
    let is_judged = *code == Some(1) && said.contains("a promise is broken");
    assert!(is_judged, "{name}: {said}");
}

/// Returns a folder of our own, with an odd name.
fn odd(workspace: &Workspace) -> PathBuf {
    let folder = workspace.path("zw\u{f6}lf d'\u{e9}t\u{e9} \"x\"");
    fs::create_dir_all(&folder).expect("a folder of our own");
    folder
}

/// Where cargo puts what it builds is its user's choice. What it builds on the way is in the folder
/// of this repository, where it is built already.
#[test]
fn it_works_wherever_cargo_puts_its_programs() {
    let workspace = ready();
    let (here, other) = (odd(&workspace), workspace.path("other"));
    fs::create_dir_all(other.join(".cargo")).expect("a folder of our own");
    let learn = Path::new(env!("CARGO_BIN_EXE_learn"));
    let built = learn.ancestors().nth(2).expect("target");
    let built = built.to_str().expect("a name that is text");
    let config = format!("[build]\ntarget-dir = \"to day\"\nbuild-dir = {built:?}\n");
    fs::write(other.join(".cargo/config.toml"), config).expect("a file of our own");
    let variables = [
        ("CARGO_TARGET_DIR", "to day"),
        ("CARGO_BUILD_BUILD_DIR", built),
    ];
    for (name, folder, variables) in [
        ("variables", &here, &variables[..]),
        ("a configuration", &other, &[]),
    ] {
        let mut command = cargo_run(&workspace, folder, &root());
        command
            .env_remove("CARGO_TARGET_DIR")
            .envs(variables.to_vec());
        is_judged(name, &said(&mut command));
        let learn = folder.join("to day/debug/learn");
        assert!(learn.is_file(), "{name}: another program was run");
    }
}

/// The repository may be behind a link, and the system to build for may be named.
#[test]
#[ignore = "builds the judge anew: cargo test -p learn --test it machine -- --ignored"]
fn it_works_for_a_named_target_and_through_a_link() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let (here, clone) = (odd(&workspace), workspace.path("clone"));
    std::os::unix::fs::symlink(root(), &clone).expect("a link of our own");
    let (_, host) = said(Command::new("rustc").arg("-vV"));
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let mut command = cargo_run(&workspace, &here, &clone);
    command.env("CARGO_TARGET_DIR", "target");
    command.env("CARGO_BUILD_TARGET", host.expect("rustc says it"));
    is_judged("a named target", &said(&mut command));
}

#[test]
#[ignore = "builds the judge anew: cargo test -p learn --test it machine -- --ignored"]
fn it_works_in_the_new_layout_of_cargos_folder() {
    if said(Command::new("cargo").args(["+nightly", "-V"])).0 != Some(0) {
        return skipped::skip("there is no nightly cargo, which has the new layout");
    }
    let workspace = Workspace::with(&["01_lock_order"]);
    let mut command = cargo_run(&workspace, &odd(&workspace), &root());
    command.env("CARGO_TARGET_DIR", "new");
    command.env("RUSTUP_TOOLCHAIN", "nightly");
    command.env("CARGO_UNSTABLE_BUILD_DIR_NEW_LAYOUT", "true");
    // Those of the compiler that runs this test.
    command.env_remove("RUSTC").env_remove("CARGO");
    is_judged("the new layout", &said(&mut command));
}

#[test]
#[ignore = "builds the judge anew: cargo test -p learn --test it machine -- --ignored"]
fn panics_that_abort_are_not_the_learners_mistake() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let mut command = cargo_run(&workspace, &workspace.path("."), &root());
    command.env("CARGO_TARGET_DIR", "target");
    command.env("RUSTFLAGS", "-C panic=abort");
    blames_the_machine(
        "panic=abort",
        &[ITSELF, "panic strategy", "Take it out of RUSTFLAGS"],
        said(&mut command),
    );
}
