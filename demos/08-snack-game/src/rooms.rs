//! The rooms of a server: one task opens a room when its first client comes, and closes one that
//! has been empty for a while.

mod find_seat;

pub use find_seat::FreeSeats;

use crate::{
    clock,
    room::{INBOX, Room, Stats, ToRoom},
    server_state::ServerState,
};
use find_seat::Expected;
use futures_util::FutureExt;
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

/// The size of the inbox. When it is full, an HTTP request waits.
pub const QUESTIONS: usize = 256;

/// The most rooms that may be open: clients choose the names.
const MOST_ROOMS: usize = 256;

/// How long a room may be empty before it is closed.
const EMPTY: Duration = Duration::from_secs(60);

/// The interval between two looks for empty rooms.
const LOOK: Duration = Duration::from_secs(5);

/// A message to the task that knows all rooms. A question carries its reply channel.
#[derive(Debug)]
pub enum ToRooms {
    /// Where is a free seat?
    FindSeat {
        /// In this room, or in any.
        room: Option<String>,
        /// The room, and how many free seats it has. `None` if there is no free seat.
        reply: oneshot::Sender<Option<FreeSeats>>,
    },
    /// Opens a room if it is not open, and returns the sender of its inbox.
    Enter {
        /// The room.
        room: String,
        /// The sender. `None` if the room, or the server, has no place for one more connection.
        reply: oneshot::Sender<Option<mpsc::Sender<ToRoom>>>,
    },
    /// Which rooms are open?
    List {
        /// All of them.
        reply: oneshot::Sender<Vec<Listed>>,
    },
    /// Another process takes over: each room stops after its next tick. The last message.
    HandOver,
    /// The server shuts down. The last message.
    Drain {
        /// When a room closes at the latest; a round may be finished before.
        until: Instant,
    },
}

/// A room in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its statistics.
    pub stats: Arc<Stats>,
    /// Messages in its inbox.
    pub waiting: usize,
}

/// An open room, from outside.
struct Open {
    stats: Arc<Stats>,
    /// The room ends when this and the senders of all its connections are dropped.
    inbox: mpsc::Sender<ToRoom>,
}

/// All rooms of a server, by their names.
pub struct Rooms {
    state: Arc<ServerState>,
    open: BTreeMap<String, Open>,
    tasks: JoinSet<()>,
    expected: Expected,
}

impl Rooms {
    /// No open room.
    pub fn new(state: Arc<ServerState>) -> Self {
        Self {
            state,
            open: BTreeMap::new(),
            tasks: JoinSet::new(),
            expected: Expected::default(),
        }
    }

    /// Answers questions until the last message, then waits until every room has closed.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ToRooms>) {
        let mut looks = interval(LOOK);
        let end = loop {
            select! {
                biased;
                _ = looks.tick() => self.close_empty(),
                Some(_) = self.tasks.join_next() => {}
                message = inbox.recv() => match message {
                    Some(ToRooms::Drain { until }) => break Some(until),
                    Some(ToRooms::HandOver) => break None,
                    Some(question) => self.answer(question),
                    None => break Some(clock::now()),
                },
            }
        };
        drop(inbox); // Questions fail from here on.
        for (_, open) in mem::take(&mut self.open) {
            let last = end.map_or(ToRoom::HandOver, |until| ToRoom::Drain { until });
            let _unless_gone = open.inbox.send(last).await;
        }
        while self.tasks.join_next().await.is_some() {}
    }

    fn answer(&mut self, question: ToRooms) {
        // A reply is dropped if its receiver is: then the answer is not needed.
        match question {
            ToRooms::FindSeat { room, reply } => drop(reply.send(self.find_seat(room))),
            ToRooms::Enter { room, reply } => drop(reply.send(self.enter(&room))),
            ToRooms::List { reply } => {
                let rooms = self.open.values().map(|open| Listed {
                    stats: Arc::clone(&open.stats),
                    waiting: open.inbox.max_capacity() - open.inbox.capacity(),
                });
                drop(reply.send(rooms.collect()));
            }
            ToRooms::Drain { .. } | ToRooms::HandOver => unreachable!("the loop ends with it"),
        }
    }

    fn enter(&mut self, room: &str) -> Option<mpsc::Sender<ToRoom>> {
        if let Some(open) = self.open.get(room) {
            return open.stats.accepts_connections().then(|| open.inbox.clone());
        }
        if self.open.len() >= MOST_ROOMS {
            return None;
        }
        let stats = Arc::new(Stats::new(room, self.state.options.config().seats));
        let opened = Room::new(room, Arc::clone(&self.state), Arc::clone(&stats));
        Some(self.open(room, opened, stats))
    }

    /// Opens a room of an earlier process.
    pub(crate) fn reopen(&mut self, room: Room, stats: Arc<Stats>) {
        self.open(&Arc::clone(&stats.name), room, stats);
    }

    /// Adds a connection that an earlier process accepted, and that is in no room's snapshot.
    #[cfg(target_os = "linux")]
    pub(crate) async fn connect(
        &mut self,
        room: &str,
        connection: Arc<crate::connection::Connection>,
    ) {
        if let Some(inbox) = self.enter(room) {
            let connected = ToRoom::Connected {
                connection,
                refuse: None,
            };
            let _unless_gone = inbox.send(connected).await;
        }
    }

    fn open(&mut self, name: &str, room: Room, stats: Arc<Stats>) -> mpsc::Sender<ToRoom> {
        let (inbox, messages) = mpsc::channel(INBOX);
        let span = tracing::info_span!("room", name);
        self.tasks.spawn(run(room, messages).instrument(span));
        let open = Open {
            stats,
            inbox: inbox.clone(),
        };
        self.open.insert(name.to_owned(), open);
        inbox
    }

    /// Forgets the rooms that have been empty for a while. A client that has the inbox of one
    /// already can still enter it; the next client opens a new room of that name.
    fn close_empty(&mut self) {
        self.open.retain(|_, open| open.stats.empty_for() < EMPTY);
    }
}

/// Runs a room until its inbox has no sender. One that panics is logged, its clients are closed,
/// and it runs again with the same inbox. Other rooms are not affected.
async fn run(mut room: Room, mut inbox: mpsc::Receiver<ToRoom>) {
    tracing::info!("room opened");
    while let Err(panic) = AssertUnwindSafe(room.run(&mut inbox)).catch_unwind().await {
        let why = harness::panic_text(&*panic);
        tracing::error!(why, "room panicked, restarting");
        room.recover(clock::now());
    }
    match room.is_handed_over() {
        true => tracing::info!("room handed over"),
        false => tracing::info!("room closed"),
    }
}
