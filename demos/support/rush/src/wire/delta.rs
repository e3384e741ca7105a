//! The changes of one tick: encoded once, the same for every client.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::Seq;
use crate::wire::snapshot::{read_name, read_phase, read_snacks, write_snacks};
use crate::{Cell, Dir, Happened, Kind, Name, Phase, Seat, Team};

/// The changes of a tick. Each list is in ascending order of its seats or cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Microseconds since 1970, by the server's clock.
    pub sent: u64,
    /// The round's number.
    pub round: u32,
    /// The tick's number.
    pub tick: u32,
    /// The phase of the tick: in [`Phase::Playing`] every player moves one cell, otherwise none
    /// does.
    pub phase: Phase,
    /// Players who gave up their seat. Applied first.
    pub left: Vec<Seat>,
    /// Players who turned. Afterwards every player moves.
    pub turned: Vec<Turned>,
    /// The snacks that were eaten, and by whom.
    pub eaten: Vec<(Cell, Seat)>,
    /// The new snacks.
    pub spawned: Vec<(Cell, Kind)>,
    /// Players who joined, with their cells after the tick.
    pub joined: Vec<Joined>,
    /// Players whose connection was lost (true) or came back (false).
    pub away: Vec<(Seat, bool)>,
}

/// A new player, who has no points yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The player's seat.
    pub seat: Seat,
    /// The player's cell after the tick.
    pub cell: Cell,
    /// The player's direction.
    pub dir: Dir,
    /// The player's team.
    pub team: Team,
    /// The player's name.
    pub name: Name,
}

/// A turn that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turned {
    /// The player's seat.
    pub seat: Seat,
    /// The new direction.
    pub dir: Dir,
    /// The number of that player's newest turn: it acknowledges all turns up to it.
    pub seq: Seq,
}

impl Delta {
    /// The message for what happened. `name` gives the name of a seat's new player, `seq` the
    /// newest turn of a seat's player.
    pub fn of(
        happened: &Happened,
        sent: u64,
        mut name: impl FnMut(Seat) -> Name,
        mut seq: impl FnMut(Seat) -> Seq,
        away: impl IntoIterator<Item = (Seat, bool)>,
    ) -> Self {
        let joined = happened.joined.iter().map(|&(seat, player)| Joined {
            seat,
            cell: player.cell,
            dir: player.dir,
            team: player.team,
            name: name(seat),
        });
        let turned = happened.turned.iter().map(|&(seat, dir)| Turned {
            seat,
            dir,
            seq: seq(seat),
        });
        // If there are several entries for one seat, the last one counts.
        let away: std::collections::BTreeMap<Seat, bool> = away.into_iter().collect();
        Self {
            sent,
            round: happened.round,
            tick: happened.tick,
            phase: happened.phase,
            left: happened.left.clone(),
            turned: turned.collect(),
            eaten: happened
                .eaten
                .iter()
                .map(|&(cell, _, seat)| (cell, seat))
                .collect(),
            spawned: happened.spawned.clone(),
            joined: joined.collect(),
            away: away.into_iter().collect(),
        }
    }

    /// Encodes the message.
    pub fn encode(&self) -> Bytes {
        let mut to = Writer::with_room(
            64 + 5 * self.turned.len() + 7 * self.eaten.len() + 32 * self.joined.len(),
        );
        to.u8(0x83);
        to.u64(self.sent);
        to.u32(self.round);
        to.u32(self.tick);
        to.u8(self.phase as u8);
        to.list(&self.left, |to, seat| to.u16(seat.0));
        to.list(&self.turned, |to, it| {
            to.u16(it.seat.0);
            to.u8(it.dir as u8);
            to.u16(it.seq.0);
        });
        to.list(&self.eaten, |to, (cell, seat)| {
            cell.write(to);
            to.u16(seat.0);
        });
        write_snacks(&mut to, &self.spawned);
        to.list(&self.joined, |to, it| {
            to.u16(it.seat.0);
            it.cell.write(to);
            to.u8(it.dir as u8);
            to.u8(it.team.number());
            to.text(it.name.as_str());
        });
        to.list(&self.away, |to, (seat, away)| {
            to.u16(seat.0);
            to.u8(u8::from(*away));
        });
        to.done()
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            sent: from.u64()?,
            round: from.u32()?,
            tick: from.u32()?,
            phase: read_phase(from)?,
            left: from.list("left", 2, |it: &Seat| *it, |from| Ok(Seat(from.u16()?)))?,
            turned: from.list(
                "turned",
                5,
                |it: &Turned| it.seat,
                |from| {
                    Ok(Turned {
                        seat: Seat(from.u16()?),
                        dir: Dir::read(from)?,
                        seq: Seq(from.u16()?),
                    })
                },
            )?,
            eaten: from.list(
                "eaten",
                4,
                |it: &(Cell, Seat)| it.0,
                |from| Ok((Cell::read(from)?, Seat(from.u16()?))),
            )?,
            spawned: read_snacks(from, "spawned")?,
            joined: from.list(
                "joined",
                8,
                |it: &Joined| it.seat,
                |from| {
                    Ok(Joined {
                        seat: Seat(from.u16()?),
                        cell: Cell::read(from)?,
                        dir: Dir::read(from)?,
                        team: Team::read(from)?,
                        name: read_name(from)?,
                    })
                },
            )?,
            away: from.list(
                "away",
                3,
                |it: &(Seat, bool)| it.0,
                |from| Ok((Seat(from.u16()?), from.bool("away")?)),
            )?,
        })
    }
}
