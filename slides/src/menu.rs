//! The steps in the terminal: a list, and the one that is picked is started. For who has no browser
//! at hand.

use crate::steps::{STEPS, Step};
use std::{
    env,
    io::{self, BufRead, Read, Write},
    process::Command,
};

/// Greets, and starts one step after another until nobody picks any more.
pub(crate) fn evening(asked: &mut impl BufRead, out: &mut impl Write) -> io::Result<()> {
    greet(out)?;
    loop {
        write!(out, "\nWhich step? (1-{}, q to leave) ", STEPS.len())?;
        out.flush()?;
        // At the end of the input nobody is there to pick; what remains is the list.
        let Some(line) = read_line(asked)? else {
            return writeln!(out);
        };
        match pick(&line) {
            Pick::Step(step) => start(step, out)?,
            Pick::Leave => return Ok(()),
            Pick::Unknown(said) => {
                writeln!(
                    out,
                    "There is no step \"{said}\": say 1 to {} or q.",
                    STEPS.len()
                )?;
            }
        }
    }
}

/// One line of what was typed, its first bytes only, however long it is.
fn read_line(asked: &mut impl BufRead) -> io::Result<Option<String>> {
    const LONGEST: u64 = 80;
    let mut line = Vec::new();
    asked.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if !line.is_empty() && !line.ends_with(b"\n") {
        asked.skip_until(b'\n')?;
    }
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}

fn greet(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Snackbar: a talk you can run.\n")?;
    writeln!(
        out,
        "Every step is a server that cures the failure before it and meets the next.\n"
    )?;
    for (number, step) in (1..).zip(STEPS) {
        writeln!(out, "{number}  {:<16}{}", step.bin, step.shows)?;
        writeln!(out, "   {:<16}{}", "", step.command())?;
    }
    writeln!(out, "\nProve and play all of them: cargo test")
}

/// What a line at the prompt means.
#[derive(Debug)]
enum Pick {
    Step(&'static Step),
    Leave,
    Unknown(String),
}

fn pick(line: &str) -> Pick {
    let said = line.trim();
    if matches!(said, "q" | "quit" | "exit" | "") {
        return Pick::Leave;
    }
    let by_number = said
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    by_number
        .and_then(|index| STEPS.get(index))
        .or_else(|| STEPS.iter().find(|step| step.bin == said))
        .map_or_else(|| Pick::Unknown(said.escape_debug().collect()), Pick::Step)
}

/// Runs one step as an attendee would, and says how it ended.
fn start(step: &Step, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n$ {}", step.command())?;
    out.flush()?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let command = step.command();
    let run = Command::new(cargo)
        .args(command.split_whitespace().skip(1))
        .status();
    match run {
        Ok(ended) => match ended.code() {
            Some(0) => writeln!(out, "\nIt served to the end."),
            Some(2) => writeln!(out, "\nIt froze."),
            Some(code) => writeln!(out, "\nIt ended with exit status {code}."),
            None => writeln!(out, "\nIt was stopped."),
        },
        Err(error) => writeln!(
            out,
            "cargo could not be started ({error}): run the command above in a terminal."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(said: &str) -> String {
        let mut out = Vec::new();
        evening(&mut said.as_bytes(), &mut out).expect("a vector takes every line");
        String::from_utf8(out).expect("the door speaks text")
    }

    #[test]
    fn the_list_names_every_step_and_its_command() {
        let heard = hear("");
        for step in STEPS {
            assert!(
                heard.contains(step.bin),
                "{} is missing in\n{heard}",
                step.bin
            );
            assert!(
                heard.contains(&step.command()),
                "{} is missing in\n{heard}",
                step.command()
            );
        }
    }

    #[test]
    fn a_step_is_picked_by_its_number_or_its_name() {
        assert!(matches!(pick("1\n"), Pick::Step(step) if step.bin == STEPS[0].bin));
        assert!(matches!(pick(" 02-lock-order \n"), Pick::Step(step) if step.bin == STEPS[1].bin));
    }

    #[test]
    fn what_is_no_step_is_answered_and_asked_again() {
        for said in [
            "0",
            "99",
            "-1",
            "pizza",
            "\u{1b}[2J",
            "18446744073709551616",
        ] {
            let heard = hear(&format!("{said}\nq\n"));
            assert!(
                heard.contains("There is no step"),
                "{said:?} was answered with\n{heard}"
            );
            assert!(!heard.contains('\u{1b}'), "{said:?} reached the terminal");
            assert_eq!(heard.matches("Which step?").count(), 2);
        }
    }

    #[test]
    fn an_endless_line_is_bounded() {
        let heard = hear(&format!("{}\nq\n", "x".repeat(100_000)));
        assert_eq!(heard.matches("There is no step").count(), 1, "{heard}");
        assert!(heard.len() < 2_000, "the answer grew with the question");
    }

    #[test]
    fn every_demo_in_the_folder_is_on_the_list() {
        let demos = concat!(env!("CARGO_MANIFEST_DIR"), "/../demos");
        let mut found: Vec<String> = std::fs::read_dir(demos)
            .expect("the demos are beside the slides")
            .map(|entry| {
                entry
                    .expect("a readable folder")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .filter(|name| name.starts_with(|first: char| first.is_ascii_digit()))
            .collect();
        found.sort();
        let mut listed: Vec<&str> = STEPS.iter().map(|step| step.bin).collect();
        listed.retain(|bin| found.iter().any(|demo| demo == bin));
        assert_eq!(listed, found, "list the new step in slides/src/steps.rs");
    }
}
