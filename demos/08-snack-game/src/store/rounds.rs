//! Logs of the newest hundred rounds, as files that `08-snack-game replay FILE` plays again.

use rush::log::Log;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// The most rounds that are kept.
const MAX_ROUNDS: usize = 100;

/// The temporary name of a file that is being written. It is always the same, so crashes leave one
/// such file at most.
pub(super) const TEMPORARY: &str = "round.begun";

#[derive(Debug)]
pub(super) struct Rounds(PathBuf);

impl Rounds {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Stores a round, under a temporary name first, so that a file with the right name is
    /// complete.
    pub(super) fn keep(&self, now: Duration, room: &str, round: u32, log: &[u8]) -> io::Result<()> {
        // If the clock was set back, the newest round must not look like the oldest, which is
        // deleted first.
        let newest = self.all()?.iter().filter_map(millis_in).max();
        let millis = (now.as_millis() as u64).max(newest.map_or(0, |it| it.saturating_add(1)));
        let name = format!("{millis:013}-{room}-{round}.rush");
        let temporary = self.0.join(TEMPORARY);
        fs::write(&temporary, log)?;
        let parts = self.replaced_by(room, round, log)?;
        fs::rename(temporary, self.0.join(name))?;
        parts.iter().try_for_each(fs::remove_file)?;
        self.delete_oldest()
    }

    /// The files that the complete round replaces: a shutdown in the middle of the round stored its
    /// first part.
    fn replaced_by(&self, room: &str, round: u32, log: &[u8]) -> io::Result<Vec<PathBuf>> {
        let called = format!("{room}-{round}");
        let mut parts = self.all()?;
        parts.retain(|path| {
            let name = path.file_stem().and_then(|name| name.to_str());
            name.and_then(|name| name.split_once('-'))
                .is_some_and(|(_, name)| name == called)
        });
        if parts.is_empty() {
            return Ok(parts);
        }
        let seed = |bytes: &[u8]| Log::read(bytes).ok().map(|log| log.seed);
        let this = seed(log);
        // Every round has a different random seed.
        parts.retain(|path| fs::read(path).is_ok_and(|part| this.is_some() && seed(&part) == this));
        Ok(parts)
    }

    /// Deletes the oldest rounds. A name begins with the time. Other files in the folder are not
    /// touched.
    fn delete_oldest(&self) -> io::Result<()> {
        let mut rounds = self.all()?;
        rounds.sort_by_cached_key(|path| (millis_in(path), path.clone()));
        let many = rounds.len().saturating_sub(MAX_ROUNDS);
        rounds[..many].iter().try_for_each(fs::remove_file)
    }

    fn all(&self) -> io::Result<Vec<PathBuf>> {
        let mut rounds = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "rush") {
                rounds.push(path);
            }
        }
        Ok(rounds)
    }
}

/// The time in the name of a round's file, in milliseconds since 1970. `None` for any other file.
pub(crate) fn millis_in(path: impl AsRef<Path>) -> Option<u64> {
    let name = path.as_ref().file_name()?.to_str()?;
    let (millis, _) = name.split_once('-')?;
    millis.parse().ok()
}
