//! The game behind the page: what the page asks, and what it shows.

use crate::attack::{Attack, NoGame, Whose};
use crate::commands::Context;
use crate::replay;
use crate::set::Set;
use judge::play::{Ask, End};
use serde::{Deserialize, Serialize};

/// A question of the page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Question {
    Look,
    Pick(String),
    Undo,
    Restart,
    Hint,
    /// Play the other program.
    Switch,
    /// Play the scenario of this number.
    Choose(usize),
}

/// What the page shows.
#[derive(Serialize)]
struct Shown<'a> {
    title: String,
    promise: &'a str,
    choices: Vec<ShownChoice>,
    /// Which attacks are kept whose scenario is gone.
    earlier: Vec<String>,
    status: String,
    /// What the saved answer did to the attack; empty if nothing was saved since the page was
    /// served.
    saved: &'a str,
    why: Vec<String>,
    has_events: bool,
    is_own: bool,
    is_over: bool,
    is_broken: bool,
    advised: Option<&'a str>,
    actors: Vec<ShownActor<'a>>,
    /// The latest step first, as in the terminal.
    rows: Vec<ShownRow>,
    /// The scenario's own beginning, from first to last.
    before: Vec<ShownRow>,
    /// What to do after the end; empty before.
    then: String,
    picks: usize,
}

#[derive(Serialize)]
struct ShownChoice {
    number: usize,
    said: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct ShownActor<'a> {
    name: &'a str,
    next: &'a str,
    holds: &'a [String],
    can_move: bool,
    source: String,
}

#[derive(Serialize)]
struct ShownRow {
    number: usize,
    who: String,
    what: String,
    source: String,
}

/// The game, and what is needed to begin another one.
pub(super) struct Game<'a> {
    context: &'a mut Context,
    set: Set,
    attack: Attack,
    /// Why the program that was played has ended.
    ended: Option<String>,
    /// The learner's file as it was when it was last looked at.
    answer: Option<String>,
    saved: String,
}

impl Game<'_> {
    pub(super) fn new(context: &mut Context, attack: Attack) -> Game<'_> {
        let set = context.set.clone();
        let answer = set.read(&attack.exercise.answer()).ok();
        Game {
            context,
            set,
            attack,
            ended: None,
            answer,
            saved: String::new(),
        }
    }

    /// Does what the page asks.
    pub(super) fn ask(&mut self, question: Question) {
        self.look_at_the_answer();
        let ask = match question {
            Question::Look => return self.attack.look(),
            Question::Switch => {
                if let Err(why) = self.begin(self.attack.whose.other()) {
                    self.attack.notice = why;
                }
                return;
            }
            // A program that has ended answers nothing: another one begins.
            Question::Restart if self.ended.is_some() => {
                self.ended = self.begin(self.attack.whose).err();
                return;
            }
            _ if self.ended.is_some() => return,
            Question::Pick(name) => Ask::Pick(name),
            Question::Undo => Ask::Undo,
            Question::Restart => Ask::Restart,
            Question::Hint => Ask::Hint,
            Question::Choose(number) => {
                if !self.attack.choices().iter().any(|it| it.number == number) {
                    self.attack.notice = format!("There is no promise {number}.");
                    return;
                }
                let chosen = self.attack.choose(number);
                let waited = chosen.and_then(|()| self.attack.wait(&self.set));
                self.ended = waited.err().map(|why| why.to_string());
                return;
            }
        };
        let asked = self.attack.ask(&ask);
        let waited = asked.and_then(|()| self.attack.wait(&self.set));
        self.ended = waited.err().map(|why| why.to_string());
        self.attack.look();
    }

    /// Begins again, with the same scenario. If that fails, the game stays as it is.
    fn begin(&mut self, whose: Whose) -> Result<(), String> {
        let (exercise, scene) = (self.attack.exercise.clone(), self.attack.scene().clone());
        self.attack = self.context.attack(&exercise, whose, Some(&scene))?;
        self.ended = None;
        Ok(())
    }

    /// Plays the kept picks against an answer that was saved, and begins again if it is played.
    fn look_at_the_answer(&mut self) {
        let exercise = self.attack.exercise.clone();
        let file = exercise.answer();
        let now = self.set.read(&file).ok();
        if now.is_none() || now == self.answer {
            return;
        }
        self.answer = now;
        let verdict = format!(
            "The whole verdict: cargo run -p learn -- run {}",
            exercise.name
        );
        let replayed = self
            .context
            .runner()
            .map_err(String::from)
            .and_then(|runner| {
                replay::after_a_save(&self.set, runner, &exercise).map_err(|why| match why {
                    NoGame::NoProgram => {
                        "It does not compile, or the judge cannot accept it.".to_owned()
                    }
                    why => why.into(),
                })
            });
        self.saved = match replayed {
            Ok(Some(said)) => format!("{file} is saved. {said} {verdict}"),
            Ok(None) => format!("{file} is saved. {verdict}"),
            Err(why) => format!("{file} is saved. {why} {verdict}"),
        };
        if self.attack.whose == Whose::Own {
            // The game of the answer before is over.
            self.ended = self.begin(Whose::Own).err();
        }
    }

    /// Returns what to do after the end. The status has said which file to mend.
    fn then(&self) -> String {
        match (&self.attack.position.end, self.attack.whose) {
            (Some(End::Broken(_)), Whose::Original) => {
                "The next step: when you save your answer, these picks are played against it, here \
                 and in the terminal."
                    .into()
            }
            (Some(End::Broken(_)), Whose::Own) => {
                "The next step: when you save your answer, this page plays the new one.".into()
            }
            (Some(End::Kept), Whose::Original) => {
                "The next step: Again (r), and another order; the hint names one.".into()
            }
            (Some(End::Kept), Whose::Own) => "The next step: Again (r), and another order. If \
                                              your answer is right, none breaks the promise."
                .into(),
            (Some(End::Refused(_)) | None, _) => String::new(),
        }
    }

    fn status(&self) -> String {
        match &self.ended {
            Some(why) => format!("The game has ended: {why}. Restart (r) begins again."),
            None => self.attack.status(),
        }
    }

    /// Returns what the page shows, as JSON.
    pub(super) fn shown(&self) -> String {
        let Attack {
            whose,
            position,
            sources,
            ..
        } = &self.attack;
        let scene = self.attack.scene();
        let source = |at: &str| format!("{at}  {}", sources.line(at)).trim().to_owned();
        let choices = self.attack.choices();
        let (before, since) = self.attack.rows();
        let row = |(index, row): (usize, &'_ judge::play::Row)| ShownRow {
            number: index + 1,
            who: row.who.clone(),
            what: row.what.clone(),
            source: source(&row.at),
        };
        let actor = |actor: &'_ judge::play::Actor| actor.can_move && self.ended.is_none();
        let shown = Shown {
            title: self.attack.title(),
            promise: &scene.promise,
            choices: choices
                .iter()
                .map(|choice| ShownChoice {
                    number: choice.number,
                    said: choice.said(),
                    is_chosen: choice.is_chosen,
                })
                .collect(),
            earlier: self.attack.of_before(),
            status: self.status(),
            saved: &self.saved,
            why: self.attack.why(),
            has_events: scene.has_events,
            is_own: *whose == Whose::Own,
            is_over: position.end.is_some() || self.ended.is_some(),
            is_broken: self.attack.is_broken() && self.ended.is_none(),
            advised: self.attack.advised.as_deref(),
            actors: position
                .actors
                .iter()
                .map(|it| ShownActor {
                    name: &it.name,
                    next: match it.next.as_str() {
                        "" if !scene.has_events => "has ended",
                        next => next,
                    },
                    holds: &it.holds,
                    can_move: actor(it),
                    source: source(&it.at),
                })
                .collect(),
            rows: since.iter().enumerate().rev().map(row).collect(),
            before: before.iter().enumerate().map(row).collect(),
            then: if self.ended.is_some() {
                String::new()
            } else {
                self.then()
            },
            picks: position.picks.len(),
        };
        serde_json::to_string(&shown).expect("strings")
    }
}
