//! The log: a span a connection, one line an event, and for every connection one line that says how
//! it ended.
//!
//! It goes to standard error, pretty on a terminal and JSON into a pipe. `RUST_LOG` says how much
//! of it, as everywhere.

use crate::{bridge, ends::End};
use snack::Name;
use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    time::Instant,
};
use tracing::{Instrument, Span, debug, field::Empty, info, info_span, warn};
use tracing_subscriber::{EnvFilter, fmt};

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Pretty,
    /// For programs: one object a line.
    Json,
    /// For people on a terminal, for programs in a pipe.
    #[default]
    AsItComes,
}

/// From now on, what is logged in this process goes to standard error.
pub fn begin(format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = fmt().with_env_filter(filter).with_writer(io::stderr);
    let pretty = match format {
        Format::Pretty => true,
        Format::Json => false,
        Format::AsItComes => io::stderr().is_terminal(),
    };
    match pretty {
        true => log
            .with_ansi(io::stderr().is_terminal())
            .with_target(false)
            .init(),
        false => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

/// A connection within its span, and the one line about its end.
pub(crate) async fn connection(number: u64, peer: SocketAddr, serving: impl Future<Output = End>) {
    let span = info_span!("connection", number, %peer, player = Empty);
    let watched = async {
        let (began, ours) = (Instant::now(), bridge::is_ours(peer));
        let end = serving.await;
        ended(&end, began, ours);
    };
    watched.instrument(span).await;
}

/// Who plays on this connection.
pub(crate) fn joined(name: &Name) {
    Span::current().record("player", name.as_str());
    debug!("joined");
}

/// The one line. Our own crowd comes and goes a hundred times a second: its ordinary ends are for
/// whoever asks for `debug`.
fn ended(end: &End, began: Instant, ours: bool) {
    let (cause, code) = (end.cause(), end.code());
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match (end.is_ordinary(), ours || *end == End::Served) {
        (true, true) => debug!(cause, code, ms, why = %end, "ended"),
        (true, false) => info!(cause, code, ms, why = %end, "ended"),
        (false, _) => warn!(cause, code, ms, why = %end, "ended"),
    }
}
