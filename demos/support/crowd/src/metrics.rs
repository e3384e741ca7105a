//! What a crowd has measured, and the table that shows it.

use std::collections::BTreeMap;
use std::fmt;

use hdrhistogram::Histogram;

/// The largest value of a histogram: one minute, in microseconds.
const MAX_MICROSECONDS: u64 = 60_000_000;

/// Counters and histograms of all clients of a crowd. All times are in microseconds. Slow players
/// miss ticks through no fault of the server, so they are counted separately.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Players that are connected and have a seat now, slow ones included.
    pub seated: u64,
    /// Watchers that are connected now.
    pub watching: u64,
    /// WebSocket messages that were read.
    pub frames: u64,
    /// Deltas among the messages: one per tick and client.
    pub deltas: u64,
    /// Bytes of the messages' payloads.
    pub bytes: u64,
    /// Snacks that the players ate.
    pub snacks: u64,
    /// Ticks that a client did not receive although it reads, whether a snapshot made up for them
    /// or not.
    pub missed: u64,
    /// Snapshots for clients that read and were behind.
    pub catch_ups: u64,
    /// Gaps between two ticks that no snapshot covers: the server lost something.
    pub gaps: u64,
    /// Snapshots for slow players that were behind.
    pub slow_catch_ups: u64,
    /// Messages that contradict an earlier message, or a message to another client in the room.
    pub mismatches: u64,
    /// The description of the first mismatch.
    pub first_mismatch: Option<String>,
    /// Sessions that were resumed with their seat, their points and their acknowledged turns.
    pub resumed: u64,
    /// Sessions that were resumed with another seat, fewer points, or acknowledged turns forgotten.
    pub failed_resumes: u64,
    /// Redirects from a full server to another one that the player followed.
    pub redirected: u64,
    /// Players that were disconnected, whose seat was gone, and that have a new one.
    pub reseated: u64,
    /// From the disconnect to the new seat.
    pub reseat_times: Histogram<u64>,
    /// From the disconnect to the resumed seat.
    pub resume_times: Histogram<u64>,
    /// Attempts that the server refused because it was full, or without an upgrade.
    pub refused: u64,
    /// Attempts without a response.
    pub unreachable: u64,
    /// Attempts that failed because this machine had no file descriptor left.
    pub no_socket: u64,
    /// The cause of the last failed attempt.
    pub last_refusal: Option<String>,
    /// Connections that ended, by close code: 1006 without a Close, 1005 for a Close without a
    /// code.
    pub closes: BTreeMap<u16, u64>,
    /// Messages that violate the protocol.
    pub garbage: u64,
    /// Between two ticks, or a snapshot and a tick, on one connection.
    pub tick_intervals: Histogram<u64>,
    /// From `sent` in a tick to its arrival. Valid only if server and crowd share a clock, which
    /// means a machine.
    pub latency: Histogram<u64>,
    /// Turns that were sent. A turn that is sent again after a resume counts once.
    pub turns_sent: u64,
    /// Turns that were applied once.
    pub turns_acked: u64,
    /// Turns that were never applied although the connection was up.
    pub turns_lost: u64,
    /// Turns that were applied twice, or without having been sent.
    pub turns_doubled: u64,
    /// From sending a turn to the tick that applies it.
    pub turn_latency: Histogram<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram = || Histogram::new_with_max(MAX_MICROSECONDS, 2).expect("valid bounds");
        Self {
            seated: 0,
            watching: 0,
            frames: 0,
            deltas: 0,
            bytes: 0,
            snacks: 0,
            missed: 0,
            catch_ups: 0,
            gaps: 0,
            slow_catch_ups: 0,
            mismatches: 0,
            first_mismatch: None,
            resumed: 0,
            failed_resumes: 0,
            redirected: 0,
            reseated: 0,
            reseat_times: histogram(),
            resume_times: histogram(),
            refused: 0,
            unreachable: 0,
            no_socket: 0,
            last_refusal: None,
            closes: BTreeMap::new(),
            garbage: 0,
            tick_intervals: histogram(),
            latency: histogram(),
            turns_sent: 0,
            turns_acked: 0,
            turns_lost: 0,
            turns_doubled: 0,
            turn_latency: histogram(),
        }
    }
}

impl Metrics {
    /// Returns whether the server was honest: nothing was lost, doubled or contradicted. A server
    /// may refuse or disconnect clients, and let them fall behind.
    pub fn is_honest(&self) -> bool {
        [
            self.gaps,
            self.mismatches,
            self.failed_resumes,
            self.garbage,
            self.turns_lost,
            self.turns_doubled,
        ]
        .iter()
        .all(|&count| count == 0)
    }

    pub(crate) fn mismatch(&mut self, what: impl FnOnce() -> String) {
        self.mismatches += 1;
        self.first_mismatch.get_or_insert_with(what);
    }

    pub(crate) fn closed(&mut self, code: u16) {
        *self.closes.entry(code).or_default() += 1;
    }

    pub(crate) fn record(histogram: &mut Histogram<u64>, microseconds: u128) {
        histogram.saturating_record(
            u64::try_from(microseconds)
                .unwrap_or(MAX_MICROSECONDS)
                .max(1),
        );
    }
}

/// A table: first the rows that always matter, then those for errors that occurred.
impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(
            f,
            "in the room",
            format!("{} seated, {} watching", self.seated, self.watching),
        )?;
        row(
            f,
            "read",
            format!(
                "{} messages ({} ticks), {} bytes",
                self.frames, self.deltas, self.bytes
            ),
        )?;
        row(f, "tick to tick", times(&self.tick_intervals))?;
        row(f, "latency", times(&self.latency))?;
        row(
            f,
            "ticks missed",
            format!("{}, {} catch-ups", self.missed, self.catch_ups),
        )?;
        row(
            f,
            "turns",
            format!(
                "{} sent, {} applied, {} lost, {} doubled",
                self.turns_sent, self.turns_acked, self.turns_lost, self.turns_doubled
            ),
        )?;
        row(f, "turn to tick", times(&self.turn_latency))?;
        row(f, "snacks eaten", self.snacks.to_string())?;
        if self.resumed > 0 {
            row(
                f,
                "resumed",
                format!("{} with seat and points", self.resumed),
            )?;
        }
        if !self.resume_times.is_empty() {
            row(f, "time to resume", times(&self.resume_times))?;
        }
        if self.redirected > 0 {
            row(
                f,
                "redirected",
                format!("{} times, by full servers", self.redirected),
            )?;
        }
        if self.reseated > 0 {
            let times = times(&self.reseat_times);
            row(f, "new seats", format!("{}: {times}", self.reseated))?;
        }
        if self.slow_catch_ups > 0 {
            row(
                f,
                "slow players",
                format!("caught up {} times", self.slow_catch_ups),
            )?;
        }
        for (code, count) in &self.closes {
            row(
                f,
                &format!("closed {code}"),
                format!("{count} ({})", meaning(*code)),
            )?;
        }
        let first = self.first_mismatch.as_deref().unwrap_or_default();
        let last = self.last_refusal.as_deref().unwrap_or_default();
        for (count, what, example) in [
            (self.gaps, "GAPS", "between ticks, without a snapshot"),
            (self.mismatches, "CONTRADICTIONS", first),
            (
                self.failed_resumes,
                "BAD RESUMES",
                "another seat, fewer points, or turns forgotten",
            ),
            (
                self.garbage,
                "GARBAGE",
                "messages that violate the protocol",
            ),
            (self.refused, "refused", last),
            (self.unreachable, "unreachable", last),
            (self.no_socket, "no socket", last),
        ] {
            if count > 0 {
                row(f, what, format!("{count}: {example}"))?;
            }
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, what: &str, how: impl fmt::Display) -> fmt::Result {
    writeln!(f, "{what:>15}  {how}")
}

fn times(histogram: &Histogram<u64>) -> String {
    if histogram.is_empty() {
        return "–".to_owned();
    }
    let at = |quantile| milliseconds(histogram.value_at_quantile(quantile));
    format!(
        "p50 {}, p99 {}, max {}",
        at(0.5),
        at(0.99),
        milliseconds(histogram.max())
    )
}

fn milliseconds(microseconds: u64) -> String {
    format!("{:.2} ms", microseconds as f64 / 1000.0)
}

fn meaning(code: u16) -> &'static str {
    match code {
        1000 => "left",
        1003 => "text instead of binary",
        1005 => "without a code",
        1006 => "without a Close",
        1008 => "too many messages, or a wrong origin",
        1009 => "too big",
        1011 => "the room panicked",
        1012 => "the server restarts",
        1013 => "full",
        4000 => "too far behind",
        4001 => "malformed, or out of turn",
        4002 => "taken over by another connection of the same player",
        4003 => "unknown version",
        4004 => "unknown or expired token",
        4005 => "no message",
        _ => "not a code of the protocol",
    }
}
