//! Rounds as files, the newest hundred: `08-snack-game replay FILE` plays one once more.

use rush::log::Log;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// As many rounds are kept.
const KEPT: usize = 100;

/// What is being written. One name for all: whoever dies in the middle of it leaves one file
/// behind, and not one each time.
pub(super) const BEGUN: &str = "round.begun";

#[derive(Debug)]
pub(super) struct Rounds(PathBuf);

impl Rounds {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Written under another name first, so that what has the right name is whole.
    pub(super) fn keep(&self, now: Duration, room: &str, round: u32, log: &[u8]) -> io::Result<()> {
        // A clock that was set back must not make the newest round look like the oldest, which is
        // the one that makes way.
        let newest = self.all()?.iter().filter_map(millis_in).max();
        let millis = (now.as_millis() as u64).max(newest.map_or(0, |it| it.saturating_add(1)));
        let name = format!("{millis:013}-{room}-{round}.rush");
        let begun = self.0.join(BEGUN);
        fs::write(&begun, log)?;
        let parts = self.parts_of(room, round, log)?;
        fs::rename(begun, self.0.join(name))?;
        parts.iter().try_for_each(fs::remove_file)?;
        self.forget()
    }

    /// A round that went on after a restart was stored at the closing, as far as it was then: the
    /// whole of it takes that one's place.
    fn parts_of(&self, room: &str, round: u32, log: &[u8]) -> io::Result<Vec<PathBuf>> {
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
        // Chance begins with another number in each round that there ever was.
        parts.retain(|path| fs::read(path).is_ok_and(|part| this.is_some() && seed(&part) == this));
        Ok(parts)
    }

    /// The oldest make way. Names begin with the time, so that they are in its order; nothing else
    /// in the folder is touched.
    fn forget(&self) -> io::Result<()> {
        let mut rounds = self.all()?;
        rounds.sort_by_cached_key(|path| (millis_in(path), path.clone()));
        let many = rounds.len().saturating_sub(KEPT);
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

/// When a round was kept, by its name. Somebody may have put any files there.
pub(crate) fn millis_in(path: impl AsRef<Path>) -> Option<u64> {
    let name = path.as_ref().file_name()?.to_str()?;
    let (millis, _) = name.split_once('-')?;
    millis.parse().ok()
}
