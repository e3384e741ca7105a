//! Why a connection is refused before it becomes a WebSocket.

/// A reason for a refusal.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Refusal {
    /// The request does not ask for a WebSocket of version 13.
    NotWebSocket,
    /// The connection cannot change protocols.
    CannotUpgrade,
    /// The page comes from another origin.
    Origin,
    /// No room can have this name.
    RoomName,
    /// The server is about to end.
    Draining,
    /// The room has no place for one more connection.
    Full,
    /// Clients of this network have opened too many rooms.
    Rooms,
    /// The IP address has too many connections, or opens them too fast.
    Address,
}

impl Refusal {
    /// All values of the metric's label.
    pub const LABELS: [&str; 7] = [
        "handshake",
        "origin",
        "room",
        "draining",
        "full",
        "rooms",
        "address",
    ];

    /// The value of the metric's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotWebSocket | Self::CannotUpgrade => "handshake",
            Self::Origin => "origin",
            Self::RoomName => "room",
            Self::Draining => "draining",
            Self::Full => "full",
            Self::Rooms => "rooms",
            Self::Address => "address",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_listed_so_that_its_counter_begins_at_zero() {
        use Refusal::{
            Address, CannotUpgrade, Draining, Full, NotWebSocket, Origin, RoomName, Rooms,
        };
        let all = [
            NotWebSocket,
            CannotUpgrade,
            Origin,
            RoomName,
            Draining,
            Full,
            Rooms,
            Address,
        ];
        let labels: Vec<_> = all.into_iter().map(Refusal::label).collect();
        assert_eq!(labels[1..], Refusal::LABELS);
    }
}
