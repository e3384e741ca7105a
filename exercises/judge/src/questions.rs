//! Questions that several judges ask: about an answer, about how it broke a promise, and about a
//! phone.

use crate::answer::Answer;
use crate::broken::Broken;
use crate::clock::Hand;

impl Answer {
    /// Whether the code uses at least one of these words.
    pub fn says_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.says(word))
    }

    /// Whether the code pauses: a pause makes a bad schedule rarer, but not impossible.
    pub fn pauses(&self) -> bool {
        self.says_any(&["sleep", "yield_now"])
    }
}

impl Broken {
    /// Whether a row of the drawing says that a thread found a lock or a channel in this state:
    /// `taken` (a `try_lock` failed) or `full` (a `try_send` failed).
    pub fn finds(&self, state: &str) -> bool {
        let is_it = |step: &String| step.contains("finds") && step.contains(state);
        self.steps().iter().any(is_it)
    }

    /// Returns how many rows of the drawing show `who` with these words.
    pub fn count(&self, who: &str, words: &str) -> usize {
        let is_it = |step: &&String| step.starts_with(who) && step.contains(words);
        self.steps().iter().filter(is_it).count()
    }
}

impl Hand {
    /// Returns the lines that the phone has read.
    pub fn lines(&self) -> Vec<String> {
        self.heard().into_iter().map(|(_, line)| line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broken::Kind;
    use lanes::sync::Mutex;
    use lanes::{Bounds, explore};

    #[test]
    fn a_pause_is_code_and_not_a_part_of_a_word() {
        let pauses = |code: &str| Answer::new(code).pauses();
        assert!(pauses("thread::sleep(x)") && pauses("yield_now()"));
        assert!(!pauses("sleeper() // sleep") && !Answer::new("a b").says_any(&[]));
    }

    #[test]
    fn a_drawing_tells_who_found_a_lock_taken_and_how_often_it_was_taken() {
        let verdict = explore("two tries", Bounds::exhaustive(), || {
            let tray = Mutex::new("tray", 0);
            drop(tray.lock());
            let _held = tray.lock();
            assert!(tray.try_lock().is_some(), "the tray is busy");
        });
        let broken = Broken {
            kind: Kind::Panic,
            message: String::new(),
            failure: verdict.failure().cloned().map(Box::new),
        };
        assert!(broken.finds("taken") && !broken.finds("full"));
        assert_eq!(
            broken.count("main", "takes tray"),
            2,
            "{:?}",
            broken.steps()
        );
        assert_eq!(broken.count("ann", "takes tray"), 0);
    }
}
