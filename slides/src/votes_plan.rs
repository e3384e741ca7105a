//! Whether the plan allows for the votes: a game that the audience plays takes as long as its
//! moves, and the plan of its slide must have room for it.

use crate::{
    deck::{Complaint, Deck, Place, TALK, clock},
    stage::ALONE,
};
use scheduler::{Game, Outcome};
use std::{collections::BTreeMap, thread, time::Duration};

/// Games that are played at random, each step's own seed. The longest one counts.
const GAMES: u64 = 24;

/// The time of a slide beside its votes: to say what it is about, and how it ended.
const WORDS: Duration = Duration::from_secs(15);

/// Checks every slide with a game. `vote` is how long a vote takes.
pub(crate) fn check(place: &Place, decks: &[Deck], vote: Duration) -> Vec<Complaint> {
    let slides = || decks.iter().flat_map(|deck| &deck.slides);
    let games = slides().flat_map(|slide| &slide.blocks.schedulers);
    let lengths = lengths(games.map(String::as_str), vote);
    let mut complaints = Vec::new();
    for deck in decks {
        for (at, slide) in deck.slides.iter().enumerate() {
            let later = &deck.slides[at + 1..];
            let next = later.iter().find_map(|it| it.plan).unwrap_or(TALK);
            let Some(planned) = slide.plan.map(|from| next.saturating_sub(from)) else {
                continue;
            };
            let steps = slide.blocks.schedulers.iter();
            for (step, length) in steps.filter_map(|step| Some((step, *lengths.get(&**step)?))) {
                let needs = u32::try_from((length + WORDS).as_secs()).unwrap_or(u32::MAX);
                if planned < needs {
                    let what = format!(
                        "the plan has {} for this slide, and a game of {step} takes up to {} by \
                         votes of {} s, with {} s for words: plan the next slide {} s later",
                        clock(planned),
                        clock(needs),
                        vote.as_secs(),
                        WORDS.as_secs(),
                        needs - planned
                    );
                    complaints.push(place.complaint(deck, slide, what));
                }
            }
        }
    }
    complaints
}

/// How long a game of each step takes, the longest of some that are played at random.
fn lengths<'a>(
    steps: impl Iterator<Item = &'a str>,
    vote: Duration,
) -> BTreeMap<&'a str, Duration> {
    let mut lengths: BTreeMap<&str, Duration> = steps.map(|it| (it, Duration::ZERO)).collect();
    thread::scope(|scope| {
        for (step, length) in &mut lengths {
            scope.spawn(|| {
                let games = (0..GAMES).filter_map(|seed| play(step, seed, vote));
                *length = games.max().unwrap_or_default();
            });
        }
    });
    lengths
}

/// Plays a game at random. `None` if the step has none, which the deck's own lint reports.
fn play(step: &str, seed: u64, vote: Duration) -> Option<Duration> {
    let mut game = Game::start(step).ok()?;
    let mut state = seed;
    let mut takes = Duration::ZERO;
    while *game.outcome() == Outcome::Running {
        let threads = game.threads().iter();
        let can: Vec<String> = threads
            .filter(|thread| thread.can_move)
            .map(|thread| thread.name.clone())
            .collect();
        takes += if can.len() > 1 { vote } else { ALONE };
        // The generator of Knuth's MMIX; its low bits are weak.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pick = usize::try_from(state >> 33).ok()? % can.len().max(1);
        game.pick(can.get(pick)?).ok()?;
    }
    Some(takes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck;

    #[test]
    fn the_plan_of_the_talk_allows_for_its_votes_and_not_for_slow_ones() {
        let place = Place::new(None);
        let (decks, _) = deck::load(&place);
        assert_eq!(check(&place, &decks, crate::stage::VOTE), Vec::new());
        let slow = check(&place, &decks, Duration::from_secs(30));
        assert!(slow.len() >= 2 * 3, "{slow:#?}");
        let first = slow[0].to_string();
        assert!(
            first.starts_with("slides/en/02-locks.md:") && first.contains("by votes of 30 s"),
            "{first}"
        );
    }
}
