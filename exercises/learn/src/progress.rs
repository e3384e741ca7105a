//! Which exercises are solved, and how many hints were read: `.learn/progress.toml`. An exercise
//! counts as solved only while its answer is unchanged: a changed answer is judged again.

use crate::error::FileError;
use crate::saved;
use crate::set::{Exercise, Set};
use crate::terms::Term;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const FILE: &str = ".learn/progress.toml";
const LOCK: &str = ".learn/lock";
/// Where a progress file is kept that cannot be read.
const UNREADABLE: &str = ".learn/progress.unreadable.toml";

/// One learner's progress.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The exercise that was worked on last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// The terms that were explained.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    terms: BTreeSet<Term>,
    #[serde(default)]
    exercises: BTreeMap<String, Known>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The hash of the answer and its judge when every promise was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    solved: Option<String>,
    #[serde(default)]
    hints: usize,
    /// Whether an answer of the learner's own was judged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    changed: bool,
    /// Whether a verdict has told the sentence about the mistake.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    told: bool,
}

/// The state of one exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The original exercise.
    Untouched,
    /// Changed, and not solved yet.
    Begun,
    /// Every promise is kept.
    Solved,
}

impl Progress {
    /// Reads the progress file. If it cannot be read, only marks are lost: the answers are files.
    pub(crate) fn read(set: &Set) -> Progress {
        Progress::parsed(set).unwrap_or_default()
    }

    /// Reads the progress file; without one, nothing is solved. `None` if it is no progress file.
    fn parsed(set: &Set) -> Option<Progress> {
        match fs::read(set.here.join(FILE)) {
            Ok(bytes) => toml::from_slice(&bytes).ok(),
            Err(error) if error.kind() == ErrorKind::NotFound => Some(Progress::default()),
            // It is there, and may be read again once it is put aside.
            Err(_) => None,
        }
    }

    /// Changes the progress file: what another process has written meanwhile stays. Returns what
    /// `change` returned, and whether the file is written.
    pub(crate) fn update<R>(
        set: &Set,
        change: impl FnOnce(&mut Progress) -> R,
    ) -> (R, Result<(), FileError>) {
        let lock = lock(set);
        let parsed = Progress::parsed(set);
        if parsed.is_none() && lock.is_ok() {
            // A person, or another version of this program, may have written it.
            let _or_it_is_lost = fs::rename(set.here.join(FILE), set.here.join(UNREADABLE));
        }
        let mut progress = parsed.unwrap_or_default();
        let result = change(&mut progress);
        (result, lock.and_then(|_alone| progress.write(set)))
    }

    fn write(&self, set: &Set) -> Result<(), FileError> {
        let text = toml::to_string(self).map_err(FileError::Progress)?;
        write(
            set,
            FILE,
            &format!(
                "# Written by `learn`. If you delete this file, no exercise counts as \
                 solved.\n{text}"
            ),
        )
    }

    pub(crate) fn state(&self, set: &Set, exercise: &Exercise) -> State {
        let Some(mark) = mark(set, exercise) else {
            return State::Begun;
        };
        let solved = self
            .exercises
            .get(&exercise.name)
            .and_then(|known| known.solved.as_ref());
        if solved == Some(&mark) {
            return State::Solved;
        }
        let text = |file| set.read(&exercise.file(file)).ok();
        let both = text("exercise.rs").zip(text("unsolved.rs"));
        match both.is_some_and(|(own, original)| saved::is_same(&own, &original)) {
            true => State::Untouched,
            false => State::Begun,
        }
    }

    /// Whether the learner has only looked: has saved no answer of their own yet, and has read no
    /// hint. Then a verdict does not tell what the mistake is.
    pub(crate) fn is_first_look(&self, set: &Set, exercise: &Exercise) -> bool {
        let known = self.exercises.get(&exercise.name);
        let is_new = known.is_none_or(|known| known.hints == 0 && !known.changed);
        is_new && self.state(set, exercise) == State::Untouched
    }

    /// Records that an answer of the learner's own was judged, and whether the verdict told the
    /// sentence about its mistake.
    pub(crate) fn changed(&mut self, exercise: &Exercise, told: bool) {
        let known = self.exercises.entry(exercise.name.clone()).or_default();
        known.changed = true;
        known.told |= told;
    }

    /// Records a verdict. `solved` is the mark of a right answer, from before it was judged: a file
    /// that is saved meanwhile is another answer.
    pub(crate) fn judged(&mut self, exercise: &Exercise, solved: Option<String>) {
        self.exercises
            .entry(exercise.name.clone())
            .or_default()
            .solved = solved;
        self.current = Some(exercise.name.clone());
    }

    /// Returns the terms in this text that were not explained yet. From now on they were.
    pub(crate) fn new_terms(&mut self, text: &str) -> Vec<Term> {
        Term::in_text(text)
            .filter(|&term| self.terms.insert(term))
            .collect()
    }

    /// Returns how many hints were read or left out.
    pub(crate) fn hints(&self, exercise: &Exercise) -> usize {
        self.exercises
            .get(&exercise.name)
            .map_or(0, |known| known.hints)
    }

    /// Counts one more hint. Returns its number, from 0. The first one says where to look: less
    /// than the sentence about the mistake, so it is left out if a verdict has told that.
    pub(crate) fn hint(&mut self, exercise: &Exercise, of: usize) -> usize {
        let known = self.exercises.entry(exercise.name.clone()).or_default();
        let told = usize::from(known.told);
        let hint = known.hints.max(told).min(of.saturating_sub(1));
        known.hints = hint + 1;
        hint
    }

    /// Returns the exercise to work on: the last one if it is not solved yet, else the first
    /// unsolved one.
    pub(crate) fn current<'a>(&self, set: &'a Set) -> Option<&'a Exercise> {
        let is_open = |exercise: &&Exercise| self.state(set, exercise) != State::Solved;
        let last = set
            .exercises
            .iter()
            .find(|it| Some(&it.name) == self.current.as_ref());
        last.filter(is_open)
            .or_else(|| set.exercises.iter().find(is_open))
    }
}

/// Returns a hash of the answer as it is now, and its judge.
pub(crate) fn mark(set: &Set, exercise: &Exercise) -> Option<String> {
    mark_of(set, exercise, &set.read(&exercise.answer()).ok()?)
}

/// Returns the hash of an answer with this text.
pub(crate) fn mark_of(set: &Set, exercise: &Exercise, answer: &str) -> Option<String> {
    let judge = set.read(&exercise.file("judge.rs")).ok()?;
    let text = format!("{answer}\0{judge}").replace("\r\n", "\n");
    // FNV-1a: the same on every machine, and it need not resist attacks.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    Some(format!("{hash:016x}"))
}

/// Holds the lock of the learner's folder until it is dropped: a terminal, a second one and the
/// page of a game each read a file, change it and write it.
pub(crate) fn lock(set: &Set) -> Result<File, FileError> {
    let path = set.here.join(LOCK);
    let folder = path.parent().expect("a file lies in a folder");
    let opened = fs::create_dir_all(folder).and_then(|()| File::create(&path));
    let lock = opened.map_err(|error| FileError::Write {
        file: LOCK.to_owned(),
        error,
    })?;
    // Some network folders know no locks: there two writers may be too quick for each other.
    let _unless_unknown = lock.lock();
    Ok(lock)
}

/// Writes a file of the learner's. Writes a copy first and renames it, so that the file is always
/// complete. The copy has a name that no other process uses.
pub(crate) fn write(set: &Set, file: &str, text: &str) -> Result<(), FileError> {
    static COPIES: AtomicUsize = AtomicUsize::new(0);
    let path = set.here.join(file);
    let (process, copy) = (std::process::id(), COPIES.fetch_add(1, Relaxed));
    let beside = PathBuf::from(format!("{}.{process}-{copy}.new", path.display()));
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&beside, text))
        .and_then(|()| fs::rename(&beside, &path))
        .inspect_err(|_| {
            let _unless_it_is_not_there = fs::remove_file(&beside);
        })
        .map_err(|error| FileError::Write {
            file: file.to_owned(),
            error,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_changes_while_it_is_judged_is_not_solved() {
        let here = std::env::temp_dir().join(format!("learn-progress-{}", std::process::id()));
        let folder = here.join("exercises/01_a");
        fs::create_dir_all(&folder).expect("a folder of our own");
        let write = |file: &str, text: &str| fs::write(folder.join(file), text).expect("ours");
        write("judge.rs", "");
        write("unsolved.rs", "unsolved");
        write("exercise.rs", "right");
        let set = Set::of(&here).expect("one exercise");
        let exercise = &set.exercises[0];
        let mut progress = Progress::default();
        let judged = mark(&set, exercise);
        write("exercise.rs", "saved meanwhile");
        progress.judged(exercise, judged);
        assert_eq!(progress.state(&set, exercise), State::Begun);
        write("exercise.rs", "right");
        assert_eq!(progress.state(&set, exercise), State::Solved);
        fs::remove_dir_all(here).expect("ours");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_put_aside() {
        let here = std::env::temp_dir().join(format!("learn-unreadable-{}", std::process::id()));
        let folder = here.join("exercises/01_a");
        fs::create_dir_all(&folder).expect("a folder of our own");
        fs::write(folder.join("judge.rs"), "").expect("ours");
        let set = Set::of(&here).expect("one exercise");
        let update = || {
            let ((), saved) = Progress::update(&set, |it| it.current = Some("01_a".into()));
            saved.expect("a folder of our own");
            assert_eq!(Progress::read(&set).current.as_deref(), Some("01_a"));
        };
        update();
        update();
        assert!(!here.join(UNREADABLE).exists(), "it can be read");
        for text in [&b"terms = [\"of a newer version\"]\n"[..], b"\xff\xfe"] {
            fs::write(here.join(FILE), text).expect("ours");
            update();
            update();
            assert_eq!(fs::read(here.join(UNREADABLE)).expect("kept"), text);
        }
        // A folder cannot be read as a file, as little as a file of another user.
        for file in [UNREADABLE, FILE] {
            fs::remove_file(here.join(file)).expect("ours");
        }
        fs::create_dir(here.join(FILE)).expect("ours");
        update();
        assert!(here.join(UNREADABLE).is_dir(), "kept");
        fs::remove_dir_all(here).expect("ours");
    }

    #[test]
    fn a_hint_says_more_than_a_verdict_that_has_told_the_mistake() {
        let name = "01_a".to_owned();
        let exercise = Exercise { name };
        let mut progress = Progress::default();
        assert_eq!([0; 4].map(|_| progress.hint(&exercise, 3)), [0, 1, 2, 2]);
        let mut progress = Progress::default();
        progress.changed(&exercise, false);
        assert_eq!(progress.hint(&exercise, 3), 0);
        let mut progress = Progress::default();
        progress.changed(&exercise, true);
        assert_eq!([0; 3].map(|_| progress.hint(&exercise, 3)), [1, 2, 2]);
    }
}
