//! Plays the scenarios of a judge: the picks come from the runner.

use crate::events::EventGame;
use crate::play::{Actor, Ask, End, Hint, Odds, Position, Row, Scene, Told};
use lanes::{Bounds, Outcome, Play, Shortest, explore};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many times a hint may run a scenario: a number and no time, so that it finds the same on a
/// busy machine.
const HINT: usize = 4_000;
/// How many steps a replay continues after its picks: more than any scenario has.
const TO_THE_END: usize = 400;

/// A model, as `lanes` plays it.
pub(crate) type Model = Arc<dyn Fn() + Send + Sync>;

/// The scenarios that a judge has named, in its order.
#[derive(Default)]
pub(crate) struct Stage {
    all: Vec<Scenario>,
    /// The first name of each scenario that has another one now.
    first_names: BTreeMap<String, String>,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stage").field(&self.all.len()).finish()
    }
}

struct Scenario {
    id: String,
    promise: String,
    name: String,
    kind: Kind,
}

enum Kind {
    Threads { model: Model, bounds: Bounds },
    Events(EventGame),
}

impl Stage {
    pub(crate) fn threads(&mut self, promise: &str, name: &str, model: Model, bounds: Bounds) {
        self.add(promise, name, Kind::Threads { model, bounds });
    }

    /// Adds a scenario that stands before those of the promises.
    pub(crate) fn first(&mut self, promise: &str, name: &str, model: Model) {
        self.threads(promise, name, model, Bounds::exhaustive());
        self.all.rotate_right(1);
    }

    pub(crate) fn events(&mut self, promise: &str, name: &str, game: EventGame) {
        self.add(promise, name, Kind::Events(game));
    }

    /// Says that a scenario of this name had another name first.
    pub(crate) fn had_first(&mut self, name: &str, first: &str) {
        self.first_names.insert(name.to_owned(), first.to_owned());
    }

    /// Adds a scenario. A promise that is checked twice under one name gets a number behind it.
    fn add(&mut self, promise: &str, name: &str, kind: Kind) {
        let is_named = |name: &str| {
            self.all
                .iter()
                .any(|it| it.promise == promise && it.name == name)
        };
        let first = self.first_names.get(name).map_or(name, String::as_str);
        let id = free(first, |id| self.all.iter().any(|it| it.id == id));
        let name = free(name, is_named);
        let promise = promise.to_owned();
        self.all.push(Scenario {
            id,
            promise,
            name,
            kind,
        });
    }

    fn scenes(&self) -> Vec<Scene> {
        let scene = |scenario: &Scenario| Scene {
            id: scenario.id.clone(),
            name: scenario.name.clone(),
            promise: scenario.promise.clone(),
            has_events: matches!(scenario.kind, Kind::Events(_)),
        };
        self.all.iter().map(scene).collect()
    }

    /// The first scenario that breaks, of those that leave something to pick: the one that a
    /// verdict shows, if it leaves something.
    fn first_broken(&self) -> Option<usize> {
        let mut broken = self.all.iter();
        broken.position(|it| {
            // If there are too many orders of events: a judge names them because they break.
            let is_event = matches!(it.kind, Kind::Events(_));
            !Game::open(it).is_over() && it.breaks().unwrap_or(is_event)
        })
    }
}

/// Returns this name, with the first free number behind it if it is taken.
fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).expect("a free number")
}

impl Scenario {
    /// Whether an order breaks it, as far as the judge's own search knows: one with few preemptions
    /// alone proves nothing about the others.
    fn breaks(&self) -> Option<bool> {
        match &self.kind {
            Kind::Threads { model, bounds } => {
                let model = Arc::clone(model);
                let verdict = explore(&self.name, *bounds, move || model());
                let is_all = bounds.have_every_schedule() && !verdict.was_cut_short();
                let fails = verdict.failure().is_some();
                (fails || is_all).then_some(fails)
            }
            Kind::Events(game) => is_found(&game.shortest(&[], HINT)),
        }
    }

    fn odds(&self) -> Odds {
        let game = Game::open(self);
        if game.is_over() {
            return Odds::NoPicks;
        }
        let breaks = match (self.breaks(), &game) {
            (None, Game::Threads(_)) => is_found(&game.search()),
            (known, _) => known,
        };
        match breaks {
            Some(true) => {}
            Some(false) => return Odds::NeverBreaks,
            None => return Odds::Unknown,
        }
        let good_end = match game {
            Game::Threads(play) => hint(play.good_end(HINT)),
            Game::Events { game, .. } => game.good_end(HINT),
        };
        match good_end {
            Hint::Picks(_) => Odds::SometimesBreaks,
            Hint::Undo => Odds::AlwaysBreaks,
            Hint::Unknown => Odds::Breaks,
        }
    }
}

/// A scenario that is being played.
enum Game {
    Threads(Play),
    Events { game: EventGame, position: Position },
}

impl Game {
    fn open(scenario: &Scenario) -> Game {
        match &scenario.kind {
            Kind::Threads { model, .. } => {
                let model = Arc::clone(model);
                Game::Threads(Play::start(move || model()))
            }
            Kind::Events(game) => Game::Events {
                position: game.play(&[]),
                game: game.clone(),
            },
        }
    }

    fn pick(&mut self, name: &str) -> Result<(), String> {
        match self {
            Game::Threads(play) => play.pick(name).map_err(|why| why.to_string()),
            Game::Events { game, position } => {
                if !position.actors.iter().any(|actor| actor.name == name) {
                    return Err(format!("it cannot happen now that {name}"));
                }
                let picks = position.picks.iter().cloned().chain([name.to_owned()]);
                *position = game.play(&picks.collect::<Vec<_>>());
                Ok(())
            }
        }
    }

    fn undo(&mut self) {
        match self {
            Game::Threads(play) => drop(play.undo()),
            Game::Events { game, position } => {
                position.picks.pop();
                *position = game.play(&position.picks);
            }
        }
    }

    fn picks(&self) -> Vec<String> {
        match self {
            Game::Threads(play) => play.picks(),
            Game::Events { position, .. } => position.picks.clone(),
        }
    }

    /// How many rows there are.
    fn rows(&self) -> usize {
        match self {
            Game::Threads(play) => play.rows().len(),
            Game::Events { position, .. } => position.rows.len(),
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Game::Threads(play) => *play.outcome() != Outcome::Running,
            Game::Events { position, .. } => position.end.is_some(),
        }
    }

    /// The first actor that can move.
    fn first(&self) -> Option<String> {
        self.position()
            .actors
            .into_iter()
            .find(|actor| actor.can_move)
            .map(|actor| actor.name)
    }

    fn position(&self) -> Position {
        match self {
            Game::Threads(play) => Position {
                picks: play.picks(),
                actors: play.threads().iter().flat_map(actors).collect(),
                rows: play.rows().into_iter().map(Row::from).collect(),
                before: 0,
                end: end(play.outcome()),
            },
            Game::Events { position, .. } => position.clone(),
        }
    }

    fn search(&self) -> Hint {
        match self {
            Game::Threads(play) => hint(play.shortest_bad_end(HINT)),
            Game::Events { game, position } => game.shortest(&position.picks, HINT),
        }
    }
}

/// Whether a search has found picks; `None` if it has not tried all.
fn is_found(hint: &Hint) -> Option<bool> {
    match hint {
        Hint::Picks(_) => Some(true),
        Hint::Undo => Some(false),
        Hint::Unknown => None,
    }
}

fn hint(found: Shortest) -> Hint {
    match found {
        Shortest::Found(picks) => Hint::Picks(picks),
        Shortest::None => Hint::Undo,
        Shortest::GaveUp => Hint::Unknown,
    }
}

/// The picks of a thread: its next step, and that step with an earlier value if there is one.
fn actors(thread: &lanes::Thread) -> Vec<Actor> {
    let actor = |name: String, next: &str| Actor {
        name,
        next: match next.strip_prefix("waits ") {
            // A step that can be made: a writer that stands in line stops new readers.
            Some(for_what) if thread.can_move => format!("begins to wait {for_what}"),
            _ => next.to_owned(),
        },
        at: thread.at.clone(),
        holds: thread.holds.clone(),
        can_move: thread.can_move,
    };
    let earlier = thread.earlier.as_ref();
    let earlier = earlier.map(|next| actor(format!("{} (earlier)", thread.name), next));
    [actor(thread.name.clone(), &thread.next)]
        .into_iter()
        .chain(earlier)
        .collect()
}

fn end(outcome: &Outcome) -> Option<End> {
    match outcome {
        Outcome::Running => None,
        Outcome::Kept => Some(End::Kept),
        Outcome::Broken(message) => Some(End::Broken(vec![message.clone()])),
        Outcome::Refused(why) => Some(End::Refused(why.clone())),
        Outcome::Deadlock { cycle, why } => {
            let mut said =
                vec!["No thread can move: a deadlock. It breaks every promise.".to_owned()];
            said.extend(why.iter().cloned());
            if let Some(first) = cycle.first() {
                said.push(format!("The cycle: {} → {first}.", cycle.join(" → ")));
            }
            Some(End::Broken(said))
        }
    }
}

/// The scenarios of one judge, and the game that is on.
pub(crate) struct Player {
    stage: Stage,
    game: Option<(usize, Game)>,
    /// How many rows the game had when it was opened.
    before: usize,
    /// What the latest hint said, as long as the picks follow it.
    hinted: Vec<String>,
}

impl Player {
    pub(crate) fn new(stage: Stage) -> Player {
        Player {
            stage,
            game: None,
            before: 0,
            hinted: vec![],
        }
    }

    pub(crate) fn answer(&mut self, ask: Ask) -> Told {
        match ask {
            Ask::Scenarios => return Told::Scenarios(self.stage.scenes()),
            Ask::FirstBroken => return Told::FirstBroken(self.stage.first_broken()),
            Ask::Odds(number) => {
                let scenario = self.stage.all.get(number);
                return Told::Odds(scenario.map_or(Odds::NoPicks, Scenario::odds));
            }
            Ask::Open(number) => {
                let Some(scenario) = self.stage.all.get(number) else {
                    return Told::Refused(format!("there is no scenario {number}"));
                };
                let game = Game::open(scenario);
                self.before = game.rows();
                self.game = Some((number, game));
                self.hinted.clear();
            }
            Ask::Pick(_) | Ask::Undo | Ask::Restart | Ask::Hint | Ask::Replay(_) => {}
        }
        let Some((number, game)) = &mut self.game else {
            return Told::Refused("no scenario is open".into());
        };
        match ask {
            Ask::Pick(name) => {
                if let Err(why) = game.pick(&name) {
                    return Told::Refused(why);
                }
                match self.hinted.first() == Some(&name) {
                    true => drop(self.hinted.remove(0)),
                    false => self.hinted.clear(),
                }
            }
            Ask::Undo => {
                game.undo();
                self.hinted.clear();
            }
            Ask::Restart => {
                *game = Game::open(&self.stage.all[*number]);
                self.hinted.clear();
            }
            Ask::Hint => {
                if !self.hinted.is_empty() {
                    return Told::Hint(Hint::Picks(self.hinted.clone()));
                }
                let hint = game.search();
                if let Hint::Picks(picks) = &hint {
                    self.hinted.clone_from(picks);
                }
                return Told::Hint(hint);
            }
            Ask::Replay(picks) => {
                *game = Game::open(&self.stage.all[*number]);
                self.hinted.clear();
                let misfit = replay(game, &picks);
                let position = Position {
                    before: self.before,
                    ..game.position()
                };
                return Told::Replayed { misfit, position };
            }
            Ask::Scenarios | Ask::FirstBroken | Ask::Odds(_) | Ask::Open(_) => {}
        }
        Told::Position(Position {
            before: self.before,
            ..game.position()
        })
    }
}

/// Makes these picks, leaves out those that do not fit, and continues to an end.
fn replay(game: &mut Game, picks: &[String]) -> Option<(usize, String)> {
    let mut misfit = None;
    for (number, pick) in (1..).zip(picks) {
        if game.is_over() {
            break;
        }
        if let Err(why) = game.pick(pick) {
            misfit.get_or_insert((number, why));
        }
    }
    while let Some(first) = game.first().filter(|_| !game.is_over()) {
        if game.picks().len() > TO_THE_END || game.pick(&first).is_err() {
            break;
        }
    }
    misfit
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanes::sync::Mutex;
    use lanes::thread;
    use std::time::Duration;

    /// A model in which `cook` takes the tray twice if `twice`, and ann takes it once.
    fn model(twice: bool) -> Model {
        Arc::new(move || {
            let tray = lanes::sync::Arc::new(Mutex::new("tray", 8));
            let same = lanes::sync::Arc::clone(&tray);
            let cook = thread::spawn("cook", move || {
                let _tray = same.lock();
                if twice {
                    drop(same.lock());
                }
            });
            drop(tray.lock());
            cook.join().unwrap();
        })
    }

    #[test]
    fn the_first_broken_scenario_leaves_something_to_pick_and_each_has_its_odds() {
        let mut stage = Stage::default();
        let all = Bounds::exhaustive();
        let alone: Model = Arc::new(|| panic!("broken before any pick"));
        stage.threads("a", "one", alone, all);
        stage.threads("a", "two", model(false), all);
        stage.threads("a", "two", model(true), all);
        stage.threads("b", "two", model(true), all);
        let scenes = stage.scenes();
        let names: Vec<&str> = scenes.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["one", "two", "two (2)", "two"]);
        let mut player = Player::new(stage);
        assert_eq!(player.answer(Ask::FirstBroken), Told::FirstBroken(Some(2)));
        let odds = [0, 1, 2, 9].map(|number| player.answer(Ask::Odds(number)));
        let expected = [
            Odds::NoPicks,
            Odds::NeverBreaks,
            Odds::AlwaysBreaks,
            Odds::NoPicks,
        ];
        assert_eq!(odds, expected.map(Told::Odds));
    }

    /// Threads that take two locks, each in its own order, with this many steps before.
    fn crossing(threads: usize, steps: usize, orders: [[usize; 2]; 2]) -> Model {
        Arc::new(move || {
            let locks = ["tray", "seat"].map(|name| Mutex::new(name, 8));
            let locks = lanes::sync::Arc::new(locks);
            let all: Vec<_> = (0..threads)
                .map(|number| {
                    let (locks, [first, second]) = (locks.clone(), orders[number % 2]);
                    thread::spawn(["ann", "bob", "cat"][number], move || {
                        let own = Mutex::new("plate", 0);
                        (0..steps).for_each(|_| *own.lock() += 1);
                        let _first = locks[first].lock();
                        drop(locks[second].lock());
                    })
                })
                .collect();
            all.into_iter().for_each(|it| it.join().unwrap());
        })
    }

    #[test]
    fn a_search_with_few_preemptions_does_not_say_that_no_order_breaks_it() {
        let few = Bounds::preemptions(0);
        let mut stage = Stage::default();
        let (one, two) = ([[0, 1], [0, 1]], [[0, 1], [1, 0]]);
        stage.threads("a", "two orders", crossing(2, 0, two), few);
        stage.threads("a", "one order", crossing(2, 0, one), few);
        stage.threads("a", "too many orders", crossing(3, 9, one), few);
        assert_eq!(
            stage.all[0].breaks(),
            None,
            "the first one alone does not see"
        );
        let odds: Vec<Odds> = stage.all.iter().map(Scenario::odds).collect();
        let expected = [Odds::SometimesBreaks, Odds::NeverBreaks, Odds::Unknown];
        assert_eq!(odds, expected);
    }

    /// What the scenario itself does first is no step that the player has picked.
    #[test]
    fn the_rows_before_the_first_pick_are_counted() {
        let game = EventGame::new(Duration::from_secs(9), |events| async move {
            events.clock().note("bob", "does not read");
            for _ in 0..3 {
                let picked = events.next(&["tell", "end"]).await;
                events.clock().note("the room", picked);
            }
        });
        let mut stage = Stage::default();
        stage.events("a", "in a tunnel", game);
        stage.threads("a", "threads", model(false), Bounds::exhaustive());
        let mut player = Player::new(stage);
        let mut counts = |ask: Ask| match player.answer(ask) {
            Told::Position(it) | Told::Replayed { position: it, .. } => (it.before, it.rows.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(counts(Ask::Open(0)), (1, 1));
        assert_eq!(counts(Ask::Pick("tell".into())), (1, 2));
        assert_eq!(counts(Ask::Undo), (1, 1));
        assert_eq!(counts(Ask::Replay(vec!["tell".into(); 2])).0, 1);
        assert_eq!(counts(Ask::Open(1)), (0, 0));
        assert_eq!(counts(Ask::Pick("cook".into())).0, 0);
    }

    #[test]
    fn the_id_of_a_scenario_stays_when_its_sentences_change() {
        let all = Bounds::exhaustive();
        let ids = |sentences: &[(&str, &str)], first: Option<(&str, &str)>| -> Vec<String> {
            let mut stage = Stage::default();
            first
                .into_iter()
                .for_each(|(name, first)| stage.had_first(name, first));
            for (promise, name) in sentences {
                stage.threads(promise, name, model(false), all);
            }
            stage.scenes().into_iter().map(|it| it.id).collect()
        };
        let before = ids(&[("a", "one"), ("b", "one"), ("b", "two")], None);
        assert_eq!(before, ["one", "one (2)", "two"]);
        let after = ids(
            &[("a!", "one"), ("b!", "one"), ("b!", "three")],
            Some(("three", "two")),
        );
        assert_eq!(after, before);
    }

    #[test]
    fn events_have_odds_too() {
        let game = |picks: &'static [&'static str]| {
            EventGame::new(Duration::from_secs(9), move |events| async move {
                let picked = events.next(picks).await;
                assert!(picked == "good", "{picked}");
            })
        };
        let mut stage = Stage::default();
        for (name, picks) in [
            ("both", &["bad", "good"][..]),
            ("bad", &["bad", "worse"]),
            ("good", &["good"]),
        ] {
            stage.events("a", name, game(picks));
        }
        let odds: Vec<Odds> = stage.all.iter().map(Scenario::odds).collect();
        let expected = [Odds::SometimesBreaks, Odds::AlwaysBreaks, Odds::NeverBreaks];
        assert_eq!(odds, expected);
    }

    #[test]
    fn a_thread_that_can_be_picked_does_not_only_wait() {
        let next = |next: &str, can_move| {
            let thread = lanes::Thread {
                name: "bob".into(),
                next: next.into(),
                at: String::new(),
                holds: vec![],
                earlier: None,
                can_move,
            };
            actors(&thread).remove(0).next
        };
        let waits = "waits for scores to write";
        assert_eq!(next(waits, true), "begins to wait for scores to write");
        assert_eq!(next(waits, false), waits);
        assert_eq!(next("takes tray", true), "takes tray");
    }
}
