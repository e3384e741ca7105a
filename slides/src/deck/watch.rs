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

/// How often the files are checked. A file that is being saved changes from one check to the next.
const POLL: Duration = Duration::from_millis(200);

/// After how many checks a deck with a mistake is read again: what it quotes may be mended
/// elsewhere.
const AGAIN: u32 = 15;

/// Starts a thread that reads the deck again after each change, and reports it; it ends when
/// `report` returns false.
///
/// `shown` are the decks that pages fetch. A deck with a mistake never comes there: it is held back
/// whole, until it is mended.
pub(crate) fn watch(
    place: Place,
    shown: Arc<RwLock<Vec<Deck>>>,
    report: impl Fn(Vec<Deck>, Vec<Complaint>) -> bool + Send + 'static,
) {
    thread::spawn(move || {
        let mut known = versions(&place);
        let mut changing = known.clone();
        // Mistakes from the start are checked again, too.
        let (mut held_back, mut checks) = (load(&place).1, 0);
        loop {
            thread::sleep(POLL);
            checks += 1;
            let now = versions(&place);
            let is_saved = now == changing;
            changing = now.clone();
            let is_due = now != known || (!held_back.is_empty() && checks % AGAIN == 0);
            if !is_saved || !is_due {
                continue;
            }
            let (decks, mut complaints) = load(&place);
            complaints.extend(lost(&place, &shown, &decks));
            if now == known && complaints == held_back {
                continue;
            }
            known = now;
            held_back = complaints.clone();
            if complaints.is_empty() {
                *shown.write().unwrap_or_else(PoisonError::into_inner) = decks.clone();
            }
            if !report(decks, complaints) {
                return;
            }
        }
    });
}

/// The languages that the talk had and has no longer.
fn lost(place: &Place, shown: &RwLock<Vec<Deck>>, decks: &[Deck]) -> Vec<Complaint> {
    let shown = shown.read().unwrap_or_else(PoisonError::into_inner);
    let has = |language: &str| {
        let mut decks = decks.iter();
        decks.any(|deck| deck.language == language && !deck.slides.is_empty())
    };
    let lost = shown.iter().filter(|deck| !has(&deck.language));
    lost.map(|deck| Complaint {
        file: place.name(&place.folder.join(&deck.language)),
        line: 1,
        what:
            "the talk had slides here, and they are gone: put them back, or start the stage again"
                .to_owned(),
    })
    .collect()
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
