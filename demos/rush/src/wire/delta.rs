//! What one tick changed: made once, the same for everybody.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::Seq;
use crate::wire::snapshot::{read_name, read_phase, read_snacks, write_snacks};
use crate::{Cell, Dir, Happened, Kind, Name, Phase, Seat, Team};

/// A tick. Each list is in ascending order of its seats or cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Microseconds since 1970, by the server's clock.
    pub sent: u64,
    /// The round's number.
    pub round: u32,
    /// The tick's number.
    pub tick: u32,
    /// What the tick was for: everybody moves one cell in [`Phase::Playing`], nobody otherwise.
    pub phase: Phase,
    /// Who gave up their seat. Applied first.
    pub left: Vec<Seat>,
    /// Who turned. Then everybody moves.
    pub turned: Vec<Turned>,
    /// What was eaten, and by whom.
    pub eaten: Vec<(Cell, Seat)>,
    /// What lies there now.
    pub spawned: Vec<(Cell, Kind)>,
    /// Who came, and where they stand after the tick.
    pub joined: Vec<Joined>,
    /// Whose connection is gone, and whose is back.
    pub away: Vec<(Seat, bool)>,
}

/// A newcomer. They have no points yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Theirs.
    pub seat: Seat,
    /// Where they are after the tick.
    pub cell: Cell,
    /// Where they are heading.
    pub dir: Dir,
    /// For whom.
    pub team: Team,
    /// What they are called.
    pub name: Name,
}

/// A turn that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Whose.
    pub seat: Seat,
    /// Where to.
    pub dir: Dir,
    /// The number of that player's newest turn: to its owner, the acknowledgement of all up to it.
    pub seq: Seq,
}

impl Delta {
    /// What happened, for the line. `name` knows who came to a seat, `seq` the newest turn of whoever sits there.
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
        // Of several words about one seat the last one holds.
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

    /// As it goes over the line.
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
