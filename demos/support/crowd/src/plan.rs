//! The plan of a crowd: how many clients connect, and how they behave.

use std::time::Duration;

/// The configuration of a crowd.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The number of players that steer to snacks nearby and read everything that they are sent.
    pub players: u32,
    /// The number of additional clients that only watch.
    pub watchers: u32,
    /// The number of additional players that stop reading once they have a seat.
    pub slow: u32,
    /// The number of additional players whose phone falls asleep: the connection drops without a
    /// Close, and they resume with their token.
    pub sleepy: u32,
    /// The room that all of them join. If `None`, the server picks a room for each player
    /// (`/api/seat`).
    pub room: Option<String>,
    /// The name of the players, before their number. If `None`, they are called `bot` and do not
    /// appear on a leaderboard.
    pub called: Option<String>,
    /// The seed of all decisions. The results also depend on the server.
    pub seed: u64,
    /// The time over which the connections are spread evenly.
    pub ramp: Duration,
    /// The maximum number of turns of one player per second; with 0 a player never turns.
    pub turns_per_second: f32,
    /// The maximum time for the server's answer to a client that leaves.
    pub goodbye: Duration,
}

impl Default for Plan {
    /// Eight players that connect within a second and turn as often as a person does.
    fn default() -> Self {
        Self {
            players: 8,
            watchers: 0,
            slow: 0,
            sleepy: 0,
            room: None,
            called: None,
            seed: 1,
            ramp: Duration::from_secs(1),
            turns_per_second: 2.0,
            goodbye: Duration::from_secs(2),
        }
    }
}

/// The behavior of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    Player,
    Watcher,
    Slow,
    Sleepy,
}

impl Plan {
    /// Returns the number of clients.
    pub fn people(&self) -> u64 {
        [self.players, self.watchers, self.slow, self.sleepy]
            .map(u64::from)
            .iter()
            .sum()
    }

    /// Returns the behavior of each client in the order of their connecting: players first.
    pub(crate) fn behaviors(&self) -> impl Iterator<Item = Behavior> {
        [
            (Behavior::Player, self.players),
            (Behavior::Sleepy, self.sleepy),
            (Behavior::Slow, self.slow),
            (Behavior::Watcher, self.watchers),
        ]
        .into_iter()
        .flat_map(|(behavior, count)| (0..count).map(move |_| behavior))
    }
}
