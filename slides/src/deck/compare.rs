//! Checks of whole decks: the planned times fit the talk, and both languages have the same slides.

use super::{
    complaint::Complaint,
    place::Place,
    slide::{Deck, Slide, TALK, clock},
};
use std::collections::BTreeSet;

/// Checks that the planned times begin at 0:00, never go back and end within the talk, and that
/// slides without a time come last.
pub(super) fn on_time(place: &Place, deck: &Deck, complaints: &mut Vec<Complaint>) {
    let mut last = None;
    let mut over = false;
    for slide in &deck.slides {
        let what = match slide.plan {
            // Another talk may be as long as it likes, and may plan a part of its slides.
            Some(_) if over && !place.is_other => Some(
                "a slide with a time follows one without: move the slides with `plan: -` to \
                    the end"
                    .to_owned(),
            ),
            Some(at) if at >= TALK && !place.is_other => Some(format!(
                "the talk is over at {}: plan an earlier \
                time",
                clock(TALK)
            )),
            Some(at) if last.is_none() && at != 0 && !place.is_other => {
                Some("the first slide's plan must be 0:00".to_owned())
            }
            Some(at) if last.is_some_and(|last| at < last) => Some(format!(
                "the plan goes back from {} to {}",
                clock(last.unwrap_or(0)),
                clock(at)
            )),
            _ => None,
        };
        over |= slide.plan.is_none();
        last = slide.plan.or(last);
        if let Some(what) = what {
            complaints.push(place.complaint(deck, slide, what));
        }
    }
}

/// Checks that every language has the same files with the same slides in them: the same times,
/// layouts, steps and blocks.
pub(super) fn compare(place: &Place, decks: &[Deck], complaints: &mut Vec<Complaint>) {
    let Some((first, others)) = decks.split_first() else {
        return;
    };
    for other in others {
        compare_two(place, first, other, complaints);
    }
}

fn compare_two(place: &Place, first: &Deck, second: &Deck, complaints: &mut Vec<Complaint>) {
    let names = |deck: &Deck| -> BTreeSet<String> {
        let files = place.files(&deck.language).into_iter();
        files
            .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
            .collect()
    };
    let [ours, theirs] = [names(first), names(second)];
    for file in ours.symmetric_difference(&theirs) {
        let lacks = if ours.contains(file) { second } else { first };
        complaints.push(Complaint {
            file: place.name(&place.folder.join(&lacks.language).join(file)),
            line: 1,
            what: "this file exists only in the other language".to_owned(),
        });
    }
    for file in ours.intersection(&theirs) {
        let of = |deck: &Deck| -> Vec<Slide> {
            deck.slides
                .iter()
                .filter(|it| &it.source.file == file)
                .cloned()
                .collect()
        };
        let [ours, theirs] = [of(first), of(second)];
        for (one, other) in ours.iter().zip(&theirs) {
            if let Some(what) = differs(one, other) {
                complaints.push(place.complaint(second, other, what));
            }
        }
        if ours.len() != theirs.len() {
            complaints.push(Complaint {
                file: place.name(&place.folder.join(&second.language).join(file)),
                line: 1,
                what: format!(
                    "{} slides here, {} in {}",
                    theirs.len(),
                    ours.len(),
                    first.language
                ),
            });
        }
    }
}

fn differs(one: &Slide, other: &Slide) -> Option<String> {
    let plan = |slide: &Slide| slide.plan.map_or("-".to_owned(), clock);
    if one.plan != other.plan {
        Some(format!(
            "`plan: {}` here, `plan: {}` in the other language",
            plan(other),
            plan(one)
        ))
    } else if one.look != other.look {
        Some(format!(
            "`look: {}` here, `look: {}` in the other language",
            other.look, one.look
        ))
    } else if one.steps != other.steps {
        Some(format!(
            "{} steps here, {} in the other language",
            other.steps, one.steps
        ))
    } else if one.blocks.shape != other.blocks.shape {
        Some(format!(
            "blocks [{}] here, [{}] in the other language",
            other.blocks.shape.join(", "),
            one.blocks.shape.join(", ")
        ))
    } else {
        None
    }
}
