//! The stage: one task owns everything that a talk is about to show, and it is built as step 6
//! teaches.
//!
//! Whoever wants something says so to its inbox, which is bounded. Towards pages and phones it
//! never waits: they are shown the newest state, and who is behind is shown the newest state later.
//! It waits in one line, and changes in another: [`Stage::apply`] is no `async fn`.

mod demos;
mod message;
mod metrics;
mod shown;
mod vote;

use crate::{
    deck::{Complaint, Deck},
    demo::run::Running,
    kit::Offer,
    schedule::{Table, View},
};
use axum::extract::ws::Utf8Bytes;
use demos::{Demo, Status};
pub(crate) use message::{ToStage, Wish};
pub(crate) use metrics::Traffic;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, watch};
use vote::Vote;

/// Messages that may wait for the stage. Phones are told to try again, everybody else waits.
pub(crate) const WISHES_WAITING: usize = 256;

/// The shortest time between two states that are shown: thirty a second are a film.
const FRAME: Duration = Duration::from_millis(33);

/// How often clocks and numbers are looked at.
const TICK: Duration = Duration::from_millis(500);

/// Phones that may follow at once.
pub(crate) const PHONES: usize = 400;

/// Where the phones and the game are, for the codes on the slides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    /// What a phone opens to follow; none without `--audience`.
    pub(crate) follow: Option<String>,
    /// The address that the game shall listen on, and what a phone opens to play.
    pub(crate) game: String,
    pub(crate) play: String,
    /// What the hall's picture is framed from.
    pub(crate) hall: String,
}

/// Everything that a talk shows.
pub(crate) struct Stage {
    decks: Vec<Deck>,
    complaints: Vec<Complaint>,
    revision: u64,
    language: String,
    slide: usize,
    step: u32,
    dark: bool,
    clock: Option<Instant>,
    banked: Duration,
    demos: BTreeMap<String, Demo>,
    /// Demos that were stopped and may still say goodbye, by their step.
    ending: Vec<(&'static str, Running)>,
    /// How each step ended on this stage.
    lights: BTreeMap<&'static str, Status>,
    all_lit: bool,
    phones: BTreeMap<u64, ()>,
    numbers: u64,
    table: Option<Table>,
    game: Option<View>,
    game_number: u64,
    vote: Option<Vote>,
    addresses: Addresses,
    kit: Offer,
    myself: mpsc::Sender<ToStage>,
    traffic: Arc<Traffic>,
    shown: Shown,
}

/// Where the newest state lies for whoever shows it.
pub(crate) struct Shown {
    pub(crate) pages: watch::Sender<Utf8Bytes>,
    pub(crate) phones: watch::Sender<Utf8Bytes>,
}

impl Stage {
    pub(crate) fn new(
        language: &str,
        addresses: Addresses,
        myself: mpsc::Sender<ToStage>,
        traffic: Arc<Traffic>,
        shown: Shown,
    ) -> Stage {
        Stage {
            decks: Vec::new(),
            complaints: Vec::new(),
            revision: 0,
            language: language.to_owned(),
            slide: 0,
            step: 0,
            dark: false,
            clock: None,
            banked: Duration::ZERO,
            demos: BTreeMap::new(),
            ending: Vec::new(),
            lights: BTreeMap::new(),
            all_lit: false,
            phones: BTreeMap::new(),
            numbers: 0,
            table: None,
            game: None,
            game_number: 0,
            vote: None,
            addresses,
            kit: Offer::default(),
            myself,
            traffic,
            shown,
        }
    }

    /// Serves until it is closing time; then ends what it started.
    pub(crate) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<ToStage>,
        closing: impl Future<Output = ()>,
    ) {
        let mut closing = std::pin::pin!(closing);
        let mut tick = tokio::time::interval(TICK);
        let mut last = Instant::now();
        let mut news = true;
        self.show();
        loop {
            let due = tokio::time::Instant::from_std(last + FRAME);
            tokio::select! {
                biased;
                () = &mut closing => break,
                message = inbox.recv() => match message {
                    Some(message) => {
                        self.traffic.handled(inbox.len());
                        self.apply(message);
                        news = true;
                    }
                    None => break,
                },
                _ = tick.tick() => {
                    self.tick(Instant::now());
                    news = true;
                }
                () = tokio::time::sleep_until(due), if news => {}
            }
            if news && last.elapsed() >= FRAME {
                self.show();
                last = Instant::now();
                news = false;
            }
        }
        // Nobody hears what a demo still says, so no demo waits to say it.
        drop(inbox);
        let demos = std::mem::take(&mut self.demos).into_values();
        let running = demos.filter_map(|demo| demo.running);
        let all: Vec<Running> = running
            .chain(self.ending.drain(..).map(|(_, it)| it))
            .collect();
        // All of them are asked before any of them is waited for.
        all.iter().for_each(Running::stop);
        all.into_iter().for_each(Running::end);
    }

    /// What one message does to the stage. It is no `async fn`: it cannot wait.
    fn apply(&mut self, message: ToStage) {
        match message {
            ToStage::Wish(wish) => self.wish(wish),
            ToStage::Phone { reply } => {
                let number = (self.phones.len() < PHONES).then(|| self.number());
                // Who asked may have gone before it is answered.
                if reply.send(number).is_ok() {
                    self.phones.extend(number.map(|number| (number, ())));
                }
            }
            ToStage::Gone { phone } => {
                self.phones.remove(&phone);
                if let Some(vote) = &mut self.vote {
                    vote.withdraw(phone);
                }
            }
            ToStage::Ballot {
                phone,
                round,
                choice,
            } => {
                let known = self.phones.contains_key(&phone);
                if let Some(vote) = self.vote.as_mut().filter(|_| known) {
                    vote.cast(phone, round, choice);
                }
            }
            ToStage::Demo { number, heard } => self.hear(number, heard),
            ToStage::Schedule { number, view } => {
                if number == self.game_number {
                    self.vote = None;
                    self.game = Some(*view);
                }
            }
            ToStage::Kit(offer) => self.kit = offer,
            ToStage::Deck { decks, complaints } => {
                // A deck that cannot be shown does not take away the one that can.
                if decks.iter().all(|deck| !deck.slides.is_empty()) {
                    self.decks = decks;
                }
                self.complaints = complaints;
                self.revision += 1;
                self.go(self.slide, self.step);
            }
        }
    }

    fn wish(&mut self, wish: Wish) {
        match wish {
            Wish::Go { slide, step } => self.go(slide, step),
            Wish::Next if self.step < self.steps() => self.go(self.slide, self.step + 1),
            Wish::Next => self.go(
                self.slide + 1,
                if self.slide + 1 < self.slides() {
                    0
                } else {
                    u32::MAX
                },
            ),
            Wish::Back if self.step > 0 => self.go(self.slide, self.step - 1),
            Wish::Back if self.slide > 0 => self.go(self.slide - 1, u32::MAX),
            Wish::Back => {}
            Wish::Dark => self.dark = !self.dark,
            Wish::Language(language) => self.language = language,
            Wish::Start(name) => self.start(&name, false),
            Wish::Replay(name) => self.start(&name, true),
            Wish::Crash(name) => self.crash(&name),
            Wish::Stop(name) => self.stop(&name),
            Wish::Play(step) => self.play(step),
            Wish::Move(thread) => {
                self.vote = None;
                if let Some(table) = &self.table {
                    table.step(thread);
                }
            }
            Wish::Ask => self.ask(),
            Wish::Clock => match self.clock.take() {
                Some(since) => self.banked += since.elapsed(),
                None => self.clock = Some(Instant::now()),
            },
            Wish::ClockToZero => (self.clock, self.banked) = (None, Duration::ZERO),
            Wish::Lights => self.all_lit = !self.all_lit,
        }
    }

    fn slides(&self) -> usize {
        self.decks.first().map_or(0, |deck| deck.slides.len())
    }

    fn steps(&self) -> u32 {
        let slide = self
            .decks
            .first()
            .and_then(|deck| deck.slides.get(self.slide));
        slide.map_or(0, |slide| slide.steps)
    }

    fn go(&mut self, slide: usize, step: u32) {
        self.slide = slide.min(self.slides().saturating_sub(1));
        self.step = step.min(self.steps());
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn play(&mut self, step: String) {
        let shown = self
            .decks
            .iter()
            .flat_map(|deck| &deck.slides)
            .any(|slide| slide.schedulers.contains(&step));
        if !shown {
            return;
        }
        self.game_number = self.number();
        (self.vote, self.game) = (None, None);
        self.table = Some(Table::open(step, self.game_number, self.myself.clone()));
    }

    fn ask(&mut self) {
        let choices = self.game.as_ref().map(View::choices).unwrap_or_default();
        if !choices.is_empty() {
            let round = self.number();
            self.vote = Some(Vote::new(round, choices, Instant::now()));
        }
    }

    fn tick(&mut self, now: Instant) {
        let Some(vote) = self.vote.take_if(|vote| vote.is_over(now)) else {
            return;
        };
        if let (Some(choice), Some(table)) = (vote.winner(), &self.table) {
            table.step(choice);
        }
    }
}

#[cfg(test)]
mod tests;
