//! Leaderboards: the ten best scores of a day and of all time, of each room and of all rooms.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use rush::{Name, Team};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io, mem};

/// Each leaderboard by its key: the day or `ever`, and the room, or nothing for all rooms.
const BOARDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("boards");

/// The most scores on a leaderboard.
pub const BEST: usize = 10;

/// A leaderboard of a day is deleted after this many days.
const DAYS: u64 = 7;

/// A player's score in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The player's name.
    pub name: String,
    /// The team, 0 to 3.
    pub team: u8,
    /// The snacks eaten.
    pub points: u16,
}

impl Score {
    /// Whether the name and the team are valid. Other servers' scores are checked, because pages
    /// show them.
    pub(crate) fn is_sound(&self) -> bool {
        Name::heard(&self.name).is_some() && usize::from(self.team) < Team::ALL.len()
    }
}

/// The leaderboards that a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The best of the day, which begins at midnight UTC.
    pub today: Vec<Score>,
    /// The best of all time.
    pub ever: Vec<Score>,
}

/// All leaderboards by their keys. There are few, and each is short.
#[derive(Clone, Debug, Default)]
pub(super) struct Boards(BTreeMap<String, Vec<Score>>);

/// The leaderboards to write, by their keys; `None` for one to delete.
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

    /// Adds the scores of a round. A name counts once, with its best score, so a score that drops
    /// off the leaderboard never has to come back.
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

    /// Adds the best scores of other servers to the leaderboards of all rooms. Adding them twice
    /// changes nothing.
    pub(super) fn merge(&mut self, day: u64, theirs: &Board) -> Changed {
        let mut changed: Changed = Vec::new();
        for (key, scores) in [
            (ever_of(""), &theirs.ever),
            (today_of("", day), &theirs.today),
        ] {
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

    /// Writes the changes. When this returns, they are on the disk.
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

/// Reads a stored leaderboard, and leaves out invalid scores, of any version of the program.
pub(crate) fn stored(value: &[u8]) -> serde_json::Result<Vec<Score>> {
    let mut scores: Vec<Score> = serde_json::from_slice(value)?;
    scores.retain(Score::is_sound);
    let mut board = Vec::new();
    better(&mut board, &scores);
    board.truncate(BEST);
    Ok(board)
}

/// Merges scores into a leaderboard. Each name keeps its best score; the best comes first.
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

/// Sorts scores: the best first, equal ones by name.
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
