//! Be the scheduler in a terminal: you pick the thread that makes the next step.

use lexopt::prelude::*;
use scheduler::{Game, Outcome, SCENARIOS, replay, search};
use std::{
    io::{self, BufRead, Read, Write},
    process::ExitCode,
};

const HELP: &str = "\
Be the scheduler: you decide which thread moves next, in the real room.rs of a step.

Usage: cargo run -p scheduler -- [STEP] [--replay SCHEDULE] [--all [MOST]]

  STEP                 01-deadlock (also: 1), 02-lock-order, 03-short-locks, 05-channels, 06-actor
  --replay SCHEDULE    play these picks first: \"ann, bob, ann\"
  --all [MOST]         play every schedule, at most MOST of them (100000), until one ends badly
  --help               print this help
";

/// The default limit of `--all`.
const MOST: usize = 100_000;

fn main() -> ExitCode {
    let command = parse(lexopt::Parser::from_env());
    let played = command.and_then(|command| match command {
        Command::Help => out(|out| out.write_all(HELP.as_bytes())),
        Command::All { step, most } => all(&step, most),
        Command::Play { step, schedule } => {
            let mut game = replay(&step, &schedule).map_err(|refused| refused.to_string())?;
            out(|out| play_at_terminal(&mut game, &mut io::stdin().lock(), out))
        }
    });
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("scheduler: {sentence}");
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Help,
    Play { step: String, schedule: String },
    All { step: String, most: usize },
}

fn parse(mut parser: lexopt::Parser) -> Result<Command, String> {
    let (mut step, mut schedule, mut most) = (None, String::new(), None);
    let sentence = |error: lexopt::Error| format!("{error}; --help lists the options");
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("replay") => {
                let value = parser.value().and_then(|value| value.string());
                schedule = value.map_err(sentence)?;
            }
            Long("all") => {
                most = Some(match parser.optional_value() {
                    Some(value) => value.parse().map_err(sentence)?,
                    None => MOST,
                });
            }
            Value(value) if most == Some(MOST) && value.parse::<usize>().is_ok_and(|n| n > 9) => {
                most = Some(value.parse().map_err(sentence)?);
            }
            Value(value) if step.is_none() => step = Some(value.string().map_err(sentence)?),
            other => return Err(sentence(other.unexpected())),
        }
    }
    let step = by_number(&step.unwrap_or_else(|| "1".to_owned()));
    Ok(match most {
        Some(most) => Command::All { step, most },
        None => Command::Play { step, schedule },
    })
}

/// The name of a step from its number: `1` is `01-deadlock`.
fn by_number(step: &str) -> String {
    let number = step.parse::<u8>().map(|number| format!("{number:02}-"));
    let found = number.ok().and_then(|prefix| {
        let mut steps = SCENARIOS.iter().map(|scenario| scenario.step);
        steps.find(|name| name.starts_with(&prefix))
    });
    found.unwrap_or(step).to_owned()
}

/// Ignores a closed pipe: `scheduler --help | head` is no error.
fn out(write: impl FnOnce(&mut io::Stdout) -> io::Result<()>) -> Result<(), String> {
    match write(&mut io::stdout()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn all(step: &str, most: usize) -> Result<(), String> {
    let found = search(step, most).map_err(|refused| refused.to_string())?;
    out(|out| {
        let count = found.schedules;
        match &found.bad {
            Some((schedule, outcome)) => {
                writeln!(out, "{step}: schedule {count} ends badly.")?;
                writeln!(out, "  {schedule}")?;
                print_outcome(outcome, out)?;
                writeln!(
                    out,
                    "See it: cargo run -p scheduler -- {step} --replay \"{schedule}\""
                )
            }
            None if found.all => writeln!(out, "{step}: all {count} schedules end well."),
            None => writeln!(out, "{step}: {count} schedules end well. There are more."),
        }
    })
}

fn play_at_terminal(
    game: &mut Game,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> io::Result<()> {
    let (step, story, challenge) = {
        let scenario = game.scenario();
        (scenario.step, scenario.story, scenario.challenge)
    };
    writeln!(out, "{step}: {story}\n{challenge}\n")?;
    for row in game.rows() {
        writeln!(out, "  {:<14}{:<40}{}", row.thread, row.words, row.at)?;
    }
    loop {
        let outcome = game.outcome();
        if *outcome != Outcome::Running {
            writeln!(out)?;
            print_outcome(outcome, out)?;
            writeln!(out, "The schedule: {}", game.schedule())?;
            return writeln!(out, "\nAs a test:\n\n{}", game.as_test());
        }
        for (number, thread) in (1..).zip(game.threads()) {
            let key = if thread.can_move {
                format!("{number}")
            } else {
                "-".to_owned()
            };
            let next = if thread.next.is_empty() {
                "has ended"
            } else {
                &thread.next
            };
            writeln!(out, "  {key}  {:<14}{next:<40}{}", thread.name, thread.at)?;
        }
        write!(out, "Which thread moves? ")?;
        out.flush()?;
        let Some(line) = read_line(input)? else {
            return writeln!(out, "\nThe schedule so far: {}", game.schedule());
        };
        match line.trim() {
            "q" | "quit" | "exit" => {
                return writeln!(out, "The schedule so far: {}", game.schedule());
            }
            answer => pick(game, answer, out)?,
        }
    }
}

fn pick(game: &mut Game, answer: &str, out: &mut impl Write) -> io::Result<()> {
    let threads = game.threads();
    let by_number = answer
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let named = by_number
        .and_then(|index| threads.get(index))
        .map_or_else(|| answer.to_owned(), |thread| thread.name.clone());
    let before = game.rows().len();
    if let Err(refused) = game.pick(&named) {
        return writeln!(out, "No: {refused} Say a number from the list, or q.\n");
    }
    for row in game.rows().iter().skip(before) {
        writeln!(out, "\n> {} {}   {}\n", row.thread, row.words, row.at)?;
    }
    Ok(())
}

fn print_outcome(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    match outcome {
        Outcome::Running => writeln!(out, "A thread can still move."),
        Outcome::Kept => writeln!(out, "Every thread has ended. No promise was broken."),
        Outcome::Broken(promise) => writeln!(out, "BROKEN: {promise}"),
        Outcome::Refused(why) => writeln!(out, "This scenario cannot be played: {why}"),
        Outcome::Deadlock { cycle, why } => {
            writeln!(out, "DEADLOCK: no thread can move.")?;
            for sentence in why {
                writeln!(out, "  {sentence}")?;
            }
            match cycle.first() {
                Some(first) => writeln!(out, "The cycle: {} -> {first}", cycle.join(" -> ")),
                None => Ok(()),
            }
        }
    }
}

/// Reads one line of input, but only its first bytes, however long it is.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    const LONGEST: u64 = 80;
    let mut line = Vec::new();
    input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if !line.is_empty() && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}
