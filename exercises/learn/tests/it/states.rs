//! A machine on which something is missing, broken or full, and files that are no text: as a
//! learner sees them on the screen that keeps still, and what it shows when they are gone again.

use crate::machine::{ITSELF, NO_RUSTUP, compiler, ready, rustc};
use crate::screen::Learner;
use crate::workspace::{PATIENCE, Workspace, root, said};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

const ONE: &str = "exercises/01_lock_order/exercise.rs";
const QUESTION: &str = "Why can `grab` and `leave` wait for each other forever?";
const VERDICT: &str = "✗ 01_lock_order: a promise is broken";

fn opens(workspace: &Workspace, by: &str) -> Option<Learner> {
    Learner::opens_by(workspace, 80, 24, by, "")
}

/// Reads these words. The question and the keys stay in sight, and the learner is not blamed.
#[track_caller]
fn is_told(learner: &mut Learner, words: &[&str]) {
    let screen = learner.reads(&[words, &["Enter judge"]].concat());
    assert!(screen.contains(QUESTION), "{screen}");
    for blame in [
        "another name or type",
        "does not compile",
        "a promise is",
        "judging…",
        "[0m",
    ] {
        assert!(!screen.contains(blame), "{blame:?} is in\n{screen}");
    }
}

#[track_caller]
fn judges_again(learner: &mut Learner) {
    learner.presses("\r");
    learner.reads(&[VERDICT, QUESTION, "Enter judge"]);
}

#[test]
fn the_screen_tells_of_a_compiler_that_fails_and_goes_on_when_it_works_again() {
    let workspace = ready();
    let it = workspace.path("compiler");
    let by = format!("env RUSTC='{}'", it.display());
    let Some(mut learner) = opens(&workspace, &by) else {
        return;
    };
    is_told(
        &mut learner,
        &[ITSELF, "cannot be started", "https://rustup.rs"],
    );
    symlink(rustc(), &it).expect("ours");
    judges_again(&mut learner);

    let fails = |words: &str| {
        fs::remove_file(&it).expect("ours");
        compiler(
            &workspace,
            &format!("cat >/dev/null; echo \"{words}\" >&2; exit 101"),
        );
    };
    fails("thread 'rustc' panicked at compiler/rustc_middle/src/x.rs:1:2:");
    learner.presses("\r");
    is_told(
        &mut learner,
        &[ITSELF, "> thread 'rustc' panicked", "report"],
    );
    fails("error: couldn't create a temp dir: No space left on device (os error 28)");
    learner.presses("\r");
    is_told(
        &mut learner,
        &[ITSELF, "No space left on device", "Make room on the disk"],
    );
    // The game says it, too, and can be begun when it works again.
    learner.presses("b");
    learner.reads(&["There is no game"]);
    fs::remove_file(&it).expect("ours");
    symlink(rustc(), &it).expect("ours");
    learner.presses("b");
    learner.reads(&["1 ann: takes tray", "2 bob: takes ann's plate"]);
    learner.presses("q");
    learner.reads(&["ended with 1"]);
}

#[test]
fn the_screen_tells_of_a_missing_linker_and_goes_on_when_it_is_there() {
    let workspace = ready();
    let programs = workspace.path("bin");
    fs::create_dir(&programs).expect("ours");
    let by = format!(
        "/usr/bin/env PATH='{}' RUSTC='{}'",
        programs.display(),
        rustc().display()
    );
    let Some(mut learner) = opens(&workspace, &by) else {
        return;
    };
    is_told(
        &mut learner,
        &[ITSELF, "linker `cc` not found", "apt install gcc"],
    );
    let linker = std::env::split_paths(&std::env::var_os("PATH").expect("set"))
        .map(|folder| folder.join("cc"))
        .find(|it| it.is_file())
        .expect("a linker has built this test");
    symlink(linker, programs.join("cc")).expect("ours");
    judges_again(&mut learner);
}

#[test]
fn the_screen_tells_of_a_missing_toolchain_and_goes_on_when_it_is_there() {
    let is_rustups = said(Command::new("rustc").arg("+no-such").arg("-V"));
    if !(is_rustups.1.contains("no-such") && is_rustups.1.contains("install")) {
        return skipped::skip(NO_RUSTUP);
    }
    let workspace = ready();
    let toolchain = workspace.path("toolchain");
    let by = format!("env -u RUSTC RUSTUP_TOOLCHAIN='{}'", toolchain.display());
    let Some(mut learner) = opens(&workspace, &by) else {
        return;
    };
    is_told(
        &mut learner,
        &[ITSELF, "invalid toolchain", "`rustup toolchain list`"],
    );
    let real = rustc();
    symlink(real.ancestors().nth(2).expect("bin/rustc"), &toolchain).expect("ours");
    judges_again(&mut learner);
}

#[test]
fn a_screen_whose_program_is_gone_says_what_to_do() {
    let workspace = ready();
    fs::create_dir_all(workspace.path("target/debug")).expect("ours");
    let copy = workspace.path("target/debug/learn");
    // By another program, as the compiler of `machine`.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_learn"))
        .arg(&copy)
        .status();
    assert!(copied.is_ok_and(|it| it.success()), "ours");
    let by = format!("sh -c 'shift; exec \"{}\" \"$@\"' sh", copy.display());
    let Some(mut learner) = opens(&workspace, &by) else {
        return;
    };
    learner.reads(&[VERDICT, "Enter judge"]);
    // As when cargo builds it again.
    fs::remove_file(copy).expect("ours");
    learner.presses("\r");
    learner.reads(&[
        "learn cannot be started",
        "If it was built again meanwhile, quit it, and begin again.",
        QUESTION,
        "q quit",
    ]);
    learner.presses("q");
    learner.reads(&["ended with 1"]);
}

/// Opens the screen where the folder for its own files is a disk with these options. When the file
/// `again` is there, the disk gets other options.
#[cfg(target_os = "linux")]
fn on_a_disk(workspace: &Workspace, options: &str, then: &str, with: &str) -> Option<Learner> {
    let learn = Path::new(env!("CARGO_BIN_EXE_learn"));
    let folder = learn.ancestors().nth(2).expect("target").join("learn");
    let (folder, again) = (folder.display(), workspace.path("again"));
    let can_mount = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "none"])
        .arg(workspace.path(""))
        .current_dir(root())
        .status();
    if !can_mount.is_ok_and(|it| it.success()) {
        skipped::skip("this system cannot mount a small disk");
        return None;
    }
    let script = format!(
        "mount -t tmpfs -o {options} none \"{folder}\" || exit 77
        (while [ -d \"{ours}\" ] && ! [ -e \"{again}\" ]; do sleep 0.2; done
         mount -o remount,{then} \"{folder}\"; touch \"{again}.done\") </dev/null >/dev/null 2>&1 &
        {with} exec \"$@\"",
        ours = workspace.path("").display(),
        again = again.display(),
    );
    let by = workspace.path("by");
    fs::write(&by, script).expect("ours");
    let by = format!("unshare -rm sh '{}'", by.display());
    opens(workspace, &by)
}

/// Changes the disk.
#[cfg(target_os = "linux")]
fn changes(workspace: &Workspace) {
    workspace.write("again", "");
    let began = std::time::Instant::now();
    while !workspace.path("again.done").exists() {
        assert!(began.elapsed() < PATIENCE, "the disk does not change");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_screen_tells_of_a_full_disk_and_goes_on_when_there_is_room() {
    let workspace = ready();
    let Some(mut learner) = on_a_disk(&workspace, "size=96k", "size=1g", "") else {
        return;
    };
    is_told(
        &mut learner,
        &[ITSELF, "No space left on device", "Make room on the disk"],
    );
    changes(&workspace);
    judges_again(&mut learner);
}

#[cfg(target_os = "linux")]
#[test]
fn the_screen_tells_that_nothing_can_be_written_and_goes_on_when_it_can() {
    let workspace = ready();
    // Where the runner would write in its place, there is a file.
    fs::create_dir(workspace.path("tmp")).expect("ours");
    workspace.write("tmp/learn", "no folder");
    let temporary = format!("TMPDIR='{}'", workspace.path("tmp").display());
    let Some(mut learner) = on_a_disk(&workspace, "ro", "rw", &temporary) else {
        return;
    };
    is_told(
        &mut learner,
        &[
            "cannot be created: Read-only file system",
            "CARGO_TARGET_DIR",
        ],
    );
    changes(&workspace);
    judges_again(&mut learner);
}

#[test]
fn the_screen_tells_of_a_file_that_is_no_text_and_of_progress_that_is_not_saved() {
    let workspace = ready();
    let unsolved = workspace.read(ONE);
    let Some(mut learner) = opens(&workspace, "") else {
        return;
    };
    learner.reads(&[VERDICT]);
    let wide: Vec<u8> = unsolved.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let states: [(Option<&[u8]>, &str); 4] = [
        (None, "is not there"),
        (Some(b"\n"), "is empty"),
        (Some(&wide), "is UTF-16"),
        (Some(b"// un caf\xe9\n"), "is not UTF-8 text"),
    ];
    for (bytes, words) in states {
        match bytes {
            Some(bytes) => fs::write(workspace.path(ONE), bytes).expect("ours"),
            None => fs::remove_file(workspace.path(ONE)).expect("ours"),
        }
        is_told(
            &mut learner,
            &[&format!("{ONE} {words}"), "Press r to restore"],
        );
        learner.presses("ry");
        // Where the answer is kept stays in sight, although the file is saved again.
        learner.reads(&[VERDICT, "is the original exercise", "Enter back"]);
        assert_eq!(workspace.read(ONE), unsolved, "{words}");
        learner.presses("\r");
        learner.reads(&[VERDICT, "Enter judge"]);
    }
    // Nothing can be written into a file's folder, on every system, by every user.
    fs::remove_dir_all(workspace.path(".learn")).expect("ours");
    workspace.write(".learn", "no folder");
    learner.presses("\r");
    learner.reads(&[VERDICT, "Your progress is not saved"]);
    fs::remove_file(workspace.path(".learn")).expect("ours");
    learner.presses("\r");
    learner.waits_for(&[VERDICT, "and no longer: not saved"], |screen| {
        screen.contains(VERDICT) && !screen.contains("not saved")
    });
    assert!(workspace.path(".learn/progress.toml").is_file());
}

#[test]
fn after_an_original_that_needed_no_restoring_there_is_a_verdict_and_a_save_is_shown() {
    let workspace = ready();
    let Some(mut learner) = opens(&workspace, "") else {
        return;
    };
    learner.reads(&[VERDICT, "Enter judge"]);
    learner.presses("ry");
    learner.reads(&[VERDICT, "is the original exercise.", "Enter back"]);
    workspace.write(ONE, "fn");
    learner.reads(&["does not compile", "Enter judge"]);
}
