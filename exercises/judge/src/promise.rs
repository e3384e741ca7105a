//! A promise, and the ways to check whether it is kept.

use crate::answer::Answer;
use crate::broken::{Broken, Kind};
use crate::case::{Case, Judged, Red};
use crate::clock::{self, Clock};
use crate::events::{EventGame, Events};
use crate::ruling::Ruling;
use lanes::{Bounds, Verdict, explore};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// The panic message by which a model ends the exploration when it has seen what it was to show. An
/// answer can panic with it too: [`Seen`] has the truth.
const SEEN: &str = "judge: seen";

/// A promise that has not been checked yet.
#[must_use = "a promise does nothing until it is checked, and its result is returned with `?`"]
pub struct Promise<'a> {
    case: &'a mut Case,
    sentence: String,
    known: Vec<Known>,
}

struct Known {
    reason: &'static str,
    is_it: Box<IsIt>,
    advice: &'static str,
}

/// A test for one mistake.
type IsIt = dyn Fn(&Broken, &Answer) -> bool;

/// A drawing, and the source lines at which its lanes were last.
type Drawn = (String, Vec<(String, u32)>);

/// How a model of [`Promise::in_some_schedule`] reports success.
#[derive(Clone, Copy, Debug)]
pub struct Seen(&'static AtomicBool);

impl Seen {
    /// This schedule shows it: ends the exploration.
    pub fn it(self) -> ! {
        self.0.store(true, Relaxed);
        panic!("{SEEN}")
    }
}

impl Case {
    /// Begins a promise, in a sentence that a learner reads. One of the methods of [`Promise`]
    /// checks it.
    pub fn promise(&mut self, sentence: &str) -> Promise<'_> {
        let _the_verdict_fails_too = self.report(&Ruling::Looking {
            promise: sentence.into(),
        });
        Promise {
            case: self,
            sentence: sentence.to_owned(),
            known: vec![],
        }
    }

    /// Names a scenario that a learner can play, if those of the promises leave nothing to pick. It
    /// is no part of a verdict.
    pub fn plays(&mut self, promise: &str, name: &str, model: impl Fn() + Send + Sync + 'static) {
        if let Some(stage) = &mut self.stage {
            stage.first(promise, name, Arc::new(named(model)));
        }
    }

    /// Says that the scenario `name` was called `first` when it was published. A learner's attack
    /// on it is found by that name. Called before the scenario.
    pub fn renamed(&mut self, first: &str, name: &str) {
        if let Some(stage) = &mut self.stage {
            stage.had_first(name, first);
        }
    }

    /// Names a scenario on a paused clock that a learner can play: the picks are the events, in any
    /// order that `script` offers. It is no part of a verdict.
    pub fn plays_events<F: Future<Output = ()> + 'static>(
        &mut self,
        promise: &str,
        name: &str,
        patience: Duration,
        script: impl Fn(Events) -> F + Send + Sync + 'static,
    ) {
        if let Some(stage) = &mut self.stage {
            stage.events(promise, name, EventGame::new(patience, script));
        }
    }
}

impl Promise<'_> {
    /// Adds a mistake that the judge knows: its reason in one word, a test for it, and a sentence
    /// about it. The first mistake whose test matches is shown.
    pub fn if_broken(
        mut self,
        reason: &'static str,
        is_it: impl Fn(&Broken, &Answer) -> bool + 'static,
        advice: &'static str,
    ) -> Self {
        let is_it = Box::new(is_it);
        self.known.push(Known {
            reason,
            is_it,
            advice,
        });
        self
    }

    /// Kept if no schedule of the model deadlocks or panics.
    ///
    /// # Errors
    /// A schedule does, or there are too many schedules to run them all.
    pub fn in_every_schedule(
        self,
        name: &str,
        bounds: Bounds,
        model: impl Fn() + Send + Sync + 'static,
    ) -> Judged {
        let model = named(model);
        if let Some(stage) = &mut self.case.stage {
            stage.threads(&self.sentence, name, Arc::new(model), bounds);
            return Ok(());
        }
        let verdict = explore(name, bounds, model);
        match broken(&verdict) {
            None => {
                let count = verdict.schedules().to_string();
                self.kept(Some((name, &bounds.to_string(), count)))
            }
            Some(broken) => self.broken(broken, None),
        }
    }

    /// Kept if at least one schedule of the model calls [`Seen::it`]: so the threads can run at the
    /// same time, not only one after the other.
    ///
    /// # Errors
    /// No schedule calls it, or one deadlocks or panics before.
    pub fn in_some_schedule(
        self,
        name: &str,
        bounds: Bounds,
        model: impl Fn(Seen) + Send + Sync + 'static,
    ) -> Judged {
        if self.case.stage.is_some() {
            return Ok(());
        }
        // Leaks one byte per promise, so that a model can copy it into each of its threads.
        let seen: &AtomicBool = Box::leak(Box::default());
        let verdict = explore(name, bounds, named(move || model(Seen(seen))));
        match broken(&verdict) {
            Some(broken) if seen.load(Relaxed) && broken.says(SEEN) => {
                let number = verdict.schedules().to_string();
                self.kept(Some((name, "schedule that shows it", number)))
            }
            Some(broken) => self.broken(broken, None),
            None => {
                let message = format!(
                    "none of {} schedules of `{name}` shows it",
                    verdict.schedules()
                );
                self.broken(
                    Broken {
                        kind: Kind::Never,
                        message,
                        failure: None,
                    },
                    None,
                )
            }
        }
    }

    /// Kept if the future ends without a panic before tokio's paused clock shows `patience`. The
    /// clock stands while a task runs, and jumps to the next timer when all tasks sleep.
    ///
    /// # Errors
    /// The future panics, or is not ready by then.
    pub fn on_a_paused_clock<F: Future<Output = ()>>(
        self,
        name: &str,
        patience: Duration,
        play: impl FnOnce(Clock) -> F,
    ) -> Judged {
        if self.case.stage.is_some() {
            return Ok(());
        }
        let diary = lanes::Diary::default();
        match clock::run(&diary, patience, play) {
            Ok(took) => {
                let took = format!("{} s", took.as_secs_f64());
                self.kept(Some((name, "on a paused clock", took)))
            }
            Err(broken) => {
                let word = if broken.is_late() { "LATE" } else { "BROKEN" };
                let title = format!("{name}: {word}");
                let story = diary.to_text(&title, &broken.message, clock::ROWS, self.case.columns);
                self.broken(broken, Some((story, diary.places())))
            }
        }
    }

    /// Kept if `is_so`.
    ///
    /// # Errors
    /// It is false; `why` says what is the case instead.
    pub fn holds(self, is_so: bool, why: &str) -> Judged {
        if is_so || self.case.stage.is_some() {
            return self.kept(None);
        }
        let (kind, message) = (Kind::Panic, why.to_owned());
        self.broken(
            Broken {
                kind,
                message,
                failure: None,
            },
            None,
        )
    }

    fn kept(self, checked: Option<(&str, &str, String)>) -> Judged {
        self.case.kept.add(&self.sentence, checked);
        Ok(())
    }

    fn broken(self, broken: Broken, drawn: Option<Drawn>) -> Judged {
        let known = self
            .known
            .iter()
            .find(|known| (known.is_it)(&broken, &self.case.answer));
        let (reason, advice) = known.map_or_else(
            || (broken.reason(), broken.advice()),
            |known| (known.reason, known.advice),
        );
        let columns = self.case.columns;
        let of_lanes = || {
            let failure = broken.failure.as_ref()?;
            Some((failure.to_text(columns), failure.places()))
        };
        let (story, places) = drawn
            .or_else(of_lanes)
            .unwrap_or_else(|| (wrapped(&broken.message, columns), vec![]));
        let places = each_once(places);
        Err(Red(Ruling::Red {
            promise: self.sentence,
            places,
            reason: reason.into(),
            story,
            advice: advice.into(),
        }))
    }
}

/// The name of a model's own first thread, which starts the others and looks at the end whether the
/// promise is kept. An exercise has no `main`, so that name would say nothing. If the thread is one
/// of the scenario's players, the scenario gives it that name with [`lanes::thread::rename`].
const JUDGE: &str = "the judge";

fn named(model: impl Fn() + Send + Sync + 'static) -> impl Fn() + Send + Sync + 'static {
    move || {
        lanes::thread::rename(JUDGE);
        model();
    }
}

/// Returns the places in an answer, each once.
fn each_once(places: Vec<(String, u32)>) -> Vec<String> {
    let mut once: Vec<String> = vec![];
    for (file, line) in places {
        let place = format!("{file}:{line}");
        if !file.ends_with("judge.rs") && !once.contains(&place) {
            once.push(place);
        }
    }
    once
}

/// Wraps a sentence without a drawing at the terminal's width.
fn wrapped(message: &str, columns: usize) -> String {
    let mut lines = vec![String::new()];
    for word in message.split_whitespace() {
        let line = lines.last_mut().expect("there is at least one line");
        let is_full = line.chars().count() + 1 + word.chars().count() > columns;
        if line.is_empty() {
            *line += word;
        } else if is_full {
            lines.push(word.to_owned());
        } else {
            *line += " ";
            *line += word;
        }
    }
    lines.join("\n")
}

/// Returns how the verdict breaks the promise; `None` if it does not.
fn broken(verdict: &Verdict) -> Option<Broken> {
    let Some(failure) = verdict.failure() else {
        let message = verdict.to_string();
        let kind = Kind::CutShort;
        return verdict.was_cut_short().then_some(Broken {
            kind,
            message,
            failure: None,
        });
    };
    let (kind, message) = if failure.is_deadlock() {
        (Kind::Deadlock, String::new())
    } else if failure.is_endless() {
        (Kind::Endless, String::new())
    } else if let Some(why) = failure.refusal() {
        (Kind::Refused, why.to_owned())
    } else {
        (
            Kind::Panic,
            failure.panic_message().unwrap_or_default().to_owned(),
        )
    };
    let failure = Some(Box::new(failure.clone()));
    Some(Broken {
        kind,
        message,
        failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Seal;

    fn case() -> Case {
        Case::new(Answer::new(""), 100, None, Seal("seal".into()))
    }

    #[test]
    fn only_the_judge_can_say_that_it_has_seen_something() {
        let model = |says: fn(Seen)| {
            case()
                .promise("a")
                .in_some_schedule("b", Bounds::exhaustive(), says)
        };
        assert!(model(|seen| seen.it()).is_ok());
        assert!(model(|_| ()).is_err(), "no schedule shows it");
        assert!(model(|_| panic!("{SEEN}")).is_err(), "the answer's words");
    }

    #[test]
    fn a_drawing_calls_the_thread_that_looks_at_the_end_the_judge() {
        let looks = |name: Option<&'static str>| {
            let model = move || {
                name.into_iter().for_each(lanes::thread::rename);
                let tray = lanes::sync::Mutex::new("tray", 0);
                assert_eq!(*tray.lock(), 1, "the tray is empty");
            };
            let judged = case()
                .promise("a")
                .in_every_schedule("b", Bounds::exhaustive(), model);
            match judged {
                Err(Red(Ruling::Red { story, .. })) => story,
                other => panic!("{other:?}"),
            }
        };
        let story = looks(None);
        assert!(
            story.contains("the judge") && !story.contains("main"),
            "{story}"
        );
        let story = looks(Some("ann"));
        assert!(
            story.contains("ann") && !story.contains("the judge"),
            "{story}"
        );
    }

    #[test]
    fn a_place_in_the_answer_is_named_once() {
        let places = [("a.rs", 54), ("judge.rs", 9), ("a.rs", 37), ("a.rs", 54)];
        let places = places.map(|(file, line)| (file.to_owned(), line));
        assert_eq!(each_once(places.into()), ["a.rs:54", "a.rs:37"]);
    }

    #[test]
    fn a_message_without_a_drawing_is_wrapped_at_the_terminal_width() {
        let message = "`take` loops until there is a dish, and never waits for the bell";
        let text = wrapped(message, 40);
        assert_eq!(
            text,
            "`take` loops until there is a dish, and\nnever waits for the bell"
        );
        assert_eq!(
            wrapped("a-word-that-is-too-long", 4),
            "a-word-that-is-too-long"
        );
    }
}
