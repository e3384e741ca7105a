//! The schedule game on the stage: the game that is played, its newest state, and the vote about
//! its next move.

use super::vote::{self, Vote};
use crate::schedule::{GameHandle, View};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Instant;

#[derive(Debug, Default)]
pub(super) struct ScheduleGame {
    /// Number of the game. Views of an earlier game are ignored.
    number: u64,
    handle: Option<GameHandle>,
    /// `None` until the game has reported its first state.
    view: Option<View>,
    vote: Option<Vote>,
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
    vote: Option<vote::Saved>,
}

impl ScheduleGame {
    /// Replaces the game.
    pub(super) fn begin(&mut self, number: u64, handle: GameHandle) {
        *self = ScheduleGame {
            number,
            handle: Some(handle),
            ..ScheduleGame::default()
        };
    }

    /// Replaces the game by one that makes the saved moves again. The vote goes on afterwards.
    pub(super) fn resume(&mut self, number: u64, handle: GameHandle, saved: Saved) {
        self.begin(number, handle);
        self.resumes = Some(saved);
    }

    pub(super) fn save(&self) -> Saved {
        if let Some(saved) = &self.resumes {
            return saved.clone();
        }
        let Some(view) = &self.view else {
            return Saved::default();
        };
        Saved {
            step: view.step().to_owned(),
            picks: view.picks().to_owned(),
            vote: self.vote.as_ref().map(|it| it.save(Instant::now())),
        }
    }

    /// Takes the newest state. It ends a vote, which was about the move before.
    pub(super) fn update(&mut self, number: u64, view: View) {
        if number == self.number {
            let resumed = self.resumes.take().filter(|it| it.picks == view.picks());
            let vote = resumed.and_then(|it| it.vote);
            self.vote = vote.map(|it| Vote::restored(it, Instant::now()));
            self.view = Some(view);
        }
    }

    /// Lets a thread move. It ends a vote.
    pub(super) fn choose(&mut self, thread: usize) {
        self.vote = None;
        if let Some(handle) = &self.handle {
            handle.choose(thread);
        }
    }

    /// Begins a vote about the next move, if any thread can move.
    pub(super) fn ask(&mut self, round: u64, now: Instant) {
        let choices = self.view.as_ref().map(View::choices).unwrap_or_default();
        if !choices.is_empty() {
            self.vote = Some(Vote::new(round, choices, now));
        }
    }

    pub(super) fn cast(&mut self, phone: u64, round: u64, choice: usize) {
        if let Some(vote) = &mut self.vote {
            vote.cast(phone, round, choice);
        }
    }

    pub(super) fn withdraw(&mut self, phone: u64) {
        if let Some(vote) = &mut self.vote {
            vote.withdraw(phone);
        }
    }

    /// Ends a vote whose time is over: its winner moves. Without votes no thread moves.
    pub(super) fn tick(&mut self, now: Instant) {
        let Some(vote) = self.vote.take_if(|vote| vote.is_over(now)) else {
            return;
        };
        if let (Some(choice), Some(handle)) = (vote.winner(), &self.handle) {
            handle.choose(choice);
        }
    }

    /// The game and the vote for the presenter's pages.
    pub(super) fn for_pages(&self, now: Instant) -> (Option<Value>, Option<Value>) {
        let vote = self.vote.as_ref().map(|vote| {
            let left = vote.left(now).as_secs_f32().ceil();
            json!({"round": vote.round, "count": vote.count(), "left": left})
        });
        (self.view.as_ref().map(View::json), vote)
    }

    /// The game and the vote for the phones: without what changes while a vote runs.
    pub(super) fn for_phones(&self) -> (Option<Value>, Option<Value>) {
        let vote = self.vote.as_ref().map(|vote| {
            let choices: Vec<usize> = vote.count().iter().map(|(choice, _)| *choice).collect();
            json!({"round": vote.round, "choices": choices})
        });
        (self.view.as_ref().map(View::brief), vote)
    }

    #[cfg(test)]
    pub(super) fn set_vote(&mut self, vote: Vote) {
        self.vote = Some(vote);
    }

    #[cfg(test)]
    pub(super) fn has_vote(&self) -> bool {
        self.vote.is_some()
    }

    #[cfg(test)]
    pub(super) fn has_begun(&self) -> bool {
        self.handle.is_some()
    }
}
