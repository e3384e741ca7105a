//! A world as bytes, exactly: to hand it to another process in the middle of a round, and to
//! compare it.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::fnv::fnv1a;
use crate::{Cell, Config, Dir, Kind, Player, Seat, Team, World};
use rng::Rng;

/// The first byte of an encoded world. It must change whenever the layout or the rules change.
const VERSION: u8 = 1;

impl World {
    /// Encodes the whole state: `decode(encode(world))` is the same world and has the same future.
    pub fn encode(&self) -> Bytes {
        let mut to =
            Writer::with_room(64 + 9 * self.players.len() + 3 * usize::from(self.config.snacks));
        to.u8(VERSION);
        self.config.write(&mut to);
        to.u64(self.seed);
        to.u32(self.round);
        to.u32(self.tick);
        to.u64(self.rng.state());
        self.kept.iter().for_each(|&points| to.u32(points));
        let players: Vec<_> = self.players().collect();
        to.list(&players, |to, (seat, player)| {
            to.u16(seat.0);
            player.write(to);
        });
        let snacks: Vec<_> = self.snacks().collect();
        to.list(&snacks, |to, (cell, kind)| {
            cell.write(to);
            to.u8(*kind as u8);
        });
        to.done()
    }

    /// Decodes a world. Another version is reported as a wrong [`Malformed::Tag`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes);
        match from.u8()? {
            VERSION => {}
            other => return Err(Malformed::Tag(other)),
        }
        let config = Config::read(&mut from)?;
        let mut world = World {
            config,
            seed: from.u64()?,
            round: from.u32()?,
            tick: from.u32()?,
            rng: Rng::new(from.u64()?),
            players: vec![None; usize::from(config.seats)],
            floor: vec![None; config.cells()],
            kept: [from.u32()?, from.u32()?, from.u32()?, from.u32()?],
        };
        if world.tick > super::last_tick(&config) {
            return Err(Malformed::Value("tick"));
        }
        let players = from.list(
            "players",
            8,
            |it: &(Seat, Player)| it.0,
            |from| Ok((Seat(from.u16()?), Player::read(from)?)),
        )?;
        for (seat, player) in players {
            let place = world.players.get_mut(seat.index());
            *place.ok_or(Malformed::Value("seat"))? = Some(player);
            if u32::from(player.points) > world.most_points_each() || !player.cell.is_in(&config) {
                return Err(Malformed::Value("player"));
            }
        }
        if world.all_points() > world.most_points() {
            return Err(Malformed::Value("kept"));
        }
        let snacks = from.list(
            "snacks",
            3,
            |it: &(Cell, Kind)| it.0,
            |from| Ok((Cell::read(from)?, Kind::read(from)?)),
        )?;
        if snacks.len() != usize::from(config.snacks) {
            return Err(Malformed::Value("snacks"));
        }
        for (cell, kind) in snacks {
            if !cell.is_in(&config) {
                return Err(Malformed::Value("snacks"));
            }
            let at = usize::from(cell.y) * usize::from(config.width) + usize::from(cell.x);
            world.floor[at] = Some(kind);
        }
        from.end()?;
        Ok(world)
    }

    /// All points of the round. Before they are checked they may be more than 32 bits hold.
    fn all_points(&self) -> u64 {
        let kept = self.kept.iter().map(|&points| u64::from(points));
        let here = self.players().map(|(_, player)| u64::from(player.points));
        kept.chain(here).sum()
    }

    /// The most points that one player could have so far: a golden snack in each tick.
    fn most_points_each(&self) -> u32 {
        let ticks = self.tick.min(u32::from(self.config.round_ticks));
        u32::from(Kind::Golden.points()) * ticks
    }

    /// The most points that all players together could have so far: in a tick, no more snacks are
    /// eaten than there are seats, and no more than lie on the floor.
    fn most_points(&self) -> u64 {
        let meals = self.config.seats.min(self.config.snacks);
        u64::from(self.most_points_each()) * u64::from(meals)
    }

    /// FNV-1a of [`encode`](World::encode): equal worlds have equal hashes.
    pub fn hash(&self) -> u64 {
        fnv1a(&self.encode())
    }
}

impl Player {
    pub(crate) fn write(&self, to: &mut Writer) {
        self.cell.write(to);
        to.u8(self.dir as u8);
        to.u8(self.team.number());
        to.u16(self.points);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            cell: Cell::read(from)?,
            dir: Dir::read(from)?,
            team: Team::read(from)?,
            points: from.u16()?,
        })
    }
}

impl Cell {
    pub(crate) fn write(self, to: &mut Writer) {
        to.u8(self.x);
        to.u8(self.y);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let [x, y] = from.array()?;
        Ok(Self { x, y })
    }
}

impl Dir {
    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Self::new(from.u8()?).ok_or(Malformed::Value("dir"))
    }
}

impl Team {
    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Self::new(from.u8()?).ok_or(Malformed::Value("team"))
    }
}

impl Kind {
    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Self::new(from.u8()?).ok_or(Malformed::Value("kind"))
    }
}
