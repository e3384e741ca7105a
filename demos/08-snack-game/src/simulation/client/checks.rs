//! A phone sees to it that it is not cheated: of its seat, its points, or a turn.

use super::{super::scenario::GRACE, Phone};
use rush::{
    mirror::Mirror,
    wire::{Delta, Seq, ToClient, Welcome},
};
use std::time::Duration;
use tungstenite::Message;

impl Phone {
    /// False: that was the goodbye.
    pub(super) fn hears(&mut self, message: &Message) -> bool {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Close(frame) => {
                let code = frame.as_ref().map_or(1005, |frame| frame.code.into());
                self.note(&format!("goodbye {code}"));
                if code == 4004 {
                    let now = turmoil::since_epoch().expect("an evening");
                    let away = now.saturating_sub(self.heard);
                    let died = *self.scene.died.lock().expect("one thread");
                    let with_its_server = died.is_some_and(|died| died >= self.heard);
                    assert!(
                        away > GRACE || with_its_server,
                        "a token was forgotten after {away:?}"
                    );
                    self.stands_up();
                }
                return false;
            }
            _ => return true,
        };
        match ToClient::decode(bytes).expect("a message") {
            ToClient::Welcome(welcome) => self.welcome(&welcome),
            ToClient::Snapshot(snapshot) => {
                let mirror = self.mirror.as_mut().expect("welcome comes first");
                mirror.snapshot(&snapshot).expect("a picture that can be");
                self.heard = Duration::from_micros(snapshot.sent);
            }
            ToClient::Delta(delta) => {
                let mirror = self.mirror.as_mut().expect("welcome comes first");
                mirror.delta(&delta).expect("the next tick");
                self.heard = Duration::from_micros(delta.sent);
                self.turned(&delta);
            }
            ToClient::Restarts { .. } | ToClient::Echo(_) => {}
        }
        self.looks();
        true
    }

    fn welcome(&mut self, welcome: &Welcome) {
        let seat = welcome.seat.expect("it plays");
        self.note(&format!("seat {} last {}", seat.0, welcome.last_seq.0));
        self.mirror = Some(Mirror::new(welcome.config));
        match self.seat {
            Some((before, token)) => {
                assert!(welcome.resumed && token == welcome.token);
                assert_eq!(seat, before, "another seat");
                let last = welcome.last_seq;
                assert!(!last.is_newer_than(self.said), "a turn that nobody said");
                let known = self.turned.unwrap_or_default();
                assert!(!known.is_newer_than(last), "a turn was forgotten");
                self.count(|sums| sums.resumed += 1);
            }
            None => {
                assert!(!welcome.resumed && welcome.last_seq == Seq(0));
                self.seat = Some((seat, welcome.token));
                self.count(|sums| sums.joined += 1);
            }
        }
    }

    /// What came back of its turns: each once, in their order.
    fn turned(&mut self, delta: &Delta) {
        let Some((seat, _)) = self.seat else { return };
        for turn in delta.turned.iter().filter(|turn| turn.seat == seat) {
            let before = self.turned.replace(turn.seq).unwrap_or_default();
            assert!(
                turn.seq.is_newer_than(before),
                "turn {:?} was applied after {before:?}",
                turn.seq
            );
            assert!(
                !turn.seq.is_newer_than(self.said),
                "a turn that nobody said"
            );
            self.count(|sums| sums.acknowledged += 1);
            self.note(&format!("turned {} in {}", turn.seq.0, delta.tick));
        }
    }

    /// Points of a round only grow, whatever becomes of the line.
    fn looks(&mut self) {
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
