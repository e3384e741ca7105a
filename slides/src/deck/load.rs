//! Reads a deck from its files.

use super::{
    compare,
    complaint::{Complaint, Lint},
    place::Place,
    render::render,
    slide::Deck,
    split,
};
use std::fs;

/// Reads the deck in every language. Returns the decks and what is wrong with them, sorted by file
/// and line.
pub(crate) fn load(place: &Place) -> (Vec<Deck>, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let decks: Vec<Deck> = place
        .languages()
        .iter()
        .map(|language| read(place, language, &mut complaints))
        .collect();
    compare::compare(place, &decks, &mut complaints);
    complaints.sort();
    complaints.dedup();
    (decks, complaints)
}

fn read(place: &Place, language: &str, complaints: &mut Vec<Complaint>) -> Deck {
    let mut deck = Deck {
        language: language.to_owned(),
        ..Deck::default()
    };
    for file in place.files(language) {
        let name = place.name(&file);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                complaints.push(Complaint {
                    file: name,
                    line: 1,
                    what: format!("cannot be read: {error}"),
                });
                continue;
            }
        };
        // Some editors begin a file with a byte-order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut lint = Lint {
            place,
            file: &name,
            complaints,
        };
        let raw = split::split(text, language, &mut lint);
        if deck.title.is_empty() {
            deck.title = raw.title;
        }
        for slide in raw.slides {
            deck.slides.push(render(&slide, &file, &mut lint));
        }
    }
    if deck.title.is_empty()
        && let Some(first) = deck.slides.first()
    {
        deck.title = first.title.clone();
    }
    compare::on_time(place, &deck, complaints);
    deck
}
