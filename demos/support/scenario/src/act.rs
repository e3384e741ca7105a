//! The acts of which a script consists.

use crate::WIDE;

/// What a player does, or the ticker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes a seat. The outbox has this many places.
    Join(&'static str, usize),
    /// Takes a snack.
    Grab(&'static str),
    /// Takes a snack with the first seat of this name, which was left.
    LateGrab(&'static str),
    /// Gives the seat up.
    Leave(&'static str),
    /// Gives the first seat of this name up, which was left.
    LateLeave(&'static str),
    /// Refills the tray.
    Refill,
    /// Receives a refusal from its session.
    Refuse(&'static str),
    /// Reads this many lines.
    Read(&'static str, usize),
}

/// Takes a seat with an outbox that is never full.
pub const fn join(name: &'static str) -> Act {
    Act::Join(name, WIDE)
}

impl Act {
    /// The player that acts; `None` for the ticker.
    pub(crate) fn player(self) -> Option<&'static str> {
        match self {
            Act::Join(name, _)
            | Act::Grab(name)
            | Act::LateGrab(name)
            | Act::Leave(name)
            | Act::LateLeave(name)
            | Act::Refuse(name)
            | Act::Read(name, _) => Some(name),
            Act::Refill => None,
        }
    }
}
