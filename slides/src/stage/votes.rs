//! Votes about the moves of the schedule game, one after another: when one ends, its winner moves,
//! and the next one begins at once.

use super::vote::{self, Vote};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a move without a choice is announced before it is made.
pub(crate) const ALONE: Duration = Duration::from_secs(1);

/// How long a vote takes if no option says otherwise.
pub(crate) const VOTE: Duration = Duration::from_secs(4);

/// A series of votes, or none.
#[derive(Debug)]
pub(super) struct Votes {
    /// How long each vote takes.
    takes: Duration,
    /// The number of the last vote. It never goes back, so that a late ballot does not count.
    last_round: u64,
    /// `None` without a series: the presenter picks each move.
    pick: Option<Pick>,
    /// What the phones show of a vote. It is older than the vote, so that a ballot does not wake
    /// every phone.
    shown: (Vec<(usize, usize)>, Duration),
}

/// The votes for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    last_round: u64,
    /// Whether there is a series.
    run: bool,
    /// The vote that is open.
    pub(super) vote: Option<vote::Saved>,
    /// The last vote ended without ballots, and the presenter has not picked yet.
    pub(super) no_ballots: bool,
}

/// How the next move is picked.
#[derive(Debug)]
enum Pick {
    /// The game makes the last move.
    Waiting,
    Open(Vote),
    /// Only this thread can move, so it moves without a vote.
    Alone {
        thread: usize,
        until: Instant,
    },
    /// The vote ended without ballots: the presenter picks this move, then the series continues.
    NoBallots,
}

impl Votes {
    pub(super) fn new(takes: Duration) -> Votes {
        Votes {
            takes,
            last_round: 0,
            pick: None,
            shown: (Vec::new(), Duration::ZERO),
        }
    }

    pub(super) fn save(&self, now: Instant) -> Saved {
        let vote = match &self.pick {
            Some(Pick::Open(vote)) => Some(vote.save(now)),
            _ => None,
        };
        Saved {
            last_round: self.last_round,
            run: self.run(),
            vote,
            no_ballots: matches!(self.pick, Some(Pick::NoBallots)),
        }
    }

    /// Takes the series of an earlier stage. It waits until the game has made its moves again.
    pub(super) fn restore(&mut self, saved: &Saved) {
        self.last_round = self.last_round.max(saved.last_round);
        self.pick = saved.run.then_some(Pick::Waiting);
    }

    /// Continues the vote of an earlier stage.
    pub(super) fn resume(&mut self, saved: vote::Saved, now: Instant) {
        let vote = Vote::restored(saved, now);
        self.shown = (vote.count(), vote.left(now));
        self.pick = Some(Pick::Open(vote));
    }

    /// Continues after a vote of an earlier stage that ended without ballots. A vote begins only
    /// once the presenter has picked: a restart does not turn the phones' clock back.
    pub(super) fn wait_for_presenter(&mut self) {
        self.pick = Some(Pick::NoBallots);
    }

    /// Whether there is a series.
    pub(super) fn run(&self) -> bool {
        self.pick.is_some()
    }

    /// Begins a series. Its first vote begins with [`Votes::next`].
    pub(super) fn begin(&mut self) {
        self.pick = Some(Pick::Waiting);
    }

    /// Ends the series. The presenter picks again.
    pub(super) fn end(&mut self) {
        self.pick = None;
    }

    /// In a series: decides how the next of these moves is picked. Without a choice left, the game
    /// has ended, and the series with it.
    pub(super) fn next(&mut self, choices: &[usize], now: Instant) {
        if self.pick.is_none() {
            return;
        }
        self.pick = match *choices {
            [] => None,
            [thread] => Some(Pick::Alone {
                thread,
                until: now + ALONE,
            }),
            _ => {
                self.last_round += 1;
                let vote = Vote::new(self.last_round, choices.to_vec(), now + self.takes);
                self.shown = (vote.count(), vote.left(now));
                Some(Pick::Open(vote))
            }
        };
    }

    /// A move was picked, by the presenter or by a vote. The series continues when it is made.
    pub(super) fn picked(&mut self) {
        if self.pick.is_some() {
            self.pick = Some(Pick::Waiting);
        }
    }

    /// Returns the thread that moves if the time is over.
    pub(super) fn tick(&mut self, now: Instant) -> Option<usize> {
        match &self.pick {
            Some(Pick::Open(vote)) if vote.is_over(now) => {
                let winner = vote.winner();
                let next = winner.map_or(Pick::NoBallots, |_| Pick::Waiting);
                self.pick = Some(next);
                winner
            }
            Some(Pick::Alone { thread, until }) if now >= *until => {
                let thread = *thread;
                self.picked();
                Some(thread)
            }
            Some(Pick::Open(vote)) => {
                self.shown = (vote.count(), vote.left(now));
                None
            }
            _ => None,
        }
    }

    /// When [`Votes::tick`] has something to do. `None` if nothing is due.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.pick {
            Some(Pick::Open(vote)) => Some(vote.until),
            Some(Pick::Alone { until, .. }) => Some(*until),
            Some(Pick::Waiting | Pick::NoBallots) | None => None,
        }
    }

    /// Whether the vote that runs has a ballot of this device.
    pub(super) fn has_ballot(&self, device: u64) -> bool {
        matches!(&self.pick, Some(Pick::Open(vote)) if vote.has_ballot(device))
    }

    /// The vote that runs.
    pub(super) fn open(&mut self) -> Option<&mut Vote> {
        match &mut self.pick {
            Some(Pick::Open(vote)) => Some(vote),
            _ => None,
        }
    }

    /// For the presenter's pages. `null` without a series.
    pub(super) fn for_pages(&self, now: Instant) -> Value {
        match &self.pick {
            Some(Pick::Open(vote)) => self.open_vote(vote, &vote.count(), vote.left(now)),
            other => without_vote(other.as_ref()),
        }
    }

    /// For the phones: what changes at the ticks only.
    pub(super) fn for_phones(&self) -> Value {
        match &self.pick {
            Some(Pick::Open(vote)) => self.open_vote(vote, &self.shown.0, self.shown.1),
            other => without_vote(other.as_ref()),
        }
    }

    fn open_vote(&self, vote: &Vote, count: &[(usize, usize)], left: Duration) -> Value {
        json!({
            "state": "open", "round": vote.round, "count": count,
            "left": left.as_millis() as u64, "takes": self.takes.as_millis() as u64,
        })
    }

    #[cfg(test)]
    pub(super) fn set_open(&mut self, vote: Vote) {
        self.shown = (vote.count(), Duration::ZERO);
        self.pick = Some(Pick::Open(vote));
    }
}

fn without_vote(pick: Option<&Pick>) -> Value {
    match pick {
        None | Some(Pick::Open(_)) => Value::Null,
        Some(Pick::Waiting) => json!({"state": "waiting"}),
        Some(Pick::Alone { thread, .. }) => json!({"state": "alone", "thread": thread}),
        Some(Pick::NoBallots) => json!({"state": "nobody"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(votes: &Votes, now: Instant) -> String {
        votes.for_pages(now)["state"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    }

    #[test]
    fn each_vote_follows_the_last_one_until_the_game_or_the_series_ends() {
        let mut now = Instant::now();
        let mut votes = Votes::new(VOTE);
        votes.next(&[0, 1], now);
        assert!(!votes.run(), "no vote without a series");
        votes.begin();
        for round in 1..=3 {
            votes.next(&[0, 1], now);
            assert_eq!(votes.due(), Some(now + VOTE));
            votes.open().expect("a vote").cast(1, round, 1);
            assert_eq!(votes.tick(now + VOTE / 2), None);
            assert_eq!(votes.for_phones()["count"], json!([[0, 0], [1, 1]]));
            assert_eq!(votes.for_phones()["left"], 2000);
            now += VOTE;
            assert_eq!(votes.tick(now), Some(1));
            assert_eq!(state(&votes, now), "waiting");
            assert_eq!(votes.tick(now + VOTE), None, "it moves once");
        }
        votes.next(&[0, 1], now);
        votes.end();
        assert_eq!((votes.tick(now + VOTE), votes.due()), (None, None));
        votes.begin();
        votes.next(&[], now);
        assert!(!votes.run(), "the game has ended");
    }

    #[test]
    fn a_thread_that_alone_can_move_moves_without_a_vote() {
        let now = Instant::now();
        let mut votes = Votes::new(VOTE);
        votes.begin();
        votes.next(&[2], now);
        assert_eq!(state(&votes, now), "alone");
        assert_eq!(votes.for_phones(), json!({"state": "alone", "thread": 2}));
        assert!(votes.open().is_none());
        assert_eq!(votes.tick(now), None);
        assert_eq!(votes.tick(now + ALONE), Some(2));
    }

    #[test]
    fn without_ballots_the_presenter_picks_and_the_series_goes_on() {
        let now = Instant::now();
        let mut votes = Votes::new(VOTE);
        votes.begin();
        votes.next(&[0, 1], now);
        assert_eq!(votes.tick(now + VOTE), None);
        assert_eq!(state(&votes, now), "nobody");
        assert_eq!(votes.due(), None, "it waits for the presenter");
        votes.picked();
        votes.next(&[0, 1], now);
        assert_eq!(state(&votes, now), "open");
        // A ballot for the round before does not count.
        votes.open().expect("a vote").cast(1, 1, 0);
        assert_eq!(votes.tick(now + VOTE), None);
        assert_eq!(state(&votes, now), "nobody");
    }
}
