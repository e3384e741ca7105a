//! The log: readable lines on a terminal, JSON objects into a pipe. It is never waited for.

mod limit;

use crate::options::{self, Style};
use limit::{LogLimit, REPORT_EVERY};
use std::{
    ffi::OsString,
    io::{IsTerminal, stderr, stdout},
    sync::OnceLock,
    thread,
};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};
use web_server::json_log;

/// How this process writes on standard output, and on standard error.
static STYLES: OnceLock<(Style, Style)> = OnceLock::new();

/// The rate limit of the log.
static LIMIT: OnceLock<LogLimit> = OnceLock::new();

/// Starts logging to standard error. `RUST_LOG` selects the events; the default is `info`.
pub fn init(style: Option<Style>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = stderr().is_terminal();
    let (printed, logged) = styles(style, stdout().is_terminal(), terminal);
    let colours = web_server::is_coloured(terminal);
    let log = fmt().with_env_filter(filter).with_writer(output::stderr);
    // A process can have only one log. In tests the first one stays.
    let _ = STYLES.set((printed, logged));
    let limit = LIMIT.get_or_init(LogLimit::new);
    let started = match logged {
        Style::Json => log
            .json()
            .with_current_span(false)
            .flatten_event(true)
            .finish()
            .with(limit.clone())
            .try_init(),
        Style::Pretty => log
            .with_ansi(colours)
            .with_target(false)
            .compact()
            .finish()
            .with(limit.clone())
            .try_init(),
    };
    if started.is_ok() {
        // The thread ends with the process. Without it the log only lacks these lines.
        let reports = thread::Builder::new().name("log-limit".to_owned());
        let _without_reports = reports.spawn(move || {
            loop {
                thread::sleep(REPORT_EVERY);
                limit.report();
            }
        });
    }
    if logged == Style::Json {
        json_log::report_panics();
        json_log::say_dropped(output::stderr());
    }
    if printed == Style::Json {
        json_log::say_dropped(output::stdout());
    }
}

/// Logs how many lines were left out since the last report, at the end of the program.
pub fn report_left_out() {
    if let Some(limit) = LIMIT.get() {
        limit.report();
    }
}

/// The styles of standard output and standard error. If none is asked for, what is printed is for a
/// person as long as one of the two is a terminal.
fn styles(asked: Option<Style>, stdout: bool, stderr: bool) -> (Style, Style) {
    let unless = |terminal| match terminal {
        true => Style::Pretty,
        false => Style::Json,
    };
    let default = || (unless(stdout || stderr), unless(stderr));
    asked.map_or_else(default, |style| (style, style))
}

/// Whether standard output is for people, who read a QR code.
pub fn is_for_people() -> bool {
    STYLES.get().is_none_or(|(it, _)| *it == Style::Pretty)
}

/// Prints a sentence on standard output, as an object if the log is one.
pub fn say(sentence: &str) {
    match is_for_people() {
        true => output::out!("{sentence}"),
        false => output::out!("{}", json_log::info(sentence)),
    }
}

/// Sets the styles of a program that fails before it logs: its words, without the program's name,
/// may ask for one.
pub fn settle(words: impl IntoIterator<Item = OsString>) {
    let asked = options::asked_style(words);
    let _ = STYLES.set(styles(
        asked,
        stdout().is_terminal(),
        stderr().is_terminal(),
    ));
}

/// Prints on standard error why the program fails.
pub fn fail(sentence: &str) {
    let sentence = format!("08-snack-game: {sentence}");
    match STYLES.get() {
        Some((_, Style::Json)) => output::err!("{}", json_log::error(&sentence)),
        _ => output::err!("{sentence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_terminal_everything_is_json_and_on_one_nothing_is() {
        use Style::{Json, Pretty};
        for (asked, stdout, stderr, expected) in [
            (None, false, false, (Json, Json)),
            (None, true, true, (Pretty, Pretty)),
            (None, true, false, (Pretty, Json)),
            (None, false, true, (Pretty, Pretty)),
            (Some(Json), true, true, (Json, Json)),
            (Some(Pretty), false, false, (Pretty, Pretty)),
        ] {
            assert_eq!(styles(asked, stdout, stderr), expected, "{asked:?}");
        }
    }
}
