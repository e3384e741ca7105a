//! The rooms of a server: one task knows them all, opens them when somebody comes, and forgets
//! those that nobody has come to for a while.

mod seek;

pub use seek::Free;

use crate::{
    house::{self, House},
    room::{Desk, INBOX, Room, ToRoom},
};
use futures_util::FutureExt;
use seek::Expected;
use std::{
    collections::BTreeMap,
    mem,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::interval,
};
use tracing::Instrument;

/// Questions that may wait. The next one waits outside.
pub const QUESTIONS: usize = 256;

/// As many rooms may be open: visitors think of the names.
const MOST_ROOMS: usize = 256;

/// A room in which nobody is is closed after that.
const EMPTY: Duration = Duration::from_secs(60);

/// Between two looks at which are empty.
const LOOK: Duration = Duration::from_secs(5);

/// What is asked of it. Each question carries its own return address.
#[derive(Debug)]
pub enum ToRooms {
    /// Where is a seat free? In this room, or in any.
    Seek {
        /// Which one.
        room: Option<String>,
        /// A room, and how many seats it has free.
        reply: oneshot::Sender<Option<Free>>,
    },
    /// Into this room, which is opened if need be.
    Enter {
        /// Which one.
        room: String,
        /// The way in. `None`: not even standing room.
        reply: oneshot::Sender<Option<mpsc::Sender<ToRoom>>>,
    },
    /// Which are there?
    List {
        /// All of them.
        reply: oneshot::Sender<Vec<Listed>>,
    },
    /// Another process goes on: each room stops after its next tick. No more questions are
    /// answered.
    HandOver,
    /// The server ends. No more questions are answered.
    Drain {
        /// A round may go on until then.
        until: Instant,
    },
}

/// A room in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its numbers.
    pub desk: Arc<Desk>,
    /// Messages that wait for it.
    pub waiting: usize,
}

/// A room, from outside.
struct Open {
    desk: Arc<Desk>,
    /// The house's own way in. Without it the room hears silence once the last connection is gone,
    /// and ends.
    way: mpsc::Sender<ToRoom>,
}

/// All rooms of a server, by their names.
pub struct Rooms {
    house: Arc<House>,
    open: BTreeMap<String, Open>,
    tasks: JoinSet<()>,
    expected: Expected,
}

impl Rooms {
    /// No room is open.
    pub fn new(house: Arc<House>) -> Self {
        Self {
            house,
            open: BTreeMap::new(),
            tasks: JoinSet::new(),
            expected: Expected::default(),
        }
    }

    /// Answers until it is told to drain; then until the last room has closed.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ToRooms>) {
        let mut looks = interval(LOOK);
        let end = loop {
            select! {
                biased;
                _ = looks.tick() => self.forget_the_empty(),
                Some(_) = self.tasks.join_next() => {}
                message = inbox.recv() => match message {
                    Some(ToRooms::Drain { until }) => break Some(until),
                    Some(ToRooms::HandOver) => break None,
                    Some(question) => self.answer(question),
                    None => break Some(house::now()),
                },
            }
        };
        drop(inbox); // Whoever asks now hears that nobody answers.
        for (_, open) in mem::take(&mut self.open) {
            let last = end.map_or(ToRoom::HandOver, |until| ToRoom::Drain { until });
            let _unless_gone = open.way.send(last).await;
        }
        while self.tasks.join_next().await.is_some() {}
    }

    fn answer(&mut self, question: ToRooms) {
        // Who asked may have gone: then nobody needs the answer.
        match question {
            ToRooms::Seek { room, reply } => drop(reply.send(self.seek(room))),
            ToRooms::Enter { room, reply } => drop(reply.send(self.enter(&room))),
            ToRooms::List { reply } => {
                let rooms = self.open.values().map(|open| Listed {
                    desk: Arc::clone(&open.desk),
                    waiting: open.way.max_capacity() - open.way.capacity(),
                });
                drop(reply.send(rooms.collect()));
            }
            ToRooms::Drain { .. } | ToRooms::HandOver => unreachable!("the loop ends with it"),
        }
    }

    fn enter(&mut self, room: &str) -> Option<mpsc::Sender<ToRoom>> {
        if let Some(open) = self.open.get(room) {
            return open.desk.has_standing_room().then(|| open.way.clone());
        }
        if self.open.len() >= MOST_ROOMS {
            return None;
        }
        let desk = Arc::new(Desk::new(room, self.house.options.config().seats));
        let inside = Room::new(room, Arc::clone(&self.house), Arc::clone(&desk));
        Some(self.opens(room, inside, desk))
    }

    /// A room that was open in a process that died.
    pub(crate) fn reopen(&mut self, room: Room, desk: Arc<Desk>) {
        self.opens(&Arc::clone(&desk.name), room, desk);
    }

    /// Somebody who was let in by a process that died, and was not in any room's memory yet.
    #[cfg(target_os = "linux")]
    pub(crate) async fn arrives(&mut self, room: &str, line: Arc<crate::line::Line>) {
        if let Some(way) = self.enter(room) {
            let arrived = ToRoom::Arrived { line, refuse: None };
            let _unless_gone = way.send(arrived).await;
        }
    }

    fn opens(&mut self, room: &str, inside: Room, desk: Arc<Desk>) -> mpsc::Sender<ToRoom> {
        let (way, inbox) = mpsc::channel(INBOX);
        let span = tracing::info_span!("room", name = room);
        self.tasks.spawn(keep_open(inside, inbox).instrument(span));
        let open = Open {
            desk,
            way: way.clone(),
        };
        self.open.insert(room.to_owned(), open);
        way
    }

    /// Whoever holds the way into a room that is forgotten here still gets in; the next one gets a
    /// new room of that name.
    fn forget_the_empty(&mut self) {
        self.open.retain(|_, open| open.desk.empty_for() < EMPTY);
    }
}

/// Keeps a room open as long as anybody can say anything to it. One that falls is reported, its
/// players are told, and it is opened again behind the same inbox. No other room notices.
async fn keep_open(mut room: Room, mut inbox: mpsc::Receiver<ToRoom>) {
    tracing::info!("opened");
    while let Err(panic) = AssertUnwindSafe(room.run(&mut inbox)).catch_unwind().await {
        let why = panic.downcast_ref::<&str>().map(|why| (*why).to_owned());
        let why = why.or_else(|| panic.downcast_ref::<String>().cloned());
        tracing::error!(why, "fell, and is opened again");
        room.fell(house::now());
    }
    match room.is_handed_over() {
        true => tracing::info!("handed over"),
        false => tracing::info!("closed"),
    }
}
