//! Replays a stored round from its log.

use rush::log::{Differs, Log, Unreadable, replay};
use std::{
    fmt::{self, Write},
    fs, io,
    path::{Path, PathBuf},
};

/// The most players that are listed.
const LISTED: usize = 10;

/// Why a stored round cannot be replayed to its end. Displayed, it is a sentence for the user.
#[derive(Debug)]
pub struct ReplayError {
    /// The file with the round.
    pub file: PathBuf,
    /// Why.
    pub why: WhyNot,
}

/// Why the round in a file cannot be replayed to its end.
#[derive(Debug)]
pub enum WhyNot {
    /// The file cannot be read.
    Read(io::Error),
    /// There is no log in it that this program reads.
    Unreadable(Unreadable),
    /// The result is not the same.
    Differs(Differs),
    /// The log breaks off. Up to there the result is the same.
    BreaksOff {
        /// The description of the round up to there, in lines.
        report: String,
        /// The last tick.
        ticks: usize,
        /// The hashes up to there.
        hashes: usize,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.why {
            WhyNot::Read(error) => write!(f, "cannot read {file}: {error}"),
            WhyNot::Unreadable(error) => write!(f, "{file}: {error}"),
            WhyNot::Differs(differs) => write!(f, "{file}: {differs}"),
            WhyNot::BreaksOff {
                report,
                ticks,
                hashes,
            } => write!(
                f,
                "{report}{file}: the log breaks off after tick {ticks}; up to there all {hashes} hashes are the same"
            ),
        }
    }
}

impl std::error::Error for ReplayError {}

/// Replays the round in `file`, and describes how it ended.
///
/// # Errors
/// The file cannot be read, or the result is not the same.
pub fn play(file: &Path) -> Result<String, ReplayError> {
    play_log(file).map_err(|why| ReplayError {
        file: file.to_owned(),
        why,
    })
}

fn play_log(file: &Path) -> Result<String, WhyNot> {
    let bytes = fs::read(file).map_err(WhyNot::Read)?;
    let (log, whole) = match Log::read(&bytes) {
        Ok(log) => (log, true),
        Err(Unreadable::Truncated { whole: Some(log) }) => (*log, false),
        Err(error) => return Err(WhyNot::Unreadable(error)),
    };
    let world = replay(&log).map_err(WhyNot::Differs)?;
    let mut text = format!(
        "round {}: {} ticks, {} turns, seed {:016x}\n",
        log.round,
        log.ticks.len(),
        log.ticks
            .iter()
            .flatten()
            .filter(|input| matches!(input, rush::Input::Turn { .. }))
            .count(),
        log.seed,
    );
    let names = log.names();
    for (place, seat) in (1..).zip(world.ranking().into_iter().take(LISTED)) {
        let (Some(player), Some(name)) = (world.player(seat), names.get(&seat)) else {
            continue; // Every player in the ranking has a seat and a name.
        };
        let _ = writeln!(
            text,
            "{place:3}. {} {name}  {}",
            player.team.shape(),
            player.points
        );
    }
    let (hashes, last) = (log.hashes.len(), world.hash());
    if !whole {
        return Err(WhyNot::BreaksOff {
            report: text,
            ticks: log.ticks.len(),
            hashes,
        });
    }
    let _ = write!(
        text,
        "the replay matches: all {hashes} hashes, the last one {last:016x}"
    );
    Ok(text)
}
