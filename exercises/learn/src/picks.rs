//! The picks that broke the promises of an exercise: `.learn/NN_topic/attack.toml`.

use crate::error::FileError;
use crate::progress;
use crate::set::{Exercise, Set};
use judge::play::Scene;
use serde::{Deserialize, Serialize};

/// All attacks on one exercise that broke it, one for each scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Picks {
    #[serde(default)]
    attack: Vec<Kept>,
}

/// The picks that broke a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The promise that broke.
    pub(crate) promise: String,
    /// The scenario's name.
    pub(crate) scenario: String,
    /// The latest picks that broke it.
    pub(crate) picks: Vec<String>,
    /// The fewest picks that ever did.
    pub(crate) best: usize,
}

impl Kept {
    pub(crate) fn is_of(&self, scene: &Scene) -> bool {
        self.promise == scene.promise && self.scenario == scene.name
    }
}

impl Picks {
    fn file(exercise: &Exercise) -> String {
        format!(".learn/{}/attack.toml", exercise.name)
    }

    /// Reads what is kept for this exercise. What cannot be read is lost: these are only games.
    pub(crate) fn read(set: &Set, exercise: &Exercise) -> Picks {
        Picks::of(&set.read(&Picks::file(exercise)).unwrap_or_default())
    }

    fn of(text: &str) -> Picks {
        // A file from when there was one attack for each exercise holds nothing but that.
        match toml::from_str(text) {
            Ok(kept) => Picks { attack: vec![kept] },
            Err(_) => toml::from_str(text).unwrap_or_default(),
        }
    }

    /// All attacks, in the order in which they first broke something.
    pub(crate) fn all(&self) -> &[Kept] {
        &self.attack
    }

    /// The fewest picks that ever broke this scenario.
    pub(crate) fn best(&self, scene: &Scene) -> Option<usize> {
        let kept = self.attack.iter().find(|kept| kept.is_of(scene));
        kept.map(|kept| kept.best)
    }

    /// The fewest picks that ever broke the exercise.
    pub(crate) fn fewest(&self) -> Option<usize> {
        self.attack.iter().map(|kept| kept.best).min()
    }

    /// Adds picks that broke this scenario.
    fn add(&mut self, scene: &Scene, picks: Vec<String>) {
        let best = self.best(scene).unwrap_or(usize::MAX).min(picks.len());
        let kept = Kept {
            promise: scene.promise.clone(),
            scenario: scene.name.clone(),
            picks,
            best,
        };
        match self.attack.iter_mut().find(|kept| kept.is_of(scene)) {
            Some(before) => *before = kept,
            None => self.attack.push(kept),
        }
    }

    /// Keeps picks that broke this scenario. Another terminal, or the page, may have kept some
    /// meanwhile: those stay.
    pub(crate) fn keep(
        &mut self,
        set: &Set,
        exercise: &Exercise,
        scene: &Scene,
        picks: &[String],
    ) -> Result<(), FileError> {
        self.add(scene, picks.to_vec());
        let _alone = progress::lock(set)?;
        let mut all = Picks::read(set, exercise);
        all.add(scene, picks.to_vec());
        let text = toml::to_string(&all).map_err(FileError::Progress)?;
        let head = "# Written by `learn break`: the picks that broke this exercise.\n";
        progress::write(set, &Picks::file(exercise), &format!("{head}{text}"))?;
        *self = all;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(name: &str) -> Scene {
        Scene {
            name: name.into(),
            promise: "No thread waits.".into(),
            has_events: false,
        }
    }

    fn picks(count: usize) -> Vec<String> {
        vec!["ann".to_owned(); count]
    }

    #[test]
    fn each_scenario_keeps_its_latest_picks_and_its_best() {
        let mut all = Picks::default();
        for (name, count) in [("a", 3), ("b", 2), ("a", 5), ("b", 1)] {
            all.add(&scene(name), picks(count));
        }
        let text = toml::to_string(&all).expect("TOML");
        let all = Picks::of(&text);
        let kept: Vec<_> = all
            .all()
            .iter()
            .map(|it| (it.picks.len(), it.best))
            .collect();
        assert_eq!(kept, [(5, 3), (1, 1)]);
        let best = ["a", "b", "c"].map(|name| all.best(&scene(name)));
        assert_eq!(best, [Some(3), Some(1), None]);
        assert_eq!(all.fewest(), Some(1));
        let other = Scene {
            promise: "Another one.".into(),
            ..scene("a")
        };
        assert_eq!(all.best(&other), None);
    }

    #[test]
    fn a_file_with_the_only_attack_of_an_exercise_is_read() {
        let old = "# Written by `learn break`\npromise = \"No thread waits.\"\nscenario = \"a\"\n\
                   picks = [\"ann\", \"bob\"]\nbest = 2\n";
        assert_eq!(Picks::of(old).best(&scene("a")), Some(2));
        assert_eq!(Picks::of("nonsense"), Picks::default());
        assert_eq!(Picks::of(""), Picks::default());
    }

    #[test]
    fn what_another_terminal_has_kept_meanwhile_stays() {
        let here = std::env::temp_dir().join(format!("learn-picks-{}", std::process::id()));
        let folder = here.join("exercises/01_a");
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        std::fs::write(folder.join("judge.rs"), "").expect("ours");
        let set = Set::of(&here).expect("one exercise");
        let exercise = &set.exercises[0];
        let mut terminals = [(); 2].map(|()| Picks::read(&set, exercise));
        for (terminal, name) in terminals.iter_mut().zip(["a", "b"]) {
            let kept = terminal.keep(&set, exercise, &scene(name), &picks(2));
            kept.expect("a folder of our own");
        }
        assert_eq!(Picks::read(&set, exercise).all().len(), 2);
        assert_eq!(terminals[1].best(&scene("a")), Some(2));
        std::fs::remove_dir_all(here).expect("ours");
    }
}
