//! `cargo run -p learn`: exercises, judged by a model checker.

mod arguments;
mod attack;
mod break_plain;
mod commands;
mod compile;
mod error;
mod libraries;
mod progress;
mod rules;
mod screen;
mod session;
mod set;
mod signatures;
mod verdict;
mod verify;
mod watch;

mod runner;

use arguments::Command;
use commands::Context;
use runner::Runner;
use screen::Screen;
use set::Set;
use std::path::PathBuf;
use std::process::ExitCode;

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
    let arguments = arguments::parse(std::env::args_os().skip(1).collect())?;
    if arguments.command == Command::Help {
        println!("{}", arguments::HELP);
        return Ok(true);
    }
    let root = root()?;
    let set = Set::of(arguments.folder.as_deref().unwrap_or(&root))?;
    let (screen, runner) = (Screen::stdout(), None);
    let mut context = Context {
        set,
        screen,
        runner,
        root,
    };
    match arguments.command {
        Command::Help => {}
        Command::Watch => return watch::watch(&mut context),
        Command::List => context.list(),
        Command::Next => context.next()?,
        Command::Hint(name) => {
            let exercise = context.exercise(name.as_deref())?;
            context.hint(&exercise)?;
        }
        Command::Run(name) => {
            let exercise = context.exercise(name.as_deref())?;
            return context.judge(&exercise);
        }
        Command::Reset(name) => {
            let exercise = context.exercise(Some(&name))?;
            context.reset(&exercise)?;
        }
        Command::Solution { name, anyway } => {
            let exercise = context.exercise(name.as_deref())?;
            context.solution(&exercise, anyway)?;
        }
        Command::Break(name) => {
            let exercise = context.exercise(name.as_deref())?;
            break_plain::play(&mut context, &exercise)?;
        }
        Command::Verify(name) => {
            let only = name
                .map(|name| context.set.find(&name).cloned())
                .transpose()?;
            let runner = Runner::open(&context.root)?;
            return verify::verify(&context.set, &runner, only.as_ref(), &mut context.screen);
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
