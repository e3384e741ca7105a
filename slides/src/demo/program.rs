//! What a slide may start: a step, by its command, with a few options. Never a command of a shell.

use crate::steps::{self, STEPS};
use std::fmt;

/// The options that a slide may give to a step. Each is followed by a number.
const OPTIONS: [&str; 4] = ["--bots", "--slow", "--seconds", "--seats"];

/// Binaries that are not in [`STEPS`] under their own name.
const ALSO: [&str; 2] = ["04-async-mutex", GAME];

/// The step that the audience plays.
const GAME: &str = "08-snack-game";

/// A step's binary and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) bin: &'static str,
    pub(crate) options: Vec<String>,
}

/// Why a command names no demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProgramError {
    /// The command is not `cargo run …`.
    NotCargoRun(String),
    /// It starts a program that is not a step.
    UnknownStep(String),
    /// An option that is not in [`OPTIONS`], or is not followed by a number.
    UnknownOption(String),
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgramError::NotCargoRun(command) => write!(
                f,
                "a demo is `cargo run -p PACKAGE -- OPTIONS`, not `{command}`"
            ),
            ProgramError::UnknownStep(run) => {
                write!(f, "`{run}` starts no step that the stage knows")
            }
            ProgramError::UnknownOption(option) => write!(
                f,
                "`{option}` is not allowed: a slide gives {} and a number",
                OPTIONS.join(", ")
            ),
        }
    }
}

impl Program {
    /// Parses the command that an attendee would type: `cargo run -p demo-02-lock-order -- --slow
    /// 1`.
    pub(crate) fn parse(command: &str) -> Result<Program, ProgramError> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let (run, options) = match words.iter().position(|&word| word == "--") {
            Some(end) => (words[..end].join(" "), &words[end + 1..]),
            None => (words.join(" "), &[][..]),
        };
        if !run.starts_with("cargo run ") {
            return Err(ProgramError::NotCargoRun(command.to_owned()));
        }
        let mut known = STEPS.iter().map(|step| step.bin).chain(ALSO);
        let Some(bin) = known.find(|bin| {
            run == steps::command(bin) || run.strip_prefix("cargo run --bin ") == Some(bin)
        }) else {
            return Err(ProgramError::UnknownStep(run));
        };
        for pair in options.chunks(2) {
            let is_known = match pair {
                [option, number] => OPTIONS.contains(option) && number.parse::<u16>().is_ok(),
                _ => false,
            };
            if !is_known {
                return Err(ProgramError::UnknownOption(pair.join(" ")));
            }
        }
        Ok(Program {
            bin,
            options: options.iter().map(|&word| word.to_owned()).collect(),
        })
    }

    /// Its name on the stage: `02-lock-order --slow 1`.
    pub(crate) fn name(&self) -> String {
        let mut name = self.bin.to_owned();
        for option in &self.options {
            name = name + " " + option;
        }
        name
    }

    /// The program with this [`name`](Program::name). `None` if there is no such step.
    pub(crate) fn named(name: &str) -> Option<Program> {
        let (bin, options) = name.split_once(' ').unwrap_or((name, ""));
        let command = match options {
            "" => steps::command(bin),
            options => format!("{} -- {options}", steps::command(bin)),
        };
        Program::parse(&command).ok()
    }

    /// Whether it is the game, which the audience plays. It has no recording.
    pub(crate) fn is_the_game(&self) -> bool {
        self.bin == GAME
    }

    /// The file of its recording, in `slides/transcripts/`.
    pub(crate) fn transcript(&self) -> String {
        self.name().replace(" --", "-").replace(' ', "-") + ".txt"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_parsed_and_its_name_leads_back_to_it() {
        let program =
            Program::parse("cargo run -p demo-02-lock-order -- --slow 1").expect("a step");
        let by_its_binary = Program::parse("cargo run --bin 02-lock-order -- --slow 1");
        assert_eq!(by_its_binary.as_ref(), Ok(&program));
        assert_eq!(program.name(), "02-lock-order --slow 1");
        assert_eq!(program.transcript(), "02-lock-order-slow-1.txt");
        assert_eq!(Program::named(&program.name()), Some(program));
    }

    #[test]
    fn a_command_that_is_not_a_step_is_refused() {
        for command in [
            "",
            "rm -rf /",
            "cargo run",
            "cargo run --bin ../evil",
            "cargo run -p demo-../evil",
            "cargo run -p demo-04-async-mutex",
            "cargo run -p demo-01-deadlock --bin 02-lock-order",
            "cargo run -p xtask --bin mutants",
            "cargo run -p demo-01-deadlock; rm x",
            "cargo run -p demo-01-deadlock -- --listen 0.0.0.0:1",
            "cargo run -p demo-01-deadlock -- --bots",
            "cargo run -p demo-01-deadlock -- --bots $(x)",
            "cargo run -p demo-01-deadlock -- --bots 1;x",
            "cargo test",
        ] {
            assert!(Program::parse(command).is_err(), "{command:?} was accepted");
        }
    }
}
