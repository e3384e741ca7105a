//! The file of the last rehearsal, which the next run compares with. It is beside the file of the
//! stage's state, for the same reasons, and only `--rehearse` writes it.

use crate::stage::Rehearsal;
use serde::{Deserialize, Serialize};
use std::{
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Where the rehearsal of one deck is kept.
#[derive(Clone, Debug)]
pub(crate) struct RehearsalFile {
    path: PathBuf,
    deck: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Contents {
    /// The folder of the deck.
    deck: PathBuf,
    rehearsal: Rehearsal,
}

impl RehearsalFile {
    /// The file for the deck in this folder.
    pub(crate) fn new(deck: &Path) -> RehearsalFile {
        let deck = fs::canonicalize(deck).unwrap_or_else(|_| deck.to_owned());
        let name = deck.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("rehearsal-{name}.json");
        RehearsalFile {
            path: env::current_exe().unwrap_or_default().with_file_name(name),
            deck,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the last rehearsal. `None` if there is none of this deck, or the file cannot be used:
    /// the talk does not need it.
    pub(crate) fn load(&self) -> Option<Rehearsal> {
        let mut text = String::new();
        let file = fs::File::open(&self.path).ok()?;
        file.take(LARGEST).read_to_string(&mut text).ok()?;
        let contents: Contents = serde_json::from_str(&text).ok()?;
        (contents.deck == self.deck).then_some(contents.rehearsal)
    }

    /// Replaces the file at once, so that it is never half written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write(&self, rehearsal: Rehearsal) -> io::Result<()> {
        let contents = Contents {
            deck: self.deck.clone(),
            rehearsal,
        };
        let new = self.path.with_extension("new");
        fs::write(&new, serde_json::to_string(&contents)?)?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_is_read_again_for_its_own_deck_alone() {
        let folder = env::temp_dir().join(format!("snackbar-rehearsal-{}", std::process::id()));
        // Of a test program with the same number that was killed.
        let _no_leftover = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a scratch folder");
        let file = RehearsalFile {
            path: folder.join("rehearsal.json"),
            deck: "deck".into(),
        };
        assert_eq!(file.load(), None);
        let rehearsal: Rehearsal =
            serde_json::from_str(r#"{"times":{"one":{"first_ms":1,"took_ms":2}}}"#).expect("times");
        file.write(rehearsal.clone()).expect("it is written");
        assert_eq!(file.load(), Some(rehearsal));
        let other = RehearsalFile {
            deck: "other".into(),
            ..file.clone()
        };
        assert_eq!(other.load(), None);
        fs::write(&file.path, "{").expect("a damaged file");
        assert_eq!(file.load(), None);
        let _left_for_the_system = fs::remove_dir_all(&folder);
    }
}
