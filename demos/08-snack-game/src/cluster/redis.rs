//! The backend in Redis: one key per server and one key per seat, which Redis expires, and two
//! sorted sets of names.
//!
//! | key | value | time to live |
//! |---|---|---|
//! | `snack-rush:servers` | set of server ids | none; ids of dead servers are removed |
//! | `snack-rush:server:ID` | a server's [`ServerInfo`] as JSON | 3 s; the last one before a restart 10 s |
//! | `snack-rush:seat:KEY` | id of the server that holds this seat; the key is a hash of its token | the grace |
//! | `snack-rush:best:ever`, `snack-rush:best:DAY` | names, scored by points × 4 + team; the best hundred | none; eight days |

use super::{
    SeatKey, ServerInfo,
    report::{
        BOARD_DAYS, BOARD_SIZE, BackendError, ClusterView, LastSeen, MAX_SERVERS, Report,
        SeatRecord,
    },
    ttl::SERVER_TTL,
};
use crate::store::{BEST, Board, Score};
use redis::{
    AsyncConnectionConfig, Client, Pipeline, RedisError, aio::MultiplexedConnection, pipe,
};
use std::{collections::BTreeMap, time::Duration};

const SERVERS: &str = "snack-rush:servers";

/// A sorted set as Redis returns it: names, with points × 4 + team. Names are bytes, because other
/// programs may have written invalid UTF-8, and one such name must not hide the others.
pub(crate) type Ranking = Vec<(Vec<u8>, f64)>;

/// Redis client with one connection, which is opened by the first request. After a request that was
/// cancelled, the caller must call [`disconnect`](Self::disconnect).
pub struct RedisBackend {
    client: Client,
    connection: Option<MultiplexedConnection>,
}

impl std::fmt::Debug for RedisBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisBackend") // Without the address, which may contain a password.
    }
}

/// The value of `--directory` is not the URL of a Redis. The error does not contain it: it may
/// contain a password, and errors are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARedisUrl;

impl std::fmt::Display for NotARedisUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "--directory wants redis://HOST:PORT, such as redis://127.0.0.1:6379, or redis://HOST:PORT/DB",
        )
    }
}

impl std::error::Error for NotARedisUrl {}

impl RedisBackend {
    /// Makes a client for the Redis at `url`. It does not connect yet.
    ///
    /// # Errors
    /// If `url` is not a Redis URL.
    pub fn new(url: &str) -> Result<Self, NotARedisUrl> {
        let client = match url.starts_with("redis://") {
            true => Client::open(url).map_err(|_| NotARedisUrl)?,
            false => return Err(NotARedisUrl),
        };
        Ok(Self {
            client,
            connection: None,
        })
    }

    /// Closes the connection: the answer to a cancelled request may still arrive on it.
    pub fn disconnect(&mut self) {
        self.connection = None;
    }

    /// Sends commands in one round trip. After an error the connection is closed.
    async fn query<T: redis::FromRedisValue>(
        &mut self,
        commands: &Pipeline,
    ) -> Result<T, BackendError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                // No timeouts here: the cluster client has one timeout for the whole request.
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(None)
                    .set_response_timeout(None);
                let connecting = self
                    .client
                    .get_multiplexed_async_connection_with_config(&config);
                none.insert(connecting.await.map_err(|error| describe(&error))?)
            }
        };
        let answer = commands.query_async(connection).await;
        answer.map_err(|error| {
            self.connection = None;
            describe(&error)
        })
    }

    pub(super) async fn exchange(&mut self, report: &Report) -> Result<ClusterView, BackendError> {
        let (id, today) = (&report.server.id, board_key(&report.day.to_string()));
        let info = serde_json::to_string(&report.server).map_err(BackendError::Encode)?;
        let mut commands = pipe();
        set(&mut commands, &server_key(id), &info, report.ttl);
        commands.cmd("SADD").arg(SERVERS).arg(id).ignore();
        for key in &report.held {
            set(&mut commands, &seat_key(key), id, report.seat_ttl);
        }
        for key in &report.freed {
            commands.cmd("DEL").arg(seat_key(key)).ignore();
        }
        for (key, scores) in [
            (board_key("ever"), &report.board.ever),
            (today.clone(), &report.board.today),
        ] {
            add_scores(&mut commands, &key, scores);
        }
        commands
            .cmd("EXPIRE")
            .arg(&today)
            .arg(BOARD_DAYS * 86_400)
            .ignore();
        commands.cmd("SMEMBERS").arg(SERVERS);
        for key in [today, board_key("ever")] {
            commands
                .cmd("ZREVRANGE")
                .arg(key)
                .arg(0)
                .arg(BEST - 1)
                .arg("WITHSCORES");
        }
        let (ids, today, ever): (Vec<Vec<u8>>, Ranking, Ranking) = self.query(&commands).await?;
        let mut ids: Vec<String> = ids.into_iter().map(text).collect();
        ids.sort();
        ids.truncate(MAX_SERVERS);
        Ok(ClusterView {
            servers: self.servers(&ids).await?,
            board: Board {
                today: parse_ranking(today),
                ever: parse_ranking(ever),
            },
        })
    }

    /// Returns those of the servers that are alive, and removes the others from the set. A server
    /// that only paused adds itself again with its next report.
    async fn servers(&mut self, ids: &[String]) -> Result<Vec<ServerInfo>, BackendError> {
        let infos = self
            .values(ids.iter().map(|id| server_key(id)).collect())
            .await?;
        let dead: Vec<&String> = ids
            .iter()
            .zip(&infos)
            .filter(|(_, info)| info.is_none())
            .map(|(id, _)| id)
            .collect();
        if !dead.is_empty() {
            let mut commands = pipe();
            commands.cmd("SREM").arg(SERVERS).arg(dead).ignore();
            self.query::<()>(&commands).await?;
        }
        Ok(infos.into_iter().filter_map(parse_server_info).collect())
    }

    pub(super) async fn find_seats(
        &mut self,
        keys: &[SeatKey],
    ) -> Result<Vec<Option<SeatRecord>>, BackendError> {
        let ids = self.values(keys.iter().map(seat_key).collect()).await?;
        let mut servers: Vec<&String> = ids.iter().flatten().collect();
        servers.sort();
        servers.dedup();
        let last_seen = self.all_last_seen(&servers).await?;
        let by_id: BTreeMap<&String, Option<LastSeen>> =
            servers.into_iter().zip(last_seen).collect();
        let record = |id: &Option<String>| {
            let id = id.as_ref()?;
            Some(SeatRecord {
                server_id: id.clone(),
                last_seen: by_id.get(id).cloned().flatten(),
            })
        };
        Ok(ids.iter().map(record).collect())
    }

    pub(super) async fn heartbeat(&mut self, id: &str, ttl: Duration) -> Result<(), BackendError> {
        let mut commands = pipe();
        let millis = ttl.as_millis() as u64;
        let key = server_key(id);
        commands.cmd("PEXPIRE").arg(key).arg(millis).ignore();
        self.query(&commands).await
    }

    pub(super) async fn last_seen(&mut self, id: &str) -> Result<Option<LastSeen>, BackendError> {
        let last_seen = self.all_last_seen(&[&id.to_owned()]).await?;
        Ok(last_seen.into_iter().next().flatten())
    }

    /// Returns the last reports of these servers. Their age is the time to live of a report minus
    /// what Redis says is left of it.
    async fn all_last_seen(
        &mut self,
        ids: &[&String],
    ) -> Result<Vec<Option<LastSeen>>, BackendError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = pipe();
        for id in ids {
            commands.cmd("GET").arg(server_key(id));
            commands.cmd("PTTL").arg(server_key(id));
        }
        let answers: Vec<(Option<Vec<u8>>, i64)> = self.query(&commands).await?;
        let last_seen = |(info, left): (Option<Vec<u8>>, i64)| {
            // PTTL is negative if the key expired after GET: the report is as old as it can be.
            let left = Duration::from_millis(left.try_into().unwrap_or(0));
            Some(LastSeen {
                server: parse_server_info(info.map(text))?,
                silent_for: SERVER_TTL.saturating_sub(left),
            })
        };
        Ok(answers.into_iter().map(last_seen).collect())
    }

    /// Returns the values of these keys.
    async fn values(&mut self, keys: Vec<String>) -> Result<Vec<Option<String>>, BackendError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = pipe();
        commands.cmd("MGET").arg(keys);
        let (values,): (Vec<Option<Vec<u8>>>,) = self.query(&commands).await?;
        Ok(values.into_iter().map(|value| value.map(text)).collect())
    }

    pub(super) async fn leave(&mut self, id: &str) -> Result<(), BackendError> {
        let mut commands = pipe();
        commands.cmd("DEL").arg(server_key(id)).ignore();
        commands.cmd("SREM").arg(SERVERS).arg(id).ignore();
        self.query(&commands).await
    }
}

fn set(commands: &mut Pipeline, key: &str, value: &str, ttl: Duration) {
    let millis = ttl.as_millis().max(1) as u64;
    commands
        .cmd("SET")
        .arg(key)
        .arg(value)
        .arg("PX")
        .arg(millis)
        .ignore();
}

/// Adds scores to a sorted set and keeps its best [`BOARD_SIZE`] names. `GT` keeps the greater
/// score of a name, so a repeated or a late report changes nothing.
fn add_scores(commands: &mut Pipeline, key: &str, scores: &[Score]) {
    for score in scores {
        let ranked = u32::from(score.points) * 4 + u32::from(score.team % 4);
        commands
            .cmd("ZADD")
            .arg(key)
            .arg("GT")
            .arg(ranked)
            .arg(&score.name)
            .ignore();
    }
    commands
        .cmd("ZREMRANGEBYRANK")
        .arg(key)
        .arg(0)
        .arg(-(BOARD_SIZE as i64) - 1)
        .ignore();
}

/// Decodes UTF-8. Invalid text cannot be one of our values, so its exact bytes do not matter.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parses a server's description. `None` if it has expired, or is not valid JSON.
pub(crate) fn parse_server_info(json: Option<String>) -> Option<ServerInfo> {
    serde_json::from_str(&json?).ok()
}

fn server_key(id: &str) -> String {
    format!("snack-rush:server:{id}")
}

fn seat_key(key: &SeatKey) -> String {
    format!("snack-rush:seat:{key}")
}

fn board_key(day: &str) -> String {
    format!("snack-rush:best:{day}")
}

/// Parses a leaderboard. Other programs can write to Redis, and names end up in pages, so invalid
/// entries are left out.
pub(crate) fn parse_ranking(ranking: Ranking) -> Vec<Score> {
    let valid = ranking.into_iter().filter_map(|(name, ranked)| {
        let name = String::from_utf8(name).ok()?;
        let most = f64::from(u16::MAX) * 4.0 + 3.0;
        let ranked = (0.0..=most).contains(&ranked).then_some(ranked as u32)?;
        let (points, team) = ((ranked / 4) as u16, (ranked % 4) as u8);
        Some(Score { name, team, points }).filter(Score::is_sound)
    });
    crate::store::ranked(valid.collect())
}

/// Describes an error in a few words, without the address.
fn describe(error: &RedisError) -> BackendError {
    BackendError::Redis(match error.code() {
        Some(code) => code.to_owned(),
        None if error.is_connection_refusal() => "connection refused".to_owned(),
        None if error.is_connection_dropped() => "connection lost".to_owned(),
        None if error.is_io_error() => error.to_string(), // The text names no host.
        None => error.category().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_failed_connection_is_described_with_the_systems_reason() {
        let unknown = io::Error::other("Name or service not known");
        let described = describe(&RedisError::from(unknown)).to_string();
        assert_eq!(described, "Name or service not known");
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            describe(&RedisError::from(refused)).to_string(),
            "connection refused"
        );
    }
}
