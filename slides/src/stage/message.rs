//! What is said to the stage: one type, in the domain's words.

use crate::{
    deck::{Complaint, Deck},
    demo::run::Heard,
    kit::Offer,
    schedule::View,
};
use tokio::sync::oneshot;

/// What is said to the stage.
#[derive(Debug)]
pub(crate) enum ToStage {
    /// By the presenter's pages.
    Wish(Wish),
    /// A phone came; it is answered with its number, or not at all if there are too many.
    Phone { reply: oneshot::Sender<Option<u64>> },
    /// A phone has gone, and its vote with it.
    Gone { phone: u64 },
    /// A phone votes in a round of votes.
    Ballot {
        phone: u64,
        round: u64,
        choice: usize,
    },
    /// By the threads of a demo.
    Demo { number: u64, heard: Heard },
    /// By the thread of a game of schedules.
    Schedule { number: u64, view: Box<View> },
    /// The kit is ready to be handed out, or there is none.
    Kit(Offer),
    /// Somebody edited the deck.
    Deck {
        decks: Vec<Deck>,
        complaints: Vec<Complaint>,
    },
}

/// What the presenter may want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Go {
        slide: usize,
        step: u32,
    },
    Next,
    Back,
    /// Nothing but black, until it is wanted again.
    Dark,
    Language(String),
    Start(String),
    Stop(String),
    Replay(String),
    /// The process that serves the game is killed, in front of everybody.
    Crash(String),
    /// A game of schedules begins anew.
    Play(String),
    Move(usize),
    /// The audience decides about the next move.
    Ask,
    /// The talk's clock runs, or stands.
    Clock,
    ClockToZero,
    /// Everything in the table of promises lights up, or nothing that was not run.
    Lights,
}
