//! The stage: one task owns everything that the talk shows. It is built as step 6 teaches.
//!
//! Pages, phones and demos send messages to its inbox, which is bounded. The task never waits for a
//! page or a phone: it puts the newest state where they read it, and a slow one skips the states in
//! between. It waits only in the `select!` of [`Stage::run`]; [`Stage::apply`], which changes the
//! state, is not `async`.

mod audience;
mod demos;
mod devices;
mod message;
mod metrics;
mod phones;
mod plan;
mod questions;
mod reactions;
mod remote;
mod replies;
mod schedule_game;
mod slideshow;
mod snapshot;
mod stopwatch;
mod unix_time;
mod vote;
mod votes;

use crate::{
    capacity::PHONES,
    deck::{Complaint, Deck},
    demo::program::Program,
    kit::Offer,
    schedule::GameHandle,
};
use audience::Audience;
pub(crate) use audience::{Moderation, Wish};
use demos::Demos;
pub(crate) use message::{Command, ToStage};
pub(crate) use metrics::Metrics;
use phones::Phones;
pub(crate) use phones::Voter;
use plan::Plan;
pub(crate) use plan::Rehearsal;
pub(crate) use questions::Refused;
pub(crate) use reactions::Reaction;
use remote::Remotes;
pub(crate) use remote::{Hello, Pass, RemoteCommand, RemoteState};
use schedule_game::ScheduleGame;
use serde_json::{Value, json};
use slideshow::Slideshow;
pub(crate) use snapshot::Snapshot;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use stopwatch::Stopwatch;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;
pub(crate) use unix_time::unix_ms;
pub(crate) use votes::{ALONE, VOTE};
use web_server::join;

/// Messages that may wait for the stage. Full: a new phone is refused and tries again, a vote is
/// dropped, every other sender waits.
pub(crate) const MESSAGES_WAITING: usize = 256;

/// The shortest time between two states that are shown: 30 in a second.
const FRAME: Duration = Duration::from_millis(33);

/// How often the state is shown for its clocks.
const TICK: Duration = Duration::from_millis(500);

/// The shortest time between two snapshots of the state for the disk. A change within this time is
/// written at the next tick, so after `kill -9` the next stage may be half a second behind.
const SNAPSHOT: Duration = Duration::from_millis(150);

/// Mistakes of the deck that a page shows, at most.
const COMPLAINTS: usize = 20;

/// Where the phones' page and the game are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    /// The URL that a phone opens to follow. `None` without `--audience`.
    pub(crate) follow: Option<String>,
    /// The address on which the game listens.
    pub(crate) game: String,
    /// The URL that a phone opens to play.
    pub(crate) play: String,
    /// The origin of the game's page for the projector.
    pub(crate) hall: String,
}

/// What the options say about the talk.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The language at the beginning.
    pub(crate) language: String,
    /// How long each vote takes.
    pub(crate) vote: Duration,
    /// Whether this is a rehearsal, which is kept for the next run.
    pub(crate) rehearse: bool,
}

/// Where the newest state is read.
pub(crate) struct Outputs {
    /// As JSON, for the presenter's pages.
    pub(crate) pages: watch::Sender<Utf8Bytes>,
    /// As JSON, for the phones.
    pub(crate) phones: watch::Sender<Utf8Bytes>,
    /// For the phones that are paired as remotes.
    pub(crate) remotes: watch::Sender<RemoteState>,
    /// For the disk.
    pub(crate) snapshots: watch::Sender<Snapshot>,
}

/// What the stage needs from outside.
pub(crate) struct Links {
    pub(crate) addresses: Addresses,
    /// The stage's own inbox, for the threads of demos and games.
    pub(crate) inbox: mpsc::Sender<ToStage>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) outputs: Outputs,
}

/// Everything that the talk shows.
pub(crate) struct Stage {
    slideshow: Slideshow,
    clock: Stopwatch,
    plan: Plan,
    rehearse: bool,
    demos: Demos,
    /// Whether every row of the promises table is lit up.
    all_lit: bool,
    game: ScheduleGame,
    audience: Audience,
    phones: Phones,
    remotes: Remotes,
    /// The last number that was given to a phone, a demo or a game.
    last_number: u64,
    kit: Offer,
    links: Links,
}

/// A stage that no longer serves.
pub(crate) struct Ended {
    /// Whether it ended on the talk's last slide.
    pub(crate) is_over: bool,
    /// What was rehearsed, and the text about it. `None` without `--rehearse`.
    pub(crate) rehearsal: Option<(Rehearsal, String)>,
    demos: Demos,
}

impl Ended {
    /// Ends every demo, and waits until all have ended. Blocks.
    pub(crate) fn end_demos(self) {
        self.demos.end();
    }
}

impl Stage {
    pub(crate) fn new(settings: &Settings, links: Links) -> Stage {
        Stage {
            slideshow: Slideshow::new(&settings.language),
            clock: Stopwatch::default(),
            plan: Plan::default(),
            rehearse: settings.rehearse,
            demos: Demos::default(),
            all_lit: false,
            game: ScheduleGame::new(settings.vote),
            audience: Audience::default(),
            phones: Phones::default(),
            remotes: Remotes::default(),
            last_number: 0,
            kit: Offer::default(),
            links,
        }
    }

    /// Takes the deck as it was read first.
    pub(crate) fn load(&mut self, decks: Vec<Deck>, complaints: Vec<Complaint>) {
        self.slideshow.load(decks, complaints);
        self.arrived();
    }

    /// Takes the times of the last rehearsal.
    pub(crate) fn compare_with(&mut self, last: Rehearsal) {
        self.plan.compare_with(last);
    }

    /// Closes questions and reactions until a presenter opens them.
    pub(crate) fn close_questions(&mut self) {
        self.audience.close();
    }

    /// Serves until `shutdown` resolves. Then the demos have to be ended.
    pub(crate) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<ToStage>,
        shutdown: impl Future<Output = ()>,
    ) -> Ended {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut tick = tokio::time::interval(TICK);
        let mut last = Instant::now();
        let mut last_snapshot = last;
        let mut news = true;
        self.show();
        self.publish_snapshot();
        loop {
            let due = tokio::time::Instant::from_std(last + FRAME);
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                message = inbox.recv() => match message {
                    Some(message) => {
                        self.links.metrics.handled(inbox.len());
                        self.apply(message);
                        news = true;
                    }
                    None => break,
                },
                _ = tick.tick() => {
                    self.game.tick(Instant::now());
                    self.audience.tick(audience::now());
                    news = true;
                }
                () = moves(self.game.due()) => {
                    self.game.tick(Instant::now());
                    news = true;
                }
                () = tokio::time::sleep_until(due), if news => {}
            }
            if news && last.elapsed() >= FRAME {
                self.show();
                last = Instant::now();
                news = false;
                // The tick takes the last change, at the latest.
                if last_snapshot.elapsed() >= SNAPSHOT {
                    self.publish_snapshot();
                    last_snapshot = last;
                }
            }
        }
        self.publish_snapshot();
        // With a closed inbox, no thread of a demo blocks while it reports.
        drop(inbox);
        Ended {
            is_over: self.slideshow.is_over(),
            rehearsal: self.rehearse.then(|| {
                let at = self.clock.elapsed();
                let times = self.plan.times(at);
                (Rehearsal { times }, self.plan.report(&self.slideshow, at))
            }),
            demos: self.demos,
        }
    }

    /// Changes the state for one message. Not `async`, so it cannot wait.
    fn apply(&mut self, message: ToStage) {
        match message {
            ToStage::Command(command) => self.command(command),
            ToStage::PhoneConnected { voter, reply } => {
                let number = (self.phones.len() < PHONES).then(|| self.number());
                // The phone may have disconnected already.
                if let (Ok(()), Some(number)) = (reply.send(number), number) {
                    self.phones.connect(number, voter);
                }
            }
            ToStage::PhoneDisconnected { phone } => {
                if let Some(device) = self.phones.disconnect(phone) {
                    self.game.withdraw(device);
                }
            }
            ToStage::Vote {
                phone,
                round,
                choice,
            } => {
                let has_voted = |device| self.game.has_ballot(device);
                if let Some(ballot) = self.phones.voting(phone, has_voted)
                    && self.game.cast(ballot.device, round, choice)
                    && let Some(newer) = ballot.replaces
                {
                    self.game.withdraw(newer);
                }
            }
            ToStage::Audience { from, wish, reply } => {
                // The phone may have disconnected already.
                let _unless_gone =
                    reply.send(
                        self.audience
                            .apply(from, wish, audience::now(), &self.phones),
                    );
            }
            ToStage::RemoteConnected { hello, reply } => {
                let pass = self.remotes.admit(&hello, Instant::now());
                let remote = pass.as_ref().map(|it| it.remote);
                // The phone may have disconnected already.
                if let (Err(_), Some(remote)) = (reply.send(pass), remote) {
                    self.remotes.disconnect(remote);
                }
                if remote.is_some() {
                    // What the phone reads first must have its pairing.
                    self.show_remotes();
                }
            }
            ToStage::RemoteDisconnected { remote } => self.remotes.disconnect(remote),
            ToStage::Remote { remote, command } => {
                if self.remotes.is_paired(remote) {
                    self.remote(command);
                }
            }
            ToStage::Demo { number, event } => self.demos.handle(number, event),
            ToStage::Schedule { number, view } => {
                self.game.update(number, *view, Instant::now());
            }
            ToStage::Kit(offer) => self.kit = offer,
            ToStage::Deck { decks, complaints } => {
                self.slideshow.load(decks, complaints);
                self.arrived();
            }
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Go { slide, step } => {
                self.audience.take_off(audience::now());
                self.slideshow.go(slide, step);
                self.arrived();
            }
            // A question covers the slide, so the first press takes it off.
            Command::Next | Command::Back if self.audience.take_off(audience::now()) => {}
            Command::Next => {
                if self.rehearse && !self.clock.runs() && self.clock.elapsed().is_zero() {
                    self.clock.toggle();
                }
                self.slideshow.next();
                self.arrived();
            }
            Command::Back => {
                self.slideshow.back();
                self.arrived();
            }
            Command::Dark => self.slideshow.dark = !self.slideshow.dark,
            Command::Language(language) => self.slideshow.change_language(&language),
            Command::Start(name) => self.start(&name, false),
            Command::Replay(name) => self.start(&name, true),
            Command::Stop(name) => self.demos.stop(&name),
            Command::KillServer(name) => self.demos.kill_server(&name),
            Command::Play(step) => self.play(step),
            Command::Move(thread) => self.game.choose(thread),
            Command::Votes(true) => self.begin_votes(),
            Command::Votes(false) => self.game.end_votes(),
            Command::Audience(what) => self.audience.moderate(what, audience::now()),
            Command::Pair => self.pair(),
            Command::Unpair => self.remotes.unpair(),
            Command::Clock => self.clock.toggle(),
            Command::ClockToZero => {
                self.clock.reset();
                self.plan.reset();
            }
            Command::Lights => self.all_lit = !self.all_lit,
        }
    }

    /// Does what a remote wants: always for the slide that is shown.
    fn remote(&mut self, command: RemoteCommand) {
        let demo = self.slideshow.demo().map(str::to_owned);
        match (command, demo) {
            (RemoteCommand::Next, _) => self.command(Command::Next),
            (RemoteCommand::Back, _) => self.command(Command::Back),
            (RemoteCommand::Votes(on), _) => self.command(Command::Votes(on)),
            // A second press of a slow phone does not start it again.
            (RemoteCommand::Demo(true), Some(name)) if !self.demos.runs(&name) => {
                self.command(Command::Start(name));
            }
            (RemoteCommand::Demo(false), Some(name)) => self.command(Command::Stop(name)),
            (RemoteCommand::Demo(_), _) => {}
        }
    }

    /// Makes a code that pairs a phone, if phones can reach the stage.
    fn pair(&mut self) {
        let Some(url) = self.remote_url() else { return };
        self.remotes.begin_pairing(Instant::now(), |code| {
            join::svg(&format!("{url}#{code}")).unwrap_or_default()
        });
    }

    /// The URL of the remote's page.
    fn remote_url(&self) -> Option<String> {
        let follow = self.links.addresses.follow.as_ref()?;
        Some(format!("{}/remote", follow.trim_end_matches('/')))
    }

    /// Starts a demo or its recording, if a slide has it.
    fn start(&mut self, name: &str, recorded: bool) {
        let Some(program) = Program::named(name).filter(|_| self.slideshow.has_demo(name)) else {
            return;
        };
        let more = match program.is_the_game() {
            true => game_options(&self.links.addresses),
            false => Vec::new(),
        };
        let number = self.number();
        let inbox = self.links.inbox.clone();
        self.demos
            .start(&program, &more, recorded, number, move |event| {
                inbox.blocking_send(ToStage::Demo { number, event }).is_ok()
            });
    }

    /// Begins a schedule game of a step, if a slide has it.
    fn play(&mut self, step: String) {
        if let Some((number, handle)) = self.start_game(step.clone(), String::new()) {
            self.game.begin(number, &step, handle);
        }
    }

    /// Continues the game of an earlier stage, if a slide still has it.
    fn resume_game(&mut self, saved: schedule_game::Saved) {
        match self.start_game(saved.step.clone(), saved.picks.clone()) {
            Some((number, handle)) => self.game.resume(number, handle, saved),
            None => self.game.forget(&saved),
        }
    }

    fn start_game(&mut self, step: String, picks: String) -> Option<(u64, GameHandle)> {
        if !self.slideshow.has_scheduler(&step) {
            return None;
        }
        let number = self.number();
        let inbox = self.links.inbox.clone();
        let handle = GameHandle::start(step, picks, move |view| {
            let view = Box::new(view);
            inbox
                .blocking_send(ToStage::Schedule { number, view })
                .is_ok()
        });
        Some((number, handle))
    }

    /// Begins the votes about the game on the slide. If it is not being played, it begins, too.
    fn begin_votes(&mut self) {
        let Some(step) = self.slideshow.scheduler().map(str::to_owned) else {
            return;
        };
        if !self.game.runs(&step) {
            self.play(step);
        }
        self.game.begin_votes(Instant::now());
    }

    /// What follows when the talk has gone to a slide.
    fn arrived(&mut self) {
        if let Some(slide) = self.slideshow.slides().get(self.slideshow.slide) {
            self.plan.at(&slide.title, self.clock.elapsed());
        }
        // The audience must see what it votes about.
        if !self
            .slideshow
            .scheduler()
            .is_some_and(|step| self.game.runs(step))
        {
            self.game.end_votes();
        }
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Publishes the newest state, encoded once for all pages and once for all phones.
    fn show(&mut self) {
        let phones = self.for_phones();
        // Phones are woken only for what they can see.
        let changed = self.links.outputs.phones.send_if_modified(|shown| {
            let news = shown.as_str() != phones;
            if news {
                *shown = phones.into();
            }
            news
        });
        if changed {
            self.links.metrics.shown();
        }
        self.show_remotes();
        let pages = self.for_pages().to_string().into();
        self.links.outputs.pages.send_replace(pages);
    }

    /// Hands a snapshot to the task that writes it, if anything has changed. The stage never waits
    /// for a disk.
    fn publish_snapshot(&self) {
        let newest = self.snapshot();
        self.links.outputs.snapshots.send_if_modified(|shown| {
            let news = *shown != newest;
            if news {
                *shown = newest;
            }
            news
        });
    }

    /// Publishes the newest state for the remotes.
    fn show_remotes(&self) {
        let paired = self.remotes.paired();
        let shown = match paired.is_empty() {
            true => Utf8Bytes::default(),
            false => self.for_remotes().to_string().into(),
        };
        let newest = RemoteState { paired, shown };
        self.links.outputs.remotes.send_if_modified(|state| {
            let news = *state != newest;
            if news {
                *state = newest;
            }
            news
        });
    }

    /// What a remote shows: the notes and the few things that it can do.
    fn for_remotes(&self) -> Value {
        let slideshow = &self.slideshow;
        let (slide, language) = (slideshow.slide, &slideshow.language);
        let (title, notes) = slideshow.texts(slide);
        let demo = slideshow.demo().map(|name| {
            json!({"name": name, "runs": self.demos.runs(name), "status": self.demos.status(name)})
        });
        let clock = self.clock.elapsed();
        let mut plan = self.plan.json(slideshow, clock);
        plan["slides"].take();
        let (_, vote) = self.game.for_pages(Instant::now());
        json!({
            "language": language, "slide": slide, "of": slideshow.slides().len(),
            "step": slideshow.step, "steps": slideshow.current().map_or(0, |it| it.steps),
            "title": title, "notes": notes, "next": slideshow.texts(slide + 1).0,
            "dark": slideshow.dark, "plan": plan, "phones": self.phones.len(),
            "clock": {"runs": self.clock.runs(), "ms": clock.as_secs() * 1000},
            "demo": demo, "plays": slideshow.scheduler().is_some(), "vote": vote["state"],
        })
    }

    /// What the speaker's page shows about remotes.
    fn about_remotes(&self) -> Value {
        let code = self.remotes.code(Instant::now()).map(|(code, left)| {
            let (first, last) = code.text.split_at(4);
            json!({
                "text": format!("{first}-{last}"), "drawing": code.drawing,
                "left": left.as_secs_f32().ceil(),
            })
        });
        json!({
            "url": self.remote_url(), "code": code,
            "paired": self.remotes.paired().len(), "connected": self.remotes.connections(),
        })
    }

    fn for_pages(&self) -> Value {
        let (slideshow, addresses) = (&self.slideshow, &self.links.addresses);
        let on_slide = slideshow
            .current()
            .map_or(&[][..], |slide| &slide.blocks.demos);
        let complaints = slideshow.complaints.iter().take(COMPLAINTS);
        let complaints: Vec<String> = complaints.map(ToString::to_string).collect();
        let ms = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (game, vote) = self.game.for_pages(Instant::now());
        let reply = self.links.metrics.replies.longest(Instant::now());
        let reply = reply.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
        json!({
            "deck": slideshow.revision, "complaints": complaints, "language": slideshow.language,
            "slide": slideshow.slide, "step": slideshow.step, "dark": slideshow.dark,
            "clock": {"runs": self.clock.runs(), "ms": ms},
            "plan": self.plan.json(slideshow, self.clock.elapsed()), "rehearse": self.rehearse,
            "reply": reply, "remote": self.about_remotes(),
            "demos": self.demos.for_pages(on_slide),
            "lights": self.demos.lights(), "allLit": self.all_lit,
            "follow": addresses.follow, "play": addresses.play, "hall": addresses.hall,
            "phones": self.phones.len(), "kit": self.kit.json(), "game": game, "vote": vote,
            "audience": self.audience.for_pages(audience::now()),
            "xray": self.links.metrics.json(MESSAGES_WAITING, self.phones.len()),
        })
    }

    /// Without anything that changes on its own, such as a clock: each change wakes every phone.
    fn for_phones(&self) -> String {
        let slideshow = &self.slideshow;
        let (game, vote) = self.game.for_phones();
        json!({
            "deck": slideshow.revision, "slide": slideshow.slide, "step": slideshow.step,
            "demos": self.demos.for_phones(), "play": self.links.addresses.play,
            "follow": self.links.addresses.follow,
            "game": game, "vote": vote, "kit": self.kit.json(),
            "audience": self.audience.for_phones(),
        })
        .to_string()
    }
}

/// Waits until a move of the schedule game is due; for ever if none is.
async fn moves(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

/// Options of the game beside those on the slide. Its QR code has the host of the stage's.
fn game_options(addresses: &Addresses) -> Vec<String> {
    let public = addresses.play.trim_end_matches('/');
    // With `--drain-seconds 1` a stopped game closes its connections at once, and not at the end of
    // the round. The log goes through a pipe and would be JSON, but the speaker reads it.
    let mut words = vec![
        "--listen",
        &addresses.game,
        "--public",
        public,
        "--drain-seconds",
        "1",
        "--log",
        "pretty",
    ];
    if cfg!(target_os = "linux") {
        // With a supervisor, the game survives when the presenter kills its server.
        words.push("--keep");
    }
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
