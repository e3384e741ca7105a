//! What was typed.

use crate::set::nearest;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Help,
    Watch,
    List,
    Next,
    Hint(Option<String>),
    Run(Option<String>),
    Reset(String),
    Solution { name: Option<String>, anyway: bool },
    Verify(Option<String>),
}

/// What is wanted, and for which exercises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) wish: Wish,
    /// A folder with `exercises` and `solutions`, other than the repository.
    pub(crate) folder: Option<PathBuf>,
}

const COMMANDS: [&str; 9] = [
    "watch", "list", "next", "hint", "run", "reset", "solution", "verify", "help",
];

/// Reads the command line, without the program's name. An error is a sentence for whoever typed it.
pub(crate) fn parse(words: Vec<OsString>) -> Result<Told, String> {
    use lexopt::Arg::{Long, Short, Value};

    let (mut command, mut name, mut anyway, mut folder) = (None, None, false, None);
    let mut words = lexopt::Parser::from_args(words);
    let see_help = |error: lexopt::Error| format!("{error}; --help tells what there is");
    while let Some(word) = words.next().map_err(see_help)? {
        match word {
            Short('h') | Long("help") => command = Some("help".to_owned()),
            Long("anyway") => anyway = true,
            Long("in") => {
                folder = Some(PathBuf::from(
                    words.value().map_err(|_| "--in wants a folder")?,
                ))
            }
            Value(said) if command.is_none() => command = Some(said.to_string_lossy().into_owned()),
            Value(said) if name.is_none() => name = Some(said.to_string_lossy().into_owned()),
            other => return Err(see_help(other.unexpected())),
        }
    }
    let wish = match command.as_deref() {
        None | Some("watch") => Wish::Watch,
        Some("help") => Wish::Help,
        Some("list") => Wish::List,
        Some("next") => Wish::Next,
        Some("hint") => Wish::Hint(name.take()),
        Some("run") => Wish::Run(name.take()),
        Some("reset") => Wish::Reset(
            name.take()
                .ok_or("reset wants the name of an exercise: `list` names them")?,
        ),
        Some("solution") => Wish::Solution {
            name: name.take(),
            anyway: std::mem::take(&mut anyway),
        },
        Some("verify") => Wish::Verify(name.take()),
        Some(other) => {
            let guess = nearest(other, COMMANDS)
                .map(|command| format!(" Did you mean {command}?"))
                .unwrap_or_default();
            return Err(format!(
                "there is no command {other:?}.{guess} --help tells what there is"
            ));
        }
    };
    match (name, anyway) {
        (Some(name), _) => Err(format!(
            "{name:?} is one word too many; --help tells what there is"
        )),
        (None, true) => Err("--anyway belongs to `solution`".into()),
        (None, false) => Ok(Told { wish, folder }),
    }
}

/// What `--help` says.
pub(crate) const HELP: &str = "\
learn: exercises, judged by a model checker

Usage: cargo run -p learn [-- COMMAND]

  (nothing)         judge the current exercise whenever a file is saved
  run [NAME]        judge an exercise once; exit status 0 if it is solved
  hint [NAME]       the next hint, of three
  list              all exercises, and how far you are
  next              move on to the next one
  reset NAME        the exercise as it came; what you wrote is kept in .learn/
  solution [NAME]   after you have solved it; or with --anyway
  verify [NAME]     for teachers: judge the judge

NAME may be a number or a part: 1, lock_order. exercises/README.md tells more.";

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<Wish, String> {
        parse(line.split_whitespace().map(OsString::from).collect()).map(|told| told.wish)
    }

    #[test]
    fn commands_are_read_and_slips_are_guessed() {
        assert_eq!(told(""), Ok(Wish::Watch));
        assert_eq!(told("run 1"), Ok(Wish::Run(Some("1".into()))));
        assert_eq!(
            told("solution 1 --anyway"),
            Ok(Wish::Solution {
                name: Some("1".into()),
                anyway: true
            })
        );
        assert!(
            told("lits")
                .expect_err("a slip")
                .contains("Did you mean list?")
        );
        assert!(
            told("reset")
                .expect_err("no name")
                .contains("wants the name")
        );
        assert!(
            told("run 1 2").is_err() && told("--loud").is_err() && told("list --anyway").is_err()
        );
    }
}
