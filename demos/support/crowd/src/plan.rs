//! Who comes, and how they behave.

use std::time::Duration;

/// A crowd, before it comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Players who steer to the nearest snack, and read all that they are told.
    pub players: u32,
    /// Besides: people who only watch.
    pub watchers: u32,
    /// Besides: players who stop reading once they are seated.
    pub slow: u32,
    /// Besides: players whose phone falls asleep: the line drops without goodbye, and they come
    /// back by their token.
    pub sleepy: u32,
    /// The room to go to. None: the server picks one (`/api/seat`), for each player anew.
    pub room: Option<String>,
    /// What players are called, before their number. None: bots, which are on no leaderboard.
    pub called: Option<String>,
    /// The same seed gives the same decisions. What comes of them is up to the server.
    pub seed: u64,
    /// The time in which everybody arrives, evenly.
    pub ramp: Duration,
    /// How often a second a player may turn, at most; 0: never.
    pub turns_per_second: f32,
}

impl Default for Plan {
    /// Eight players who come within a second and turn as often as a person does.
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
        }
    }
}

/// How somebody behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    Player,
    Watcher,
    Slow,
    Sleepy,
}

impl Plan {
    /// How many come.
    pub fn people(&self) -> u64 {
        [self.players, self.watchers, self.slow, self.sleepy]
            .map(u64::from)
            .iter()
            .sum()
    }

    /// Everybody's manners, mixed as they arrive: whoever plays comes first.
    pub(crate) fn guests(&self) -> impl Iterator<Item = Manners> {
        [
            (Manners::Player, self.players),
            (Manners::Sleepy, self.sleepy),
            (Manners::Slow, self.slow),
            (Manners::Watcher, self.watchers),
        ]
        .into_iter()
        .flat_map(|(manners, count)| (0..count).map(move |_| manners))
    }
}
