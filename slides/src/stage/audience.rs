//! What the audience says beside its votes: questions and reactions, and the switch for both.

use super::{
    devices::Devices,
    phones::{Phones, Voter},
    questions::{Now, Questions, Refused},
    reactions::{Reaction, Reactions},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The shortest time between two lists on the phones that differ in their votes only: each list is
/// a request of every phone.
const PAUSE: Duration = Duration::from_secs(2);

/// What a phone wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The list of questions.
    List,
    Ask(String),
    /// Votes for a question, or takes the vote back.
    Vote {
        question: u64,
        up: bool,
    },
    React(Reaction),
}

/// What the presenter does with questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moderation {
    /// Opens or closes questions and reactions.
    Toggle,
    /// Shows a question on the phones.
    Show(u64),
    /// Removes a question everywhere.
    Dismiss(u64),
    DismissWaiting,
    /// Puts a question onto the wall.
    Pick(u64),
    /// Takes the question off the wall; if there is none, picks the one with most votes.
    PickFirst,
    TakeOff,
}

/// Questions and reactions. All of it is plain data and survives a restart of the stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Audience {
    closed: bool,
    questions: Questions,
    reactions: Reactions,
    /// Devices that have voted or reacted, so that one address cannot invent more and more of them.
    devices: Devices,
    /// Counts the changes of the list.
    revision: u64,
    /// The newest revision that the phones know of, and when they were told.
    published: (u64, Now),
}

impl Audience {
    /// Closes it, for `--no-questions`.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// What the next stage needs: everything but the addresses.
    pub(super) fn save(&self) -> Audience {
        Audience {
            questions: self.questions.save(),
            devices: self.devices.save(),
            ..self.clone()
        }
    }

    /// Does what a phone wants, and returns the list of questions for it.
    pub(super) fn apply(
        &mut self,
        from: Voter,
        wish: Wish,
        now: Now,
        phones: &Phones,
    ) -> Result<Value, Refused> {
        if self.closed {
            return Err(Refused::Closed);
        }
        let Voter { device, address } = from;
        // Questions have a limit of their own, so only what is counted needs a known device.
        if matches!(wish, Wish::Vote { .. } | Wish::React(_))
            && let Some(gone) = self.devices.admit(from, now, phones)?
        {
            self.questions.withdraw(gone);
            self.reactions.withdraw(gone);
        }
        match wish {
            Wish::List => {}
            Wish::Ask(text) => self.questions.ask(device, address, &text, now)?,
            Wish::Vote { question, up } => {
                self.questions.vote(device, question, up)?;
                self.revision += 1;
            }
            Wish::React(reaction) => self.reactions.add(device, reaction, now),
        }
        Ok(self.questions.for_phone(device))
    }

    pub(super) fn moderate(&mut self, what: Moderation, now: Now) {
        match what {
            Moderation::Toggle => {
                self.closed = !self.closed;
                self.questions.take_off();
            }
            Moderation::Show(id) => self.questions.show(id),
            Moderation::Dismiss(id) => self.questions.dismiss(id),
            Moderation::DismissWaiting => self.questions.dismiss_waiting(),
            Moderation::Pick(id) if !self.closed => self.questions.pick(id),
            Moderation::PickFirst if !self.closed => {
                if !self.questions.take_off() {
                    self.questions.pick_first();
                }
            }
            Moderation::Pick(_) | Moderation::PickFirst => {}
            Moderation::TakeOff => drop(self.questions.take_off()),
        }
        self.revision += 1;
        self.publish(now);
    }

    /// Takes the question off the wall, because the talk continues. Returns whether there was one.
    pub(super) fn take_off(&mut self, now: Now) -> bool {
        let was_there = self.questions.take_off();
        if was_there {
            self.revision += 1;
            self.publish(now);
        }
        was_there
    }

    /// Tells the phones of new votes, not too often.
    pub(super) fn tick(&mut self, now: Now) {
        let (revision, at) = self.published;
        // A clock that was set back must not stop the news.
        let waits = at <= now && now - at < PAUSE;
        if revision != self.revision && !waits {
            self.publish(now);
        }
    }

    fn publish(&mut self, now: Now) {
        self.published = (self.revision, now);
    }

    /// For the presenter's pages. The projector shows the question on the wall alone.
    pub(super) fn for_pages(&self, now: Now) -> Value {
        json!({
            "closed": self.closed, "wall": self.questions.on_the_wall(),
            "reactions": self.reactions.count(now), "questions": self.questions.for_speaker(),
        })
    }

    /// For the phones: which list is the newest, but not the list. A phone asks for that only while
    /// it shows it, so a long list does not delay the next slide on every phone.
    pub(super) fn for_phones(&self) -> Value {
        let wall = self.questions.on_the_wall().map(|it| it["text"].clone());
        let shown = self.questions.shown();
        json!({"closed": self.closed, "revision": self.published.0, "shown": shown, "wall": wall})
    }
}

/// The time for questions and reactions.
pub(super) fn now() -> Now {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{devices::OF_AN_ADDRESS, questions::Device};
    use std::net::IpAddr;

    /// Without a page that is open.
    fn apply(audience: &mut Audience, from: Voter, wish: Wish, now: Now) -> Result<Value, Refused> {
        audience.apply(from, wish, now, &Phones::default())
    }

    fn from(device: Device, last: u8) -> Voter {
        let address = IpAddr::from([10, 0, 0, last]);
        Voter { device, address }
    }

    fn at(seconds: u64) -> Now {
        Duration::from_secs(seconds)
    }

    #[test]
    fn one_switch_turns_all_of_it_off() {
        let mut audience = Audience::default();
        let ask = || Wish::Ask("why?".to_owned());
        apply(&mut audience, from(1, 1), ask(), at(10)).expect("open");
        audience.moderate(Moderation::Pick(1), at(11));
        assert_eq!(audience.for_pages(at(11))["wall"]["text"], "why?");
        audience.moderate(Moderation::Toggle, at(12));
        assert_eq!(audience.for_pages(at(12))["wall"], Value::Null);
        assert_eq!(audience.for_phones()["closed"], true);
        let vote = Wish::Vote {
            question: 1,
            up: true,
        };
        for wish in [Wish::List, ask(), vote, Wish::React(Reaction::Lost)] {
            assert_eq!(
                apply(&mut audience, from(2, 1), wish, at(20)),
                Err(Refused::Closed)
            );
        }
        audience.moderate(Moderation::Pick(1), at(21));
        audience.moderate(Moderation::PickFirst, at(21));
        assert_eq!(audience.for_pages(at(21))["wall"], Value::Null);
        audience.moderate(Moderation::Toggle, at(22));
        let list = apply(&mut audience, from(2, 1), Wish::List, at(23));
        assert_eq!(list.expect("open")["shown"][0]["text"], "why?");
    }

    #[test]
    fn an_address_cannot_invent_devices_without_end() {
        let mut audience = Audience::default();
        let lost = || Wish::React(Reaction::Lost);
        let many = OF_AN_ADDRESS as u64 + 50;
        let taken =
            (0..many).filter(|&it| apply(&mut audience, from(it, 1), lost(), at(9)).is_ok());
        assert_eq!(taken.count(), OF_AN_ADDRESS);
        let counted = &audience.for_pages(at(9))["reactions"]["lost"];
        assert_eq!(*counted, OF_AN_ADDRESS);
        apply(&mut audience, from(0, 1), lost(), at(9)).expect("a device that is known");
        apply(&mut audience, from(many, 2), lost(), at(9)).expect("another address");
    }

    #[test]
    fn the_vote_and_the_reaction_of_a_device_that_gives_way_do_not_count() {
        let (mut audience, mut phones) = (Audience::default(), Phones::default());
        let ask = Wish::Ask("why?".to_owned());
        apply(&mut audience, from(0, 1), ask, at(10)).expect("taken");
        audience.moderate(Moderation::Show(1), at(11));
        let vote = || Wish::Vote {
            question: 1,
            up: true,
        };
        for device in 0..OF_AN_ADDRESS as u64 {
            let voter = from(1_000 + device, 1);
            apply(&mut audience, voter, vote(), at(12)).expect("taken");
            let lost = Wish::React(Reaction::Lost);
            apply(&mut audience, voter, lost, at(12)).expect("taken");
        }
        phones.connect(1, from(5, 1));
        let list = audience.apply(from(5, 1), vote(), at(13), &phones);
        let list = list.expect("a phone counts, whatever a script has invented");
        assert_eq!(list["shown"][0]["votes"], OF_AN_ADDRESS);
        assert_eq!(list["shown"][0]["mine"], true);
        let reactions = &audience.for_pages(at(13))["reactions"];
        assert_eq!(reactions["lost"], OF_AN_ADDRESS - 1);
    }

    #[test]
    fn phones_hear_of_an_approved_question_at_once_and_of_votes_in_a_while() {
        let mut audience = Audience::default();
        let ask = Wish::Ask("why?".to_owned());
        apply(&mut audience, from(1, 1), ask, at(10)).expect("taken");
        audience.tick(at(10));
        let before = audience.for_phones();
        assert_eq!(before["shown"], 0, "a question that waits is no news");
        audience.moderate(Moderation::Show(1), at(11));
        let shown = audience.for_phones();
        assert_ne!(shown["revision"], before["revision"]);
        for device in 0..100 {
            let vote = Wish::Vote {
                question: 1,
                up: true,
            };
            apply(&mut audience, from(device, 1), vote, at(12)).expect("taken");
            audience.tick(at(12));
        }
        assert_eq!(audience.for_phones(), shown);
        audience.tick(at(13));
        assert_ne!(audience.for_phones(), shown);
    }

    #[test]
    fn all_of_it_survives_a_restart() {
        let mut audience = Audience::default();
        let ask = Wish::Ask("why?".to_owned());
        apply(&mut audience, from(1, 1), ask, at(10)).expect("taken");
        let got = Wish::React(Reaction::GotIt);
        apply(&mut audience, from(u64::MAX, 1), got, at(10)).expect("taken");
        audience.moderate(Moderation::Pick(1), at(11));
        let saved = serde_json::to_string(&audience).expect("JSON");
        let again: Audience = serde_json::from_str(&saved).expect("the same");
        assert_eq!(again.for_pages(at(12)), audience.for_pages(at(12)));
        assert_eq!(again.for_phones(), audience.for_phones());
        // A snapshot from before there were questions.
        let none: Audience = serde_json::from_str("{}").expect("nothing");
        assert_eq!(none.for_phones(), Audience::default().for_phones());
    }
}
