//! Slides that hold more than fits. Each is measured in Chromium if there is one, and estimated
//! otherwise.

mod estimate;
mod measure;

use crate::deck::{Complaint, Deck, Place, Slide};

/// What of a slide does not fit, in pixels of a slide of 1920 by 1080.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Size {
    /// The height of what is below the heading.
    needs: f64,
    /// How much of it is above or below the room that there is.
    over: f64,
    /// How much a line or a table is wider than its room.
    wide: f64,
    /// Lines of code that are cut off.
    cut: u32,
    /// The height of a picture that has been squeezed until it cannot be seen. 0 if there is none.
    squeezed: f64,
}

/// Less than this is no more than a letter's own margin.
const SLACK: f64 = 4.0;

impl Size {
    /// What is wrong, and how to mend it. `None` if the slide fits.
    fn complaint(&self) -> Option<String> {
        let mut wrong = Vec::new();
        if self.over > SLACK {
            wrong.push(format!("is {:.0} px too high", self.over));
        }
        if self.wide > SLACK {
            wrong.push(format!("is {:.0} px too wide", self.wide));
        }
        if self.cut > 0 {
            wrong.push(match self.cut {
                1 => "cuts off 1 line of code".to_owned(),
                many => format!("cuts off {many} lines of code"),
            });
        }
        if self.squeezed > 0.0 {
            wrong.push(format!("shows a picture only {:.0} px high", self.squeezed));
        }
        (!wrong.is_empty()).then(|| {
            format!(
                "the slide {}: shorten it, or make two of it",
                wrong.join(" and ")
            )
        })
    }
}

/// Finds the slides that hold more than fits. Also returns how they were looked at.
pub(crate) fn check(place: &Place, decks: &[Deck]) -> (Vec<Complaint>, String) {
    match measure::all(place, decks) {
        Ok(measured) => {
            let complaints = measured.iter().flat_map(|looked| {
                let sizes = looked.sizes.iter();
                complaints(place, &decks[looked.deck], sizes, looked.screen)
            });
            let mut complaints: Vec<Complaint> = complaints.collect();
            // On the second screen it is mostly the same slides again.
            complaints
                .dedup_by(|again, first| (&again.file, again.line) == (&first.file, first.line));
            (complaints, "measured in Chromium".to_owned())
        }
        Err(why) => {
            let complaints = decks.iter().flat_map(|deck| {
                let sizes: Vec<Size> = deck.slides.iter().map(estimate::size).collect();
                complaints(place, deck, sizes.iter(), "by an estimate")
            });
            (complaints.collect(), format!("estimated: {why}"))
        }
    }
}

fn complaints<'a>(
    place: &Place,
    deck: &Deck,
    sizes: impl Iterator<Item = &'a Size>,
    how: &str,
) -> Vec<Complaint> {
    let both = deck.slides.iter().zip(sizes);
    let found = both.filter_map(|(slide, size): (&Slide, _)| {
        let what = size.complaint()?;
        Some(place.complaint(deck, slide, format!("{what} ({how})")))
    });
    found.collect()
}

#[cfg(test)]
mod tests;
