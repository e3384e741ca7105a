//! `learn bench`: how long a warm verdict takes, beside `cargo check` of a hello world on the same
//! machine.

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

/// How often each is measured; the shortest time counts.
const TIMES: usize = 5;
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
    screen.words(&format!("cargo check of a hello world: {}", seconds(hello)));
    let mut slow = 0;
    for exercise in exercises {
        let time = verdict(set, runner, exercise)?;
        let ratio = time.as_secs_f64() / hello.as_secs_f64();
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

/// Returns the shortest time from a saved answer to its verdict.
fn verdict(set: &Set, runner: &Runner, exercise: &Exercise) -> Result<Duration, String> {
    let look = Look {
        columns: 100,
        colour: false,
    };
    let mut trial = Trial::read(set, exercise, exercise.file("unsolved.rs"))?;
    trial.answer = exercise.answer();
    runner.try_answer(set, &trial, look)?;
    let mut shortest = Duration::MAX;
    for number in 0..TIMES {
        trial.text += &format!("\n/// Number {number}.\npub fn number_{number}() {{}}\n");
        let began = Instant::now();
        runner.try_answer(set, &trial, look)?;
        shortest = shortest.min(began.elapsed());
    }
    Ok(shortest)
}

/// Returns the shortest time of `cargo check` after a change.
fn hello_world(folder: &Path) -> Result<Duration, String> {
    let written = (|| {
        fs::create_dir_all(folder.join("src"))?;
        let manifest = "[package]\nname = \"hello\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest)
    })();
    written.map_err(|error| format!("{}: {error}", folder.display()))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut shortest = Duration::MAX;
    for number in 0..=TIMES {
        let main = format!("fn main() {{\n    println!(\"Hello, {number}\");\n}}\n");
        let written = fs::write(folder.join("src/main.rs"), main);
        written.map_err(|error| format!("{}: {error}", folder.display()))?;
        let began = Instant::now();
        let status = Command::new(&cargo)
            .args(["check", "--quiet", "--offline"])
            .current_dir(folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .stdin(Stdio::null())
            .status()
            .map_err(|error| MachineError::no_start("cargo", &cargo, &error))?;
        if !status.success() {
            return Err("cargo cannot check a hello world; its words are above".into());
        }
        // The first one builds what the others find.
        if number > 0 {
            shortest = shortest.min(began.elapsed());
        }
    }
    let _unless_it_is_used = fs::remove_dir_all(folder);
    Ok(shortest)
}
