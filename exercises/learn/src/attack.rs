//! *Break it first*: the learner is the scheduler of an exercise, and picks who moves next until
//! the promise breaks. The picks are kept.

use crate::compile::Look;
use crate::error::{PlayError, TrialError};
use crate::odds::Computed;
use crate::picks::Picks;
use crate::runner::{Built, Program, Runner};
use crate::session::Session;
use crate::set::{Exercise, Set};
use crate::workbench::Trial;
use judge::play::{Actor, Ask, End, Hint, Odds, Position, Row, Scene, Told};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a program may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whose program is attacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The original exercise.
    #[default]
    Original,
    /// The learner's answer.
    Own,
}

impl Whose {
    /// Returns the file, relative to [`Set::here`].
    fn file(self, exercise: &Exercise) -> String {
        match self {
            Whose::Original => exercise.file("unsolved.rs"),
            Whose::Own => exercise.answer(),
        }
    }

    /// Returns its name for the learner, one word everywhere: the key `o` says it too.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Whose::Original => "the original",
            Whose::Own => "your answer",
        }
    }

    pub(crate) fn other(self) -> Whose {
        match self {
            Whose::Original => Whose::Own,
            Whose::Own => Whose::Original,
        }
    }
}

/// What a scenario's lines are in the learner's files: `exercise.rs:29` is a key.
pub(crate) struct Sources(BTreeMap<String, Vec<String>>);

impl Sources {
    fn of(set: &Set, exercise: &Exercise, answer: &str) -> Sources {
        let files = [answer.to_owned(), exercise.file("judge.rs")];
        let lines = |file: &String| {
            let text = set.read(file).unwrap_or_default();
            let name = file.rsplit('/').next().unwrap_or(file).to_owned();
            (
                name,
                text.lines().map(|line| line.trim().to_owned()).collect(),
            )
        };
        Sources(files.iter().map(lines).collect())
    }

    /// Returns the source line of a place such as `exercise.rs:29`; empty if there is none.
    pub(crate) fn line(&self, at: &str) -> &str {
        let found = at.rsplit_once(':').and_then(|(file, number)| {
            let number: usize = number.parse().ok()?;
            self.0.get(file)?.get(number.checked_sub(1)?)
        });
        found.map_or("", String::as_str)
    }
}

/// A promise of the exercise that can be attacked, in one scenario.
pub(crate) struct Choice<'a> {
    /// Its number for [`Attack::choose`].
    pub(crate) number: usize,
    pub(crate) scene: &'a Scene,
    /// Which orders break it, in words; empty if that is not known.
    pub(crate) odds: &'static str,
    /// The fewest picks that ever broke it.
    pub(crate) best: Option<usize>,
    pub(crate) is_chosen: bool,
}

impl Choice<'_> {
    /// Its name, which orders break it, and the best score, in one line.
    pub(crate) fn said(&self) -> String {
        let mut said = self.scene.name.clone();
        if !self.odds.is_empty() {
            said += &format!(": {}", self.odds);
        }
        if let Some(best) = self.best {
            said += &format!("; your best: {best}");
        }
        if self.is_chosen {
            said += " (now)";
        }
        said
    }
}

/// The scenarios of a program, and the one that is played.
struct Scenes {
    all: Vec<Scene>,
    chosen: usize,
    odds: Computed,
}

/// A game against one exercise.
pub(crate) struct Attack {
    pub(crate) exercise: Exercise,
    pub(crate) whose: Whose,
    pub(crate) position: Position,
    pub(crate) sources: Sources,
    /// What the last key led to, in a sentence.
    pub(crate) notice: String,
    /// The pick that the latest hint advises.
    pub(crate) advised: Option<String>,
    scenes: Scenes,
    picks: Picks,
    session: Session,
}

/// Why there is no game.
pub(crate) enum NoGame {
    /// The answer does not compile, or breaks a rule.
    NoProgram,
    Trial(TrialError),
    Play(PlayError),
}

impl From<TrialError> for NoGame {
    fn from(error: TrialError) -> NoGame {
        NoGame::Trial(error)
    }
}

impl From<PlayError> for NoGame {
    fn from(error: PlayError) -> NoGame {
        NoGame::Play(error)
    }
}

impl From<NoGame> for String {
    fn from(why: NoGame) -> String {
        match why {
            NoGame::NoProgram => "your answer does not compile, or the judge cannot accept it: \
                                  save it and read the verdict first"
                .into(),
            NoGame::Trial(error) => error.to_string(),
            NoGame::Play(error) => error.to_string(),
        }
    }
}

/// A program that runs, and its scenarios.
struct Started {
    session: Session,
    scenes: Vec<Scene>,
    /// Another run of it, to compute the odds.
    other: Session,
}

/// Builds a program, and starts it.
fn start(set: &Set, runner: &Runner, exercise: &Exercise, whose: Whose) -> Result<Started, NoGame> {
    let trial = Trial::read(set, exercise, whose.file(exercise)).map_err(TrialError::from)?;
    let look = Look {
        columns: 100,
        colour: false,
    };
    match runner.build(set, &trial, look)? {
        Built::Program(program) => {
            let program = Arc::new(program);
            let (session, scenes) = began(&trial, &program)?;
            let other = Session::start(&trial, &program)?;
            Ok(Started {
                session,
                scenes,
                other,
            })
        }
        Built::Refused(_) => Err(NoGame::NoProgram),
    }
}

/// Starts a program that was built. Returns it, and its scenarios.
pub(crate) fn began(
    trial: &Trial<'_>,
    program: &Arc<Program>,
) -> Result<(Session, Vec<Scene>), NoGame> {
    let mut session = Session::start(trial, program)?;
    match session.wait(&Ask::Scenarios)? {
        Told::Scenarios(scenes) => Ok((session, scenes)),
        _ => Err(PlayError::Ended.into()),
    }
}

impl Attack {
    /// Begins a game with the scenario that the first verdict shows broken, or with the one before.
    pub(crate) fn begin(
        set: &Set,
        runner: &Runner,
        exercise: &Exercise,
        whose: Whose,
        before: Option<&Scene>,
    ) -> Result<Attack, NoGame> {
        let mut original = None;
        let scene = match before {
            Some(scene) => scene.clone(),
            None => {
                let mut started = start(set, runner, exercise, Whose::Original)?;
                let Told::FirstBroken(Some(first)) = started.session.wait(&Ask::FirstBroken)?
                else {
                    return Err(PlayError::NoScenario.into());
                };
                let scene = started.scenes[first].clone();
                original = Some(started).filter(|_| whose == Whose::Original);
                scene
            }
        };
        let Started {
            mut session,
            scenes: all,
            other,
        } = match original {
            Some(started) => started,
            None => start(set, runner, exercise, whose)?,
        };
        let chosen = all.iter().position(|it| *it == scene);
        let chosen = chosen.ok_or(PlayError::NoScenario)?;
        session.ask(&Ask::Open(chosen))?;
        let mut odds = Computed::new(other, all.len(), chosen);
        if whose == Whose::Original {
            odds.begin();
        }
        Ok(Attack {
            exercise: exercise.clone(),
            whose,
            position: Position::default(),
            sources: Sources::of(set, exercise, &whose.file(exercise)),
            notice: String::new(),
            advised: None,
            picks: Picks::read(set, exercise, &all),
            scenes: Scenes { all, chosen, odds },
            session,
        })
    }

    /// The scenario that is played.
    pub(crate) fn scene(&self) -> &Scene {
        &self.scenes.all[self.scenes.chosen]
    }

    /// The fewest picks that ever broke this scenario of the exercise.
    pub(crate) fn best(&self) -> Option<usize> {
        self.picks.best(self.scene())
    }

    /// What can be attacked, in the order of the judge: not what leaves nothing to pick.
    pub(crate) fn choices(&self) -> Vec<Choice<'_>> {
        let has_picks =
            |it: &Choice<'_>| self.scenes.odds.of(it.number) != Some(Odds::NoPicks) || it.is_chosen;
        self.every_choice().filter(has_picks).collect()
    }

    /// Every scenario, in the order of the judge.
    pub(crate) fn every_choice(&self) -> impl Iterator<Item = Choice<'_>> {
        let all = self.scenes.all.iter().enumerate();
        all.map(|(number, scene)| Choice {
            number,
            scene,
            odds: self.scenes.odds.of(number).map_or("", in_words),
            best: self.picks.best(scene),
            is_chosen: number == self.scenes.chosen,
        })
    }

    /// Plays another scenario of the same program; [`Attack::hear`] takes its answer.
    pub(crate) fn choose(&mut self, number: usize) -> Result<(), PlayError> {
        self.ask(&Ask::Open(number))?;
        self.scenes.chosen = number;
        self.advised = None;
        Ok(())
    }

    /// Begins to compute which orders break each scenario: of an answer not before that is wanted,
    /// because it may never end.
    pub(crate) fn compute(&mut self) {
        self.scenes.odds.begin();
    }

    /// Takes what was computed meanwhile about the orders that break each scenario.
    pub(crate) fn look(&mut self) {
        self.scenes.odds.look();
    }

    /// Whether it is being computed which orders break each scenario.
    pub(crate) fn is_computing(&self) -> bool {
        self.scenes.odds.is_busy()
    }

    /// Waits until it is computed which orders break the scenario that is played, or each.
    pub(crate) fn wait_for_odds(&mut self, of_all: bool) {
        let scene = Some(self.scenes.chosen).filter(|_| !of_all);
        self.scenes.odds.wait(scene, PATIENCE);
    }

    fn odds(&self) -> Option<Odds> {
        self.scenes.odds.of(self.scenes.chosen)
    }

    /// Returns which orders break the scenario that is played; empty if that is not known.
    pub(crate) fn odds_in_words(&self) -> &'static str {
        self.odds().map_or("", in_words)
    }

    /// Computes the fewest picks that break the scenario that was just opened; `None` if none are
    /// found.
    pub(crate) fn fewest_picks(&mut self) -> Result<Option<Vec<String>>, PlayError> {
        // The position at its beginning.
        self.session.answer(PATIENCE)?;
        Ok(match self.session.wait(&Ask::Hint)? {
            Told::Hint(Hint::Picks(picks)) => Some(picks),
            _ => None,
        })
    }

    /// Says how the promise broke, and whether it took the right order; empty before that.
    pub(crate) fn why(&self) -> Vec<String> {
        let Some(End::Broken(why)) = &self.position.end else {
            return vec![];
        };
        let said = match (self.odds(), self.position.picks.len()) {
            (Some(Odds::AlwaysBreaks), 1) => "One pick was enough: it breaks in every order.",
            (Some(Odds::AlwaysBreaks), _) => "It breaks in every order of picks.",
            (Some(Odds::SometimesBreaks), _) => "In some other orders the promise is kept.",
            _ => "",
        };
        let said = Some(said.to_owned()).filter(|said| !said.is_empty());
        why.iter().cloned().chain(said).collect()
    }

    /// Asks the program; [`Attack::hear`] takes its answer.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Result<(), PlayError> {
        self.notice.clear();
        self.session.ask(ask)
    }

    /// Waits for an answer up to this time. Returns whether there was one.
    pub(crate) fn hear(&mut self, set: &Set, within: Duration) -> Result<bool, PlayError> {
        let Some(told) = self.session.answer(within)? else {
            return Ok(false);
        };
        match told {
            Told::Position(position) | Told::Replayed { position, .. } => {
                self.position = position;
                self.advised = None;
                self.keep(set);
                if self.position.end.is_some() {
                    self.compute();
                }
            }
            Told::Refused(why) => self.notice = why,
            Told::Hint(hint) => self.advise(hint),
            Told::Scenarios(_) | Told::FirstBroken(_) | Told::Odds(_) => {}
        }
        Ok(true)
    }

    /// Waits for an answer.
    pub(crate) fn wait(&mut self, set: &Set) -> Result<(), PlayError> {
        while !self.hear(set, Duration::from_secs(1))? {}
        Ok(())
    }

    fn advise(&mut self, hint: Hint) {
        self.advised = None;
        if self.position.end.is_some() {
            // There is nothing left to pick, and the status says how it ended.
            return;
        }
        self.notice = advice(&hint, self.position.picks.last(), self.scene().has_events);
        if let Hint::Picks(picks) = hint {
            self.advised = picks.into_iter().next();
        }
    }

    /// Names the program that is played, and its file: the lines of the game are lines of that one.
    pub(crate) fn title(&self) -> String {
        let file = self.whose.file(&self.exercise);
        let file = file.rsplit('/').next().unwrap_or(&file);
        format!("{} ({file})", self.short_title())
    }

    /// The title for a narrow window.
    pub(crate) fn short_title(&self) -> String {
        format!("Break {}: {}", self.exercise.name, self.whose.words())
    }

    /// Says how the game stands, in a sentence or two.
    pub(crate) fn status(&self) -> String {
        if !self.notice.is_empty() {
            return self.notice.clone();
        }
        let picks = self.position.picks.len();
        let s = if picks == 1 { "" } else { "s" };
        let best = self.best();
        let best = best.map_or_else(String::new, |best| format!(" Your best: {best}."));
        let never = match self.odds() {
            Some(Odds::NeverBreaks) => " No order of picks breaks this promise.",
            _ => "",
        };
        match &self.position.end {
            None => {
                let task = match self.scene().has_events {
                    true => "Pick which event comes next.",
                    false => "You are the scheduler: pick who moves.",
                };
                format!("{task} {picks} pick{s} so far.{best}{never}")
            }
            Some(End::Kept) => {
                format!("The end, and the promise is kept.{never} Take picks back, or begin again.")
            }
            Some(End::Refused(why)) => format!("This cannot be played: {why}"),
            Some(End::Broken(_)) => {
                let file = self.exercise.answer();
                let then = match self.whose {
                    Whose::Original => format!("The picks are kept: mend {file}, and save."),
                    Whose::Own => format!("Your answer does not hold yet: mend {file}, and save."),
                };
                format!("You broke it in {picks} pick{s}.{best} {then}")
            }
        }
    }

    /// Whether the promise is broken now.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.position.end, Some(End::Broken(_)))
    }

    /// Keeps the picks if they broke the original.
    fn keep(&mut self, set: &Set) {
        if !self.is_broken() || self.whose != Whose::Original {
            return;
        }
        let all = &self.scenes.all;
        let scene = (&all[..], &all[self.scenes.chosen]);
        let picks = &self.position.picks;
        if let Err(error) = self.picks.keep(set, &self.exercise, scene, picks) {
            self.notice = format!("The picks cannot be kept: {error}.");
        }
    }

    /// Says which attacks are kept whose scenario the exercise has no longer, one line each.
    pub(crate) fn of_before(&self) -> Vec<String> {
        let kept = self.picks.of_before(&self.scenes.all);
        let said = kept.map(|kept| {
            format!(
                "From an earlier version of this exercise: {}; your best: {}",
                kept.scenario, kept.best
            )
        });
        said.collect()
    }

    /// The scenario's own beginning, and what has happened since, each from first to last.
    pub(crate) fn rows(&self) -> (&[Row], &[Row]) {
        let rows = &self.position.rows;
        rows.split_at(self.position.before.min(rows.len()))
    }

    /// The actors that can be picked.
    pub(crate) fn able(&self) -> impl Iterator<Item = &Actor> {
        self.position.actors.iter().filter(|actor| actor.can_move)
    }
}

/// Says who should move after the last pick, and whose turn must wait: that is the point of an
/// attack.
fn advice(hint: &Hint, last: Option<&String>, has_events: bool) -> String {
    let picks = match hint {
        Hint::Picks(picks) => picks,
        Hint::Undo => return "Nothing that you pick from here breaks the promise: undo.".into(),
        Hint::Unknown => {
            return "There are too many orders from here to try them all. Undo, or begin again, and \
                    ask earlier."
                .into();
        }
    };
    let next = picks.first().map_or("", String::as_str);
    let left = match picks.len() {
        1 => "and the promise breaks".to_owned(),
        2 => "and 1 more pick breaks the promise".to_owned(),
        picks => format!("and {} more picks break the promise", picks - 1),
    };
    match stops(last, next) {
        _ if has_events => format!("Pick \"{next}\", {left}."),
        Some(last) => format!("{last} should stop here. Pick {next}, {left}."),
        None => format!("Pick {next}, {left}."),
    }
}

/// Returns the odds of a scenario in words.
fn in_words(odds: Odds) -> &'static str {
    match odds {
        Odds::NoPicks => "nothing to pick",
        Odds::NeverBreaks => "no order of picks breaks it",
        Odds::SometimesBreaks => "some orders of picks break it",
        Odds::AlwaysBreaks => "every order of picks breaks it",
        Odds::Breaks => "it can be broken",
        Odds::Unknown => "",
    }
}

/// Returns the thread of a pick: `ann (earlier)` is one of ann's.
fn thread(pick: &str) -> &str {
    pick.strip_suffix(" (earlier)").unwrap_or(pick)
}

/// Returns the thread of the last pick, if the next pick is another thread's.
fn stops<'a>(last: Option<&'a String>, next: &str) -> Option<&'a str> {
    let last = thread(last?);
    (last != thread(next)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_reads_an_earlier_value_is_the_same_thread() {
        let stopped = |last: &str, next| stops(Some(&last.to_owned()), next).map(str::to_owned);
        assert_eq!(stopped("ann", "bob"), Some("ann".into()));
        assert_eq!(stopped("ann (earlier)", "bob"), Some("ann".into()));
        assert_eq!(stopped("ann", "ann (earlier)"), None);
        assert_eq!(stopped("ann (earlier)", "ann"), None);
        assert_eq!(stops(None, "ann"), None);
    }

    #[test]
    fn a_hint_says_who_moves_who_must_wait_and_how_many_picks_are_left() {
        let said = |last: &str, picks: &[&str], has_events| {
            let picks = picks.iter().map(|&pick| pick.to_owned()).collect();
            let last = Some(last.to_owned()).filter(|last| !last.is_empty());
            advice(&Hint::Picks(picks), last.as_ref(), has_events)
        };
        for (said, words) in [
            (
                said("", &["ann"], false),
                "Pick ann, and the promise breaks.",
            ),
            (
                said("ann", &["ann", "bob"], false),
                "Pick ann, and 1 more pick breaks the promise.",
            ),
            (
                said("ann", &["bob", "bob", "ann"], false),
                "ann should stop here. Pick bob, and 2 more picks break the promise.",
            ),
            (
                said("ann orders", &["the bar closes"], true),
                "Pick \"the bar closes\", and the promise breaks.",
            ),
        ] {
            assert_eq!(said, words);
        }
        let said = |hint| advice(&hint, None, false);
        assert!(said(Hint::Undo).ends_with("breaks the promise: undo."));
        assert!(said(Hint::Unknown).starts_with("There are too many orders"));
    }
}
