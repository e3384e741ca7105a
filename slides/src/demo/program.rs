//! What a slide may start: a step of the walk by its name, with options that it knows. Never a line
//! for a shell.

use crate::steps::{self, STEPS};

/// The options that a slide may give to a step, each with a number behind it.
const OPTIONS: [&str; 4] = ["--bots", "--slow", "--seconds", "--seats"];

/// Binaries beside the steps' own.
const ALSO: [&str; 2] = ["04-async-mutex", GAME];

/// The step that the whole room plays.
pub(crate) const GAME: &str = "08-snack-game";

/// A step and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) bin: &'static str,
    pub(crate) options: Vec<String>,
}

impl Program {
    /// Reads the command that an attendee would type: `cargo run -p demo-02-lock-order -- --slow
    /// 1`.
    pub(crate) fn read(command: &str) -> Result<Program, String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let (run, options) = match words.iter().position(|&word| word == "--") {
            Some(end) => (words[..end].join(" "), &words[end + 1..]),
            None => (words.join(" "), &[][..]),
        };
        if !run.starts_with("cargo run ") {
            return Err(format!(
                "a demo is `cargo run -p PACKAGE -- OPTIONS`, not `{command}`"
            ));
        }
        let mut known = STEPS.iter().map(|step| step.bin).chain(ALSO);
        let Some(bin) = known.find(|bin| {
            run == steps::command(bin) || run.strip_prefix("cargo run --bin ") == Some(bin)
        }) else {
            return Err(format!("`{run}` starts no step that the stage knows"));
        };
        for pair in options.chunks(2) {
            let fine = matches!(pair, [option, number] if OPTIONS.contains(option) && number.parse::<u16>().is_ok());
            if !fine {
                return Err(format!(
                    "`{}`: a slide gives {} and a number",
                    pair.join(" "),
                    OPTIONS.join(", ")
                ));
            }
        }
        Ok(Program {
            bin,
            options: options.iter().map(|&word| word.to_owned()).collect(),
        })
    }

    /// How the stage calls it: `02-lock-order --slow 1`.
    pub(crate) fn name(&self) -> String {
        let mut name = self.bin.to_owned();
        for option in &self.options {
            name = name + " " + option;
        }
        name
    }

    /// By the name that the stage calls it.
    pub(crate) fn named(name: &str) -> Option<Program> {
        let (bin, options) = name.split_once(' ').unwrap_or((name, ""));
        let command = match options {
            "" => steps::command(bin),
            options => format!("{} -- {options}", steps::command(bin)),
        };
        Program::read(&command).ok()
    }

    /// Whether it is the finale, which is hosted rather than watched.
    pub(crate) fn is_the_game(&self) -> bool {
        self.bin == GAME
    }

    /// The transcript that stands in for it, in `slides/transcripts/`.
    pub(crate) fn transcript(&self) -> String {
        self.name().replace(" --", "-").replace(' ', "-") + ".txt"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_and_named() {
        let program = Program::read("cargo run -p demo-02-lock-order -- --slow 1").expect("a step");
        let by_its_binary = Program::read("cargo run --bin 02-lock-order -- --slow 1");
        assert_eq!(by_its_binary.as_ref(), Ok(&program));
        assert_eq!(program.name(), "02-lock-order --slow 1");
        assert_eq!(program.transcript(), "02-lock-order-slow-1.txt");
        assert_eq!(Program::named(&program.name()), Some(program));
    }

    #[test]
    fn nothing_else_is() {
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
            assert!(Program::read(command).is_err(), "{command:?} was read");
        }
    }
}
