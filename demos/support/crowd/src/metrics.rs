//! What the crowd saw.

use std::collections::BTreeMap;
use std::fmt;

use hdrhistogram::Histogram;

/// A minute, in microseconds: nothing that takes longer matters by how much.
const LONGEST: u64 = 60_000_000;

/// What the crowd has seen so far. What slow players miss is their own doing, and counted apart.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Players who have a seat and a line at this moment, the slow ones too.
    pub seated: u64,
    /// Watchers who are let in at this moment.
    pub watching: u64,
    /// WebSocket messages that were read.
    pub frames: u64,
    /// Of those: deltas, one a tick for each who is in.
    pub deltas: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Snacks that the players ate.
    pub snacks: u64,
    /// Ticks that somebody who reads was not told, whether a snapshot made up for them or not.
    pub missed: u64,
    /// Snapshots that somebody who reads was sent for being behind.
    pub catch_ups: u64,
    /// Holes in the ticks that no snapshot made up for: the server lost something.
    pub gaps: u64,
    /// Snapshots that slow players were sent for being behind.
    pub slow_catch_ups: u64,
    /// Messages that contradict what was told before, or to somebody else in the room.
    pub mismatches: u64,
    /// The first of them, in words.
    pub first_mismatch: Option<String>,
    /// Comebacks by token, to the same seat with nothing lost.
    pub resumed: u64,
    /// Comebacks by token to another seat, or to fewer points, or with acknowledged turns
    /// forgotten.
    pub robbed: u64,
    /// Times that a full server named another one, which was gone to.
    pub sent_on: u64,
    /// Players whose line dropped and whose seat was gone, and who found another one.
    pub moved: u64,
    /// From the line's end to the new seat, in microseconds.
    pub moves: Histogram<u64>,
    /// From the line's end to one's own seat again, in microseconds.
    pub returns: Histogram<u64>,
    /// Times that the server would not let somebody in: full, or no upgrade.
    pub refused: u64,
    /// Times that nobody answered.
    pub unreachable: u64,
    /// Attempts that failed because this machine had no descriptor left for a socket.
    pub no_socket: u64,
    /// Why somebody was not let in, the last time.
    pub last_refusal: Option<String>,
    /// How lines ended: by the server's close code; 1006 for those that ended without one; 1005 for
    /// a Close without a code.
    pub closes: BTreeMap<u16, u64>,
    /// Messages that nobody should say.
    pub garbage: u64,
    /// From a tick, or a snapshot, to the next one on the same line, in microseconds.
    pub apart: Histogram<u64>,
    /// From `sent` to seen, in microseconds. It is one clock only when server and crowd share a
    /// machine.
    pub latency: Histogram<u64>,
    /// Turns that were said, those that were said again not counted twice.
    pub turns_said: u64,
    /// Turns that were applied, each once.
    pub turns_acked: u64,
    /// Turns that were never applied, though the line was up.
    pub turns_lost: u64,
    /// Turns that were applied twice, or without having been said.
    pub turns_doubled: u64,
    /// From a turn to its tick, in microseconds.
    pub acks: Histogram<u64>,
}

impl Default for Seen {
    fn default() -> Self {
        let histogram = || Histogram::new_with_max(LONGEST, 2).expect("bounds that make sense");
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
            robbed: 0,
            sent_on: 0,
            moved: 0,
            moves: histogram(),
            returns: histogram(),
            refused: 0,
            unreachable: 0,
            no_socket: 0,
            last_refusal: None,
            closes: BTreeMap::new(),
            garbage: 0,
            apart: histogram(),
            latency: histogram(),
            turns_said: 0,
            turns_acked: 0,
            turns_lost: 0,
            turns_doubled: 0,
            acks: histogram(),
        }
    }
}

impl Seen {
    /// Nothing was seen that an honest server would not do. Being shown out, refused or behind is
    /// honest.
    pub fn is_honest(&self) -> bool {
        [
            self.gaps,
            self.mismatches,
            self.robbed,
            self.garbage,
            self.turns_lost,
            self.turns_doubled,
        ]
        .iter()
        .all(|&count| count == 0)
    }

    pub(crate) fn contradiction(&mut self, what: impl FnOnce() -> String) {
        self.mismatches += 1;
        self.first_mismatch.get_or_insert_with(what);
    }

    pub(crate) fn closed(&mut self, code: u16) {
        *self.closes.entry(code).or_default() += 1;
    }

    pub(crate) fn waited(histogram: &mut Histogram<u64>, microseconds: u128) {
        histogram.saturating_record(u64::try_from(microseconds).unwrap_or(LONGEST).max(1));
    }
}

/// The table at the end of a day: what always matters, then what should not have happened and did.
impl fmt::Display for Seen {
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
        row(f, "tick to tick", times(&self.apart))?;
        row(f, "sent to seen", times(&self.latency))?;
        row(
            f,
            "ticks missed",
            format!("{}, {} catch-ups", self.missed, self.catch_ups),
        )?;
        row(
            f,
            "turns",
            format!(
                "{} said, {} applied, {} lost, {} doubled",
                self.turns_said, self.turns_acked, self.turns_lost, self.turns_doubled
            ),
        )?;
        row(f, "turn to tick", times(&self.acks))?;
        row(f, "snacks eaten", self.snacks.to_string())?;
        if self.resumed > 0 {
            row(
                f,
                "came back",
                format!("{} to their seat and points", self.resumed),
            )?;
        }
        if !self.returns.is_empty() {
            row(f, "line to seat", times(&self.returns))?;
        }
        if self.sent_on > 0 {
            row(
                f,
                "sent on",
                format!("{} times, by full servers", self.sent_on),
            )?;
        }
        if self.moved > 0 {
            let moves = times(&self.moves);
            row(f, "seated anew", format!("{}: {moves}", self.moved))?;
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
            (self.gaps, "HOLES", "between ticks, without a snapshot"),
            (self.mismatches, "CONTRADICTIONS", first),
            (self.robbed, "ROBBED", "came back to less than they had"),
            (self.garbage, "GARBAGE", "messages that nobody should say"),
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
        "half within {}, 99 % within {}, the slowest {}",
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
        1011 => "the room fell",
        1012 => "the server restarts",
        1013 => "full",
        4000 => "too far behind",
        4001 => "malformed, or out of turn",
        4002 => "taken over by another line of one's own",
        4003 => "unknown version",
        4004 => "token unknown, or too late",
        4005 => "nothing said",
        _ => "a code that the protocol does not have",
    }
}
