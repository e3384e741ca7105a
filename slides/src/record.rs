//! Records every demo (`--record`), so that its recording can be played if the demo cannot run.

use crate::{
    ansi,
    deck::{self, Deck, Place},
    demo::{
        cargo::transcripts,
        program::Program,
        run::{DemoEvent, DemoRun},
    },
    steps::STEPS,
};
use std::{
    collections::BTreeSet,
    fmt::{self, Write},
    fs, io,
    process::ExitCode,
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

/// How long a demo may take: thirty seconds, and a build before them.
const LONGEST: Duration = Duration::from_secs(300);

/// Lines of a recording, at most. Lines in the middle of a longer one are left out.
const LINES: usize = 40;

/// Why a demo was not recorded.
#[derive(Debug)]
enum RecordError {
    /// It did not end within [`LONGEST`].
    StillRuns,
    CannotRun(String),
    /// A signal ended it.
    Signal,
    /// Its threads ended without reporting an end.
    NoEnd,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::StillRuns => {
                write!(
                    f,
                    "not recorded: still running after {} s",
                    LONGEST.as_secs()
                )
            }
            RecordError::CannotRun(why) => write!(f, "not recorded: {why}"),
            RecordError::Signal => write!(f, "not recorded: a signal ended it"),
            RecordError::NoEnd => write!(f, "not recorded: its end was not reported"),
        }
    }
}

/// Records every demo of the deck and every step of `--list`.
pub(crate) fn all() -> io::Result<ExitCode> {
    let (decks, _) = deck::load(&Place::new(None));
    let mut code = ExitCode::SUCCESS;
    fs::create_dir_all(transcripts())?;
    let listed = STEPS
        .iter()
        .filter_map(|step| Program::parse(&step.command()).ok());
    let mut all = programs(&decks);
    all.extend(listed.filter(|program| !program.is_the_game()));
    let mut done = BTreeSet::new();
    for program in all {
        if !done.insert(program.name()) {
            continue;
        }
        // The rest of the line follows when the program has ended.
        io::Write::write_all(
            &mut output::stdout(),
            format!("{:<28} ", program.name()).as_bytes(),
        )?;
        match record(&program) {
            Ok(text) => {
                fs::write(transcripts().join(program.transcript()), &text)?;
                output::out!("{} lines", text.lines().count());
            }
            Err(why) => {
                output::out!("{why}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// The demos of a deck that have recordings: all but the game.
pub(crate) fn programs(decks: &[Deck]) -> Vec<Program> {
    let names: BTreeSet<&String> = decks
        .iter()
        .flat_map(|deck| &deck.slides)
        .flat_map(|slide| &slide.blocks.demos)
        .collect();
    names
        .into_iter()
        .filter_map(|name| Program::named(name))
        .filter(|program| !program.is_the_game())
        .collect()
}

/// Runs a demo to its end, and returns its recording.
fn record(program: &Program) -> Result<String, RecordError> {
    let (report, events) = mpsc::channel();
    let run = DemoRun::start(program, &[], Vec::new(), move |event| {
        report.send(event).is_ok()
    });
    let until = Instant::now() + LONGEST;
    let mut output = Vec::new();
    let ended = loop {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(DemoEvent::Output(bytes)) => output.extend(bytes),
            Ok(DemoEvent::Ended(code)) => break code,
            Ok(DemoEvent::CannotRun(why)) => return Err(RecordError::CannotRun(why)),
            Ok(DemoEvent::NotCompiled(errors)) => {
                return Err(RecordError::CannotRun(format!(
                    "it does not compile\n{errors}"
                )));
            }
            Ok(DemoEvent::PortTaken(port, _)) => {
                return Err(RecordError::CannotRun(format!("port {port} is taken")));
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Err(RecordError::StillRuns),
            Err(RecvTimeoutError::Disconnected) => return Err(RecordError::NoEnd),
        }
    };
    run.end();
    let code = ended.ok_or(RecordError::Signal)?;
    Ok(transcript(&output, code))
}

/// The recording of a demo that wrote `output`. A row that was drawn over and over becomes one line
/// for each second.
fn transcript(output: &[u8], code: i32) -> String {
    let text = String::from_utf8_lossy(output);
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let rows: Vec<&str> = line
            .split('\r')
            .filter(|row| !row.trim().is_empty())
            .collect();
        // The demos draw the row five times a second.
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
    fn a_row_that_is_drawn_over_becomes_a_line_a_second_and_the_exit_code_comes_last() {
        let output = b"hello\n\r  1\r  2\r  3\r  4\r  5\r  6\r  7\n\x1b[1mFROZEN\x1b[0m\n";
        assert_eq!(
            transcript(output, 2),
            "hello\n  1\n  6\n  7\n\\e[1mFROZEN\\e[0m\n[exit 2]\n"
        );
    }

    #[test]
    fn a_long_recording_keeps_its_beginning_and_its_end() {
        let output: String = (0..1000).map(|number| format!("{number}\n")).collect();
        let kept = transcript(output.as_bytes(), 0);
        assert_eq!(kept.lines().count(), LINES + 2);
        assert!(kept.starts_with("0\n1\n") && kept.ends_with("999\n[exit 0]\n"));
    }
}
