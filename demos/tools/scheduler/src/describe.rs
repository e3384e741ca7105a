//! Describes steps and waits in words, and finds wait cycles.

use crate::gate::{Action, Board, Request, State, ThreadState};

impl Board {
    /// A step, as a sentence about its thread: `takes room`.
    pub(crate) fn words(&self, request: &Request) -> String {
        let entry = &self.objects[request.object.0];
        let name = &entry.name;
        match (request.action, &entry.state) {
            (Action::Lock, _) => format!("takes {name}"),
            (Action::Write, State::Wire { hung_up: true, .. }) => {
                format!("writes to {name}, which hung up")
            }
            (Action::Write, _) => format!("writes to {name}"),
            (Action::Put, _) => format!("puts into {name}"),
            (Action::Send, State::Channel { closed: true, .. }) => format!("finds {name} closed"),
            (Action::Send, _) => format!("sends to {name}"),
            (
                Action::TrySend,
                State::Channel {
                    capacity, messages, ..
                },
            ) if messages >= capacity => format!("finds {name} full"),
            (Action::TrySend, State::Channel { closed: true, .. }) => {
                format!("finds {name} closed")
            }
            (Action::TrySend, _) => format!("puts into {name}"),
            (Action::Receive, State::Channel { messages: 0, .. }) => format!("finds {name} closed"),
            (Action::Receive, _) => format!("receives from {name}"),
            (Action::Close, _) => format!("closes {name}"),
            (Action::Reply, _) => format!("answers: {name}"),
            (Action::ReceiveReply, State::Once { sent: false, .. }) => {
                format!("finds the sender gone: {name}")
            }
            (Action::ReceiveReply, _) => format!("hears {name}"),
        }
    }

    /// The object of a wait, to follow "waits for".
    pub(crate) fn waits_for(&self, request: &Request) -> String {
        let name = &self.objects[request.object.0].name;
        match request.action {
            Action::Write => format!("{name} to read"),
            Action::Send => format!("a place in {name}"),
            Action::Receive => format!("a message in {name}"),
            _ => name.clone(),
        }
    }

    /// The thread that can end this wait, if there is one.
    pub(crate) fn helper(&self, request: &Request) -> Option<usize> {
        let entry = &self.objects[request.object.0];
        match (&entry.state, request.action) {
            (State::Lock { holder }, _) => *holder,
            (State::Channel { .. }, Action::Send) => entry.reader,
            _ => None,
        }
    }

    /// Why a thread cannot continue: `ann holds room and waits for player bob, held by bob.`
    pub(crate) fn sentence(&self, lane: usize) -> Option<String> {
        let ThreadState::AtGate(requests) = &self.lanes[lane].state else {
            return None;
        };
        let held: Vec<&str> = self
            .objects
            .iter()
            .filter(|entry| matches!(entry.state, State::Lock { holder: Some(it) } if it == lane))
            .map(|entry| entry.name.as_str())
            .collect();
        let holds = match held.is_empty() {
            true => String::new(),
            false => format!("holds {} and ", held.join(" and ")),
        };
        let waits: Vec<String> = requests
            .iter()
            .map(|request| {
                let what = self.waits_for(request);
                match (self.helper(request), request.action) {
                    (Some(who), Action::Lock) => {
                        format!("{what}, held by {}", self.lanes[who].name)
                    }
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
        let next = |lane: usize| match &self.lanes[lane].state {
            // A thread with several requests continues when one of them is possible, so no cycle
            // goes through it.
            ThreadState::AtGate(requests) if requests.len() == 1 => self.helper(&requests[0]),
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
