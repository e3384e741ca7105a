//! The log: readable lines on a terminal, JSON objects into a pipe.

use crate::options::Style;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging to standard error. `RUST_LOG` selects the events; the default is `info`.
pub fn init(style: Option<Style>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = stderr().is_terminal();
    let style = style.unwrap_or(if terminal { Style::Pretty } else { Style::Json });
    let colours = web_server::is_coloured(terminal);
    let log = fmt().with_env_filter(filter).with_writer(stderr);
    // A process can have only one log. In tests the first one stays.
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
