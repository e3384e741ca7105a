//! The steps in words, and which thread waits for which.

use crate::gate::{Act, Board, Stand, State, Want};

impl Board {
    /// A step, as a sentence about its thread: `takes room`.
    pub(crate) fn words(&self, want: &Want) -> String {
        let entry = &self.things[want.thing.0];
        let name = &entry.name;
        match (want.act, &entry.state) {
            (Act::Lock, _) => format!("takes {name}"),
            (Act::Tell, State::Wire { hung_up: true, .. }) => {
                format!("writes to {name}, which hung up")
            }
            (Act::Tell, _) => format!("writes to {name}"),
            (Act::Put, _) => format!("puts into {name}"),
            (Act::Send, State::Channel { closed: true, .. }) => format!("finds {name} closed"),
            (Act::Send, _) => format!("sends to {name}"),
            (
                Act::TrySend,
                State::Channel {
                    capacity, messages, ..
                },
            ) if messages >= capacity => format!("finds {name} full"),
            (Act::TrySend, State::Channel { closed: true, .. }) => format!("finds {name} closed"),
            (Act::TrySend, _) => format!("puts into {name}"),
            (Act::Receive, State::Channel { messages: 0, .. }) => format!("finds {name} closed"),
            (Act::Receive, _) => format!("receives from {name}"),
            (Act::Close, _) => format!("closes {name}"),
            (Act::Answer, _) => format!("answers: {name}"),
            (Act::Hear, State::Once { sent: false, .. }) => {
                format!("finds the sender gone: {name}")
            }
            (Act::Hear, _) => format!("hears {name}"),
        }
    }

    /// The object of a wait, to follow "waits for".
    pub(crate) fn waits_for(&self, want: &Want) -> String {
        let name = &self.things[want.thing.0].name;
        match want.act {
            Act::Tell => format!("{name} to read"),
            Act::Send => format!("a place in {name}"),
            Act::Receive => format!("a message in {name}"),
            _ => name.clone(),
        }
    }

    /// The thread that can end this wait, if there is one.
    pub(crate) fn helper(&self, want: &Want) -> Option<usize> {
        let entry = &self.things[want.thing.0];
        match (&entry.state, want.act) {
            (State::Lock { holder }, _) => *holder,
            (State::Channel { .. }, Act::Send) => entry.reader,
            _ => None,
        }
    }

    /// Why a thread cannot continue: `ann holds room and waits for player bob, held by bob.`
    pub(crate) fn sentence(&self, lane: usize) -> Option<String> {
        let Stand::AtTheGate(wants) = &self.lanes[lane].stand else {
            return None;
        };
        let held: Vec<&str> = self
            .things
            .iter()
            .filter(|entry| matches!(entry.state, State::Lock { holder: Some(it) } if it == lane))
            .map(|entry| entry.name.as_str())
            .collect();
        let holds = match held.is_empty() {
            true => String::new(),
            false => format!("holds {} and ", held.join(" and ")),
        };
        let waits: Vec<String> = wants
            .iter()
            .map(|want| {
                let what = self.waits_for(want);
                match (self.helper(want), want.act) {
                    (Some(who), Act::Lock) => format!("{what}, held by {}", self.lanes[who].name),
                    (Some(who), _) => format!("{what}, emptied by {}", self.lanes[who].name),
                    (None, _) => what,
                }
            })
            .collect();
        let name = self.lanes[lane].name;
        Some(format!("{name} {holds}waits for {}.", waits.join(", or ")))
    }

    /// The threads that wait for each other in a cycle. Empty if there is no cycle.
    pub(crate) fn cycle(&self) -> Vec<String> {
        let next = |lane: usize| match &self.lanes[lane].stand {
            // A thread with several wants continues when one of them is possible, so no cycle goes
            // through it.
            Stand::AtTheGate(wants) if wants.len() == 1 => self.helper(&wants[0]),
            _ => None,
        };
        for start in 0..self.lanes.len() {
            let mut ring = vec![start];
            while let Some(lane) = next(*ring.last().unwrap_or(&start)) {
                if lane == start {
                    return ring
                        .iter()
                        .map(|&lane| self.lanes[lane].name.to_owned())
                        .collect();
                }
                if ring.contains(&lane) {
                    break;
                }
                ring.push(lane);
            }
        }
        Vec::new()
    }
}
