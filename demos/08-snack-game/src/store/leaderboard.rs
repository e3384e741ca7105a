//! The ten best, of a day and of all time, in a room and in all of them.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use rush::{Name, Team};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io, mem};

/// A board by its name: the day (or `ever`), and the room (or nothing, for all rooms).
const BOARDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("boards");

/// As many stand on a board.
pub const BEST: usize = 10;

/// Boards of days before that are forgotten.
const DAYS: u64 = 7;

/// What somebody ate in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Who.
    pub name: String,
    /// For which team, 0 to 3.
    pub team: u8,
    /// How much.
    pub points: u16,
}

impl Score {
    /// Whether it can be somebody's. What others wrote is read with care, for it ends in pages.
    pub(crate) fn is_sound(&self) -> bool {
        Name::heard(&self.name).is_some() && usize::from(self.team) < Team::ALL.len()
    }
}

/// What a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Since midnight (UTC).
    pub today: Vec<Score>,
    /// Since there has been a board.
    pub ever: Vec<Score>,
}

/// All boards. There are few, and each is short.
#[derive(Clone, Debug, Default)]
pub(super) struct Boards(BTreeMap<String, Vec<Score>>);

/// What has to be written: a board, or that it is forgotten.
pub(super) type Changed = Vec<(String, Option<Vec<Score>>)>;

impl Boards {
    pub(super) fn of(&self, room: Option<&str>, day: u64) -> Board {
        let get = |key: String| self.0.get(&key).cloned().unwrap_or_default();
        let room = room.unwrap_or_default();
        Board {
            today: get(today_of(room, day)),
            ever: get(ever_of(room)),
        }
    }

    /// Whoever is better than before stands higher. Who falls off a board of ten cannot be missed
    /// by it: a name counts with its best.
    pub(super) fn add(&mut self, room: &str, day: u64, scores: Vec<Score>) -> Changed {
        let keys = [
            ever_of(""),
            ever_of(room),
            today_of("", day),
            today_of(room, day),
        ];
        let mut changed: Changed = Vec::new();
        for key in keys {
            let board = self.0.entry(key.clone()).or_default();
            better(board, &scores);
            board.truncate(BEST);
            changed.push((key, Some(board.clone())));
        }
        let old = |key: &&String| day_in(key).is_some_and(|it| it + DAYS < day);
        let forgotten: Vec<String> = self.0.keys().filter(old).cloned().collect();
        for key in forgotten {
            self.0.remove(&key);
            changed.push((key, None));
        }
        changed
    }

    /// The best of other servers, on the boards of all rooms. What is told twice changes nothing.
    pub(super) fn merge(&mut self, day: u64, told: &Board) -> Changed {
        let mut changed: Changed = Vec::new();
        for (key, scores) in [(ever_of(""), &told.ever), (today_of("", day), &told.today)] {
            let board = self.0.entry(key.clone()).or_default();
            let before = board.clone();
            better(board, scores);
            board.truncate(BEST);
            if *board != before {
                changed.push((key, Some(board.clone())));
            }
        }
        changed
    }

    pub(super) fn read(database: &Database) -> Result<Self, redb::Error> {
        let reading = database.begin_read()?;
        let table = match reading.open_table(BOARDS) {
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Self::default()),
            table => table?,
        };
        let mut boards = BTreeMap::new();
        for entry in table.iter()? {
            let (key, value) = entry?;
            let board = stored(value.value());
            let board = board.map_err(|error| redb::Error::Io(io::Error::other(error)))?;
            boards.insert(key.value().to_owned(), board);
        }
        Ok(Self(boards))
    }

    /// When this returns, the disk has it.
    pub(super) fn write(database: &Database, changed: &Changed) -> Result<(), redb::Error> {
        let writing = database.begin_write()?;
        {
            let mut table = writing.open_table(BOARDS)?;
            for (key, board) in changed {
                match board {
                    Some(board) => {
                        let value = serde_json::to_vec(board);
                        let value =
                            value.map_err(|error| redb::Error::Io(io::Error::other(error)))?;
                        table.insert(key.as_str(), value.as_slice())?;
                    }
                    None => drop(table.remove(key.as_str())?),
                }
            }
        }
        writing.commit()?;
        Ok(())
    }
}

/// A board as it was stored, by whatever version: what could not stand on it does not.
pub(crate) fn stored(value: &[u8]) -> serde_json::Result<Vec<Score>> {
    let mut scores: Vec<Score> = serde_json::from_slice(value)?;
    scores.retain(Score::is_sound);
    let mut board = Vec::new();
    better(&mut board, &scores);
    board.truncate(BEST);
    Ok(board)
}

/// A name stands once, with its best; the best first.
pub fn better(board: &mut Vec<Score>, scores: &[Score]) {
    for score in scores {
        match board.iter_mut().find(|it| it.name == score.name) {
            Some(before) if before.points >= score.points => {}
            Some(before) => *before = score.clone(),
            None => board.push(score.clone()),
        }
    }
    *board = ranked(mem::take(board));
}

/// The best first, and of two that are as good the one whose name comes first.
pub fn ranked(mut scores: Vec<Score>) -> Vec<Score> {
    scores.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.name.cmp(&b.name)));
    scores
}

fn ever_of(room: &str) -> String {
    format!("ever/{room}")
}

fn today_of(room: &str, day: u64) -> String {
    format!("{day}/{room}")
}

fn day_in(key: &str) -> Option<u64> {
    key.split('/').next()?.parse().ok()
}
