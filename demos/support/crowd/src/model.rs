//! One room as all of the crowd in it see it: one picture for everybody, and what was told of each
//! tick.
//!
//! A thousand pictures of the same room would cost the crowd more than the room costs the server.
//! So whoever hears a tick first draws it, and everybody else compares the bytes: the same for all,
//! says the protocol.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rush::mirror::Mirror;
use rush::wire::{Delta, Seated, Snapshot, Turned};
use rush::{Cell, Config, Dir, Kind, Player, Seat};

use crate::navigation;

/// Ticks whose bytes are kept for those who hear them later.
const KEPT: usize = 64;

/// A snapshot that is so many ticks ahead is taken at once; else the ticks before it may still be
/// on their way to somebody.
const FAR: u32 = 5;

/// All rooms, by the way that leads there.
#[derive(Debug, Default)]
pub(crate) struct Grounds(Mutex<BTreeMap<String, Arc<Ground>>>);

impl Grounds {
    pub(crate) fn at(&self, way: &str) -> Arc<Ground> {
        let mut grounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(grounds.entry(way.to_owned()).or_default())
    }
}

/// One room.
#[derive(Debug, Default)]
pub(crate) struct Ground(Mutex<Picture>);

impl Ground {
    pub(crate) fn picture(&self) -> MutexGuard<'_, Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The newest picture, and how it came about.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    config: Option<Config>,
    mirror: Option<Mirror>,
    /// Where the snacks of `mirror` lie, row by row.
    snacks: Vec<Cell>,
    told: VecDeque<Arc<Told>>,
    /// What the room looked like after a tick, newest last.
    looks: VecDeque<(Moment, u64)>,
    /// A snapshot that is ahead of the picture, until a tick shows whether it has to be taken.
    ahead: Option<Snapshot>,
}

/// A round, and a tick of it.
type Moment = (u32, u32);

/// One tick, as it was told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) delta: Delta,
    payload: Vec<u8>,
}

impl Told {
    fn moment(&self) -> Moment {
        (self.delta.round, self.delta.tick)
    }

    /// Snacks that this seat's owner ate.
    pub(crate) fn eaten(&self, seat: Seat) -> u64 {
        self.delta
            .eaten
            .iter()
            .filter(|(_, eater)| *eater == seat)
            .count() as u64
    }

    /// The turn of this seat that was applied.
    pub(crate) fn turned(&self, seat: Seat) -> Option<Turned> {
        let turned = &self.delta.turned;
        let at = turned
            .binary_search_by_key(&seat, |turned| turned.seat)
            .ok()?;
        Some(turned[at])
    }
}

impl Picture {
    /// What the room has agreed upon is the same for everybody.
    pub(crate) fn agree(&mut self, config: Config) -> Option<String> {
        let first = *self.config.get_or_insert(config);
        (first != config).then(|| format!("{first:?} for one, {config:?} for another"))
    }

    /// What these bytes were understood as, if somebody has heard them before.
    pub(crate) fn recall(&self, payload: &[u8]) -> Option<Arc<Told>> {
        self.told
            .iter()
            .rev()
            .find(|told| told.payload == payload)
            .cloned()
    }

    /// A tick that nobody has heard before, and what is wrong with it.
    pub(crate) fn tick(&mut self, delta: Delta, payload: &[u8]) -> (Arc<Told>, Option<String>) {
        // On a runtime of several threads another may have heard it since nobody had.
        if let Some(told) = self.recall(payload) {
            return (told, None);
        }
        let told = Arc::new(Told {
            delta,
            payload: payload.to_vec(),
        });
        let moment = told.moment();
        if self.told.iter().any(|earlier| earlier.moment() == moment) {
            let what = format!(
                "two were told different things of round {} tick {}",
                moment.0, moment.1
            );
            return (told, Some(what));
        }
        if self.told.len() == KEPT {
            self.told.pop_front();
        }
        self.told.push_back(Arc::clone(&told));
        if let Some(ahead) = self
            .ahead
            .take_if(|ahead| (ahead.round, ahead.tick + 1) == moment)
            && self
                .moment()
                .is_none_or(|now| now < (ahead.round, ahead.tick))
        {
            let wrong = self.draw(&ahead);
            return (told, wrong.or(self.follow()));
        }
        (told, self.follow())
    }

    /// A snapshot shows what the ticks have shown, or what they are about to.
    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot) -> Option<String> {
        let (moment, now) = ((snapshot.round, snapshot.tick), self.moment());
        let wrong = self.looks_like(
            moment,
            look(&snapshot.players, snapshot.snacks.iter().copied()),
        );
        if now.is_none_or(|now| now.0 < moment.0 || now.1 + FAR < moment.1) {
            return wrong.or(self.draw(snapshot)).or(self.follow());
        }
        if now.is_some_and(|now| now < moment) {
            self.ahead = Some(snapshot.clone());
        }
        wrong
    }

    /// Somebody, and in which round.
    pub(crate) fn player(&self, seat: Seat) -> Option<(u32, Player)> {
        let mirror = self.mirror.as_ref()?;
        Some((mirror.now()?.0, mirror.player(seat)?.player))
    }

    /// The turn to the nearest snack, and which that is, as long as it lies there.
    pub(crate) fn steer(&self, seat: Seat, target: &mut Option<Cell>) -> Option<Dir> {
        let (arena, (_, player)) = (self.config.as_ref()?, self.player(seat)?);
        let lies = |cell: &Cell| self.snacks.binary_search(cell).is_ok();
        let goal = match target.filter(lies) {
            Some(goal) => goal,
            None => navigation::nearest(player.cell, self.snacks.iter().copied(), arena)?,
        };
        *target = Some(goal);
        navigation::turn(player.cell, player.dir, goal, arena)
    }

    fn moment(&self) -> Option<Moment> {
        self.mirror.as_ref()?.now()
    }

    fn draw(&mut self, snapshot: &Snapshot) -> Option<String> {
        let mirror = self.mirror.get_or_insert(Mirror::new(self.config?));
        let drawn = mirror.snapshot(snapshot);
        self.lay();
        drawn.err().map(|lost| {
            format!(
                "the snapshot of round {} tick {}: {lost}",
                snapshot.round, snapshot.tick
            )
        })
    }

    /// Draws all ticks that are next, whoever told them in whatever order.
    fn follow(&mut self) -> Option<String> {
        let mut wrong = None;
        while let Some((round, tick)) = self.moment()
            && let Some(next) = self
                .told
                .iter()
                .find(|told| told.moment() == (round, tick + 1))
        {
            let (next, mirror) = (Arc::clone(next), self.mirror.as_mut()?);
            if let Err(lost) = mirror.delta(&next.delta) {
                // The picture is blank now, until somebody is told the whole of it again.
                return wrong.or(Some(format!("round {round} tick {}: {lost}", tick + 1)));
            }
            let look = look(mirror.players(), mirror.snacks());
            wrong = wrong.or(self.looks_like(next.moment(), look));
            self.lay();
        }
        wrong
    }

    fn lay(&mut self) {
        self.snacks.clear();
        let snacks = self.mirror.iter().flat_map(Mirror::snacks);
        self.snacks.extend(snacks.map(|(cell, _)| cell));
    }

    /// Remembers what the room looks like, or compares it with what is remembered.
    fn looks_like(&mut self, moment: Moment, look: u64) -> Option<String> {
        match self.looks.iter().find(|(then, _)| *then == moment) {
            Some((_, earlier)) if *earlier == look => None,
            Some(_) => Some(format!(
                "a snapshot and the ticks disagree on round {} tick {}",
                moment.0, moment.1
            )),
            None => {
                if self.looks.len() == KEPT {
                    self.looks.pop_front();
                }
                self.looks.push_back((moment, look));
                None
            }
        }
    }
}

/// A number that is another one when anybody is elsewhere, has other points, or a snack is missing.
fn look<'a>(
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
