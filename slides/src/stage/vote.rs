//! A vote about which thread moves next. A device has one vote, its last one counts, and the time
//! is limited.

use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

#[derive(Debug)]
pub(super) struct Vote {
    /// The number of this vote. A phone names it, so that a late ballot does not count in the next.
    pub(super) round: u64,
    choices: Vec<usize>,
    /// What each device voted for.
    ballots: BTreeMap<u64, usize>,
    pub(super) until: Instant,
}

/// A vote for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    round: u64,
    choices: Vec<usize>,
    ballots: BTreeMap<u64, usize>,
    /// Whole seconds, rounded up. The time stands while there is no stage, because no phone can
    /// vote then.
    seconds_left: u64,
}

impl Vote {
    pub(super) fn save(&self, now: Instant) -> Saved {
        Saved {
            round: self.round,
            choices: self.choices.clone(),
            ballots: self.ballots.clone(),
            seconds_left: self.left(now).as_secs_f32().ceil() as u64,
        }
    }

    pub(super) fn restored(saved: Saved, now: Instant) -> Vote {
        Vote {
            round: saved.round,
            choices: saved.choices,
            ballots: saved.ballots,
            until: now + Duration::from_secs(saved.seconds_left.min(60)),
        }
    }

    pub(super) fn new(round: u64, choices: Vec<usize>, until: Instant) -> Vote {
        Vote {
            round,
            choices,
            ballots: BTreeMap::new(),
            until,
        }
    }

    /// Counts a device's vote, which replaces its vote from before. `false` for another round or
    /// for a thread that cannot move.
    pub(super) fn cast(&mut self, device: u64, round: u64, choice: usize) -> bool {
        let counts = round == self.round && self.choices.contains(&choice);
        if counts {
            self.ballots.insert(device, choice);
        }
        counts
    }

    pub(super) fn withdraw(&mut self, device: u64) {
        self.ballots.remove(&device);
    }

    pub(super) fn has_ballot(&self, device: u64) -> bool {
        self.ballots.contains_key(&device)
    }

    pub(super) fn is_over(&self, now: Instant) -> bool {
        now >= self.until
    }

    pub(super) fn left(&self, now: Instant) -> Duration {
        self.until.saturating_duration_since(now)
    }

    /// Each choice and its number of votes.
    pub(super) fn count(&self) -> Vec<(usize, usize)> {
        let votes = |choice: usize| self.ballots.values().filter(|&&it| it == choice).count();
        self.choices
            .iter()
            .map(|&choice| (choice, votes(choice)))
            .collect()
    }

    /// The choice with most votes, the first one of a tie. `None` without votes.
    pub(super) fn winner(&self) -> Option<usize> {
        let most = self
            .count()
            .into_iter()
            .rev()
            .max_by_key(|(_, votes)| *votes)?;
        (most.1 > 0).then_some(most.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_one_vote_and_only_in_the_current_round() {
        let now = Instant::now();
        let until = now + Duration::from_secs(4);
        let mut vote = Vote::new(7, vec![0, 2], until);
        assert_eq!(vote.winner(), None);
        for _ in 0..100 {
            vote.cast(1, 7, 2);
        }
        vote.cast(2, 7, 0);
        vote.cast(3, 6, 0);
        vote.cast(4, 7, 1);
        assert_eq!(vote.count(), [(0, 1), (2, 1)]);
        assert_eq!(vote.winner(), Some(0), "the first one of a tie");
        vote.withdraw(2);
        assert_eq!(vote.winner(), Some(2));
        assert!(!vote.is_over(now) && vote.is_over(until));
    }
}
