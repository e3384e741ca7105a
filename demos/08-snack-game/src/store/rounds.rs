//! Rounds as files, the newest hundred: `08-snack-game replay FILE` plays one once more.

use std::{
    fs, io,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

/// As many rounds are kept.
const KEPT: usize = 100;

#[derive(Debug)]
pub(super) struct Rounds(PathBuf);

impl Rounds {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Written under another name first, so that what has the right name is whole.
    pub(super) fn keep(&self, room: &str, round: u32, log: &[u8]) -> io::Result<()> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        let name = format!("{millis:013}-{room}-{round}.rush");
        let begun = self.0.join(format!("{name}.begun"));
        fs::write(&begun, log)?;
        fs::rename(begun, self.0.join(name))?;
        self.forget()
    }

    /// The oldest make way. Names begin with the time, so that they are in its order; nothing else in the folder is touched.
    fn forget(&self) -> io::Result<()> {
        let mut rounds = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "rush") {
                rounds.push(path);
            }
        }
        rounds.sort();
        let many = rounds.len().saturating_sub(KEPT);
        rounds[..many].iter().try_for_each(fs::remove_file)
    }
}
