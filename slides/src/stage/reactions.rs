//! Reactions of the audience: how many devices were lost, got it, or want it faster, just now.

use super::questions::{Device, Now};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a reaction counts.
const COUNTS: Duration = Duration::from_secs(45);

/// Reactions that are kept, at most. More devices than phones can follow do not send them.
const MOST: usize = 3000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reaction {
    Lost,
    GotIt,
    Faster,
}

impl Reaction {
    /// The reaction of this name in a message.
    pub(crate) fn named(name: &str) -> Option<Reaction> {
        match name {
            "lost" => Some(Reaction::Lost),
            "got" => Some(Reaction::GotIt),
            "faster" => Some(Reaction::Faster),
            _ => None,
        }
    }
}

/// Each device and its newest time of each reaction, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reactions {
    all: Vec<(Device, Reaction, Now)>,
}

impl Reactions {
    /// Counts a device's reaction from now on, once.
    pub(super) fn add(&mut self, device: Device, reaction: Reaction, now: Now) {
        self.all
            .retain(|&(who, what, at)| (who, what) != (device, reaction) && is_fresh(at, now));
        if self.all.len() < MOST {
            self.all.push((device, reaction, now));
        }
    }

    /// Forgets the reactions of a device.
    pub(super) fn withdraw(&mut self, device: Device) {
        self.all.retain(|(who, ..)| *who != device);
    }

    /// How many devices had each reaction just now.
    pub(super) fn count(&self, now: Now) -> Value {
        let count = |reaction| {
            let fresh =
                |&&(_, what, at): &&(_, Reaction, Now)| what == reaction && is_fresh(at, now);
            self.all.iter().filter(fresh).count()
        };
        json!({
            "lost": count(Reaction::Lost), "got": count(Reaction::GotIt),
            "faster": count(Reaction::Faster),
        })
    }
}

/// Whether a reaction still counts. One from the future does not: the clock was set back.
fn is_fresh(at: Now, now: Now) -> bool {
    at <= now && now - at < COUNTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_counts_once_a_kind_and_only_for_a_while() {
        let at = Duration::from_secs;
        let mut reactions = Reactions::default();
        for _ in 0..1000 {
            reactions.add(1, Reaction::Lost, at(100));
        }
        reactions.add(1, Reaction::Faster, at(100));
        reactions.add(2, Reaction::Lost, at(120));
        assert_eq!(
            reactions.count(at(120)),
            json!({"lost": 2, "got": 0, "faster": 1})
        );
        reactions.add(1, Reaction::Lost, at(144));
        assert_eq!(
            reactions.count(at(145)),
            json!({"lost": 2, "got": 0, "faster": 0})
        );
        let saved = serde_json::to_string(&reactions).expect("JSON");
        let again: Reactions = serde_json::from_str(&saved).expect("the same");
        assert_eq!(
            again.count(at(165)),
            json!({"lost": 1, "got": 0, "faster": 0})
        );
        assert_eq!(
            again.count(at(0)),
            json!({"lost": 0, "got": 0, "faster": 0})
        );
    }

    #[test]
    fn the_number_of_reactions_is_bounded() {
        let mut reactions = Reactions::default();
        for device in 0..10_000 {
            reactions.add(device, Reaction::GotIt, Duration::from_secs(9));
        }
        assert_eq!(reactions.all.len(), MOST);
    }
}
