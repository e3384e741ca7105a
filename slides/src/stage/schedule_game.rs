//! The schedule game on the stage: the game that is played, its newest state, and the vote about
//! its next move.

use super::votes::{self, Votes};
use crate::schedule::{GameHandle, View};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct ScheduleGame {
    /// Number of the game. Views of an earlier game are ignored.
    number: u64,
    /// The step whose `room.rs` is played.
    step: String,
    handle: Option<GameHandle>,
    /// `None` until the game has reported its first state.
    view: Option<View>,
    votes: Votes,
    /// What an earlier stage saved, until the game has made its moves again.
    resumes: Option<Saved>,
}

/// The schedule game for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    /// Empty if no game was begun.
    pub(super) step: String,
    /// The moves. A game is its moves: made again, they lead to the same state.
    pub(super) picks: String,
    pub(super) votes: votes::Saved,
}

impl ScheduleGame {
    /// No game. A vote takes this long.
    pub(super) fn new(vote: Duration) -> ScheduleGame {
        ScheduleGame {
            number: 0,
            step: String::new(),
            handle: None,
            view: None,
            votes: Votes::new(vote),
            resumes: None,
        }
    }

    /// Replaces the game. A series of votes ends.
    pub(super) fn begin(&mut self, number: u64, step: &str, handle: GameHandle) {
        self.votes.end();
        self.number = number;
        step.clone_into(&mut self.step);
        self.handle = Some(handle);
        self.view = None;
        self.resumes = None;
    }

    /// Replaces the game by one that makes the saved moves again. The votes go on afterwards.
    pub(super) fn resume(&mut self, number: u64, handle: GameHandle, saved: Saved) {
        self.begin(number, &saved.step, handle);
        self.votes.restore(&saved.votes);
        self.resumes = Some(saved);
    }

    /// Takes only the number of the last vote from an earlier stage: no slide has its game now.
    pub(super) fn forget(&mut self, saved: &Saved) {
        self.votes.restore(&saved.votes);
        self.votes.end();
    }

    pub(super) fn save(&self) -> Saved {
        if let Some(saved) = &self.resumes {
            return saved.clone();
        }
        let moves = self.view.as_ref();
        Saved {
            step: moves.map_or("", View::step).to_owned(),
            picks: moves.map_or("", View::picks).to_owned(),
            votes: self.votes.save(Instant::now()),
        }
    }

    /// Whether a game of this step is being played, and has not ended.
    pub(super) fn runs(&self, step: &str) -> bool {
        self.handle.is_some()
            && self.step == step
            && self.view.as_ref().is_none_or(|view| !view.has_ended())
    }

    /// Takes the newest state. A vote was about the move before, so in a series the next one
    /// begins.
    pub(super) fn update(&mut self, number: u64, view: View, now: Instant) {
        if number == self.number {
            let resumed = self.resumes.take().filter(|it| it.picks == view.picks());
            match resumed.map(|it| it.votes) {
                Some(votes::Saved {
                    vote: Some(vote), ..
                }) => self.votes.resume(vote, now),
                Some(votes::Saved {
                    no_ballots: true, ..
                }) => self.votes.wait_for_presenter(),
                _ => self.votes.next(&view.choices(), now),
            }
            self.view = Some(view);
        }
    }

    /// Lets a thread move. It ends a vote; a series continues with the move after this one.
    pub(super) fn choose(&mut self, thread: usize) {
        self.votes.picked();
        if let Some(handle) = &self.handle {
            handle.choose(thread);
        }
    }

    /// Begins a series of votes.
    pub(super) fn begin_votes(&mut self, now: Instant) {
        if self.votes.run() {
            return;
        }
        self.votes.begin();
        if let Some(view) = &self.view {
            self.votes.next(&view.choices(), now);
        }
    }

    /// Ends the series: the presenter picks again.
    pub(super) fn end_votes(&mut self) {
        self.votes.end();
    }

    /// Counts a device's vote, and returns whether it counts.
    pub(super) fn cast(&mut self, device: u64, round: u64, choice: usize) -> bool {
        let vote = self.votes.open();
        vote.is_some_and(|vote| vote.cast(device, round, choice))
    }

    pub(super) fn withdraw(&mut self, device: u64) {
        if let Some(vote) = self.votes.open() {
            vote.withdraw(device);
        }
    }

    /// Whether the vote has a ballot of this device.
    pub(super) fn has_ballot(&self, device: u64) -> bool {
        self.votes.has_ballot(device)
    }

    /// Makes the move that is due. Without ballots no thread moves.
    pub(super) fn tick(&mut self, now: Instant) {
        if let (Some(thread), Some(handle)) = (self.votes.tick(now), &self.handle) {
            handle.choose(thread);
        }
    }

    /// When a move is due. `None` if the game waits for the presenter.
    pub(super) fn due(&self) -> Option<Instant> {
        self.votes.due()
    }

    /// The game and the votes for the presenter's pages.
    pub(super) fn for_pages(&self, now: Instant) -> (Option<Value>, Value) {
        (
            self.view.as_ref().map(View::json),
            self.votes.for_pages(now),
        )
    }

    /// The game and the votes for the phones.
    pub(super) fn for_phones(&self) -> (Option<Value>, Value) {
        (self.view.as_ref().map(View::brief), self.votes.for_phones())
    }

    #[cfg(test)]
    pub(super) fn set_vote(&mut self, vote: super::vote::Vote) {
        self.votes.set_open(vote);
    }

    #[cfg(test)]
    pub(super) fn has_vote(&mut self) -> bool {
        self.votes.open().is_some()
    }

    #[cfg(test)]
    pub(super) fn has_begun(&self) -> bool {
        self.handle.is_some()
    }
}
