//! The store: leaderboards and rounds on the disk. It has a thread of its own, because disks block.

mod leaderboard;
mod open;
mod rounds;
#[cfg(test)]
mod tests;
mod wall_clock;

pub use leaderboard::{BEST, Board, Score, better, ranked};
pub use open::{StoreError, default_folder};
pub use wall_clock::WallClock;
#[cfg(any(test, fuzzing))]
pub(crate) use {leaderboard::stored, rounds::millis_in};

use crate::sync::lock;
use bytes::Bytes;
use leaderboard::{Boards, Changed};
use open::{Opened, check, check_writable, open, open_at_start};
use prometheus_client::metrics::counter::Counter;
use redb::{Database, DatabaseError};
use rounds::Rounds;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The size of the queue. When it is full, a result is dropped and counted as lost, and the game
/// continues.
const QUEUE: usize = 256;

/// How long another process may take to close the database.
const TAKE_OVER_TIMEOUT: Duration = Duration::from_secs(10);

/// The interval between two attempts to open the database.
const RETRY: Duration = Duration::from_millis(20);

/// The database with the scores.
const FILE: &str = "scores.redb";

/// A handle of the store. When the last clone is dropped, the thread writes what waits and ends.
#[derive(Clone, Debug)]
pub struct Store {
    queue: SyncSender<ToStore>,
    shown: Arc<Shown>,
}

/// What the store's handles read without a message.
#[derive(Debug, Default)]
struct Shown {
    boards: Mutex<Boards>,
    stored: Counter,
    failed: Counter,
    wall: WallClock,
}

enum ToStore {
    Scores {
        room: Arc<str>,
        day: u64,
        scores: Vec<Score>,
    },
    Round {
        room: Arc<str>,
        round: u32,
        log: Bytes,
    },
    Merge {
        day: u64,
        board: Board,
    },
    Close,
}

impl Store {
    /// Opens the database in `folder`, or creates it. A damaged one is left as it is.
    ///
    /// # Errors
    /// It cannot be opened, or the folder cannot be written to.
    pub fn open(folder: &Path) -> Result<(Self, JoinHandle<()>), StoreError> {
        let not_writable = |error| StoreError::not_writable(folder, error);
        fs::create_dir_all(folder.join("rounds")).map_err(not_writable)?;
        check_writable(folder).map_err(not_writable)?;
        let file = folder.join(FILE);
        let scores = open_at_start(&file)?;
        let boards = Boards::read(&scores).map_err(|error| StoreError::damaged(&file, &error))?;
        let mut writer = Writer::new(folder);
        writer.shown.show(boards);
        writer.scores = Some(scores);
        writer.start().map_err(not_writable)
    }

    /// Takes the database over from another process, which may still be writing. Returns at once:
    /// until the other process closes the database, the leaderboards are empty and results wait in
    /// the queue.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn take_over(folder: &Path) -> io::Result<(Self, JoinHandle<()>)> {
        Writer::new(folder).start()
    }

    /// Stores the best scores of a round that was won on this day. Never waits. `false`: the queue
    /// is full.
    pub fn keep_scores(&self, room: &Arc<str>, day: u64, scores: Vec<Score>) -> bool {
        let room = Arc::clone(room);
        let scores = ToStore::Scores { room, day, scores };
        self.queue.try_send(scores).is_ok()
    }

    /// Stores the log of a round, for a replay. Never waits. `false`: the queue is full.
    pub fn keep_round(&self, room: &Arc<str>, round: u32, log: Bytes) -> bool {
        let room = Arc::clone(room);
        self.queue
            .try_send(ToStore::Round { room, round, log })
            .is_ok()
    }

    /// Writes what waits and closes the database, so that another process can open it. Blocks while
    /// the queue is full. Later results are lost.
    pub fn close(&self) {
        let _ended_already = self.queue.send(ToStore::Close);
    }

    /// Merges the best scores of all servers into this server's leaderboards, and stores them if
    /// that changes anything. Never waits: if the queue is full, the next call, a second later,
    /// tries again.
    pub fn merge(&self, day: u64, board: Board) {
        let mut boards = self.shown.boards();
        if !boards.merge(day, &board).is_empty() {
            let _next_time = self.queue.try_send(ToStore::Merge { day, board });
        }
    }

    /// The leaderboard of a room, or of all rooms. It contains only what is on the disk.
    pub fn board(&self, room: Option<&str>) -> Board {
        lock(&self.shown.boards).of(room, self.shown.wall.day())
    }

    /// The clock by which days are counted.
    pub fn wall(&self) -> &WallClock {
        &self.shown.wall
    }

    /// The numbers of results that were stored, and that could not be stored.
    pub fn counts(&self) -> (u64, u64) {
        let (stored, failed) = self.counters();
        (stored.get(), failed.get())
    }

    /// The counters behind [`counts`](Self::counts), for the metrics.
    pub fn counters(&self) -> (Counter, Counter) {
        let Shown { stored, failed, .. } = &*self.shown;
        (stored.clone(), failed.clone())
    }
}

impl Shown {
    fn boards(&self) -> Boards {
        lock(&self.boards).clone()
    }

    fn show(&self, newer: Boards) {
        *lock(&self.boards) = newer;
    }
}

/// The store's thread.
struct Writer {
    /// `None` before the database is open, and after an error: the next result opens it again.
    scores: Option<Database>,
    file: PathBuf,
    rounds: Rounds,
    shown: Arc<Shown>,
}

impl Writer {
    fn new(folder: &Path) -> Self {
        Self {
            scores: None,
            file: folder.join(FILE),
            rounds: Rounds::new(folder.join("rounds")),
            shown: Arc::default(),
        }
    }

    fn start(mut self) -> io::Result<(Store, JoinHandle<()>)> {
        let (queue, messages) = sync_channel(QUEUE);
        let shown = Arc::clone(&self.shown);
        let thread = thread::Builder::new().name("store".to_owned());
        let thread = thread.spawn(move || {
            if self.scores.is_none() {
                self.take_over();
            }
            self.run(&messages);
        })?;
        Ok((Store { queue, shown }, thread))
    }

    /// Opens the database as soon as the other process closes it.
    fn take_over(&mut self) {
        let until = Instant::now() + TAKE_OVER_TIMEOUT;
        let opened = loop {
            match open(&self.file) {
                Ok(Err(DatabaseError::DatabaseAlreadyOpen)) if Instant::now() < until => {
                    thread::sleep(RETRY);
                }
                opened => break opened,
            }
        };
        match self.read(opened) {
            Ok(scores) => self.scores = Some(scores),
            Err(error) => tracing::error!(%error, "cannot open the scores; the game continues"),
        }
    }

    /// Shows the leaderboards of an opened database.
    fn read(&self, opened: Opened) -> Result<Database, StoreError> {
        let scores = check(&self.file, opened)?;
        let boards =
            Boards::read(&scores).map_err(|error| StoreError::damaged(&self.file, &error))?;
        self.shown.show(boards);
        Ok(scores)
    }

    fn run(mut self, messages: &Receiver<ToStore>) {
        while let Ok(message) = messages.recv() {
            let stored = match message {
                ToStore::Merge { day, board } => {
                    let merged = self.change(|boards| boards.merge(day, &board));
                    if let Err(error) = merged {
                        tracing::warn!(%error, "cannot store the scores of other servers");
                    }
                    continue; // They are no results of this server.
                }
                ToStore::Close => return,
                ToStore::Scores { room, day, scores } => {
                    self.change(|boards| boards.add(&room, day, scores))
                }
                ToStore::Round { room, round, log } => self
                    .rounds
                    .keep(self.shown.wall.since_1970(), &room, round, &log)
                    .map_err(StoreError::failed),
            };
            match stored {
                Ok(()) => self.shown.stored.inc(),
                Err(error) => {
                    // The game continues: a score is not worth an outage.
                    tracing::error!(%error, "cannot store a result");
                    self.shown.failed.inc()
                }
            };
        }
    }

    /// Changes the leaderboards: first on the disk, then those that are shown.
    fn change(&mut self, how: impl FnOnce(&mut Boards) -> Changed) -> Result<(), StoreError> {
        let database = match self.scores.take() {
            Some(database) => database,
            None => self.read(open(&self.file))?,
        };
        let mut boards = self.shown.boards();
        let changed = how(&mut boards);
        Boards::write(&database, &changed).map_err(StoreError::failed)?;
        self.scores = Some(database);
        self.shown.show(boards);
        Ok(())
    }
}
