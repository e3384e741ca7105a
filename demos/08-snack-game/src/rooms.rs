//! The rooms of a server: one task opens a room when its first client comes, and closes one that
//! has been empty for a while.

mod find_seat;

pub use find_seat::FreeSeats;

use crate::{
    clock,
    refusal::Refusal,
    room::{INBOX, Room, Stats, ToRoom},
    server_state::ServerState,
};
use find_seat::Expected;
use futures_util::FutureExt;
use std::{
    collections::BTreeMap,
    mem,
    net::IpAddr,
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

/// The most rooms without players that clients of one network may have opened. Rooms that are only
/// watched cost as much as others, and a crowd behind one router opens them one after the other.
const MOST_WATCHED: usize = 16;

/// The most rooms that clients of one network may have opened. All phones of a hall may be behind
/// one router, but no network can take all rooms.
const MOST_OF_ONE: usize = MOST_ROOMS / 2;

/// How long a room may be empty before it is closed. One that keeps seats for players who are away
/// stays open until its place is needed.
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
        /// The network of the client. `None` if the server itself asks.
        from: Option<IpAddr>,
        /// The sender, or why the client may not enter.
        reply: oneshot::Sender<Result<mpsc::Sender<ToRoom>, Refusal>>,
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
    /// The network of the client who has opened it, if one has.
    opener: Option<IpAddr>,
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
            ToRooms::Enter { room, from, reply } => drop(reply.send(self.enter(&room, from))),
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

    fn enter(&mut self, room: &str, from: Option<IpAddr>) -> Result<mpsc::Sender<ToRoom>, Refusal> {
        if let Some(open) = self.open.get(room) {
            let accepts = open.stats.accepts_connections();
            return accepts.then(|| open.inbox.clone()).ok_or(Refusal::Full);
        }
        if from.is_some() && !self.may_open(from) {
            return Err(Refusal::Rooms);
        }
        if self.open.len() >= MOST_ROOMS {
            let idle = self.longest_idle().ok_or(Refusal::Full)?.to_owned();
            self.open.remove(&idle);
        }
        let stats = Arc::new(Stats::new(room, self.state.options.config().seats));
        let opened = Room::new(room, Arc::clone(&self.state), Arc::clone(&stats));
        Ok(self.open(room, opened, stats, from))
    }

    /// Whether a client of this network may open one more room.
    fn may_open(&self, from: Option<IpAddr>) -> bool {
        let theirs = self.open.values().filter(|open| open.opener == from);
        let (all, watched) = theirs.fold((0, 0), |(all, watched), open| {
            (all + 1, watched + usize::from(open.stats.taken() == 0))
        });
        all < MOST_OF_ONE && watched < MOST_WATCHED
    }

    /// The room that has been empty for longest, if one has been for a while.
    fn longest_idle(&self) -> Option<&String> {
        let idle = self
            .open
            .iter()
            .map(|(name, open)| (open.stats.empty_for(), name));
        let longest = idle.filter(|(empty_for, _)| *empty_for >= LOOK).max();
        longest.map(|(_, name)| name)
    }

    /// Opens a room of an earlier process.
    pub(crate) fn reopen(&mut self, room: Room, stats: Arc<Stats>) {
        self.open(&Arc::clone(&stats.name), room, stats, None);
    }

    /// Adds a connection that an earlier process accepted, and that is in no room's snapshot.
    #[cfg(target_os = "linux")]
    pub(crate) async fn connect(
        &mut self,
        room: &str,
        connection: Arc<crate::connection::Connection>,
    ) {
        if let Ok(inbox) = self.enter(room, None) {
            let connected = ToRoom::Connected {
                connection,
                refuse: None,
            };
            let _unless_gone = inbox.send(connected).await;
        }
    }

    fn open(
        &mut self,
        name: &str,
        room: Room,
        stats: Arc<Stats>,
        opener: Option<IpAddr>,
    ) -> mpsc::Sender<ToRoom> {
        let (inbox, messages) = mpsc::channel(INBOX);
        let span = tracing::info_span!("room", name);
        self.tasks.spawn(run(room, messages).instrument(span));
        let open = Open {
            stats,
            opener,
            inbox: inbox.clone(),
        };
        self.open.insert(name.to_owned(), open);
        inbox
    }

    /// Forgets the rooms that have been empty for a while. A client that has the inbox of one
    /// already can still enter it; the next client opens a new room of that name.
    fn close_empty(&mut self) {
        self.open
            .retain(|_, open| open.stats.empty_for() < EMPTY || open.stats.keeps_seats());
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
        false => {
            room.forget_seats();
            tracing::info!("room closed");
        }
    }
}
