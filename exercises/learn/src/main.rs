//! `cargo run -p learn`: exercises, judged by a model checker.

mod api;
mod arguments;
mod attack;
mod bench;
mod break_plain;
mod commands;
mod compile;
mod desk;
mod differs;
mod done;
mod error;
mod kept;
mod libraries;
mod machine;
mod odds;
mod picks;
mod places;
mod progress;
mod reading;
mod replay;
mod rules;
mod saved;
mod screen;
mod session;
mod set;
mod signatures;
mod terms;
mod verdict;
mod verify;
mod watch;
mod web;
mod workbench;

mod runner;

use arguments::Command;
use commands::Context;
use desk::Ended;
use runner::Runner;
use screen::Screen;
use set::Set;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(Ended::Quit(true)) => ExitCode::SUCCESS,
        Ok(Ended::Quit(false)) => ExitCode::FAILURE,
        // As a shell says it of a program that a signal has ended.
        Ok(Ended::Signal(signal)) => ExitCode::from(128 + signal),
        Err(why) => {
            let _unless_closed = writeln!(io::stderr(), "learn: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command. Returns how it ended: whether the judged answer, if there was one, is right.
fn run() -> Result<Ended, String> {
    let arguments = arguments::parse(std::env::args_os().skip(1).collect())?;
    if arguments.command == Command::Help {
        Screen::stdout().as_it_is(arguments::HELP);
        return Ok(Ended::Quit(true));
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
        Command::Watch if desk::is_there() => return desk::open(&mut context, None),
        Command::Watch => return watch::watch(&mut context).map(Ended::Quit),
        Command::List => context.list(),
        Command::Done => done::done(&mut context)?,
        Command::Next => context.next()?,
        Command::Hint(name) => {
            let exercise = context.exercise(name.as_deref())?;
            context.hint(&exercise)?;
        }
        Command::Api(name) => return Ok(Ended::Quit(context.api(name.as_deref()))),
        Command::Run(name) => {
            let exercise = context.exercise(name.as_deref())?;
            return Ok(Ended::Quit(context.judge(&exercise)?));
        }
        Command::Reset(name) => {
            let exercise = context.exercise(Some(&name))?;
            context.reset(&exercise)?;
        }
        Command::Solution { name, anyway } => {
            let exercise = context.exercise(name.as_deref())?;
            context.solution(&exercise, anyway)?;
        }
        Command::Break { name, web } => {
            let exercise = context.exercise(name.as_deref())?;
            match desk::is_there() {
                _ if web => web::serve(&mut context, &exercise)?,
                true => match desk::open(&mut context, Some(&exercise))? {
                    // The game is no verdict.
                    Ended::Quit(_) => true,
                    signal => return Ok(signal),
                },
                false => break_plain::play(&mut context, &exercise)?,
            };
        }
        Command::Bench(name) => {
            let only = name.map(|name| context.set.find(&name)).transpose()?;
            let is_it = |it: &&set::Exercise| only.is_none_or(|only| only == *it);
            let exercises: Vec<_> = context.set.exercises.iter().filter(is_it).collect();
            let runner = Runner::open(&context.root)?;
            bench::bench(&context.set, &runner, &exercises, &mut context.screen)?;
        }
        Command::Verify(name) => {
            let only = name
                .map(|name| context.set.find(&name).cloned())
                .transpose()?;
            let runner = Runner::cold(&context.root)?;
            let screen = &mut context.screen;
            return verify::verify(&context.set, &runner, only.as_ref(), screen).map(Ended::Quit);
        }
    }
    Ok(Ended::Quit(true))
}

/// Returns the repository: this folder, one above it, or the one that this program was built in.
fn root() -> Result<PathBuf, String> {
    let is_root = |folder: &&Path| folder.join("exercises/learn/Cargo.toml").is_file();
    let here = std::env::current_dir().unwrap_or_default();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let root = here.ancestors().chain(built_in).find(is_root);
    root.map(PathBuf::from).ok_or_else(|| {
        "there are no exercises in this folder; change into the repository and try again".into()
    })
}
