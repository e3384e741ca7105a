//! A round of votes: who moves next? One vote a phone, the last one counts, and the time is
//! limited.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long a round takes.
const ROUND: Duration = Duration::from_secs(8);

#[derive(Debug)]
pub(crate) struct Vote {
    pub(crate) round: u64,
    choices: Vec<usize>,
    /// As many as there are phones, at most.
    ballots: BTreeMap<u64, usize>,
    until: Instant,
}

impl Vote {
    pub(crate) fn new(round: u64, choices: Vec<usize>, now: Instant) -> Vote {
        Vote {
            round,
            choices,
            ballots: BTreeMap::new(),
            until: now + ROUND,
        }
    }

    /// Counts a phone's vote, in place of the one that it gave before. One for another round does
    /// not count.
    pub(crate) fn cast(&mut self, phone: u64, round: u64, choice: usize) {
        if round == self.round && self.choices.contains(&choice) {
            self.ballots.insert(phone, choice);
        }
    }

    pub(crate) fn withdraw(&mut self, phone: u64) {
        self.ballots.remove(&phone);
    }

    pub(crate) fn is_over(&self, now: Instant) -> bool {
        now >= self.until
    }

    pub(crate) fn left(&self, now: Instant) -> Duration {
        self.until.saturating_duration_since(now)
    }

    /// Each choice, and how many want it.
    pub(crate) fn count(&self) -> Vec<(usize, usize)> {
        let votes = |choice: usize| self.ballots.values().filter(|&&it| it == choice).count();
        self.choices
            .iter()
            .map(|&choice| (choice, votes(choice)))
            .collect()
    }

    /// What most want, the first of them if they are equal; nothing if nobody voted.
    pub(crate) fn winner(&self) -> Option<usize> {
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
    fn a_phone_has_one_vote_in_this_round_alone() {
        let now = Instant::now();
        let mut vote = Vote::new(7, vec![0, 2], now);
        assert_eq!(vote.winner(), None);
        for _ in 0..100 {
            vote.cast(1, 7, 2);
        }
        vote.cast(2, 7, 0);
        vote.cast(3, 6, 0);
        vote.cast(4, 7, 1);
        assert_eq!(vote.count(), [(0, 1), (2, 1)]);
        assert_eq!(vote.winner(), Some(0), "the first of equals");
        vote.withdraw(2);
        assert_eq!(vote.winner(), Some(2));
        assert!(!vote.is_over(now) && vote.is_over(now + ROUND));
    }
}
