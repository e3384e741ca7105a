//! The log: sentences on a terminal, objects into a pipe.

use crate::options::Style;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt};

/// From here on everything that is told goes to standard error. `RUST_LOG` chooses what; `info`
/// unless told otherwise.
pub fn begin(style: Option<Style>) {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = stderr().is_terminal();
    let style = style.unwrap_or(if terminal { Style::Pretty } else { Style::Json });
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|told| told.is_empty());
    let log = fmt().with_env_filter(chosen).with_writer(stderr);
    // A second log in one process, as in tests, goes where the first one goes.
    let _ = match style {
        Style::Json => log
            .json()
            .with_current_span(false)
            .flatten_event(true)
            .try_init(),
        Style::Pretty => log
            .with_ansi(colours)
            .with_target(false)
            .compact()
            .try_init(),
    };
}
