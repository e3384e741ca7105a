//! The rate limit of the log: a stranger with a script must not fill the disk. Each kind of line,
//! which is a place in the program that writes one, has its own limit, so that a flood of one kind
//! hides no other. How many lines were left out is in the log.

use crate::{clock, sync::lock};
use std::{
    collections::HashMap,
    fmt::Debug,
    mem,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tracing::{
    Event, Subscriber,
    callsite::Identifier,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};
use web_server::{Rate, TokenBucket};

/// The limit for one kind of line.
const LINES: Rate = Rate {
    at_once: 400,
    a_second: 20,
};

/// How often the log says how many lines were left out.
pub(super) const REPORT_EVERY: Duration = Duration::from_secs(5);

/// Leaves out lines of which there are too many.
#[derive(Clone, Debug)]
pub(super) struct LogLimit {
    began: Instant,
    kinds: Arc<Mutex<HashMap<Identifier, Kind>>>,
}

/// One kind of line.
#[derive(Debug)]
struct Kind {
    bucket: TokenBucket,
    /// Lines left out since the last report.
    left_out: u64,
    /// The first of these.
    message: String,
}

impl LogLimit {
    pub(super) fn new() -> Self {
        Self {
            began: clock::now(),
            kinds: Arc::default(),
        }
    }

    fn takes(&self, event: &Event<'_>, now: Duration) -> bool {
        let now = now.as_millis() as u64;
        let mut kinds = lock(&self.kinds);
        let kind = kinds
            .entry(event.metadata().callsite())
            .or_insert_with(|| Kind {
                bucket: TokenBucket::new(LINES, now),
                left_out: 0,
                message: String::new(),
            });
        let takes = kind.bucket.take(LINES, now);
        if !takes {
            if kind.left_out == 0 {
                event.record(&mut Message(&mut kind.message));
            }
            kind.left_out += 1;
        }
        takes
    }

    /// Logs how many lines of each kind were left out since the last report.
    pub(super) fn report(&self) {
        let left_out: Vec<_> = lock(&self.kinds)
            .values_mut()
            .filter(|kind| kind.left_out > 0)
            .map(|kind| (mem::take(&mut kind.left_out), mem::take(&mut kind.message)))
            .collect();
        // The lock is free again: this event is limited, too.
        for (lines, like) in left_out {
            tracing::warn!(
                lines,
                like,
                "lines like this were left out: there were too many"
            );
        }
    }
}

impl<S: Subscriber> Layer<S> for LogLimit {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        self.takes(event, clock::now().saturating_duration_since(self.began))
    }
}

/// Takes the message of an event.
struct Message<'a>(&'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Write};
    use tracing_subscriber::{fmt, layer::SubscriberExt};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Time stands, so the bucket is not filled again.
    #[tokio::test(start_paused = true)]
    async fn a_flood_of_one_kind_of_line_is_bounded_and_hides_no_other() {
        let (lines, limit) = (Lines::default(), LogLimit::new());
        let writer = lines.clone();
        let log = fmt()
            .with_writer(move || writer.clone())
            .json()
            .finish()
            .with(limit.clone());
        let many = 20 * LINES.at_once;
        tracing::subscriber::with_default(log, || {
            for id in 0..many {
                tracing::info!(id, "connection ended");
            }
            tracing::info!("room opened");
            limit.report();
            limit.report();
        });
        let text = String::from_utf8(lock(&lines.0).clone()).expect("text");
        let count = |part: &str| text.lines().filter(|line| line.contains(part)).count() as u32;
        let written = count("\"message\":\"connection ended\"");
        assert_eq!(written, LINES.at_once);
        assert_eq!(
            (count("room opened"), count("were left out")),
            (1, 1),
            "{text}"
        );
        let left_out = format!("\"lines\":{},\"like\":\"connection ended\"", many - written);
        assert_eq!(count(&left_out), 1, "{left_out}");
    }
}
