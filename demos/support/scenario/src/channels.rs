//! Players of a room that is asked by messages: a task owns it, and takes them from its inbox.

use crate::{Grab, WIDE, at_once, grabs};
use lanes::{
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use snack::{Event, Name, News, Refusal, ToPlayer};

/// A room with an inbox, as a player uses it.
pub trait Room: Default + 'static {
    /// What the room gives a player that joins.
    type Seat: Copy + 'static;
    /// A message to the room.
    type Message: 'static;
    /// What a player's session has besides the seat.
    type Session: 'static;

    /// Takes a seat before the room's task starts.
    fn joins(&mut self, name: Name, outbox: mpsc::Sender<ToPlayer>) -> (Self::Seat, Self::Session);

    /// The message of a player that wants a snack.
    fn grab(who: Self::Seat, reply: oneshot::Sender<Result<(), Refusal>>) -> Self::Message;

    /// Handles messages until every sender is dropped.
    fn runs(self, inbox: mpsc::Receiver<Self::Message>);
}

/// Runs the room on a thread of its own.
#[track_caller]
pub fn opens<R: Room>(room: R, inbox: mpsc::Receiver<R::Message>) -> thread::JoinHandle<()> {
    thread::spawn("room", move || room.runs(inbox))
}

/// Waits for the room's answer.
///
/// # Panics
/// The room dropped the question.
#[track_caller]
pub fn answered<T>(answer: oneshot::Receiver<T>) -> T {
    block_on(answer.into_future()).expect("an answer")
}

/// Two players, each on a thread, grab at once. Returns what each saw when the room has closed.
pub fn two_grab_at_once<R: Room>() -> [Vec<Grab>; 2] {
    let mut room = R::default();
    let players = ["ann", "bob"].map(|name| Player::joins(&mut room, name));
    let (sender, inbox) = mpsc::channel("inbox", 1);
    let open = opens(room, inbox);
    let grabbing = players.map(|player| {
        let sender = sender.clone();
        thread::spawn(player.name, move || {
            player.grabs(&sender).expect("the tray is full");
            player
        })
    });
    drop(sender);
    let players = grabbing.map(|thread| thread.join().expect("a panic ends the model"));
    at_once([open]);
    players.map(Player::saw_grabs)
}

/// A player and the outbox that its phone empties.
pub struct Player<R: Room> {
    /// Its name, and that of its thread.
    pub name: &'static str,
    /// Its seat in the room.
    pub seat: R::Seat,
    /// The end of the outbox that the phone empties.
    pub queue: mpsc::Receiver<ToPlayer>,
    /// What else its session has.
    pub session: R::Session,
}

impl<R: Room> Player<R> {
    /// Takes a seat before the scenario begins. The outbox is never full.
    #[track_caller]
    pub fn joins(room: &mut R, name: &'static str) -> Player<R> {
        Player::joins_with_outbox(room, name, WIDE)
    }

    /// Takes a seat before the scenario begins. The outbox holds `lines` lines.
    #[track_caller]
    pub fn joins_with_outbox(room: &mut R, name: &'static str, lines: usize) -> Player<R> {
        let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), lines);
        let (seat, session) = room.joins(name.parse().expect("a name"), outbox);
        Player {
            name,
            seat,
            queue,
            session,
        }
    }

    /// Asks for a snack and waits for the answer.
    ///
    /// # Errors
    /// The room refuses.
    #[track_caller]
    pub fn grabs(&self, sender: &mpsc::Sender<R::Message>) -> Result<(), Refusal> {
        answered(self.says_grab(sender))
    }

    /// Asks for a snack.
    #[track_caller]
    pub fn says_grab(
        &self,
        sender: &mpsc::Sender<R::Message>,
    ) -> oneshot::Receiver<Result<(), Refusal>> {
        let (reply, answer) = oneshot::channel(format!("an answer for {}", self.name));
        let asked = block_on(sender.send(R::grab(self.seat, reply)));
        assert!(asked.is_ok(), "the room is open");
        answer
    }

    /// The news in the outbox, in order of arrival.
    #[track_caller]
    pub fn news(self) -> Vec<News> {
        let events = self.events().into_iter();
        events.map(|event| event.news).collect()
    }

    /// The grabs whose events have reached the outbox, in order of arrival.
    #[track_caller]
    pub fn saw_grabs(self) -> Vec<Grab> {
        grabs(self.events().into_iter())
    }

    #[track_caller]
    fn events(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Ok(told) = self.queue.try_recv() {
            if let ToPlayer::Event(event) = told {
                events.push(event);
            }
        }
        events
    }
}
