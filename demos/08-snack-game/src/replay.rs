//! A round that was kept, played once more: the turn log is the replay.

use rush::log::{Log, Unreadable, replay};
use std::{fmt::Write, fs, path::Path};

/// As many of a round's players are listed.
const LISTED: usize = 10;

/// Plays the round in `file` and tells how it ended.
///
/// # Errors
/// A sentence: it cannot be read, or it does not come out as it did then.
pub fn play(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let (log, whole) = match Log::read(&bytes) {
        Ok(log) => (log, true),
        Err(Unreadable::Truncated { whole: Some(log) }) => (*log, false),
        Err(error) => return Err(format!("{shown}: {error}")),
    };
    let world = replay(&log).map_err(|differs| format!("{shown}: {differs}"))?;
    let mut told = format!(
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
            continue; // Nobody ends on the podium who neither sat there nor came.
        };
        let _ = writeln!(
            told,
            "{place:3}. {} {name}  {}",
            player.team.shape(),
            player.points
        );
    }
    let (hashes, last) = (log.hashes.len(), world.hash());
    if !whole {
        let ticks = log.ticks.len();
        return Err(format!(
            "{told}{shown}: the log breaks off after tick {ticks}; up to there all {hashes} hashes are the same"
        ));
    }
    let _ = write!(
        told,
        "the same as then: all {hashes} hashes, the last one {last:016x}"
    );
    Ok(told)
}
