//! `cargo run -p learn`: exercises, judged by a model checker.

mod bounded;
mod desk;
mod progress;
mod rules;
mod screen;
mod set;
mod verdict;
mod verify;
mod watch;
mod words;
mod workshop;

use desk::Desk;
use screen::Screen;
use set::Set;
use std::path::PathBuf;
use std::process::ExitCode;
use words::Wish;
use workshop::Workshop;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("learn: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command. Returns whether the judged answer, if there was one, is right.
fn run() -> Result<bool, String> {
    let told = words::parse(std::env::args_os().skip(1).collect())?;
    if told.wish == Wish::Help {
        println!("{}", words::HELP);
        return Ok(true);
    }
    let root = root()?;
    let set = Set::of(told.folder.as_deref().unwrap_or(&root))?;
    let (screen, workshop) = (Screen::stdout(), None);
    let mut desk = Desk {
        set,
        screen,
        workshop,
        root,
    };
    match told.wish {
        Wish::Help => {}
        Wish::Watch => return watch::watch(&mut desk),
        Wish::List => desk.list(),
        Wish::Next => desk.next()?,
        Wish::Hint(name) => {
            let exercise = desk.exercise(name.as_deref())?;
            desk.hint(&exercise)?;
        }
        Wish::Run(name) => {
            let exercise = desk.exercise(name.as_deref())?;
            return desk.judge(&exercise);
        }
        Wish::Reset(name) => {
            let exercise = desk.exercise(Some(&name))?;
            desk.reset(&exercise)?;
        }
        Wish::Solution { name, anyway } => {
            let exercise = desk.exercise(name.as_deref())?;
            desk.solution(&exercise, anyway)?;
        }
        Wish::Verify(name) => {
            let only = name.map(|name| desk.set.find(&name).cloned()).transpose()?;
            let workshop = Workshop::open(&desk.root)?;
            return verify::verify(&desk.set, &workshop, only.as_ref(), &mut desk.screen);
        }
    }
    Ok(true)
}

/// Returns the repository: this folder, or one above it.
fn root() -> Result<PathBuf, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the current folder cannot be read: {error}"))?;
    let is_root = |folder: &&std::path::Path| folder.join("exercises/learn/Cargo.toml").is_file();
    let root = here.ancestors().find(is_root);
    root.map(PathBuf::from).ok_or_else(|| {
        "there are no exercises in this folder; change into the repository and try again".into()
    })
}
