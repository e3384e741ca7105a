//! What outlives the server: the best of today and of all time, and the rounds to play once more. A
//! thread of its own, because disks wait.

mod leaderboard;
mod open;
mod rounds;
#[cfg(test)]
mod tests;
mod wall_clock;

pub use leaderboard::{BEST, Board, Score, better, ranked};
pub use open::default_folder;
pub use wall_clock::WallClock;
#[cfg(any(test, fuzzing))]
pub(crate) use {leaderboard::stored, rounds::millis_in};

use crate::sync::lock;
use bytes::Bytes;
use leaderboard::{Boards, Changed};
use open::{Opened, damaged, open_first, opening, whole, writable};
use redb::{Database, DatabaseError};
use rounds::Rounds;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Results that may wait for the disk. A room that has one more counts it as lost, and plays on.
const WAITING: usize = 256;

/// Another process may take so long to let go of the scores.
const LETS_GO: Duration = Duration::from_secs(10);

/// Between two looks whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// The file with the scores.
const FILE: &str = "scores.redb";

/// A way to the thread that writes. The last one that is dropped ends it, after everything that
/// waits was written.
#[derive(Clone, Debug)]
pub struct Store {
    way: SyncSender<ToStore>,
    shown: Arc<Shown>,
}

/// What others may know without asking.
#[derive(Debug, Default)]
struct Shown {
    boards: Mutex<Boards>,
    stored: AtomicU64,
    failed: AtomicU64,
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
    /// Opens the scores in `folder`, or begins new ones if there are none. What is there and cannot
    /// be read is left as it is.
    ///
    /// # Errors
    /// A sentence for whoever started the server.
    pub fn open(folder: &Path) -> Result<(Self, JoinHandle<()>), String> {
        let fails = |error: &dyn std::fmt::Display| {
            let folder = folder.display();
            format!("cannot keep scores in {folder}: {error}. Name another folder with --data")
        };
        let rounds = folder.join("rounds");
        fs::create_dir_all(&rounds).map_err(|error| fails(&error))?;
        writable(folder).map_err(|error| fails(&error))?;
        let file = folder.join(FILE);
        let scores = open_first(&file)?;
        let boards = Boards::read(&scores).map_err(|error| damaged(&file, &error))?;
        let mut writer = Writer::of(folder);
        writer.shown.show(boards);
        writer.scores = Some(scores);
        writer.starts().map_err(|error| fails(&error))
    }

    /// Goes on with the scores that another process had until now. It may be writing still, and the
    /// disk may be slow: nobody waits for either of them. Until the scores are open nobody is shown
    /// any, and what is to be kept waits.
    ///
    /// # Errors
    /// There can be no thread.
    pub fn take_over(folder: &Path) -> io::Result<(Self, JoinHandle<()>)> {
        Writer::of(folder).starts()
    }

    /// The best of a round that was won on this day, to be kept. False: there is no place for them.
    /// Never waits.
    pub fn keep_scores(&self, room: &Arc<str>, day: u64, scores: Vec<Score>) -> bool {
        let room = Arc::clone(room);
        let scores = ToStore::Scores { room, day, scores };
        self.way.try_send(scores).is_ok()
    }

    /// A round, to be played once more. False: there is no place for it. Never waits.
    pub fn keep_round(&self, room: &Arc<str>, round: u32, log: Bytes) -> bool {
        let room = Arc::clone(room);
        self.way
            .try_send(ToStore::Round { room, round, log })
            .is_ok()
    }

    /// Writes what waits, and lets go of the file: another process may open it. What is told later
    /// is lost.
    pub fn close(&self) {
        let _ended_already = self.way.send(ToStore::Close);
    }

    /// The best of all servers, to be kept here as well. What is there already is not written
    /// again. Never waits: what finds no place now is said again in a second.
    pub fn merge(&self, day: u64, board: Board) {
        let mut boards = self.shown.boards();
        if !boards.merge(day, &board).is_empty() {
            let _next_time = self.way.try_send(ToStore::Merge { day, board });
        }
    }

    /// The best of a room, or of all. What is shown was stored before.
    pub fn board(&self, room: Option<&str>) -> Board {
        lock(&self.shown.boards).of(room, self.shown.wall.day())
    }

    /// The clock that days are counted by.
    pub fn wall(&self) -> &WallClock {
        &self.shown.wall
    }

    /// Results that were stored, and that could not be.
    pub fn counts(&self) -> (u64, u64) {
        let Shown { stored, failed, .. } = &*self.shown;
        (
            stored.load(Ordering::Relaxed),
            failed.load(Ordering::Relaxed),
        )
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

struct Writer {
    /// None before they are open, and after the disk failed: they are opened for the next result.
    scores: Option<Database>,
    file: PathBuf,
    rounds: Rounds,
    shown: Arc<Shown>,
}

impl Writer {
    fn of(folder: &Path) -> Self {
        Self {
            scores: None,
            file: folder.join(FILE),
            rounds: Rounds::new(folder.join("rounds")),
            shown: Arc::default(),
        }
    }

    fn starts(mut self) -> io::Result<(Store, JoinHandle<()>)> {
        let (way, inbox) = sync_channel(WAITING);
        let shown = Arc::clone(&self.shown);
        let thread = thread::Builder::new().name("store".to_owned());
        let thread = thread.spawn(move || {
            if self.scores.is_none() {
                self.take_over();
            }
            self.run(&inbox);
        })?;
        Ok((Store { way, shown }, thread))
    }

    /// Opens the scores as soon as the process that had them lets go.
    fn take_over(&mut self) {
        let until = Instant::now() + LETS_GO;
        let opened = loop {
            match opening(&self.file) {
                Ok(Err(DatabaseError::DatabaseAlreadyOpen)) if Instant::now() < until => {
                    thread::sleep(LOOK);
                }
                opened => break opened,
            }
        };
        match self.read(opened) {
            Ok(scores) => self.scores = Some(scores),
            Err(error) => tracing::error!(error, "the scores are not open; the game goes on"),
        }
    }

    /// What is there is shown from here on.
    fn read(&self, opened: Opened) -> Result<Database, String> {
        let scores = whole(&self.file, opened)?;
        let boards = Boards::read(&scores).map_err(|error| damaged(&self.file, &error))?;
        self.shown.show(boards);
        Ok(scores)
    }

    fn run(mut self, inbox: &Receiver<ToStore>) {
        while let Ok(message) = inbox.recv() {
            let stored = match message {
                ToStore::Merge { day, board } => {
                    let merged = self.change(|boards| boards.merge(day, &board));
                    if let Err(error) = merged {
                        tracing::warn!(error, "the others' best are not kept here");
                    }
                    continue; // They are no result of this server.
                }
                ToStore::Close => return,
                ToStore::Scores { room, day, scores } => {
                    self.change(|boards| boards.add(&room, day, scores))
                }
                ToStore::Round { room, round, log } => self
                    .rounds
                    .keep(self.shown.wall.since_1970(), &room, round, &log)
                    .map_err(|error| error.to_string()),
            };
            match stored {
                Ok(()) => self.shown.stored.fetch_add(1, Ordering::Relaxed),
                Err(error) => {
                    // The game goes on: a score is not worth an outage.
                    tracing::error!(error, "a result could not be stored");
                    self.shown.failed.fetch_add(1, Ordering::Relaxed)
                }
            };
        }
    }

    /// First the disk, then the board that everybody sees.
    fn change(&mut self, how: impl FnOnce(&mut Boards) -> Changed) -> Result<(), String> {
        let database = match self.scores.take() {
            Some(database) => database,
            None => self.read(opening(&self.file))?,
        };
        let mut boards = self.shown.boards();
        let changed = how(&mut boards);
        Boards::write(&database, &changed).map_err(|error| error.to_string())?;
        self.scores = Some(database);
        self.shown.show(boards);
        Ok(())
    }
}
