//! The steps in the terminal (`--list`), for a talk without a browser: a list, and a prompt that
//! starts the step that is chosen. By hand: it reads whole lines, so it works without a terminal,
//! and the step that it starts owns the keyboard; the crates for lists need a terminal in raw mode.

use crate::{
    demo::cargo,
    steps::{STEPS, Step},
};
use std::{
    io::{self, BufRead, Read, Write},
    process::Command,
};

/// Prints the list, and starts one step after another until `q` or the end of the input.
pub(crate) fn run(input: &mut impl BufRead, out: &mut impl Write) -> io::Result<()> {
    print_list(out)?;
    loop {
        write!(out, "\nWhich step? (1-{}, q to leave) ", STEPS.len())?;
        out.flush()?;
        let Some(line) = read_line(input)? else {
            return writeln!(out);
        };
        match pick(&line) {
            Pick::Step(step) => start(step, out)?,
            Pick::Leave => return Ok(()),
            Pick::Unknown(name) => {
                writeln!(
                    out,
                    "There is no step \"{name}\": type 1 to {} or q.",
                    STEPS.len()
                )?;
            }
        }
    }
}

/// Reads a line, but keeps only its first bytes. `None` at the end of the input.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    const LONGEST: u64 = 80;
    let mut line = Vec::new();
    input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if !line.is_empty() && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}

fn print_list(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Snackbar: a talk you can run.\n")?;
    writeln!(
        out,
        "Every step is a server that cures the failure of the one before and meets the next \
        failure.\n"
    )?;
    for (number, step) in (1..).zip(STEPS) {
        writeln!(out, "{number}  {:<16}{}", step.bin, step.shows)?;
        writeln!(out, "   {:<16}{}", "", step.command())?;
    }
    writeln!(out, "\nProve and test all of them: cargo test")
}

/// What was typed at the prompt.
#[derive(Debug)]
enum Pick {
    Step(&'static Step),
    Leave,
    Unknown(String),
}

fn pick(line: &str) -> Pick {
    let word = line.trim();
    if matches!(word, "q" | "quit" | "exit" | "") {
        return Pick::Leave;
    }
    let by_number = word
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    by_number
        .and_then(|index| STEPS.get(index))
        .or_else(|| STEPS.iter().find(|step| step.bin == word))
        .map_or_else(|| Pick::Unknown(word.escape_debug().collect()), Pick::Step)
}

/// Runs a step with the command that an attendee would type, and prints how it ended.
fn start(step: &Step, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n$ {}", step.command())?;
    out.flush()?;
    let command = step.command();
    let run = Command::new(cargo::program())
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
            "cargo could not be started ({error}): type the command above in a terminal."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(input: &str) -> String {
        let mut out = Vec::new();
        run(&mut input.as_bytes(), &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("it prints text")
    }

    #[test]
    fn the_list_names_every_step_and_its_command() {
        let output = printed("");
        for step in STEPS {
            assert!(
                output.contains(step.bin),
                "{} is missing in\n{output}",
                step.bin
            );
            assert!(
                output.contains(&step.command()),
                "{} is missing in\n{output}",
                step.command()
            );
        }
    }

    #[test]
    fn a_step_is_chosen_by_its_number_or_its_name() {
        assert!(matches!(pick("1\n"), Pick::Step(step) if step.bin == STEPS[0].bin));
        assert!(matches!(pick(" 02-lock-order \n"), Pick::Step(step) if step.bin == STEPS[1].bin));
    }

    #[test]
    fn after_an_unknown_step_the_prompt_comes_again() {
        for word in [
            "0",
            "99",
            "-1",
            "pizza",
            "\u{1b}[2J",
            "18446744073709551616",
        ] {
            let output = printed(&format!("{word}\nq\n"));
            assert!(
                output.contains("There is no step"),
                "{word:?} printed\n{output}"
            );
            assert!(!output.contains('\u{1b}'), "{word:?} reached the terminal");
            assert_eq!(output.matches("Which step?").count(), 2);
        }
    }

    #[test]
    fn the_answer_to_a_long_line_is_short() {
        let output = printed(&format!("{}\nq\n", "x".repeat(100_000)));
        assert_eq!(output.matches("There is no step").count(), 1, "{output}");
        assert!(output.len() < 2_000, "the answer is as long as the line");
    }

    #[test]
    fn the_list_has_every_step_in_the_demos_folder() {
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
            // `1006-lab` is no step: a step's number has two digits.
            .filter(|name| name.find('-') == Some(2) && name[..2].parse::<u8>().is_ok())
            .collect();
        found.sort();
        let mut listed: Vec<&str> = STEPS.iter().map(|step| step.bin).collect();
        listed.retain(|bin| found.iter().any(|demo| demo == bin));
        assert_eq!(listed, found, "add the new step to slides/src/steps.rs");
    }
}
