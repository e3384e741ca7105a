//! Reads the deck again whenever one of its files changes.

use super::{complaint::Complaint, load::load, place::Place, slide::Deck};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    thread,
    time::{Duration, SystemTime},
};

/// How often the files are checked.
const POLL: Duration = Duration::from_millis(400);

/// Starts a thread that reads the deck again after each change. It puts the decks into `shown`,
/// unless one has no slides, and reports them; it ends when `report` returns false.
pub(crate) fn watch(
    place: Place,
    shown: Arc<RwLock<Vec<Deck>>>,
    report: impl Fn(Vec<Deck>, Vec<Complaint>) -> bool + Send + 'static,
) {
    thread::spawn(move || {
        let mut known = versions(&place);
        loop {
            thread::sleep(POLL);
            let now = versions(&place);
            if now == known {
                continue;
            }
            known = now;
            let (decks, complaints) = load(&place);
            if decks.iter().all(|deck| !deck.slides.is_empty()) {
                *shown.write().unwrap_or_else(PoisonError::into_inner) = decks.clone();
            }
            if !report(decks, complaints) {
                return;
            }
        }
    });
}

/// When each file was changed last, and its size. `None` for a file that cannot be read.
fn versions(place: &Place) -> BTreeMap<PathBuf, Option<(SystemTime, u64)>> {
    let languages = place.languages();
    let files = languages.iter().flat_map(|language| place.files(language));
    files
        .map(|file| {
            let version = fs::metadata(&file)
                .ok()
                .and_then(|it| Some((it.modified().ok()?, it.len())));
            (file, version)
        })
        .collect()
}
