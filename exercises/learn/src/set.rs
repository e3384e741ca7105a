//! The exercises in `exercises/NN_topic`.

use crate::error::{FileError, SetError};
use std::fs;
use std::path::{Path, PathBuf};

/// All exercises, and where they are.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// The folder that holds `exercises` and `solutions`.
    pub(crate) here: PathBuf,
    pub(crate) exercises: Vec<Exercise>,
}

/// One exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exercise {
    /// `01_lock_order`.
    pub(crate) name: String,
}

impl Exercise {
    /// Returns the path of a file in its folder, relative to [`Set::here`].
    pub(crate) fn file(&self, file: &str) -> String {
        format!("exercises/{}/{file}", self.name)
    }

    /// Returns the path of the file to edit.
    pub(crate) fn answer(&self) -> String {
        self.file("exercise.rs")
    }

    /// Returns the path of the solution.
    pub(crate) fn solution(&self) -> String {
        format!("solutions/{}/solution.rs", self.name)
    }
}

impl Set {
    /// Reads the exercises under `here`, sorted by number.
    pub(crate) fn of(here: &Path) -> Result<Set, SetError> {
        let folder = here.join("exercises");
        let entries = fs::read_dir(&folder).map_err(|error| SetError::NoFolder {
            here: here.to_owned(),
            error,
        })?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let is_exercise = |name: &String| {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            digits == 2
                && name[2..].starts_with('_')
                && folder.join(name).join("judge.rs").is_file()
        };
        let mut exercises: Vec<Exercise> = names
            .filter(is_exercise)
            .map(|name| Exercise { name })
            .collect();
        exercises.sort_by(|one, other| one.name.cmp(&other.name));
        let here = here.to_owned();
        match exercises.is_empty() {
            true => Err(SetError::Empty { folder }),
            false => Ok(Set { here, exercises }),
        }
    }

    /// Finds an exercise by its name, its number, or a part of a name that is unique.
    pub(crate) fn find(&self, said: &str) -> Result<&Exercise, SetError> {
        let slashes = said.replace('\\', "/");
        let wanted = slashes
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(&slashes)
            .to_lowercase()
            .replace('-', "_");
        if let Some(exercise) = self.exercises.iter().find(|it| it.name == wanted) {
            return Ok(exercise);
        }
        if let Ok(number) = wanted.parse::<u32>() {
            let is_it = |it: &&Exercise| it.name[..2].parse() == Ok(number);
            return self
                .exercises
                .iter()
                .find(is_it)
                .ok_or(SetError::NoNumber(number));
        }
        let parts: Vec<&Exercise> = self
            .exercises
            .iter()
            .filter(|it| it.name.contains(&wanted))
            .collect();
        match parts[..] {
            [exercise] => Ok(exercise),
            [first, .., last] => Err(SetError::Ambiguous {
                said: said.to_owned(),
                first: first.name.clone(),
                last: last.name.clone(),
            }),
            [] => {
                let names = self.exercises.iter().map(|it| it.name.as_str());
                let guess = nearest(&wanted, names.flat_map(|name| [name, &name[3..]]));
                Err(SetError::NoName {
                    said: said.to_owned(),
                    guess: guess.map(str::to_owned),
                })
            }
        }
    }

    /// Reads a file.
    pub(crate) fn read(&self, file: &str) -> Result<String, FileError> {
        fs::read_to_string(self.here.join(file)).map_err(|error| FileError::Read {
            file: file.to_owned(),
            error,
        })
    }

    /// Returns the wrong answers to an exercise, sorted.
    pub(crate) fn wrong(&self, exercise: &Exercise) -> Vec<String> {
        self.sources(&exercise.file("wrong"))
    }

    /// Returns the right answers to an exercise besides its solution, sorted.
    pub(crate) fn right(&self, exercise: &Exercise) -> Vec<String> {
        self.sources(&exercise.file("right"))
    }

    /// Returns the answers to an exercise that try to make their own verdict, sorted.
    pub(crate) fn cheats(&self, exercise: &Exercise) -> Vec<String> {
        let mut files = self.sources("exercises/cheats");
        let number = format!("exercises/cheats/{}_", &exercise.name[..2]);
        files.retain(|file| file.starts_with(&number));
        files
    }

    /// Returns the Rust files of a folder, sorted.
    fn sources(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.here.join(folder));
        let names = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut files: Vec<String> = names
            .filter(|name| name.ends_with(".rs"))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        files.sort();
        files
    }
}

/// Returns the word that differs from `said` by a typo only.
pub(crate) fn nearest<'a>(said: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = (said.chars().count() / 3).max(1);
    let near = words
        .into_iter()
        .map(|word| (strsim::osa_distance(said, word), word));
    near.filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> Set {
        let exercises = names
            .iter()
            .map(|name| Exercise {
                name: (*name).into(),
            })
            .collect();
        Set {
            here: PathBuf::new(),
            exercises,
        }
    }

    #[test]
    fn one_typo_in_three_letters_is_near() {
        for (said, word) in [
            ("rnu", Some("run")),
            ("hnit", Some("hint")),
            ("hin", Some("hint")),
            ("hintt", Some("hint")),
            ("xyn", None),
            ("", None),
        ] {
            assert_eq!(nearest(said, ["run", "hint"]), word, "{said}");
        }
    }

    #[test]
    fn an_exercise_is_found_by_name_number_part_or_path() {
        let set = set(&["01_lock_order", "02_self_deadlock", "11_task_leaked"]);
        for said in [
            "02_self_deadlock",
            "2",
            "02",
            "self",
            "self-deadlock",
            "exercises/02_self_deadlock/",
            r"exercises\02_self_deadlock",
        ] {
            assert_eq!(set.find(said).expect(said).name, "02_self_deadlock");
        }
        let slip = set.find("lock_odrer").expect_err("a slip").to_string();
        assert!(slip.contains("Did you mean lock_order?"), "{slip}");
        let both = set.find("lock").expect_err("two").to_string();
        assert!(both.contains("01_lock_order or 02_self_deadlock"), "{both}");
        let none = |said: &str| set.find(said).expect_err("none").to_string();
        assert!(none("9").contains("no exercise 9"));
        assert!(!none("zzzzzz").contains("mean"));
    }
}
