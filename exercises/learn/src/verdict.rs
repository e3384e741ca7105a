//! The verdict on an answer, and how it is printed.

use crate::compile::CompilerError;
use crate::differs;
use crate::rules::{Broken, Kind};
use crate::screen::{Screen, plain};
use crate::set::Exercise;
use judge::Ruling;
use std::time::Duration;

/// The reason of a verdict without complaints.
pub(crate) const GREEN: &str = "green";

/// The verdict on an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Every promise, if all are kept.
    pub(crate) kept: Option<Vec<String>>,
    /// One word for the reason: `verify` compares it. A learner reads the headline and the advice.
    pub(crate) reason: String,
    /// The headline, in a few words.
    headline: String,
    /// The promise that was broken, or was being checked.
    promise: String,
    story: String,
    advice: String,
    places: Vec<String>,
    /// What the answer printed.
    said: String,
}

/// What is told beside a verdict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// How the learner's own attack ends against this answer.
    pub(crate) attack: Option<String>,
    /// What a learner has learned when the answer is right, as Markdown.
    pub(crate) learned: Option<String>,
    /// Terms that the learner meets first in this verdict, explained.
    pub(crate) terms: Vec<&'static str>,
}

impl Verdict {
    fn red(reason: &str, headline: &str) -> Verdict {
        Verdict {
            kept: None,
            reason: reason.into(),
            headline: headline.into(),
            promise: String::new(),
            story: String::new(),
            advice: String::new(),
            places: vec![],
            said: String::new(),
        }
    }

    pub(crate) fn of(ruling: Ruling) -> Verdict {
        match ruling {
            Ruling::Green { kept } => Verdict {
                kept: Some(kept),
                ..Verdict::red(GREEN, "every promise is kept")
            },
            Ruling::Red {
                promise,
                reason,
                places,
                story,
                advice,
            } => Verdict {
                promise,
                places,
                story,
                advice,
                ..Verdict::red(&reason, "a promise is broken")
            },
            Ruling::Looking { .. } => Verdict::red("died", "no verdict"),
        }
    }

    /// `after` is the time after which it was stopped, `of` says of what: of work, or of waiting.
    pub(crate) fn hangs(promise: String, after: Duration, of: &str) -> Verdict {
        Verdict {
            promise,
            advice: format!(
                "It did not end within {} s{of}, and was stopped. The judge sees every wait for a \
                 lock, a channel or a clock; so this is a loop that waits for nothing \
                 (`loop {{}}`, or a `while` whose condition never changes), or far too much work.",
                after.as_secs()
            ),
            ..Verdict::red("hang", "it hangs")
        }
    }

    pub(crate) fn runaway(promise: String, bytes: usize) -> Verdict {
        Verdict {
            promise,
            advice: format!(
                "It printed more than {} kB, and was stopped. The judge runs your code once in \
                 every schedule, thousands of times: print less, or read the drawing instead.",
                bytes / 1024
            ),
            ..Verdict::red("runaway", "it prints without end")
        }
    }

    pub(crate) fn died(promise: String, code: Option<i32>, stderr: &str) -> Verdict {
        let memory = stderr.contains("memory allocation of");
        let advice = match (memory, stderr.contains("overflowed its stack")) {
            (true, _) => {
                "It needed more than 2 GiB of memory: something grows without limit, or is far too \
                 large."
            }
            (_, true) => {
                "A stack overflowed: a function calls itself without end, or a very large value is \
                 on the stack."
            }
            _ => "It ended before the judge reached a verdict.",
        };
        let how = code.map_or("a signal".into(), |code| format!("code {code}"));
        let last: Vec<&str> = stderr.lines().rev().take(6).collect();
        Verdict {
            promise,
            story: last.into_iter().rev().collect::<Vec<_>>().join("\n"),
            advice: advice.into(),
            ..Verdict::red(
                if memory { "memory" } else { "died" },
                &format!("the program ended with {how}"),
            )
        }
    }

    pub(crate) fn refuses(file: &str, broken: Broken) -> Verdict {
        Verdict {
            places: vec![format!("{file}:{}", broken.line)],
            advice: broken.why,
            ..Verdict::red("refused", "the judge cannot accept this")
        }
    }

    pub(crate) fn does_not_compile(errors: &[CompilerError], answer: &str, kind: Kind) -> Verdict {
        let is_own = |error: &&CompilerError| error.files.iter().any(|file| file == answer);
        let own: Vec<&CompilerError> = errors.iter().filter(is_own).collect();
        let advice = match own.is_empty() {
            false => differs::from_std(&own, kind).unwrap_or_default(),
            true => {
                "These lines are the judge's, which calls your code: an item that it uses now has \
                 another name or type. Change it back; `reset` shows the original, and keeps your \
                 answer."
            }
            .into(),
        };
        // Two errors are enough to see which name it is.
        let shown = match own.is_empty() {
            true => errors.iter().take(2).collect(),
            false => own,
        };
        let texts: Vec<&str> = shown.iter().map(|it| it.rendered.trim_end()).collect();
        let story = texts.join("\n\n");
        Verdict {
            story,
            advice,
            ..Verdict::red("compile", "it does not compile")
        }
    }

    pub(crate) fn saying(self, said: String) -> Verdict {
        Verdict { said, ..self }
    }

    pub(crate) fn is_green(&self) -> bool {
        self.kept.is_some()
    }

    /// Whether the program was stopped, and would have to be stopped again.
    pub(crate) fn hangs_again(&self) -> bool {
        ["hang", "runaway", "memory"].contains(&&self.reason[..])
    }

    /// Whether it has a sentence about the mistake.
    pub(crate) fn has_advice(&self) -> bool {
        !self.advice.is_empty()
    }

    /// Returns the verdict on an exercise that the learner has not touched yet: what happens, and
    /// not why.
    pub(crate) fn at_first_look(self) -> Verdict {
        Verdict {
            advice: String::new(),
            ..self
        }
    }

    /// Returns what the judge says: not what the compiler or the answer says.
    pub(crate) fn words(&self) -> String {
        let kept = self.kept.iter().flatten().map(String::as_str);
        let is_judges = self.kept.is_some() || !self.promise.is_empty();
        let story = Some(&self.story[..]).filter(|_| is_judges);
        kept.chain(story).collect::<Vec<_>>().join("\n")
    }

    /// Prints the verdict. After a success, what the learner has won comes first, and then the
    /// promises: they are many.
    pub(crate) fn tell(&self, screen: &mut Screen, exercise: &Exercise, beside: &Beside) {
        let name = &exercise.name;
        if let Some(kept) = &self.kept {
            screen.good(&format!("✓ {name}: {}", self.headline));
            if let Some(attack) = &beside.attack {
                screen.gap();
                attack.lines().for_each(|line| screen.strong(line));
            }
            if let Some(learned) = &beside.learned {
                screen.gap();
                screen.markdown(learned);
            }
            explain(screen, &beside.terms);
            screen.words("The promises that it keeps:");
            for promise in kept {
                screen.item(promise);
            }
        } else {
            screen.bad(&format!("✗ {name}: {}", self.headline));
            if !self.promise.is_empty() {
                screen.words(&format!("The promise: {}", self.promise));
            }
        }
        if !self.story.is_empty() {
            screen.gap();
            explain(screen, &beside.terms);
            screen.as_it_is(&plain(&self.story, screen.colour));
        }
        if !self.advice.is_empty() {
            screen.gap();
            screen.strong(&self.advice);
        }
        if !self.said.trim().is_empty() {
            screen.gap();
            screen.words("Your answer printed:");
            // With a mark, because an answer can print what looks like a verdict.
            for line in plain(&self.said, false).lines().take(8) {
                screen.as_it_is(&format!("> {line}"));
            }
        }
        if self.kept.is_none() {
            screen.gap();
            // Each place is a word of its own: many terminals open it with a click.
            match &self.places[..] {
                [] => screen.words(&format!("Edit {}", exercise.answer())),
                [place] => screen.words(&format!("Look at {place}")),
                places => {
                    screen.as_it_is("Look at");
                    places.iter().for_each(|place| screen.item(place));
                }
            }
            if let Some(attack) = &beside.attack {
                screen.gap();
                attack.lines().for_each(|line| screen.strong(line));
                if !attack.contains("still breaks") {
                    screen.words("But your answer breaks a promise all the same: see above.");
                }
            }
        }
    }
}

/// Prints explanations where their terms are met.
fn explain(screen: &mut Screen, terms: &[&str]) {
    if !terms.is_empty() {
        terms.iter().for_each(|term| screen.words(term));
        screen.gap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(errors: &[(&str, &[&str])]) -> (String, String) {
        let error = |(rendered, files): &(&str, &[&str])| CompilerError {
            rendered: (*rendered).into(),
            code: String::new(),
            files: files.iter().map(|file| (*file).into()).collect(),
        };
        let errors: Vec<CompilerError> = errors.iter().map(error).collect();
        let verdict = Verdict::does_not_compile(&errors, "mine.rs", Kind::Schedules);
        (verdict.story, verdict.advice)
    }

    #[test]
    fn an_error_of_the_compiler_is_not_told_as_one_of_the_judges_lines() {
        let (story, own) = advice(&[("mine", &["mine.rs"]), ("theirs", &["judge.rs"])]);
        assert_eq!((story.as_str(), own.as_str()), ("mine", ""));
        let (story, judges) = advice(&[("theirs", &["judge.rs"])]);
        assert!(
            story == "theirs" && judges.contains("the judge's"),
            "{judges}"
        );
    }
}
