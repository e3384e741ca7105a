//! Why a connection is refused before it becomes a WebSocket.

/// Declares the reasons, each with the value of the metric's label.
macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident => $label:literal,)*) => {
        /// A reason for a refusal.
        #[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $reason,)*
        }

        impl Refusal {
            /// The label of each reason. Two reasons may have the same one.
            pub const LABELS: &[&str] = &[$($label),*];

            /// The value of the metric's label.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$reason => $label,)*
                }
            }
        }
    };
}

reasons! {
    /// The request does not ask for a WebSocket of version 13.
    NotWebSocket => "handshake",
    /// The connection cannot change protocols.
    CannotUpgrade => "handshake",
    /// The page comes from another origin.
    Origin => "origin",
    /// No room can have this name.
    RoomName => "room",
    /// The server is about to end.
    Draining => "draining",
    /// The room has no place for one more connection.
    Full => "full",
    /// Clients of this network have opened too many rooms.
    Rooms => "rooms",
    /// The IP address has too many connections, or opens them too fast.
    Address => "address",
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
        assert_eq!(all.map(Refusal::label), Refusal::LABELS);
        let mut labels = Refusal::LABELS.to_vec();
        labels.dedup();
        let known = [
            "handshake",
            "origin",
            "room",
            "draining",
            "full",
            "rooms",
            "address",
        ];
        assert_eq!(labels, known, "dashboards and alerts name them");
    }
}
