//! The stage: `cargo run`, and the talk begins.
//!
//! A task owns what is shown (`stage`), pages and phones are served what is newest (`web`), the
//! deck is read from Markdown (`deck`), and a demo on a slide is the step's real binary (`demos`).

mod address;
mod ansi;
mod capacity;
mod check;
mod deck;
mod demo;
mod firewall;
mod kit;
mod menu;
mod options;
mod public_name;
mod record;
mod schedule;
mod server;
mod stage;
mod steps;
mod web;

use options::Wanted;
use std::{
    env,
    io::{self, IsTerminal},
    process::ExitCode,
};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1).peekable();
    if words.next_if(|word| word == demo::reaper::KEEP).is_some() {
        return demo::reaper::keep(words);
    }
    let wanted = match options::read(words) {
        Ok(wanted) => wanted,
        Err(why) => {
            eprintln!("slides: {why}");
            return ExitCode::FAILURE;
        }
    };
    let went = match wanted {
        Wanted::Help => {
            println!("{}", options::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Wanted::List => {
            menu::evening(&mut io::stdin().lock(), &mut io::stdout()).map(|()| ExitCode::SUCCESS)
        }
        Wanted::Lint(options) => Ok(check::lint(&options)),
        Wanted::Check(options) => Ok(check::all(&options)),
        Wanted::Record => record::all(),
        Wanted::Kit(folder) => match kit::write(&deck::Place::new(None).root, &folder) {
            Ok(said) => {
                println!("{said}");
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => Err(io::Error::other(format!("no kit was written: {why}"))),
        },
        Wanted::Stage(options) => server::run(&options, io::stdout().is_terminal()),
    };
    match went {
        Ok(code) => code,
        // Whoever read along has gone home: `cargo run | head` is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("slides: {error}");
            ExitCode::FAILURE
        }
    }
}
