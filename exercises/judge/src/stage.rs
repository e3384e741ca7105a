//! Plays the scenarios of a judge: the picks come from the runner.

use crate::events::EventGame;
use crate::play::{Actor, Ask, End, Hint, Position, Row, Scene, Told};
use lanes::{Bounds, Outcome, Play, Shortest, explore};
use std::sync::Arc;
use std::time::Duration;

/// How long a hint may search.
const HINT: Duration = Duration::from_secs(4);
/// How many steps a replay continues after its picks: more than any scenario has.
const TO_THE_END: usize = 400;

/// A model, as `lanes` plays it.
pub(crate) type Model = Arc<dyn Fn() + Send + Sync>;

/// The scenarios that a judge has named, in its order.
#[derive(Default)]
pub(crate) struct Stage(Vec<Scenario>);

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stage").field(&self.0.len()).finish()
    }
}

struct Scenario {
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
        self.0.rotate_right(1);
    }

    pub(crate) fn events(&mut self, promise: &str, name: &str, game: EventGame) {
        self.add(promise, name, Kind::Events(game));
    }

    fn add(&mut self, promise: &str, name: &str, kind: Kind) {
        let (promise, name) = (promise.to_owned(), name.to_owned());
        self.0.push(Scenario {
            promise,
            name,
            kind,
        });
    }

    fn scenes(&self) -> Vec<Scene> {
        let scene = |scenario: &Scenario| Scene {
            name: scenario.name.clone(),
            promise: scenario.promise.clone(),
            has_events: matches!(scenario.kind, Kind::Events(_)),
        };
        self.0.iter().map(scene).collect()
    }

    /// The first scenario that breaks: one that more than one pick breaks, if there is one.
    fn first_broken(&self) -> Option<usize> {
        let mut broken = (0..self.0.len()).filter(|&at| self.0[at].breaks());
        let first = broken.next()?;
        let mut all = std::iter::once(first).chain(broken);
        let found = all.find(|&at| !Game::open(&self.0[at]).ends_badly_at_once());
        Some(found.unwrap_or(first))
    }
}

impl Scenario {
    fn breaks(&self) -> bool {
        match &self.kind {
            Kind::Threads { model, bounds } => {
                let model = Arc::clone(model);
                let verdict = explore(&self.name, *bounds, move || model());
                verdict.failure().is_some()
            }
            // A judge names it because it does.
            Kind::Events(_) => true,
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
                end: end(play.outcome()),
            },
            Game::Events { position, .. } => position.clone(),
        }
    }

    /// Whether it is broken before any pick, or the first pick breaks it, whichever thread moves.
    fn ends_badly_at_once(&mut self) -> bool {
        let is_bad = |game: &Game| matches!(game.position().end, Some(End::Broken(_)));
        let able = self.position().actors.into_iter();
        let able: Vec<String> = able.filter(|it| it.can_move).map(|it| it.name).collect();
        let mut ends = able.iter().map(|name| {
            let ends = self.pick(name).is_ok() && is_bad(self);
            self.undo();
            ends
        });
        ends.all(|ends| ends)
    }

    fn search(&self) -> Hint {
        match self {
            Game::Threads(play) => match play.shortest_bad_end(HINT) {
                Shortest::Found(picks) => Hint::Picks(picks),
                Shortest::None => Hint::Undo,
                Shortest::GaveUp => Hint::Unknown,
            },
            Game::Events { game, position } => game.shortest(&position.picks, HINT),
        }
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
            let mut said = vec!["No thread can move: a deadlock.".to_owned()];
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
    /// What the latest hint said, as long as the picks follow it.
    hinted: Vec<String>,
}

impl Player {
    pub(crate) fn new(stage: Stage) -> Player {
        Player {
            stage,
            game: None,
            hinted: vec![],
        }
    }

    pub(crate) fn answer(&mut self, ask: Ask) -> Told {
        match ask {
            Ask::Scenarios => return Told::Scenarios(self.stage.scenes()),
            Ask::FirstBroken => return Told::FirstBroken(self.stage.first_broken()),
            Ask::Open(number) => {
                let Some(scenario) = self.stage.0.get(number) else {
                    return Told::Refused(format!("there is no scenario {number}"));
                };
                self.game = Some((number, Game::open(scenario)));
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
                *game = Game::open(&self.stage.0[*number]);
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
                *game = Game::open(&self.stage.0[*number]);
                self.hinted.clear();
                let misfit = replay(game, &picks);
                let position = game.position();
                return Told::Replayed { misfit, position };
            }
            Ask::Scenarios | Ask::FirstBroken | Ask::Open(_) => {}
        }
        Told::Position(game.position())
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
