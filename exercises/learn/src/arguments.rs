//! Parses the command line.

use crate::error::ArgumentsError;
use crate::set::nearest;
use std::ffi::OsString;
use std::path::PathBuf;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Watch,
    List,
    Next,
    Done,
    Hint(Option<String>),
    /// What an answer may use; with a name, all about one type or method.
    Api(Option<String>),
    Run(Option<String>),
    Break {
        name: Option<String>,
        web: bool,
    },
    Reset(String),
    Solution {
        name: Option<String>,
        anyway: bool,
    },
    Verify(Option<String>),
    /// How long a verdict takes.
    Bench(Option<String>),
}

/// A command, and which exercises it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    /// A folder with `exercises` and `solutions`, if not the repository.
    pub(crate) folder: Option<PathBuf>,
}

const COMMANDS: [&str; 13] = [
    "done", "api", "bench", "watch", "list", "next", "hint", "run", "break", "reset", "solution",
    "verify", "help",
];

/// Parses the arguments, without the program's name.
pub(crate) fn parse(words: Vec<OsString>) -> Result<Arguments, ArgumentsError> {
    use lexopt::Arg::{Long, Short, Value};

    let (mut command, mut name, mut folder) = (None, None, None);
    let (mut anyway, mut web) = (false, false);
    let mut words = lexopt::Parser::from_args(words);
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => command = Some("help".to_owned()),
            Long("anyway") => anyway = true,
            Long("web") => web = true,
            Long("in") => {
                let value = words.value().map_err(|_| ArgumentsError::NoFolder)?;
                folder = Some(PathBuf::from(value));
            }
            Value(said) if command.is_none() => command = Some(said.to_string_lossy().into_owned()),
            Value(said) if name.is_none() => name = Some(said.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let command = match command.as_deref() {
        None | Some("watch") => Command::Watch,
        Some("help") => Command::Help,
        Some("list") => Command::List,
        Some("next") => Command::Next,
        Some("done") => Command::Done,
        Some("api") => Command::Api(name.take()),
        Some("hint") => Command::Hint(name.take()),
        Some("run") => Command::Run(name.take()),
        Some("break") => Command::Break {
            name: name.take(),
            web: std::mem::take(&mut web),
        },
        Some("reset") => Command::Reset(name.take().ok_or(ArgumentsError::NoName)?),
        Some("solution") => Command::Solution {
            name: name.take(),
            anyway: std::mem::take(&mut anyway),
        },
        Some("bench") => Command::Bench(name.take()),
        Some("verify") => Command::Verify(name.take()),
        Some(other) => {
            return Err(ArgumentsError::NoCommand {
                said: other.to_owned(),
                guess: nearest(other, COMMANDS),
            });
        }
    };
    match (name, anyway) {
        (Some(name), _) => Err(ArgumentsError::TooMany(name)),
        (None, true) => Err(ArgumentsError::NoSolution),
        (None, false) if web => Err(ArgumentsError::NoBreak),
        (None, false) => Ok(Arguments { command, folder }),
    }
}

/// The text of `--help`.
pub(crate) const HELP: &str = "\
learn: exercises, judged by a model checker

Usage: cargo run -p learn [-- COMMAND]

  (nothing)         judge the current exercise each time it is saved
  run [NAME]        judge an exercise once; exit status 0 if it is solved
  break [NAME]      be the scheduler: pick who moves next, until the promise breaks;
                    with --web in a browser
  hint [NAME]       show the next of three hints
  api [NAME]        what an answer may use: all of it, or one type or method
  list              show all exercises, and which of them are solved
  done              what you broke and mended so far, also as a picture
  next              go to the next exercise
  reset NAME        restore the original; your answer is kept in .learn/
  solution [NAME]   show the solution once you have solved it, or with --anyway
  verify [NAME]     for teachers: check the verdicts of the judges
  bench [NAME]      for teachers: how long a verdict takes after a save

NAME may be a number or a part of the name: 1, lock_order.
More in exercises/README.md.";

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Result<Command, String> {
        let arguments = parse(line.split_whitespace().map(OsString::from).collect())?;
        Ok(arguments.command)
    }

    #[test]
    fn commands_are_parsed_and_typos_get_a_suggestion() {
        assert_eq!(command(""), Ok(Command::Watch));
        assert_eq!(command("run 1"), Ok(Command::Run(Some("1".into()))));
        assert_eq!(
            command("solution 1 --anyway"),
            Ok(Command::Solution {
                name: Some("1".into()),
                anyway: true
            })
        );
        assert!(
            command("lits")
                .expect_err("a slip")
                .contains("Did you mean list?")
        );
        assert!(
            command("reset")
                .expect_err("no name")
                .contains("needs the name")
        );
        assert!(
            command("run 1 2").is_err()
                && command("--loud").is_err()
                && command("list --anyway").is_err()
        );
    }
}
