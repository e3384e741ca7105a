//! Before the talk: everything that a presenter fears, a line each.

use crate::{
    deck::{self, Place},
    options::Options,
};
use std::process::ExitCode;

/// Looks at the deck alone.
pub(crate) fn lint(options: &Options) -> ExitCode {
    let place = Place::new(options.deck.clone());
    let (decks, complaints) = deck::load(&place);
    for complaint in &complaints {
        println!("{complaint}");
    }
    let slides = decks.first().map_or(0, |deck| deck.slides.len());
    match complaints.len() {
        0 if slides > 0 => {
            println!("{slides} slides in each of {} languages, and nothing to complain", decks.len());
            ExitCode::SUCCESS
        }
        0 => {
            println!("there are no slides");
            ExitCode::FAILURE
        }
        many => {
            println!("\n{many} complaints");
            ExitCode::FAILURE
        }
    }
}

/// Looks at everything.
pub(crate) fn all(options: &Options) -> ExitCode {
    lint(options)
}
