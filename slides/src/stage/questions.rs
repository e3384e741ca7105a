//! Questions of the audience: asked on a phone, shown once the speaker approves, voted up by
//! others, and picked onto the wall one at a time.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Duration,
};

/// A phone, as the number in its cookie.
pub(crate) type Device = u64;

/// The time since 1970. It continues after a restart of the stage, as questions do.
pub(super) type Now = Duration;

/// The longest question, in characters.
pub(crate) const LONGEST: usize = 200;

/// Questions that wait for the speaker, at most.
const WAITING: usize = 100;

/// Questions that wait for the speaker, at most, of one device.
const WAITING_OF_A_DEVICE: usize = 3;

/// Questions that are shown, at most. An answered one makes room for the next.
const SHOWN: usize = 50;

/// The shortest time between two questions of a device.
const PAUSE: Duration = Duration::from_secs(5);

/// How many questions an address may ask in a minute. A hall may share one address.
const A_MINUTE: usize = 60;

/// Where a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Place {
    /// On the speaker's page alone.
    Waiting,
    /// On the phones.
    Shown,
    /// It was on the wall.
    Answered,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Question {
    /// Never used twice, so that a late vote cannot count for another question.
    id: u64,
    text: String,
    place: Place,
    device: Device,
    /// For the limits alone. It is not kept over a restart.
    #[serde(skip)]
    address: Option<IpAddr>,
    voters: BTreeSet<Device>,
}

/// Why a question or a vote is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nothing that can be read is in the text.
    Empty,
    TooLong,
    /// Too soon after the last one, or too many of this device wait already.
    TooFast,
    /// Too many questions wait.
    Full,
    /// There is no such question on the phones.
    Unknown,
    /// The presenter has closed the questions.
    Closed,
}

/// Every question, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Questions {
    all: Vec<Question>,
    last_id: u64,
    /// The question on the wall.
    wall: Option<u64>,
    /// When each address and device asked within the last minute.
    #[serde(skip)]
    asked: Vec<(Now, IpAddr, Device)>,
}

impl Questions {
    /// The questions without the addresses.
    pub(super) fn save(&self) -> Questions {
        let mut saved = self.clone();
        saved.asked.clear();
        saved.all.iter_mut().for_each(|it| it.address = None);
        saved
    }

    /// Takes a question, which then waits for the speaker. The same text from the same device once
    /// more changes nothing: a finger may tap twice.
    ///
    /// If too many wait, the newest one of the address with the most of them gives way: a flood
    /// displaces itself, and never a question that the speaker has approved.
    pub(super) fn ask(
        &mut self,
        device: Device,
        address: IpAddr,
        text: &str,
        now: Now,
    ) -> Result<(), Refused> {
        let text = clean(text)?;
        let is_again = |it: &Question| it.device == device && it.text == text;
        if self.all.iter().any(is_again) {
            return Ok(());
        }
        // A clock that was set back must not silence the phones.
        self.asked
            .retain(|(at, ..)| *at <= now && now - *at < Duration::from_secs(60));
        let too_soon = |&(at, _, who): &(Now, IpAddr, Device)| who == device && now - at < PAUSE;
        let waiting = self.waiting().filter(|it| it.device == device).count();
        if self.asked.iter().any(too_soon) || waiting >= WAITING_OF_A_DEVICE {
            return Err(Refused::TooFast);
        }
        if self
            .asked
            .iter()
            .filter(|(_, it, _)| *it == address)
            .count()
            >= A_MINUTE
        {
            return Err(Refused::TooFast);
        }
        self.asked.push((now, address, device));
        self.last_id += 1;
        self.all.push(Question {
            id: self.last_id,
            text,
            place: Place::Waiting,
            device,
            address: Some(address),
            voters: BTreeSet::new(),
        });
        if self.waiting().count() > WAITING {
            let gone = self.least_fair();
            self.all.retain(|it| Some(it.id) != gone);
            if gone == Some(self.last_id) {
                return Err(Refused::Full);
            }
        }
        Ok(())
    }

    /// The newest waiting question of the address that has most of them.
    fn least_fair(&self) -> Option<u64> {
        let mut of: BTreeMap<Option<IpAddr>, (usize, u64)> = BTreeMap::new();
        for question in self.waiting() {
            let (count, newest) = of.entry(question.address).or_default();
            *count += 1;
            *newest = question.id;
        }
        of.into_values().max().map(|(_, newest)| newest)
    }

    fn waiting(&self) -> impl Iterator<Item = &Question> {
        self.all.iter().filter(|it| it.place == Place::Waiting)
    }

    /// Gives a device's vote to a question, or takes it back. One vote a device and question.
    pub(super) fn vote(&mut self, device: Device, id: u64, up: bool) -> Result<(), Refused> {
        let question = self.find(id).filter(|it| it.place != Place::Waiting);
        let question = question.ok_or(Refused::Unknown)?;
        if up {
            question.voters.insert(device);
        } else {
            question.voters.remove(&device);
        }
        Ok(())
    }

    /// Takes all votes of a device back.
    pub(super) fn withdraw(&mut self, device: Device) {
        for question in &mut self.all {
            question.voters.remove(&device);
        }
    }

    fn find(&mut self, id: u64) -> Option<&mut Question> {
        self.all.iter_mut().find(|it| it.id == id)
    }

    /// Shows a question on the phones. Nothing happens if too many unanswered ones are there.
    pub(super) fn show(&mut self, id: u64) {
        let shown = self.all.iter().filter(|it| it.place != Place::Waiting);
        if shown.count() >= SHOWN {
            let answered = |it: &Question| it.place == Place::Answered && self.wall != Some(it.id);
            match self.all.iter().position(answered) {
                Some(oldest) => drop(self.all.remove(oldest)),
                None => return,
            }
        }
        if let Some(question) = self.find(id).filter(|it| it.place == Place::Waiting) {
            question.place = Place::Shown;
        }
    }

    /// Removes a question everywhere.
    pub(super) fn dismiss(&mut self, id: u64) {
        self.all.retain(|it| it.id != id);
        self.wall = self.wall.filter(|wall| *wall != id);
    }

    /// Removes every question that waits.
    pub(super) fn dismiss_waiting(&mut self) {
        self.all.retain(|it| it.place != Place::Waiting);
    }

    /// Puts a question onto the wall, instead of the one that is there.
    pub(super) fn pick(&mut self, id: u64) {
        self.show(id);
        let on_phones = |it: &Question| it.id == id && it.place != Place::Waiting;
        if self.wall != Some(id) && self.all.iter().any(on_phones) {
            self.take_off();
            self.wall = Some(id);
        }
    }

    /// Picks the unanswered question with most votes, the oldest one of a tie.
    pub(super) fn pick_first(&mut self) {
        let shown = self.all.iter().filter(|it| it.place == Place::Shown);
        let first = shown.rev().max_by_key(|it| it.voters.len());
        if let Some(id) = first.map(|it| it.id) {
            self.pick(id);
        }
    }

    /// Takes the question off the wall; it is answered then. Returns whether there was one.
    pub(super) fn take_off(&mut self) -> bool {
        let Some(id) = self.wall.take() else {
            return false;
        };
        if let Some(question) = self.find(id) {
            question.place = Place::Answered;
        }
        true
    }

    /// How many questions are on the phones.
    pub(super) fn shown(&self) -> usize {
        self.all.len() - self.waiting().count()
    }

    /// The question on the wall.
    pub(super) fn on_the_wall(&self) -> Option<Value> {
        let question = self.all.iter().find(|it| Some(it.id) == self.wall)?;
        Some(json!({"id": question.id, "text": question.text, "votes": question.voters.len()}))
    }

    /// Every question, for the speaker: those that wait, the oldest first, then those on the
    /// phones.
    pub(super) fn for_speaker(&self) -> Value {
        let waiting = self
            .waiting()
            .map(|it| json!({"id": it.id, "text": it.text}));
        let shown = self.in_order().into_iter();
        let shown = shown.map(|it| self.described(it)).collect::<Vec<_>>();
        json!({"waiting": waiting.collect::<Vec<_>>(), "shown": shown, "most": SHOWN})
    }

    /// The questions on the phones, and the device's own that still wait.
    pub(super) fn for_phone(&self, device: Device) -> Value {
        let shown = self.in_order().into_iter().map(|it| {
            let mut line = self.described(it);
            line["mine"] = it.voters.contains(&device).into();
            line
        });
        let own = self.waiting().filter(|it| it.device == device);
        let own: Vec<&str> = own.map(|it| it.text.as_str()).collect();
        json!({"shown": shown.collect::<Vec<_>>(), "waiting": own})
    }

    fn described(&self, it: &Question) -> Value {
        json!({
            "id": it.id, "text": it.text, "votes": it.voters.len(),
            "answered": it.place == Place::Answered, "wall": self.wall == Some(it.id),
        })
    }

    /// Those on the phones: the unanswered ones first, then by votes, then by age.
    fn in_order(&self) -> Vec<&Question> {
        let shown = self.all.iter().filter(|it| it.place != Place::Waiting);
        let mut shown: Vec<&Question> = shown.collect();
        shown.sort_by_key(|it| {
            let is_answered = it.place == Place::Answered && self.wall != Some(it.id);
            (is_answered, std::cmp::Reverse(it.voters.len()), it.id)
        });
        shown
    }
}

/// One line of plain text: without control characters, without those that turn the direction of
/// the text around them, and with single spaces.
fn clean(text: &str) -> Result<String, Refused> {
    let line: String = text
        .chars()
        .map(|it| {
            if it.is_whitespace() || it.is_control() {
                ' '
            } else {
                it
            }
        })
        .filter(|it| !turns(*it))
        .collect();
    let line = without_towers(&line);
    let line = line.split(' ').filter(|it| !it.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    // Joiners and variation selectors belong to emoji and to some scripts, but show nothing alone.
    let shows = |it: char| !matches!(it, ' ' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e007f}');
    if !line.chars().any(shows) {
        return Err(Refused::Empty);
    }
    if line.chars().count() > LONGEST {
        return Err(Refused::TooLong);
    }
    Ok(line)
}

/// The text with at most three marks on a letter: a tower of them covers the lines above.
fn without_towers(text: &str) -> String {
    let mut marks = 0;
    let keeps = |it: &char| {
        match it {
            // Of an emoji, or of a script's spelling: they add no height.
            '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}' => {
                return true;
            }
            // Rust prints the characters with an escape that combine with the one before.
            it if !it.is_ascii() && it.escape_debug().ne([*it]) => marks += 1,
            _ => marks = 0,
        }
        marks <= 3
    };
    text.chars().filter(keeps).collect()
}

/// Whether a character changes the direction of text, or is a mark of a file's encoding.
fn turns(it: char) -> bool {
    matches!(
        it,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Duration::from_secs(1_000_000 + seconds)
    }

    fn from(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    /// Asks as another device each time, and shows the question.
    fn shown(questions: &mut Questions, text: &str) -> u64 {
        let device = 1000 + questions.last_id;
        questions
            .ask(device, from(9), text, at(0))
            .expect("a question");
        let id = questions.last_id;
        questions.show(id);
        id
    }

    fn texts(list: &Value) -> Vec<&str> {
        let list = list.as_array().expect("a list");
        list.iter().filter_map(|it| it["text"].as_str()).collect()
    }

    #[test]
    fn a_question_is_on_no_phone_until_it_is_approved() {
        let mut questions = Questions::default();
        questions.ask(1, from(1), "why?", at(0)).expect("taken");
        assert_eq!(texts(&questions.for_speaker()["waiting"]), ["why?"]);
        assert_eq!(questions.for_phone(2), json!({"shown": [], "waiting": []}));
        assert_eq!(questions.for_phone(1)["waiting"], json!(["why?"]));
        assert_eq!(questions.vote(2, 1, true), Err(Refused::Unknown));
        questions.show(1);
        assert_eq!(texts(&questions.for_phone(2)["shown"]), ["why?"]);
        assert_eq!(questions.for_phone(1)["waiting"], json!([]));
    }

    #[test]
    fn a_device_has_one_vote_a_question_and_may_take_it_back() {
        let mut questions = Questions::default();
        let id = shown(&mut questions, "why?");
        for _ in 0..1_000_000 {
            questions.vote(7, id, true).expect("a vote");
        }
        questions.vote(8, id, true).expect("a vote");
        let listed = questions.for_phone(7)["shown"][0].clone();
        assert_eq!(
            (&listed["votes"], &listed["mine"]),
            (&json!(2), &json!(true))
        );
        questions.vote(7, id, false).expect("taken back");
        let listed = questions.for_phone(7)["shown"][0].clone();
        assert_eq!(
            (&listed["votes"], &listed["mine"]),
            (&json!(1), &json!(false))
        );
    }

    #[test]
    fn a_dismissed_question_cannot_be_voted_up_and_its_number_is_not_used_again() {
        let mut questions = Questions::default();
        let first = shown(&mut questions, "rude");
        questions.pick(first);
        questions.dismiss(first);
        assert_eq!(questions.on_the_wall(), None);
        assert_eq!(questions.vote(7, first, true), Err(Refused::Unknown));
        let next = shown(&mut questions, "polite");
        assert_ne!(first, next);
        assert_eq!(questions.for_phone(7)["shown"][0]["votes"], 0);
    }

    #[test]
    fn text_becomes_one_line_of_any_script() {
        for (asked, kept) in [
            ("  two\n lines\r\n\tand \u{0} more ", "two lines and more"),
            ("왜 데드락인가요?", "왜 데드락인가요?"),
            ("👩‍👩‍👧 ✈️", "👩‍👩‍👧 ✈️"),
            ("لماذا؟", "لماذا؟"),
            ("safe\u{202e}gpj.exe\u{2066}", "safegpj.exe"),
            ("line\u{2028}separator", "line separator"),
            ("<b>bold</b> & more", "<b>bold</b> & more"),
            ("नेहा क्या? ❤\u{fe0f}", "नेहा क्या? ❤\u{fe0f}"),
            (
                "z\u{301}\u{302}\u{303}\u{304}\u{200d}\u{305}a\u{301}?",
                "z\u{301}\u{302}\u{303}\u{200d}a\u{301}?",
            ),
        ] {
            assert_eq!(clean(asked).as_deref(), Ok(kept), "{asked:?}");
        }
        for empty in ["", " \n", "\u{202e}", "\u{200d}\u{fe0f}", "\u{200b}"] {
            assert_eq!(clean(empty), Err(Refused::Empty), "{empty:?}");
        }
        assert!(clean(&"가".repeat(LONGEST)).is_ok());
        assert_eq!(clean(&"x".repeat(LONGEST + 1)), Err(Refused::TooLong));
    }

    #[test]
    fn a_device_and_an_address_are_limited_in_time() {
        let mut questions = Questions::default();
        questions.ask(1, from(1), "one", at(0)).expect("taken");
        questions
            .ask(1, from(1), "one", at(1))
            .expect("a double tap");
        assert_eq!(texts(&questions.for_speaker()["waiting"]), ["one"]);
        assert_eq!(
            questions.ask(1, from(1), "two", at(4)),
            Err(Refused::TooFast)
        );
        questions.ask(1, from(1), "two", at(5)).expect("taken");
        questions.ask(1, from(1), "three", at(10)).expect("taken");
        assert_eq!(
            questions.ask(1, from(1), "four", at(50)),
            Err(Refused::TooFast),
            "three wait already"
        );
        let mut flood = Questions::default();
        let taken = (0..1000).filter(|&it| flood.ask(it, from(1), &format!("{it}"), at(0)).is_ok());
        assert_eq!(taken.count(), A_MINUTE);
        flood
            .ask(5000, from(2), "another address", at(0))
            .expect("taken");
        flood
            .ask(5001, from(1), "a minute later", at(60))
            .expect("taken");
        // The clock was set back.
        flood
            .ask(5002, from(1), "earlier", Duration::ZERO)
            .expect("taken");
    }

    #[test]
    fn a_flood_displaces_itself_and_never_an_approved_question() {
        let mut questions = Questions::default();
        let approved = shown(&mut questions, "approved");
        questions
            .ask(1, from(1), "early and honest", at(0))
            .expect("taken");
        let mut refused = 0;
        for it in 0..300 {
            // Four minutes, so that the limit of a minute does not end it.
            let asked = questions.ask(100 + it, from(66), &format!("flood {it}"), at(it));
            refused += u32::from(asked == Err(Refused::Full));
        }
        assert!(refused > 0, "the list was never full");
        questions
            .ask(2, from(2), "late and honest", at(400))
            .expect("taken");
        let speaker = questions.for_speaker();
        let waiting = texts(&speaker["waiting"]);
        assert_eq!(waiting.len(), WAITING);
        assert!(waiting.contains(&"early and honest") && waiting.contains(&"late and honest"));
        assert_eq!(questions.for_phone(0)["shown"][0]["id"], approved);
        questions.dismiss_waiting();
        assert_eq!(questions.for_speaker()["waiting"], json!([]));
        assert_eq!(questions.shown(), 1);
    }

    #[test]
    fn approved_questions_are_limited_and_only_answered_ones_make_room() {
        let mut questions = Questions::default();
        let ask = |questions: &mut Questions, it: u64| {
            questions
                .ask(it, from(it as u8), &format!("q{it}"), at(it))
                .expect("taken");
            questions.last_id
        };
        let first = ask(&mut questions, 1);
        questions.pick(first);
        for it in 2..=SHOWN as u64 {
            let id = ask(&mut questions, it);
            questions.show(id);
        }
        let more = ask(&mut questions, 100);
        questions.show(more);
        assert_eq!((questions.shown(), questions.waiting().count()), (SHOWN, 1));
        assert!(questions.take_off());
        questions.show(more);
        assert_eq!((questions.shown(), questions.waiting().count()), (SHOWN, 0));
        assert!(!questions.for_phone(0).to_string().contains("\"q1\""));
    }

    #[test]
    fn the_wall_has_one_question_and_then_it_is_answered() {
        let mut questions = Questions::default();
        questions.pick_first();
        assert_eq!(questions.on_the_wall(), None);
        let [one, two, three] = ["one", "two", "three"].map(|it| shown(&mut questions, it));
        questions.vote(1, two, true).expect("a vote");
        questions.pick_first();
        assert_eq!(questions.on_the_wall().expect("picked")["id"], two);
        questions.pick(three);
        assert_eq!(questions.on_the_wall().expect("picked")["id"], three);
        assert!(questions.take_off() && !questions.take_off());
        questions.pick_first();
        assert_eq!(questions.on_the_wall().expect("picked")["id"], one);
        assert_eq!(
            texts(&questions.for_phone(1)["shown"]),
            ["one", "two", "three"]
        );
        // One that waits is shown when it is picked.
        questions.ask(50, from(5), "four", at(99)).expect("taken");
        questions.pick(questions.last_id);
        assert_eq!(questions.on_the_wall().expect("picked")["text"], "four");
        questions.pick(9999);
        assert_eq!(questions.on_the_wall().expect("still")["text"], "four");
    }

    #[test]
    fn questions_survive_a_restart_without_addresses() {
        let mut questions = Questions::default();
        let id = shown(&mut questions, "why?");
        questions.vote(u64::MAX, id, true).expect("a vote");
        questions.pick(id);
        let saved = serde_json::to_string(&questions).expect("JSON");
        assert!(!saved.contains("10.0.0"), "{saved}");
        let mut again: Questions = serde_json::from_str(&saved).expect("the same");
        assert_eq!(again.for_speaker(), questions.for_speaker());
        assert_eq!(again.on_the_wall(), questions.on_the_wall());
        again.vote(u64::MAX, id, true).expect("a vote");
        assert_eq!(
            again.for_phone(0)["shown"][0]["votes"],
            1,
            "it voted before"
        );
    }
}
