//! What a client checks: that it loses no seat, no point and no turn.

use super::{
    super::world::{Event, GRACE},
    Client,
};
use rush::{
    mirror::Mirror,
    wire::{Delta, Seq, ToClient, Welcome},
};
use std::time::Duration;
use tungstenite::Message;

impl Client {
    /// Handles a message. Returns false if it was a Close frame.
    pub(super) fn receive(&mut self, message: &Message) -> bool {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Close(frame) => {
                let code = frame.as_ref().map_or(1005, |frame| frame.code.into());
                self.note(&format!("close {code}"));
                if code == 4004 {
                    self.check_token_expired();
                    self.forget_seat();
                }
                return false;
            }
            _ => return true,
        };
        match ToClient::decode(bytes).expect("a valid message") {
            ToClient::Welcome(welcome) => self.welcome(&welcome),
            ToClient::Snapshot(snapshot) => {
                let mirror = self.mirror.as_mut().expect("Welcome comes first");
                mirror.snapshot(&snapshot).expect("a valid snapshot");
                self.newest_sent_at = Duration::from_micros(snapshot.sent);
            }
            ToClient::Delta(delta) => {
                let mirror = self.mirror.as_mut().expect("Welcome comes first");
                mirror.delta(&delta).expect("the next tick");
                self.newest_sent_at = Duration::from_micros(delta.sent);
                self.check_turns(&delta);
            }
            ToClient::Restarts { .. } | ToClient::Echo(_) => {}
        }
        self.check_points();
        true
    }

    /// A token is unknown only after the grace, or if the server has crashed since the client last
    /// received anything.
    fn check_token_expired(&self) {
        let now = turmoil::since_epoch().expect("a simulation");
        let away = now.saturating_sub(self.newest_sent_at);
        let crashed_at = *self.world.crashed_at.lock().expect("one thread");
        let lost_in_crash = crashed_at.is_some_and(|at| at >= self.newest_sent_at);
        assert!(
            away > GRACE || lost_in_crash,
            "a token was forgotten after {away:?}"
        );
    }

    /// A client that resumes gets its own seat, and its last turn is one that it sent.
    fn welcome(&mut self, welcome: &Welcome) {
        let seat = welcome.seat.expect("it plays");
        self.note(&format!("seat {} last {}", seat.0, welcome.last_seq.0));
        self.mirror = Some(Mirror::new(welcome.config));
        match self.seat {
            Some((before, token)) => {
                assert!(welcome.resumed && token == welcome.token);
                assert_eq!(seat, before, "another seat");
                let last = welcome.last_seq;
                assert!(
                    !last.is_newer_than(self.turns.sent),
                    "a turn that was never sent"
                );
                let applied = self.turns.applied.unwrap_or_default();
                assert!(!applied.is_newer_than(last), "a turn was forgotten");
                self.world.count(Event::Resumed, 1);
            }
            None => {
                assert!(!welcome.resumed && welcome.last_seq == Seq(0));
                self.seat = Some((seat, welcome.token));
                self.world.count(Event::Joined, 1);
            }
        }
    }

    /// Each turn is applied once, in sequence.
    fn check_turns(&mut self, delta: &Delta) {
        let Some((seat, _)) = self.seat else { return };
        for turn in delta.turned.iter().filter(|turn| turn.seat == seat) {
            let before = self.turns.applied.replace(turn.seq).unwrap_or_default();
            assert!(
                turn.seq.is_newer_than(before),
                "turn {:?} was applied after {before:?}",
                turn.seq
            );
            assert!(
                !turn.seq.is_newer_than(self.turns.sent),
                "a turn that was never sent"
            );
            self.world.count(Event::TurnApplied, 1);
            self.note(&format!("turned {} in {}", turn.seq.0, delta.tick));
        }
    }

    /// The points of a round never decrease, whatever happens to the connection.
    fn check_points(&mut self) {
        let (Some((seat, _)), Some(mirror)) = (self.seat, &self.mirror) else {
            return;
        };
        let (Some((round, _)), Some(it)) = (mirror.now(), mirror.player(seat)) else {
            return;
        };
        let points = it.player.points;
        if let Some((then, before)) = self.points
            && then == round
        {
            assert!(points >= before, "{before} points became {points}");
            if points > before {
                self.note(&format!("{points} points"));
            }
        }
        self.points = Some((round, points));
    }
}
