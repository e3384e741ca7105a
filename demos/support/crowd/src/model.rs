//! The model of a room that all clients in it share: its world, derived from the server's messages.
//!
//! A thousand models of the same room would cost the crowd more than the room costs the server. So
//! the first client that receives a tick applies it to the model, and all others compare the bytes:
//! the protocol says that they are the same for all.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use lock::lock;
use rush::mirror::Mirror;
use rush::wire::{Delta, Seated, Snapshot, Turned};
use rush::{Cell, Config, Dir, Kind, Player, Seat};

use crate::steering::{SentTurn, Steering};

/// The number of recent ticks whose bytes are kept, for clients that receive them later.
const HISTORY: usize = 64;

/// A snapshot that is this many ticks ahead is applied at once. If it is closer, the ticks before
/// it may still be on their way to a client.
const FAR_AHEAD: u32 = 5;

/// The models of all rooms, by server and path.
#[derive(Debug, Default)]
pub(crate) struct Models(Mutex<BTreeMap<String, Arc<SharedModel>>>);

impl Models {
    pub(crate) fn at(&self, room: &str) -> Arc<SharedModel> {
        let mut models = lock(&self.0);
        Arc::clone(models.entry(room.to_owned()).or_default())
    }
}

/// The model of one room, behind its lock.
#[derive(Debug, Default)]
pub(crate) struct SharedModel(Mutex<Model>);

impl SharedModel {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Model> {
        lock(&self.0)
    }
}

/// The newest known world of a room, and its recent past.
#[derive(Debug, Default)]
pub(crate) struct Model {
    config: Option<Config>,
    mirror: Option<Mirror>,
    /// Where the snacks of `mirror` lie, row by row.
    snacks: Vec<Cell>,
    ticks: VecDeque<Arc<Tick>>,
    /// Hashes of the world after recent ticks, newest last.
    hashes: VecDeque<(Moment, u64)>,
    /// A snapshot that is ahead of the model, until a tick shows whether it must be applied.
    ahead: Option<Snapshot>,
}

/// A round, and a tick in it.
type Moment = (u32, u32);

/// One tick as the server sent it.
#[derive(Debug)]
pub(crate) struct Tick {
    pub(crate) delta: Delta,
    payload: Vec<u8>,
}

impl Tick {
    fn moment(&self) -> Moment {
        (self.delta.round, self.delta.tick)
    }

    /// Returns how many snacks the player in this seat ate.
    pub(crate) fn eaten(&self, seat: Seat) -> u64 {
        self.delta
            .eaten
            .iter()
            .filter(|(_, eater)| *eater == seat)
            .count() as u64
    }

    /// Returns the turn that was applied for the player in this seat, if any.
    pub(crate) fn turned(&self, seat: Seat) -> Option<Turned> {
        let turned = &self.delta.turned;
        let at = turned
            .binary_search_by_key(&seat, |turned| turned.seat)
            .ok()?;
        Some(turned[at])
    }
}

impl Model {
    /// Checks that every client is sent the same configuration. Returns the contradiction, if any.
    pub(crate) fn check_config(&mut self, config: Config) -> Option<String> {
        let first = *self.config.get_or_insert(config);
        (first != config).then(|| format!("one client was sent {first:?}, another one {config:?}"))
    }

    /// Returns the tick with these bytes if another client has received it before.
    pub(crate) fn recall(&self, payload: &[u8]) -> Option<Arc<Tick>> {
        self.ticks
            .iter()
            .rev()
            .find(|tick| tick.payload == payload)
            .cloned()
    }

    /// Applies a new tick. Returns it, and the contradiction that it shows, if any.
    pub(crate) fn tick(&mut self, delta: Delta, payload: &[u8]) -> (Arc<Tick>, Option<String>) {
        // Another thread may have applied it since the caller last held the lock.
        if let Some(tick) = self.recall(payload) {
            return (tick, None);
        }
        let tick = Arc::new(Tick {
            delta,
            payload: payload.to_vec(),
        });
        let moment = tick.moment();
        if self.ticks.iter().any(|earlier| earlier.moment() == moment) {
            let what = format!(
                "two clients were sent different messages for round {} tick {}",
                moment.0, moment.1
            );
            return (tick, Some(what));
        }
        if self.ticks.len() == HISTORY {
            self.ticks.pop_front();
        }
        self.ticks.push_back(Arc::clone(&tick));
        if let Some(ahead) = self
            .ahead
            .take_if(|ahead| (ahead.round, ahead.tick + 1) == moment)
            && self
                .moment()
                .is_none_or(|now| now < (ahead.round, ahead.tick))
        {
            let wrong = self.apply_snapshot(&ahead);
            return (tick, wrong.or(self.apply_ticks()));
        }
        (tick, self.apply_ticks())
    }

    /// Compares a snapshot with the world after the same tick, or applies it if the model is far
    /// behind. Returns the contradiction, if any.
    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot) -> Option<String> {
        let (moment, now) = ((snapshot.round, snapshot.tick), self.moment());
        let wrong = self.check_hash(
            moment,
            hash(&snapshot.players, snapshot.snacks.iter().copied()),
        );
        if now.is_none_or(|now| now.0 < moment.0 || now.1 + FAR_AHEAD < moment.1) {
            return wrong
                .or(self.apply_snapshot(snapshot))
                .or(self.apply_ticks());
        }
        if now.is_some_and(|now| now < moment) {
            self.ahead = Some(snapshot.clone());
        }
        wrong
    }

    /// Returns the number of the round, and the player in this seat.
    pub(crate) fn player(&self, seat: Seat) -> Option<(u32, Player)> {
        let mirror = self.mirror.as_ref()?;
        Some((mirror.now()?.0, mirror.player(seat)?.player))
    }

    /// Returns the turn that a player in this seat sends now, if any. `sent` are the turns that are
    /// not acknowledged.
    pub(crate) fn steer(
        &self,
        seat: Seat,
        steering: &mut Steering,
        sent: impl Iterator<Item = SentTurn> + Clone,
    ) -> Option<Dir> {
        let (arena, (_, player)) = (self.config.as_ref()?, self.player(seat)?);
        steering.steer(&player, sent, &self.snacks, arena)
    }

    fn moment(&self) -> Option<Moment> {
        self.mirror.as_ref()?.now()
    }

    fn apply_snapshot(&mut self, snapshot: &Snapshot) -> Option<String> {
        let mirror = self.mirror.get_or_insert(Mirror::new(self.config?));
        let applied = mirror.snapshot(snapshot);
        self.update_snacks();
        applied.err().map(|lost| {
            format!(
                "the snapshot of round {} tick {}: {lost}",
                snapshot.round, snapshot.tick
            )
        })
    }

    /// Applies all ticks that follow the model, whichever client received them.
    fn apply_ticks(&mut self) -> Option<String> {
        let mut wrong = None;
        while let Some((round, tick)) = self.moment()
            && let Some(next) = self
                .ticks
                .iter()
                .find(|next| next.moment() == (round, tick + 1))
        {
            let (next, mirror) = (Arc::clone(next), self.mirror.as_mut()?);
            if let Err(lost) = mirror.delta(&next.delta) {
                // The mirror is empty now, until a client is sent a snapshot.
                return wrong.or(Some(format!("round {round} tick {}: {lost}", tick + 1)));
            }
            let hash = hash(mirror.players(), mirror.snacks());
            wrong = wrong.or(self.check_hash(next.moment(), hash));
            self.update_snacks();
        }
        wrong
    }

    fn update_snacks(&mut self) {
        self.snacks.clear();
        let snacks = self.mirror.iter().flat_map(Mirror::snacks);
        self.snacks.extend(snacks.map(|(cell, _)| cell));
    }

    /// Compares the hash of a world with the one that is kept for its tick, or keeps it.
    fn check_hash(&mut self, moment: Moment, hash: u64) -> Option<String> {
        match self.hashes.iter().find(|(then, _)| *then == moment) {
            Some((_, earlier)) if *earlier == hash => None,
            Some(_) => Some(format!(
                "a snapshot and the ticks disagree about round {} tick {}",
                moment.0, moment.1
            )),
            None => {
                if self.hashes.len() == HISTORY {
                    self.hashes.pop_front();
                }
                self.hashes.push_back((moment, hash));
                None
            }
        }
    }
}

/// Hashes everything that clients see of a world: players, their cells and points, and snacks.
fn hash<'a>(
    players: impl IntoIterator<Item = &'a Seated>,
    snacks: impl Iterator<Item = (Cell, Kind)>,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    for Seated {
        seat, player, name, ..
    } in players
    {
        let Player {
            cell,
            dir,
            team,
            points,
        } = *player;
        (seat, cell, dir, team.number(), points, name.as_str()).hash(&mut hasher);
    }
    snacks.for_each(|snack| snack.hash(&mut hasher));
    hasher.finish()
}
