//! The slides and what is shown of them now: which slide, which of its steps, in which language.

use crate::deck::{Complaint, Deck, Slide};
use serde::{Deserialize, Serialize};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The decks, one a language, and the place in them.
#[derive(Debug)]
pub(super) struct Slideshow {
    decks: Vec<Deck>,
    pub(super) complaints: Vec<Complaint>,
    /// A number of the decks' content; a page loads the deck again when it changes. It is the same
    /// after a restart, so that hundreds of phones do not load the same deck again.
    pub(super) revision: u64,
    pub(super) language: String,
    /// Index of the slide. Less than the number of slides, or 0 if there are none.
    pub(super) slide: usize,
    /// How many steps of the slide are revealed.
    pub(super) step: u32,
    /// Whether the projector shows black.
    pub(super) dark: bool,
}

/// The place in the deck, for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    pub(super) language: String,
    slide: usize,
    /// The heading of the slide. It finds the slide again if slides were inserted before it.
    title: String,
    step: u32,
    dark: bool,
}

impl Slideshow {
    /// A slideshow without slides.
    pub(super) fn new(language: &str) -> Slideshow {
        Slideshow {
            decks: Vec::new(),
            complaints: Vec::new(),
            revision: 0,
            language: language.to_owned(),
            slide: 0,
            step: 0,
            dark: false,
        }
    }

    /// Takes decks that were read again. Decks with a mistake are held back whole: the slides from
    /// before stay. Only the first ones are shown as they are.
    pub(super) fn load(&mut self, decks: Vec<Deck>, complaints: Vec<Complaint>) {
        let has_slides = decks.iter().all(|deck| !deck.slides.is_empty());
        if has_slides && (complaints.is_empty() || self.decks.is_empty()) {
            self.revision = revision(&decks);
            self.decks = decks;
            if !self.has_language(&self.language)
                && let Some(first) = self.decks.first()
            {
                self.language = first.language.clone();
            }
        }
        self.complaints = complaints;
        self.go(self.slide, self.step);
    }

    /// Shows the deck in another language, if it has that.
    pub(super) fn change_language(&mut self, language: &str) {
        if self.has_language(language) {
            self.language = language.to_owned();
        }
    }

    fn has_language(&self, language: &str) -> bool {
        self.decks.iter().any(|deck| deck.language == language)
    }

    /// Goes to a step of a slide, or to the last one that there is.
    pub(super) fn go(&mut self, slide: usize, step: u32) {
        self.slide = slide.min(self.slides().len().saturating_sub(1));
        self.step = step.min(self.current().map_or(0, |slide| slide.steps));
    }

    /// Reveals the next step, or goes to the next slide.
    pub(super) fn next(&mut self) {
        let steps = self.current().map_or(0, |slide| slide.steps);
        if self.step < steps {
            self.step += 1;
        } else if self.slide + 1 < self.slides().len() {
            self.go(self.slide + 1, 0);
        }
    }

    /// Hides the last step, or goes to the end of the slide before.
    pub(super) fn back(&mut self) {
        if self.step > 0 {
            self.step -= 1;
        } else if self.slide > 0 {
            self.go(self.slide - 1, u32::MAX);
        }
    }

    /// The slide that is shown. `None` if there are no slides.
    pub(super) fn current(&self) -> Option<&Slide> {
        self.slides().get(self.slide)
    }

    /// Whether the talk has arrived at its last slide, or at the answers after it.
    pub(super) fn is_over(&self) -> bool {
        let slides = self.slides();
        let last = slides.iter().rposition(|slide| slide.plan.is_some());
        self.slide >= last.unwrap_or(slides.len().saturating_sub(1))
    }

    /// Whether a slide in any language has this demo.
    pub(super) fn has_demo(&self, name: &str) -> bool {
        self.any(|slide| slide.blocks.demos.iter().any(|it| it == name))
    }

    /// Whether a slide in any language has the schedule game of this step.
    pub(super) fn has_scheduler(&self, step: &str) -> bool {
        self.any(|slide| slide.blocks.schedulers.iter().any(|it| it == step))
    }

    pub(super) fn save(&self) -> Saved {
        Saved {
            language: self.language.clone(),
            slide: self.slide,
            title: self
                .current()
                .map(|it| it.title.clone())
                .unwrap_or_default(),
            step: self.step,
            dark: self.dark,
        }
    }

    /// Goes to the place of an earlier stage, in the deck as it is now.
    pub(super) fn restore(&mut self, saved: Saved) {
        let has_its_title = |slide: &Slide| slide.title == saved.title;
        let is_there = self.slides().get(saved.slide).is_some_and(has_its_title);
        let moved_to = self.slides().iter().position(has_its_title);
        let slide = moved_to.filter(|_| !is_there).unwrap_or(saved.slide);
        self.change_language(&saved.language);
        self.go(slide, saved.step);
        self.dark = saved.dark;
    }

    /// The name of the first demo on the slide that is shown.
    pub(super) fn demo(&self) -> Option<&str> {
        self.current()?.blocks.demos.first().map(String::as_str)
    }

    /// The title and the notes of a slide in the language that is shown. Empty beyond the last one.
    pub(super) fn texts(&self, slide: usize) -> (&str, &str) {
        let mut decks = self.decks.iter();
        let deck = decks.find(|deck| deck.language == self.language);
        let slide = deck
            .or(self.decks.first())
            .and_then(|deck| deck.slides.get(slide));
        slide.map_or(("", ""), |it| (&it.title, &it.notes))
    }

    /// The step whose schedule game is on the slide that is shown.
    pub(super) fn scheduler(&self) -> Option<&str> {
        self.current()?
            .blocks
            .schedulers
            .first()
            .map(String::as_str)
    }

    fn any(&self, is: impl Fn(&Slide) -> bool) -> bool {
        self.decks.iter().flat_map(|deck| &deck.slides).any(is)
    }

    /// The slides in the first language.
    pub(super) fn slides(&self) -> &[Slide] {
        self.decks.first().map_or(&[], |deck| &deck.slides)
    }
}

/// A hash of all that the pages show of the decks. A number that JavaScript can hold.
fn revision(decks: &[Deck]) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{decks:?}").hash(&mut hasher);
    hasher.finish() >> 12
}
