//! The directory in Redis. A key a server and a key a seat, both of which Redis forgets by itself,
//! and two sorted sets of names.
//!
//! | key | what | for how long |
//! |---|---|---|
//! | `snack-rush:servers` | a set of ids: whom to ask for | for ever, and the dead are taken out |
//! | `snack-rush:server:ID` | a server's card, as JSON | 3 s |
//! | `snack-rush:seat:MARK` | the id of the server that has this seat; the mark is a hash of its token | the grace |
//! | `snack-rush:best:ever`, `snack-rush:best:DAY` | names by points × 4 + team; the hundred best | for ever; eight days |

use super::{
    SERVER_TTL, SeatKey, ServerInfo,
    backend::{BackendError, ClusterView, DAYS, LastSeen, MOST, NAMES, Report, SeatRecord},
};
use crate::store::{BEST, Board, Score};
use redis::{
    AsyncConnectionConfig, Client, Pipeline, RedisError, aio::MultiplexedConnection, pipe,
};
use std::{collections::BTreeMap, time::Duration};

const SERVERS: &str = "snack-rush:servers";

/// Names, and points × 4 + team. Whatever others wrote there, it must not keep anybody from hearing
/// the rest.
pub(crate) type Ranking = Vec<(Vec<u8>, f64)>;

/// One line to Redis, opened when it is needed. Whoever drops an answer half-way must also
/// [`hang_up`](Self::hang_up).
pub struct RedisBackend {
    client: Client,
    open: Option<MultiplexedConnection>,
}

impl std::fmt::Debug for RedisBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisBackend") // Its address may have a password in it.
    }
}

impl RedisBackend {
    /// To this address, which is not asked yet.
    ///
    /// # Errors
    /// It is no address of a Redis.
    pub fn new(url: &str) -> Result<Self, String> {
        let wants = "--directory wants redis://HOST:PORT, such as redis://127.0.0.1:6379, or redis://HOST:PORT/DB";
        // The address is not repeated: it may have a password in it, and errors end in logs.
        let client = match url.starts_with("redis://") {
            true => Client::open(url).map_err(|_| wants)?,
            false => return Err(wants.to_owned()),
        };
        Ok(Self { client, open: None })
    }

    /// The line is not to be trusted any more: an answer may still be on its way that nobody waits
    /// for.
    pub fn hang_up(&mut self) {
        self.open = None;
    }

    async fn ask<T: redis::FromRedisValue>(
        &mut self,
        questions: &Pipeline,
    ) -> Result<T, BackendError> {
        let open = match &mut self.open {
            Some(open) => open,
            open => {
                // The clerk has one deadline for everything.
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(None)
                    .set_response_timeout(None);
                let line = self
                    .client
                    .get_multiplexed_async_connection_with_config(&config);
                open.insert(line.await.map_err(|error| broken(&error))?)
            }
        };
        let answer = questions.query_async(open).await;
        answer.map_err(|error| {
            self.open = None;
            broken(&error)
        })
    }

    pub(super) async fn exchange(&mut self, word: &Report) -> Result<ClusterView, BackendError> {
        let (id, today) = (&word.card.id, best_of(&word.day.to_string()));
        let card =
            serde_json::to_string(&word.card).map_err(|error| BackendError(error.to_string()))?;
        let mut words = pipe();
        put(&mut words, &server(id), &card, word.life);
        words.cmd("SADD").arg(SERVERS).arg(id).ignore();
        for mark in &word.held {
            put(&mut words, &seat(mark), id, word.grace);
        }
        for mark in &word.freed {
            words.cmd("DEL").arg(seat(mark)).ignore();
        }
        for (key, scores) in [
            (best_of("ever"), &word.board.ever),
            (today.clone(), &word.board.today),
        ] {
            for score in scores {
                // The greater of both stays: who says it twice, or late, changes nothing.
                let points = u32::from(score.points) * 4 + u32::from(score.team % 4);
                words
                    .cmd("ZADD")
                    .arg(&key)
                    .arg("GT")
                    .arg(points)
                    .arg(&score.name)
                    .ignore();
            }
            words
                .cmd("ZREMRANGEBYRANK")
                .arg(&key)
                .arg(0)
                .arg(-(NAMES as i64) - 1)
                .ignore();
        }
        words.cmd("EXPIRE").arg(&today).arg(DAYS * 86_400).ignore();
        words.cmd("SMEMBERS").arg(SERVERS);
        for key in [today, best_of("ever")] {
            words
                .cmd("ZREVRANGE")
                .arg(key)
                .arg(0)
                .arg(BEST - 1)
                .arg("WITHSCORES");
        }
        let (ids, today, ever): (Vec<Vec<u8>>, Ranking, Ranking) = self.ask(&words).await?;
        let mut ids: Vec<String> = ids.into_iter().map(text).collect();
        ids.sort();
        ids.truncate(MOST);
        Ok(ClusterView {
            cards: self.cards(&ids).await?,
            board: Board {
                today: scores(today),
                ever: scores(ever),
            },
        })
    }

    /// Those of these servers that live. The others are taken out of the set; one that only paused
    /// puts itself in again.
    async fn cards(&mut self, ids: &[String]) -> Result<Vec<ServerInfo>, BackendError> {
        let cards = self
            .values(ids.iter().map(|id| server(id)).collect())
            .await?;
        let dead: Vec<&String> = ids
            .iter()
            .zip(&cards)
            .filter(|(_, card)| card.is_none())
            .map(|(id, _)| id)
            .collect();
        if !dead.is_empty() {
            let mut farewell = pipe();
            farewell.cmd("SREM").arg(SERVERS).arg(dead).ignore();
            self.ask::<()>(&farewell).await?;
        }
        Ok(cards.into_iter().filter_map(read).collect())
    }

    pub(super) async fn find(
        &mut self,
        marks: &[SeatKey],
    ) -> Result<Vec<Option<SeatRecord>>, BackendError> {
        let ids = self.values(marks.iter().map(seat).collect()).await?;
        let mut some: Vec<&String> = ids.iter().flatten().collect();
        some.sort();
        some.dedup();
        let said = self.said(&some).await?;
        let said: BTreeMap<&String, Option<LastSeen>> = some.into_iter().zip(said).collect();
        let found = |id: &Option<String>| {
            let id = id.as_ref()?;
            Some(SeatRecord {
                id: id.clone(),
                said: said.get(id).cloned().flatten(),
            })
        };
        Ok(ids.iter().map(found).collect())
    }

    pub(super) async fn still_here(
        &mut self,
        id: &str,
        life: Duration,
    ) -> Result<(), BackendError> {
        let mut words = pipe();
        let millis = life.as_millis() as u64;
        words.cmd("PEXPIRE").arg(server(id)).arg(millis).ignore();
        self.ask(&words).await
    }

    pub(super) async fn last_word(&mut self, id: &str) -> Result<Option<LastSeen>, BackendError> {
        let said = self.said(&[&id.to_owned()]).await?;
        Ok(said.into_iter().next().flatten())
    }

    /// The last words of these servers, and how long ago that was: what is missing of the time for
    /// which they are kept.
    async fn said(&mut self, ids: &[&String]) -> Result<Vec<Option<LastSeen>>, BackendError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut question = pipe();
        for id in ids {
            question.cmd("GET").arg(server(id));
            question.cmd("PTTL").arg(server(id));
        }
        let answers: Vec<(Option<Vec<u8>>, i64)> = self.ask(&question).await?;
        let said = |(card, left): (Option<Vec<u8>>, i64)| {
            // It may have been forgotten between the two questions: then nothing is left, and it is
            // as old as it can be.
            let left = Duration::from_millis(left.try_into().unwrap_or(0));
            Some(LastSeen {
                card: read(card.map(text))?,
                silent: SERVER_TTL.saturating_sub(left),
            })
        };
        Ok(answers.into_iter().map(said).collect())
    }

    /// What is written under these keys.
    async fn values(&mut self, keys: Vec<String>) -> Result<Vec<Option<String>>, BackendError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut question = pipe();
        question.cmd("MGET").arg(keys);
        let (values,): (Vec<Option<Vec<u8>>>,) = self.ask(&question).await?;
        Ok(values.into_iter().map(|value| value.map(text)).collect())
    }

    pub(super) async fn leave(&mut self, id: &str) -> Result<(), BackendError> {
        let mut words = pipe();
        words.cmd("DEL").arg(server(id)).ignore();
        words.cmd("SREM").arg(SERVERS).arg(id).ignore();
        self.ask(&words).await
    }
}

/// What is no text is none of ours either.
fn text(said: Vec<u8>) -> String {
    String::from_utf8_lossy(&said).into_owned()
}

pub(crate) fn read(card: Option<String>) -> Option<ServerInfo> {
    serde_json::from_str(&card?).ok()
}

fn put(words: &mut Pipeline, key: &str, value: &str, life: Duration) {
    let millis = life.as_millis().max(1) as u64;
    words
        .cmd("SET")
        .arg(key)
        .arg(value)
        .arg("PX")
        .arg(millis)
        .ignore();
}

fn server(id: &str) -> String {
    format!("snack-rush:server:{id}")
}

fn seat(mark: &SeatKey) -> String {
    format!("snack-rush:seat:{mark}")
}

fn best_of(when: &str) -> String {
    format!("snack-rush:best:{when}")
}

/// What others wrote is read with care, for it ends in pages.
pub(crate) fn scores(ranked: Ranking) -> Vec<Score> {
    let sound = ranked.into_iter().filter_map(|(name, ranked)| {
        let name = String::from_utf8(name).ok()?;
        let most = f64::from(u16::MAX) * 4.0 + 3.0;
        let ranked = (0.0..=most).contains(&ranked).then_some(ranked as u32)?;
        let (points, team) = ((ranked / 4) as u16, (ranked % 4) as u8);
        Some(Score { name, team, points }).filter(Score::is_sound)
    });
    crate::store::ranked(sound.collect())
}

/// In a word or two, and without the address.
fn broken(error: &RedisError) -> BackendError {
    BackendError(match error.code() {
        Some(code) => code.to_owned(),
        None if error.is_connection_refusal() => "nobody listens there".to_owned(),
        None if error.is_connection_dropped() => "the line broke".to_owned(),
        None if error.is_io_error() => error.to_string(), // Such as a name that nobody knows. The name itself is not in it.
        None => error.category().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn why_a_line_could_not_be_opened_is_told_in_the_systems_words() {
        let unknown = io::Error::other("Name or service not known");
        let told = broken(&RedisError::from(unknown)).to_string();
        assert_eq!(told, "Name or service not known");
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            broken(&RedisError::from(refused)).to_string(),
            "nobody listens there"
        );
    }
}
