//! How a demo ended, as the demo itself says it in the last line of its output.

use harness::VERDICT;
use serde::{Deserialize, Serialize};

/// The longest line that is looked at. A verdict is much shorter.
const LONGEST: usize = 4 * 1024;

/// How a demo ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) end: End,
    /// What belongs to the end: the threads of a deadlock in order, and the first again; the phone
    /// that does not read; the promises that were broken.
    pub(crate) names: Vec<String>,
    pub(crate) heart: Heart,
}

/// The kinds of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    /// It served, and nothing was seen of promises.
    Served,
    /// It served, and every promise was kept.
    Kept,
    /// It served, and promises were broken.
    Unkept,
    /// Its threads or tasks wait for each other.
    Deadlock,
    /// It waits for a phone.
    Stuck,
    /// It gives no reply, and no wait explains it.
    Froze,
}

/// Whether the heartbeat of a frozen demo continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Heart {
    /// It has none.
    #[default]
    None,
    Beats,
    Stopped,
}

impl Verdict {
    /// Parses a line of the output. `None` if it is no verdict.
    pub(crate) fn parse(line: &str) -> Option<Verdict> {
        let sentence = line.trim_end().strip_prefix(VERDICT)?;
        let (sentence, heart) = match sentence.split_once("; the heartbeat ") {
            Some((rest, "stopped")) => (rest, Heart::Stopped),
            Some((rest, _)) => (rest, Heart::Beats),
            None => (sentence, Heart::None),
        };
        let (what, names) = sentence.split_once(": ").unwrap_or((sentence, ""));
        let end = match what.split(',').next()? {
            "served" if what.ends_with(" broken") => End::Unkept,
            "served" if what.ends_with(" kept") => End::Kept,
            "served" => End::Served,
            "deadlock" => End::Deadlock,
            "stuck" => End::Stuck,
            "frozen" => End::Froze,
            _ => return None,
        };
        let between = match end {
            End::Deadlock => " -> ",
            _ => ", ",
        };
        let names = names.split(between).filter(|name| !name.is_empty());
        Some(Verdict {
            end,
            names: names.map(str::to_owned).collect(),
            heart,
        })
    }
}

impl Heart {
    /// The word for it in the JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Heart::None => "",
            Heart::Beats => "beats",
            Heart::Stopped => "stopped",
        }
    }
}

/// Finds the lines in output that arrives in pieces.
#[derive(Default)]
pub(super) struct Lines(Vec<u8>);

impl Lines {
    /// Adds a piece, and calls `see` with each line that it completes.
    pub(super) fn add(&mut self, piece: &[u8], mut see: impl FnMut(&str)) {
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            if self.0.len() < LONGEST {
                self.0.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                let line = String::from_utf8_lossy(&self.0);
                see(line.trim_end());
                self.0.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_of_the_steps_is_understood() {
        for (sentence, end, names, heart) in [
            ("served", End::Served, &[][..], Heart::None),
            ("served, every promise kept", End::Kept, &[], Heart::None),
            (
                "served, 1 promise broken: one order",
                End::Unkept,
                &["one order"],
                Heart::None,
            ),
            (
                "served, 2 promises broken: no snack twice, one order",
                End::Unkept,
                &["no snack twice", "one order"],
                Heart::None,
            ),
            (
                "deadlock: ann -> bob -> ann",
                End::Deadlock,
                &["ann", "bob", "ann"],
                Heart::None,
            ),
            (
                "deadlock: room -> slow-1's writer -> room; the heartbeat continues",
                End::Deadlock,
                &["room", "slow-1's writer", "room"],
                Heart::Beats,
            ),
            (
                "stuck, waits for a phone: slow-1's phone; the heartbeat stopped",
                End::Stuck,
                &["slow-1's phone"],
                Heart::Stopped,
            ),
            ("frozen", End::Froze, &[], Heart::None),
        ] {
            let verdict = Verdict {
                end,
                names: names.iter().map(|&it| it.to_owned()).collect(),
                heart,
            };
            let line = format!("{VERDICT}{sentence}");
            assert_eq!(Verdict::parse(&line), Some(verdict), "{sentence}");
        }
        for line in ["", "served", "Verdict: won", "  Verdict: served"] {
            assert_eq!(Verdict::parse(line), None, "{line}");
        }
    }

    #[test]
    fn lines_are_found_in_pieces_and_a_line_without_an_end_takes_no_memory() {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for piece in ["on", "e\r\ntwo\nth", "ree\n"] {
            lines.add(piece.as_bytes(), |line| seen.push(line.to_owned()));
        }
        assert_eq!(seen, ["one", "two", "three"]);
        for _ in 0..1_000 {
            lines.add(&[b'x'; 1_000], |_| panic!("no line"));
        }
        assert!(lines.0.len() < 2 * LONGEST);
    }
}
