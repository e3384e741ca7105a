//! The lines that a server sends to a seated player.

use std::fmt;

use crate::{Event, Refusal};

/// A line for a player.
#[derive(Clone, Debug)]
pub enum ToPlayer {
    /// From the room: an event.
    Event(Event),
    /// From the player's own session: why a request failed.
    Refused(Refusal),
}

impl fmt::Display for ToPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ToPlayer::Event(event) => event.fmt(f),
            ToPlayer::Refused(refusal) => refusal.fmt(f),
        }
    }
}
