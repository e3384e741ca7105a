//! The messages to the stage's task.

use super::remote::{Hello, Pass, RemoteCommand};
use super::{
    audience::{Moderation, Wish},
    phones::Voter,
    questions::Refused,
};
use crate::{
    deck::{Complaint, Deck},
    demo::run::DemoEvent,
    kit::Offer,
    schedule::View,
};
use serde_json::Value;
use tokio::sync::oneshot;

/// A message to the stage.
#[derive(Debug)]
pub(crate) enum ToStage {
    /// From one of the presenter's pages.
    Command(Command),
    /// A phone connected. The reply is its number, or `None` if there are too many phones.
    PhoneConnected {
        voter: Voter,
        reply: oneshot::Sender<Option<u64>>,
    },
    /// A phone disconnected. If its device has no other page open, its vote no longer counts.
    PhoneDisconnected { phone: u64 },
    /// A phone votes in a round.
    Vote {
        phone: u64,
        round: u64,
        choice: usize,
    },
    /// A phone asks, votes for a question or reacts. The reply is the list of questions.
    Audience {
        from: Voter,
        wish: Wish,
        reply: oneshot::Sender<Result<Value, Refused>>,
    },
    /// A phone wants to be a remote. The reply is `None` if it may not.
    RemoteConnected {
        hello: Hello,
        reply: oneshot::Sender<Option<Pass>>,
    },
    /// A connection of a remote has closed.
    RemoteDisconnected { remote: u64 },
    /// From a remote.
    Remote { remote: u64, command: RemoteCommand },
    /// From the threads of the demo with this number.
    Demo { number: u64, event: DemoEvent },
    /// From the thread of the schedule game with this number.
    Schedule { number: u64, view: Box<View> },
    /// Whether the kit can be handed out.
    Kit(Offer),
    /// The deck's files have changed.
    Deck {
        decks: Vec<Deck>,
        complaints: Vec<Complaint>,
    },
}

/// What a presenter can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Go {
        slide: usize,
        step: u32,
    },
    Next,
    Back,
    /// Shows black, or the slide again.
    Dark,
    Language(String),
    /// Starts the demo of this name.
    Start(String),
    Stop(String),
    /// Plays the recording of a demo.
    Replay(String),
    /// Kills the process that serves the game, as a crash would.
    KillServer(String),
    /// Begins a schedule game of this step.
    Play(String),
    /// Lets a thread move in the schedule game.
    Move(usize),
    /// Does something with the questions of the audience.
    Audience(Moderation),
    /// Begins the votes about the moves of the schedule game on the slide, or ends them.
    Votes(bool),
    /// Makes a code that pairs a phone as a remote.
    Pair,
    /// Unpairs every remote.
    Unpair,
    /// Starts or stops the talk's clock.
    Clock,
    ClockToZero,
    /// Lights up every row of the promises table, or only those of the steps that were run.
    Lights,
}
