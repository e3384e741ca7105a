//! The commands that a learner can give.

use crate::api::{self, Found};
use crate::attack::{Attack, Whose};
use crate::compile::Look;
use crate::error::{FileError, LibrariesError, TrialError};
use crate::kept;
use crate::libraries::Libraries;
use crate::machine::Cause;
use crate::progress::{self, Progress, State};
use crate::reading::Reading;
use crate::replay;
use crate::runner::{Program, Runner};
use crate::saved::{self, Unusable};
use crate::screen::Screen;
use crate::set::{Exercise, Set};
use crate::verdict::{Beside, Verdict};
use crate::workbench::Trial;
use judge::play::Scene;

/// The beginning of what is said, last of all, if progress cannot be saved.
pub(crate) const NOT_SAVED: &str = "Your progress is not saved";

/// Everything that a command works with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) set: Set,
    pub(crate) screen: Screen,
    pub(crate) runner: Option<Runner>,
    pub(crate) root: std::path::PathBuf,
}

impl Context {
    /// Returns the exercise of this name; without a name, the current one.
    pub(crate) fn exercise(&self, name: Option<&str>) -> Result<Exercise, String> {
        match name {
            Some(name) => Ok(self.set.find(name)?.clone()),
            None => Progress::read(&self.set)
                .current(&self.set)
                .cloned()
                .ok_or_else(|| "every exercise is solved; name the one that you want".into()),
        }
    }

    /// Begins a game against an exercise, and waits until it stands at its beginning.
    pub(crate) fn attack(
        &mut self,
        exercise: &Exercise,
        whose: Whose,
        before: Option<&Scene>,
    ) -> Result<Attack, String> {
        let set = self.set.clone();
        let mut attack = Attack::begin(&set, self.runner()?, exercise, whose, before)?;
        attack.wait(&set)?;
        Ok(attack)
    }

    /// Returns the runner; opens it when it is first needed.
    pub(crate) fn runner(&mut self) -> Result<&Runner, LibrariesError> {
        if self.runner.is_none() {
            self.runner = Some(Runner::open(&self.root)?);
        }
        Ok(self.runner.as_ref().expect("opened above"))
    }

    /// Judges an answer and prints the verdict. Returns whether the answer is right.
    pub(crate) fn judge(&mut self, exercise: &Exercise) -> Result<bool, TrialError> {
        let look = Look {
            columns: self.screen.columns,
            colour: self.screen.colour,
        };
        let trial = Trial::read(&self.set, exercise, exercise.answer())?;
        let mark = progress::mark_of(&self.set, exercise, &trial.text);
        let progress = Progress::read(&self.set);
        let is_first_look = progress.is_first_look(&self.set, exercise);
        let is_changed = progress.state(&self.set, exercise) != State::Untouched;
        let (verdict, program) = match self.try_answer(&trial, look) {
            // While the learner was editing, the target folder was removed or built anew.
            Err(TrialError::Machine(error)) if error.cause == Cause::Libraries => {
                self.runner = None;
                Libraries::forget();
                self.try_answer(&trial, look)?
            }
            tried => tried?,
        };
        let told = verdict.has_advice();
        let verdict = match is_first_look {
            true => verdict.at_first_look(),
            false => verdict,
        };
        let attack = program
            .filter(|_| !verdict.hangs_again())
            .and_then(|program| replay::after_a_change(&self.set, &trial, program));
        let learned = Reading::of(&self.set, exercise).map(|it| it.after);
        let solved = mark.filter(|_| verdict.is_green());
        let is_unseen = self.screen.is_unseen;
        let (terms, saved) = Progress::update(&self.set, |progress| {
            if is_unseen {
                // Nothing is told, so terms are met another time, and the learner is at another
                // exercise.
                let current = progress.current.clone();
                progress.judged(exercise, solved);
                progress.current = current;
                return vec![];
            }
            if is_changed {
                progress.changed(exercise, told);
            }
            progress.judged(exercise, solved);
            progress.new_terms(&verdict.words())
        });
        let told_too = Beside {
            attack,
            learned,
            terms: terms.iter().map(|term| term.explained()).collect(),
        };
        verdict.tell(&mut self.screen, exercise, &told_too);
        self.tell_unless(saved);
        if is_unseen || self.screen.is_for_the_desk {
            return Ok(verdict.is_green());
        }
        if verdict.is_green() {
            let name = &exercise.name;
            self.screen.gap();
            self.screen.words(&format!(
                "To compare with a solution: cargo run -p learn -- solution {name}"
            ));
        } else {
            self.screen.words("For a hint: cargo run -p learn -- hint");
            if is_first_look {
                self.screen.words(&format!(
                    "To break it yourself: cargo run -p learn -- break {}",
                    exercise.name
                ));
            }
        }
        Ok(verdict.is_green())
    }

    fn try_answer(
        &mut self,
        trial: &Trial<'_>,
        look: Look,
    ) -> Result<(Verdict, Option<Program>), TrialError> {
        let set = self.set.clone();
        self.runner()?.try_and_keep(&set, trial, look)
    }

    /// Tells that the progress is not saved. A verdict and a hint are worth as much as before.
    fn tell_unless(&mut self, saved: Result<(), FileError>) {
        if let Err(why) = saved {
            let line = format!("{NOT_SAVED}: {why}");
            self.screen.words(&line);
        }
    }

    /// Prints what an answer may use. Returns whether there is something of this name.
    pub(crate) fn api(&mut self, name: Option<&str>) -> bool {
        match name.map(api::find) {
            None => self.screen.markdown(&api::overview()),
            Some(Found::Parts(text)) => self.show_parts(&text),
            Some(Found::Nothing { guess, why }) => {
                let name = name.unwrap_or_default();
                let guess = guess.map_or(String::new(), |it| format!(" Did you mean {it}?"));
                let said = match why {
                    Some(why) => format!("No answer may use anything called {name:?}. {why}"),
                    None => format!(
                        "Nothing that the page names is called {name:?}.{guess} (A method is \
                         allowed where its type is.)"
                    ),
                };
                let line = format!("{said} All of it: cargo run -p learn -- api");
                self.screen.words(&line);
                return false;
            }
        }
        true
    }

    /// Prints parts of the page: one blank line between what belongs together and the next.
    fn show_parts(&mut self, text: &str) {
        let mut knows_lanes = false;
        let mut is_behind_gap = false;
        let is_text = |line: &&str| !line.starts_with("| | |") && !line.starts_with("|--");
        for line in text.trim().lines().filter(is_text) {
            if line.trim().is_empty() {
                if !is_behind_gap {
                    self.screen.gap();
                }
                is_behind_gap = true;
                continue;
            }
            is_behind_gap = false;
            match (api::row(line), line.strip_prefix("### ")) {
                (Some((signature, about, differs)), _) => {
                    self.screen.strong(signature);
                    self.screen.item(about);
                    if !differs.is_empty() {
                        self.screen.item(&format!("Differs: {differs}."));
                    }
                }
                (None, Some(heading)) => self.screen.strong(heading),
                (None, None) => match line.strip_prefix("- ") {
                    Some(item) => self.screen.hanging("- ", item),
                    None => self.screen.words(line),
                },
            }
            if !knows_lanes && line.contains(" lane ") {
                knows_lanes = true;
                self.screen.item("A lane: a thread or a task of the model.");
            }
        }
    }

    /// Prints the question of an exercise.
    pub(crate) fn ask(&mut self, exercise: &Exercise) -> Result<(), String> {
        let text = self.set.read(&exercise.file("README.md"))?;
        self.screen.markdown(&text);
        if let Some(before) = Reading::of(&self.set, exercise).map(|it| it.before) {
            self.screen.markdown(&before);
        }
        self.screen.as_it_is(&format!("Edit {}", exercise.answer()));
        self.screen.gap();
        Ok(())
    }

    /// Prints all exercises, and which of them are solved.
    pub(crate) fn list(&mut self) {
        let progress = Progress::read(&self.set);
        let current = progress.current(&self.set).cloned();
        let mut solved = 0;
        for exercise in &self.set.exercises.clone() {
            let (sign, word) = match progress.state(&self.set, exercise) {
                State::Solved => ("✓", "solved"),
                State::Begun => ("…", "begun"),
                State::Untouched => (" ", ""),
            };
            solved += usize::from(sign == "✓");
            let here = if Some(exercise) == current.as_ref() {
                ">"
            } else {
                " "
            };
            let line = format!("{here} {sign} {:<24} {word}", exercise.name);
            self.screen.as_it_is(&line);
        }
        self.screen
            .as_it_is(&format!("{solved} of {} solved", self.set.exercises.len()));
    }

    /// Makes the next unsolved exercise the current one.
    pub(crate) fn next(&mut self) -> Result<(), String> {
        let progress = Progress::read(&self.set);
        let current = self.exercise(None)?;
        let place = self
            .set
            .exercises
            .iter()
            .position(|it| *it == current)
            .unwrap_or(0);
        let (before, after) = self.set.exercises.split_at(place + 1);
        let next = after
            .iter()
            .chain(before)
            .find(|it| progress.state(&self.set, it) != State::Solved);
        let next = next.ok_or("every exercise is solved")?.clone();
        let current = Some(next.name.clone());
        let ((), saved) = Progress::update(&self.set, |progress| progress.current = current);
        self.tell_unless(saved);
        self.ask(&next)
    }

    /// Prints the next of three hints.
    pub(crate) fn hint(&mut self, exercise: &Exercise) -> Result<(), String> {
        let text = self.set.read(&exercise.file("hints.md"))?;
        let hints: Vec<&str> = text.split("## ").skip(1).collect();
        let next = |progress: &mut Progress| {
            let is_first = progress.hints(exercise) == 0;
            (is_first, progress.hint(exercise, hints.len()))
        };
        let ((is_first, number), saved) = Progress::update(&self.set, next);
        self.tell_unless(saved);
        let hint = hints.get(number).ok_or("this exercise has no hints")?;
        self.screen.good(&format!(
            "{}, hint {} of {}",
            exercise.name,
            number + 1,
            hints.len()
        ));
        self.screen.markdown(&format!("## {}", hint.trim_end()));
        let next = match self.screen.is_for_the_desk {
            true => "press h",
            false => "cargo run -p learn -- hint",
        };
        self.screen.words(&match hints.len() - number - 1 {
            0 => "This is the last hint.".to_owned(),
            1 => format!("1 more hint: {next}"),
            left => format!("{left} more hints: {next}"),
        });
        if is_first && number > 0 {
            self.screen
                .words("Hint 1 is left out: a verdict has told you more already.");
        }
        Ok(())
    }

    /// Restores the original exercise, and keeps the answer in `.learn/`.
    pub(crate) fn reset(&mut self, exercise: &Exercise) -> Result<(), String> {
        let (file, unsolved) = (
            exercise.answer(),
            self.set.read(&exercise.file("unsolved.rs"))?,
        );
        let kept = match saved::read(&self.set.here.join(&file)) {
            Ok(text) if text == unsolved => None,
            Err(Unusable::Missing | Unusable::Empty) => {
                progress::write(&self.set, &file, &unsolved)?;
                None
            }
            _ => {
                let kept = kept::keep(&self.set, exercise)?;
                progress::write(&self.set, &file, &unsolved).inspect_err(|_| {
                    let here = &self.set.here;
                    let _or_it_stays_there = std::fs::rename(here.join(&kept), here.join(&file));
                })?;
                Some(kept)
            }
        };
        self.screen.words(&match kept {
            None => format!("{file} is the original exercise."),
            Some(kept) => {
                format!("{file} is the original exercise again. Your answer is kept: {kept}")
            }
        });
        Ok(())
    }

    /// Prints the solution if the exercise is solved, or if `anyway`.
    pub(crate) fn solution(&mut self, exercise: &Exercise, anyway: bool) -> Result<(), String> {
        let is_solved = Progress::read(&self.set).state(&self.set, exercise) == State::Solved;
        if !is_solved && !anyway {
            let name = &exercise.name;
            if self.screen.is_for_the_desk {
                return Err(format!(
                    "{name} is not solved yet. Press h for a hint. To see the solution anyway, in \
                     another terminal: cargo run -p learn -- solution {name} --anyway"
                ));
            }
            return Err(format!(
                "{name} is not solved yet. For a hint: cargo run -p learn -- hint {name}. To see \
                 the solution anyway: cargo run -p learn -- solution {name} --anyway"
            ));
        }
        let text = self.set.read(&exercise.solution())?;
        self.screen.as_it_is(&text);
        self.screen.gap();
        self.screen.as_it_is(&format!(
            "To compare: diff {} {}",
            exercise.answer(),
            exercise.solution()
        ));
        Ok(())
    }
}
