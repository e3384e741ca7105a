//! The parameters of a room.

use crate::bytes::{Malformed, Reader, Writer};

/// The parameters of a room, fixed before its first round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Columns of the arena.
    pub width: u8,
    /// Rows of the arena.
    pub height: u8,
    /// Snacks on the floor, at all times.
    pub snacks: u16,
    /// Ticks in which every player moves.
    pub round_ticks: u16,
    /// Ticks in which no player moves and the winners stand on the podium.
    pub podium_ticks: u16,
    /// Milliseconds between two ticks.
    pub tick_ms: u16,
    /// Seats in the room.
    pub seats: u16,
}

impl Config {
    /// The largest number of seats.
    pub const MOST_SEATS: u16 = 1_024;
    /// The longest round. The points of a player who eats a golden snack in each of its ticks still
    /// fit 16 bits.
    pub const LONGEST_ROUND: u16 = 12_000;
    /// The smallest number of columns and of rows.
    pub const NARROWEST: u8 = 4;

    /// A minute, ten ticks per second, for 200 seats.
    pub const DEFAULT: Config = Config {
        width: 96,
        height: 54,
        snacks: 129,
        round_ticks: 600,
        podium_ticks: 100,
        tick_ms: 100,
        seats: 200,
    };

    /// The configuration for this number of seats. From 200 on, the arena grows with the seats, in
    /// steps, and stays 16 : 9.
    pub fn for_seats(seats: u16) -> Self {
        let seats = seats.clamp(1, Self::MOST_SEATS);
        let room = u32::from(seats.max(200)) * 25; // Cells for each of them to run in.
        let side = (1..=15)
            .find(|side| 144 * side * side >= room)
            .unwrap_or(15);
        Self {
            width: (16 * side) as u8,
            height: (9 * side) as u8,
            snacks: (144 * side * side / 40) as u16,
            seats,
            ..Self::DEFAULT
        }
    }

    /// The number of cells in the arena.
    pub fn cells(&self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }

    /// The length of a round without the podium, in milliseconds.
    pub fn round_ms(&self) -> u32 {
        u32::from(self.round_ticks) * u32::from(self.tick_ms)
    }

    /// The nearest configuration with which a round can be played; `self` if it is one.
    ///
    /// Snacks cover at most a quarter of the arena, so that there is always a free cell for the
    /// next one.
    pub fn sound(self) -> Self {
        let sized = Self {
            width: self.width.max(Self::NARROWEST),
            height: self.height.max(Self::NARROWEST),
            ..self
        };
        Self {
            snacks: self.snacks.min((sized.cells() / 4) as u16),
            round_ticks: self.round_ticks.clamp(1, Self::LONGEST_ROUND),
            podium_ticks: self.podium_ticks.max(1),
            tick_ms: self.tick_ms.max(1),
            seats: self.seats.clamp(1, Self::MOST_SEATS),
            ..sized
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.u8(self.width);
        to.u8(self.height);
        to.u16(self.snacks);
        to.u16(self.round_ticks);
        to.u16(self.podium_ticks);
        to.u16(self.tick_ms);
        to.u16(self.seats);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let config = Self {
            width: from.u8()?,
            height: from.u8()?,
            snacks: from.u16()?,
            round_ticks: from.u16()?,
            podium_ticks: from.u16()?,
            tick_ms: from.u16()?,
            seats: from.u16()?,
        };
        if config == config.sound() {
            Ok(config)
        } else {
            Err(Malformed::Value("config"))
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_seats_are_the_default() {
        assert_eq!(Config::for_seats(200), Config::DEFAULT);
        let few = Config {
            seats: 3,
            ..Config::DEFAULT
        };
        assert_eq!(Config::for_seats(3), few);
    }

    #[test]
    fn a_larger_room_has_a_larger_arena_and_every_room_is_sound() {
        let mut cells = 0;
        for seats in 0..=2_000 {
            let config = Config::for_seats(seats);
            assert_eq!(config, config.sound());
            assert!(config.cells() >= cells, "{seats} seats");
            assert!(config.cells() >= usize::from(config.seats) * 25);
            assert_eq!(u32::from(config.width) * 9, u32::from(config.height) * 16);
            cells = config.cells();
        }
        let most = Config::for_seats(u16::MAX);
        assert_eq!((most.width, most.height, most.seats), (224, 126, 1_024));
    }

    #[test]
    fn an_impossible_configuration_becomes_the_nearest_possible_one() {
        let nothing = Config {
            width: 0,
            height: 0,
            snacks: u16::MAX,
            round_ticks: u16::MAX,
            podium_ticks: 0,
            tick_ms: 0,
            seats: u16::MAX,
        };
        let sense = Config {
            width: 4,
            height: 4,
            snacks: 4,
            round_ticks: 12_000,
            podium_ticks: 1,
            tick_ms: 1,
            seats: 1_024,
        };
        assert_eq!(nothing.sound(), sense);
        assert_eq!(sense.sound(), sense);
    }
}
