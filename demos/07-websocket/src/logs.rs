//! Logging: a span per connection, a line per event, and for every connection one line that says
//! how it ended.
//!
//! The log goes to standard error, pretty on a terminal and as JSON in a pipe. `RUST_LOG` sets the
//! level, and `NO_COLOR=1` turns the colours off. It is never waited for. With `--log json`, what
//! the run prints on standard output is JSON, too.

use crate::{bridge, ends::End};
use snack::Name;
use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    time::Instant,
};
use tracing::{Instrument, Span, debug, field::Empty, info, info_span, warn};
use tracing_subscriber::{EnvFilter, fmt};
use web_server::json_log;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Pretty,
    /// For programs: one object per line.
    Json,
    /// Pretty on a terminal, JSON in a pipe.
    #[default]
    Auto,
}

/// Sends this process's log to standard error.
pub fn init(format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = fmt().with_env_filter(filter).with_writer(output::stderr);
    let pretty = match format {
        Format::Pretty => true,
        Format::Json => false,
        Format::Auto => io::stderr().is_terminal(),
    };
    match pretty {
        true => log
            .with_ansi(web_server::is_coloured(io::stderr().is_terminal()))
            .with_target(false)
            .init(),
        false => log.json().flatten_event(true).with_span_list(false).init(),
    }
    if !pretty {
        json_log::report_panics();
        json_log::say_dropped(output::stderr());
        harness::log_lines_as(json_log::error);
    }
    if format == Format::Json {
        json_log::say_dropped(output::stdout());
        harness::print_lines_as(json_log::info);
    }
}

/// Runs a connection's session in a span, and logs how the connection ended.
pub(crate) async fn connection(number: u64, peer: SocketAddr, serving: impl Future<Output = End>) {
    let span = info_span!("connection", number, %peer, player = Empty);
    let session = async {
        let (start, is_bot) = (Instant::now(), bridge::is_from_here(peer));
        let end = serving.await;
        log_end(&end, start, is_bot);
    };
    session.instrument(span).await;
}

/// Adds the player's name to the connection's span.
pub(crate) fn joined(name: &Name) {
    Span::current().record("player", name.as_str());
    debug!("joined");
}

/// Logs an end. The program's own bots come and go a hundred times a second, so their ordinary ends
/// are logged at level `debug`.
fn log_end(end: &End, start: Instant, is_bot: bool) {
    let (cause, code) = (end.cause(), end.code());
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match (end.is_ordinary(), is_bot || *end == End::Served) {
        (true, true) => debug!(cause, code, ms, why = %end, "connection ended"),
        (true, false) => info!(cause, code, ms, why = %end, "connection ended"),
        (false, _) => warn!(cause, code, ms, why = %end, "connection ended"),
    }
}
