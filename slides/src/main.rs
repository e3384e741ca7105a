//! The stage: `cargo run` serves the slides, runs the demos on them, and lets phones follow.
//!
//! One task owns what is shown (`stage`), the web server sends its newest state to pages and phones
//! (`web`), the deck is read from Markdown (`deck`), a demo on a slide is the step's real binary
//! (`demo`), and attendees can clone the repository from the stage (`kit`).

mod ansi;
mod capacity;
mod check;
mod deck;
mod demo;
mod finding;
mod firewall;
mod html;
mod keyboard;
mod kit;
mod listener;
mod menu;
mod options;
mod overfull;
mod pressed;
mod public_name;
mod reach;
mod record;
mod rehearsal_file;
mod schedule;
mod server;
mod stage;
mod state_file;
mod steps;
mod votes_plan;
mod web;

use options::Mode;
use std::{
    env,
    io::{self, BufReader, IsTerminal},
    process::ExitCode,
};

fn main() -> ExitCode {
    let _written = output::Guard::new();
    let mut words = env::args_os().skip(1).peekable();
    if words
        .next_if(|word| word == demo::reaper::ARGUMENT)
        .is_some()
    {
        return demo::reaper::main(words);
    }
    let mode = match options::parse(words) {
        Ok(mode) => mode,
        Err(why) => {
            output::err!("slides: {why}");
            return ExitCode::FAILURE;
        }
    };
    let result = match mode {
        Mode::Help => {
            output::out!("{}", options::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Mode::List => {
            let mut input = BufReader::new(keyboard::Keyboard);
            menu::run(&mut input, &mut io::stdout()).map(|()| ExitCode::SUCCESS)
        }
        Mode::Lint(options) => Ok(check::lint(&options)),
        Mode::Check(options) => Ok(check::all(&options)),
        Mode::Record => record::all(),
        Mode::Kit(folder) => match kit::write(&deck::Place::new(None).root, &folder) {
            Ok(text) => {
                output::out!("{text}");
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => Err(io::Error::other(format!("no kit was written: {why}"))),
        },
        Mode::Stage(options) => server::run(&options, io::stdout().is_terminal()),
    };
    match result {
        Ok(code) => code,
        // `cargo run | head` is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::err!("slides: {error}");
            ExitCode::FAILURE
        }
    }
}
