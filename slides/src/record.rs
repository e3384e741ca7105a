//! What each demo says, kept for the day when it cannot run.

use crate::{
    ansi, check,
    deck::{self, Place},
    demo::{
        program::Program,
        run::{self, Heard, Running},
    },
    stage::ToStage,
    steps::STEPS,
};
use std::{
    collections::BTreeSet,
    fmt::Write,
    fs, io,
    process::ExitCode,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// A demo of thirty seconds, and a build before it.
const LONGEST: Duration = Duration::from_secs(300);

/// Lines of a recording, at most: the beginning and the end say it all.
const LINES: usize = 40;

/// Runs every demo of the deck and keeps its words.
pub(crate) fn all() -> io::Result<ExitCode> {
    let (decks, _) = deck::load(&Place::new(None));
    let mut went = ExitCode::SUCCESS;
    fs::create_dir_all(run::transcripts())?;
    let mut programs = check::in_deck(&decks);
    // What the list shows is worth a recording, too.
    let listed = STEPS
        .iter()
        .filter_map(|step| Program::read(&step.command()).ok());
    programs.extend(listed.filter(|program| !program.is_the_game()));
    let mut done = BTreeSet::new();
    for program in programs {
        if !done.insert(program.name()) {
            continue;
        }
        print!("{:<28} ", program.name());
        io::Write::flush(&mut io::stdout())?;
        match listen(&program) {
            Ok(text) => {
                let path = run::transcripts().join(program.transcript());
                fs::write(&path, &text)?;
                println!("{} lines", text.lines().count());
            }
            Err(why) => {
                println!("{why}");
                went = ExitCode::FAILURE;
            }
        }
    }
    Ok(went)
}

/// One run, from its first word to its end.
fn listen(program: &Program) -> Result<String, String> {
    let (stage, mut inbox) = mpsc::channel(64);
    let running = Running::start(program, &[], 0, stage, Vec::new());
    let (began, mut said) = (Instant::now(), Vec::new());
    let ended = loop {
        if began.elapsed() > LONGEST {
            return Err(format!("still runs after {} s", LONGEST.as_secs()));
        }
        match inbox.blocking_recv() {
            Some(ToStage::Demo {
                heard: Heard::Said(bytes),
                ..
            }) => said.extend(bytes),
            Some(ToStage::Demo {
                heard: Heard::Ended(code),
                ..
            }) => break code,
            Some(ToStage::Demo {
                heard: Heard::Impossible(why),
                ..
            }) => return Err(why),
            Some(_) => {}
            None => return Err("ended without a word".to_owned()),
        }
    };
    drop(inbox);
    running.end();
    let code = ended.ok_or("a signal ended it")?;
    Ok(written(&said, code))
}

/// The lines as they can be played again: a row that was drawn over is a line each second.
fn written(said: &[u8], code: i32) -> String {
    let text = String::from_utf8_lossy(said);
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let rows: Vec<&str> = line
            .split('\r')
            .filter(|row| !row.trim().is_empty())
            .collect();
        // Five rows a second were drawn.
        let kept = rows
            .iter()
            .enumerate()
            .filter(|(at, _)| at % 5 == 0 || at + 1 == rows.len());
        match rows.len() {
            0 => lines.push(String::new()),
            _ => lines.extend(kept.map(|(_, row)| row.trim_end().to_owned())),
        }
    }
    if lines.len() > LINES {
        let end = lines.split_off(lines.len() - LINES / 2);
        lines.truncate(LINES / 2);
        lines.push("  …".to_owned());
        lines.extend(end);
    }
    let mut file = lines.join("\n").replace('\u{1b}', ansi::WRITTEN_ESCAPE);
    let _never_fails = write!(file, "\n[exit {code}]\n");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_lives_is_a_line_a_second_and_the_end_is_told() {
        let said = b"hello\n\r  1\r  2\r  3\r  4\r  5\r  6\r  7\n\x1b[1mFROZEN\x1b[0m\n";
        assert_eq!(
            written(said, 2),
            "hello\n  1\n  6\n  7\n\\e[1mFROZEN\\e[0m\n[exit 2]\n"
        );
    }

    #[test]
    fn a_long_run_is_its_beginning_and_its_end() {
        let said: String = (0..1000).map(|number| format!("{number}\n")).collect();
        let kept = written(said.as_bytes(), 0);
        assert_eq!(kept.lines().count(), LINES + 2);
        assert!(kept.starts_with("0\n1\n") && kept.ends_with("999\n[exit 0]\n"));
    }
}
