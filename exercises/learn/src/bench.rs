//! `learn bench`: how long a warm verdict takes, beside `cargo check` of a hello world on the same
//! machine. Before each of either, one line of the source is changed.

use crate::compile::Look;
use crate::machine::MachineError;
use crate::runner::Runner;
use crate::screen::Screen;
use crate::set::{Exercise, Set};
use crate::workbench::Trial;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is measured; the median counts.
const TIMES: usize = 7;
/// What a warm verdict may take on two quiet cores.
const LIMIT: Duration = Duration::from_millis(500);

/// Measures the verdicts on these exercises after a save that changes one line, and prints them.
pub(crate) fn bench(
    set: &Set,
    runner: &Runner,
    exercises: &[&Exercise],
    screen: &mut Screen,
) -> Result<(), String> {
    let hello = hello_world(&env::temp_dir().join(format!("learn-hello-{}", std::process::id())))?;
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    screen.words(&format!(
        "cargo check of a hello world: {} after one changed line, {} with nothing to do. A verdict: \
         from one changed line, through the compiler, to the end of its judge. Each is the median \
         of {TIMES}.",
        seconds(hello.changed),
        seconds(hello.unchanged)
    ));
    let mut slow = 0;
    for exercise in exercises {
        let time = verdict(set, runner, exercise)?;
        let ratio = time.as_secs_f64() / hello.changed.as_secs_f64();
        slow += usize::from(time > LIMIT);
        screen.as_it_is(&format!(
            "{:<24} {}, {ratio:.1} × cargo check",
            exercise.name,
            seconds(time)
        ));
    }
    screen.words(&format!(
        "{slow} of {} take longer than {} (on two quiet cores none should)",
        exercises.len(),
        seconds(LIMIT)
    ));
    Ok(())
}

/// Returns the time from a saved answer to its verdict.
fn verdict(set: &Set, runner: &Runner, exercise: &Exercise) -> Result<Duration, String> {
    let look = Look {
        columns: 100,
        colour: false,
    };
    let mut trial = Trial::read(set, exercise, exercise.file("unsolved.rs"))?;
    trial.answer = exercise.answer();
    runner.try_answer(set, &trial, look)?;
    median(|number| {
        trial.text += &format!("\n/// Number {number}.\npub fn number_{number}() {{}}\n");
        let began = Instant::now();
        runner.try_answer(set, &trial, look)?;
        Ok(began.elapsed())
    })
}

/// How long `cargo check` takes.
struct Check {
    changed: Duration,
    unchanged: Duration,
}

/// Measures `cargo check` of a program with one line, in a folder of its own.
fn hello_world(folder: &Path) -> Result<Check, String> {
    let written = fs::create_dir_all(folder.join("src")).and_then(|()| {
        let manifest = "[package]\nname = \"hello\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest)
    });
    written.map_err(|error| format!("{}: {error}", folder.display()))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let change = |number: usize| {
        let main = format!("fn main() {{\n    println!(\"Hello, {number}\");\n}}\n");
        let written = fs::write(folder.join("src/main.rs"), main);
        written.map_err(|error| format!("{}: {error}", folder.display()))
    };
    let check = |has_changed: bool| {
        let began = Instant::now();
        let output = Command::new(&cargo)
            .args(["check", "--quiet", "--offline", "--message-format=json"])
            .current_dir(folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| MachineError::no_start("cargo", &cargo, &error))?;
        let took = began.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        match output.status.success() {
            // A check that finds nothing new compares with nothing.
            true if said.contains("\"fresh\":true") == has_changed => {
                Err("cargo did not notice which file has changed".into())
            }
            true => Ok(took),
            false => Err("cargo cannot check a hello world; its words are above".into()),
        }
    };
    // The first one builds what the others find.
    change(0)?;
    check(true)?;
    let changed = median(|number| change(number + 1).and_then(|()| check(true)))?;
    let unchanged = median(|_| check(false))?;
    let _unless_it_is_used = fs::remove_dir_all(folder);
    Ok(Check { changed, unchanged })
}

/// Measures several times. Returns the time in the middle.
fn median(mut measure: impl FnMut(usize) -> Result<Duration, String>) -> Result<Duration, String> {
    let times: Result<Vec<Duration>, String> = (0..TIMES).map(&mut measure).collect();
    let mut times = times?;
    times.sort_unstable();
    Ok(times[TIMES / 2])
}
