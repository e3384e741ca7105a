//! The whole picture: for a new client, and for a client that missed messages.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::{Cell, Kind, Name, Phase, Player, Seat, Team, World};

/// The whole picture after a tick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Microseconds since 1970, by the server's clock.
    pub sent: u64,
    /// The round's number.
    pub round: u32,
    /// The tick's number.
    pub tick: u32,
    /// The phase of the tick.
    pub phase: Phase,
    /// The points of players who left, by team.
    pub kept: [u32; Team::COUNT],
    /// All players, by seat.
    pub players: Vec<Seated>,
    /// The snacks on the floor, row by row.
    pub snacks: Vec<(Cell, Kind)>,
}

/// A player with a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// The player's seat.
    pub seat: Seat,
    /// The player's cell, direction, team and points.
    pub player: Player,
    /// Whether the connection is lost; the player then runs straight on for a while.
    pub away: bool,
    /// The player's name.
    pub name: Name,
}

impl Snapshot {
    /// The picture of a world. `who` gives the name at a seat, and whether its owner is away.
    pub fn of(world: &World, sent: u64, mut who: impl FnMut(Seat) -> (Name, bool)) -> Self {
        let seated = |(seat, &player): (Seat, &Player)| {
            let (name, away) = who(seat);
            Seated {
                seat,
                player,
                away,
                name,
            }
        };
        Self {
            sent,
            round: world.round(),
            tick: world.tick(),
            phase: world.phase(),
            kept: world.kept(),
            players: world.players().map(seated).collect(),
            snacks: world.snacks().collect(),
        }
    }

    /// Encodes the message.
    pub fn encode(&self) -> Bytes {
        let mut to = Writer::with_room(64 + 24 * self.players.len() + 3 * self.snacks.len());
        to.u8(0x82);
        to.u64(self.sent);
        to.u32(self.round);
        to.u32(self.tick);
        to.u8(self.phase as u8);
        self.kept.iter().for_each(|&points| to.u32(points));
        to.list(&self.players, |to, it| {
            to.u16(it.seat.0);
            it.player.write(to);
            to.u8(u8::from(it.away));
            to.text(it.name.as_str());
        });
        write_snacks(&mut to, &self.snacks);
        to.done()
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            sent: from.u64()?,
            round: from.u32()?,
            tick: from.u32()?,
            phase: read_phase(from)?,
            kept: [from.u32()?, from.u32()?, from.u32()?, from.u32()?],
            players: from.list(
                "players",
                11,
                |it: &Seated| it.seat,
                |from| {
                    Ok(Seated {
                        seat: Seat(from.u16()?),
                        player: Player::read(from)?,
                        away: from.bool("away")?,
                        name: read_name(from)?,
                    })
                },
            )?,
            snacks: read_snacks(from, "snacks")?,
        })
    }
}

pub(super) fn write_snacks(to: &mut Writer, snacks: &[(Cell, Kind)]) {
    to.list(snacks, |to, (cell, kind)| {
        cell.write(to);
        to.u8(*kind as u8);
    });
}

pub(super) fn read_snacks(
    from: &mut Reader<'_>,
    field: &'static str,
) -> Result<Vec<(Cell, Kind)>, Malformed> {
    from.list(
        field,
        3,
        |it: &(Cell, Kind)| it.0,
        |from| Ok((Cell::read(from)?, Kind::read(from)?)),
    )
}

pub(super) fn read_phase(from: &mut Reader<'_>) -> Result<Phase, Malformed> {
    Phase::new(from.u8()?).ok_or(Malformed::Value("phase"))
}

pub(super) fn read_name(from: &mut Reader<'_>) -> Result<Name, Malformed> {
    Name::heard(from.text("name")?).ok_or(Malformed::Value("name"))
}
