//! Players of a room that is asked by messages: a task owns it, and takes them from its inbox.

use crate::{
    Grab, WIDE, at_once,
    book::{End, known},
    grabs,
    script::{AnyRoom, Holds},
};
use lanes::{
    task::block_on,
    thread,
    tokio::{mpsc, oneshot},
};
use snack::{Event, Name, News, Refusal, ToPlayer};
use std::{cell::RefCell, fmt::Debug, rc::Rc};

/// A room with an inbox, as a player uses it.
pub trait Room: Default + 'static {
    /// What the room gives a player that joins.
    type Seat: Copy + 'static;
    /// A message to the room.
    type Message: 'static;
    /// What a player's session has besides the seat.
    type Session: 'static;

    /// The message of a player that wants a seat, and what its session has besides.
    fn join(
        name: Name,
        outbox: mpsc::Sender<ToPlayer>,
        reply: oneshot::Sender<Result<Self::Seat, Refusal>>,
    ) -> (Self::Message, Self::Session);

    /// The message of a player that wants a snack.
    fn grab(who: Self::Seat, reply: oneshot::Sender<Result<(), Refusal>>) -> Self::Message;

    /// The message of a player that has left.
    fn leave(who: Self::Seat) -> Self::Message;

    /// The message of the ticker.
    fn refill() -> Self::Message;

    /// Why the player has no seat any more; `None` if it has one. A room that gives no reason says
    /// [`End::Left`].
    fn end(session: &mut Self::Session) -> Option<End>;

    /// Handles one message, before the room's task starts.
    fn applies(&mut self, message: Self::Message);

    /// Takes a seat before the room's task starts.
    ///
    /// # Errors
    /// The room refuses.
    #[track_caller]
    fn joins(
        &mut self,
        name: Name,
        outbox: mpsc::Sender<ToPlayer>,
    ) -> Result<(Self::Seat, Self::Session), Refusal> {
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        let (message, session) = Self::join(name, outbox, reply);
        self.applies(message);
        Ok((answered(answer)?, session))
    }

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
        let (seat, session) = room.joins(known(name), outbox).expect("a free seat");
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

/// A room that is asked by messages, for [scripts](crate::script).
pub enum Asked<R: Room> {
    /// It handles a message at once.
    Directly(Rc<RefCell<R>>),
    /// Its task takes messages from the inbox.
    Inbox(mpsc::Sender<R::Message>),
}

/// A seat, and the lines that its player read.
pub struct Guest<R: Room> {
    seat: R::Seat,
    session: R::Session,
    queue: mpsc::Receiver<ToPlayer>,
    heard: Vec<String>,
}

impl<R: Room> Asked<R> {
    fn says(&self, message: R::Message) {
        match self {
            Asked::Directly(room) => room.borrow_mut().applies(message),
            Asked::Inbox(sender) => {
                let said = block_on(sender.send(message));
                assert!(said.is_ok(), "the room is open");
            }
        }
    }
}

impl<R: Room> AnyRoom for Asked<R> {
    type Guest = Guest<R>;

    fn opens() -> Self {
        Asked::Directly(Rc::default())
    }

    fn starts(self) -> (Self, Option<thread::JoinHandle<()>>) {
        let Asked::Directly(room) = self else {
            unreachable!("it starts once");
        };
        let room = Rc::into_inner(room).expect("no player holds the room");
        let (sender, inbox) = mpsc::channel("inbox", 1);
        let open = opens(room.into_inner(), inbox);
        (Asked::Inbox(sender), Some(open))
    }

    fn join(&self, name: &'static str, places: usize) -> Result<Guest<R>, Refusal> {
        let (outbox, queue) = mpsc::channel(format!("{name}'s outbox"), places);
        let (reply, answer) = oneshot::channel(format!("{name}'s seat"));
        let (message, session) = R::join(known(name), outbox, reply);
        self.says(message);
        Ok(Guest {
            seat: answered(answer)?,
            session,
            queue,
            heard: Vec::new(),
        })
    }

    fn grab(&self, guest: &Guest<R>) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel("an answer");
        self.says(R::grab(guest.seat, reply));
        answered(answer)
    }

    fn leave(&self, guest: &Guest<R>) {
        self.says(R::leave(guest.seat));
    }

    fn refill(&self) {
        self.says(R::refill());
    }

    fn refuse(&self, _guest: &Guest<R>, _refusal: &Refusal) {
        unreachable!("a session tells its player itself, without the room");
    }

    fn read(guest: &mut Guest<R>) {
        let line = guest.queue.try_recv().expect("a line");
        guest.heard.push(line.to_string());
    }

    fn told(guest: &mut Guest<R>) -> Vec<String> {
        while let Ok(line) = guest.queue.try_recv() {
            guest.heard.push(line.to_string());
        }
        guest.heard.clone()
    }

    fn has_ended(mut guest: Guest<R>, end: End) {
        assert_eq!(R::end(&mut guest.session), Some(end), "why it has no seat");
        drop(guest.session);
        let rest = guest.queue.try_recv().map(|line| line.to_string());
        let over = Err(mpsc::error::TryRecvError::Disconnected);
        assert_eq!(rest, over, "the room has dropped its outbox");
    }
}

impl<R: Room + Debug> Holds for Asked<R> {
    fn holds(&self) -> String {
        match self {
            Asked::Directly(room) => format!("{:?}", room.borrow()),
            Asked::Inbox(_) => unreachable!("the room is in its thread"),
        }
    }
}

impl<R: Room> Clone for Asked<R> {
    fn clone(&self) -> Self {
        match self {
            Asked::Directly(room) => Asked::Directly(Rc::clone(room)),
            Asked::Inbox(sender) => Asked::Inbox(sender.clone()),
        }
    }
}
