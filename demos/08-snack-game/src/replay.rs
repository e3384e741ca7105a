//! Replays a stored round from its log.

use rush::log::{Log, Unreadable, replay};
use std::{fmt::Write, fs, path::Path};

/// The most players that are listed.
const LISTED: usize = 10;

/// Replays the round in `file`, and describes how it ended.
///
/// # Errors
/// A sentence: the file cannot be read, or the result is not the same.
pub fn play(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let (log, whole) = match Log::read(&bytes) {
        Ok(log) => (log, true),
        Err(Unreadable::Truncated { whole: Some(log) }) => (*log, false),
        Err(error) => return Err(format!("{shown}: {error}")),
    };
    let world = replay(&log).map_err(|differs| format!("{shown}: {differs}"))?;
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
    for (place, seat) in world.places().into_iter().take(LISTED) {
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
        let ticks = log.ticks.len();
        return Err(format!(
            "{text}{shown}: the log breaks off after tick {ticks}; up to there all {hashes} hashes are the same"
        ));
    }
    let _ = write!(
        text,
        "the replay matches: all {hashes} hashes, the last one {last:016x}"
    );
    Ok(text)
}
