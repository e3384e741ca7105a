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
    /// [`Scene::id`]. Older files have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
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
        self.id.as_ref() == Some(&scene.id)
    }

    /// Finds the scenario of picks from before there were ids, and takes its sentences as they are
    /// now.
    fn finds(&mut self, scenes: &[Scene]) {
        let is_same = |it: &&Scene| it.promise == self.promise && it.name == self.scenario;
        let scene = match &self.id {
            Some(id) => scenes.iter().find(|it| it.id == *id),
            None => {
                let same = scenes.iter().find(is_same);
                same.or_else(|| scenes.iter().find(|it| it.id == self.scenario))
            }
        };
        if let Some(scene) = scene {
            self.id = Some(scene.id.clone());
            self.promise.clone_from(&scene.promise);
            self.scenario.clone_from(&scene.name);
        }
    }
}

impl Picks {
    fn file(exercise: &Exercise) -> String {
        format!(".learn/{}/attack.toml", exercise.name)
    }

    /// Reads what is kept for this exercise, which has these scenarios. What cannot be read is
    /// lost: these are only games.
    pub(crate) fn read(set: &Set, exercise: &Exercise, scenes: &[Scene]) -> Picks {
        Picks::of(
            &set.read(&Picks::file(exercise)).unwrap_or_default(),
            scenes,
        )
    }

    fn of(text: &str, scenes: &[Scene]) -> Picks {
        // A file from when there was one attack for each exercise holds nothing but that.
        let mut picks = match toml::from_str(text) {
            Ok(kept) => Picks { attack: vec![kept] },
            Err(_) => toml::from_str(text).unwrap_or_default(),
        };
        for mut kept in std::mem::take(&mut picks.attack) {
            kept.finds(scenes);
            picks.put(kept);
        }
        picks
    }

    /// Adds an attack. If there is one on its scenario, the latest picks stay, and the fewest: a
    /// file without ids may have one for each sentence that the scenario ever had.
    fn put(&mut self, mut kept: Kept) {
        let is_same = |it: &&mut Kept| it.id.is_some() && it.id == kept.id;
        match self.attack.iter_mut().find(is_same) {
            Some(before) => {
                kept.best = kept.best.min(before.best);
                *before = kept;
            }
            None => self.attack.push(kept),
        }
    }

    /// The attacks on scenarios that are not among these: the exercise has changed since.
    pub(crate) fn of_before<'a>(&'a self, scenes: &'a [Scene]) -> impl Iterator<Item = &'a Kept> {
        let is_here = |kept: &Kept| scenes.iter().any(|scene| kept.is_of(scene));
        self.attack.iter().filter(move |kept| !is_here(kept))
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
        self.put(Kept {
            id: Some(scene.id.clone()),
            promise: scene.promise.clone(),
            scenario: scene.name.clone(),
            best: picks.len(),
            picks,
        });
    }

    /// Keeps picks that broke this scenario. Another terminal, or the page, may have kept some
    /// meanwhile: those stay.
    pub(crate) fn keep(
        &mut self,
        set: &Set,
        exercise: &Exercise,
        (scenes, scene): (&[Scene], &Scene),
        picks: &[String],
    ) -> Result<(), FileError> {
        self.add(scene, picks.to_vec());
        let _alone = progress::lock(set)?;
        let mut all = Picks::read(set, exercise, scenes);
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
            id: name.into(),
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
        let all = Picks::of(&text, &[]);
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
            id: "a (2)".into(),
            ..scene("a")
        };
        assert_eq!(all.best(&other), None);
    }

    #[test]
    fn an_attack_is_found_when_the_sentences_of_its_scenario_have_changed() {
        let mut all = Picks::default();
        all.add(&scene("a"), picks(2));
        let text = toml::to_string(&all).expect("TOML");
        let now = Scene {
            name: "another name".into(),
            promise: "Another promise.".into(),
            ..scene("a")
        };
        let found = Picks::of(&text, std::slice::from_ref(&now));
        assert_eq!(found.best(&now), Some(2));
        assert_eq!(found.all()[0].scenario, "another name");
        assert_eq!(found.of_before(std::slice::from_ref(&now)).count(), 0);
        // One that is gone is not lost.
        let others = [scene("b")];
        let found = Picks::of(&text, &others);
        assert_eq!(found.of_before(&others).count(), 1);
        assert_eq!(found.fewest(), Some(2));
    }

    /// Of two scenarios with one name, an older file means that with its promise, else the first.
    #[test]
    fn a_file_without_ids_is_read() {
        let old = |promise: &str| {
            format!(
                "[[attack]]\npromise = \"{promise}\"\nscenario = \"a\"\npicks = [\"ann\"]\n\
                 best = 1\n"
            )
        };
        let second = Scene {
            id: "a (2)".into(),
            promise: "B.".into(),
            ..scene("a")
        };
        let scenes = [scene("a"), second];
        for (promise, best) in [
            ("No thread waits.", [Some(1), None]),
            ("B.", [None, Some(1)]),
            ("As it was.", [Some(1), None]),
        ] {
            let found = Picks::of(&old(promise), &scenes);
            assert_eq!([0, 1].map(|it| found.best(&scenes[it])), best, "{promise}");
        }
    }

    /// Each time that a sentence changed, an older file got another attack on the same scenario.
    #[test]
    fn two_attacks_of_a_file_without_ids_are_one_if_their_scenario_is() {
        let old = |promise: &str, picks: &str, best: usize| {
            format!(
                "[[attack]]\npromise = \"{promise}\"\nscenario = \"a\"\npicks = [{picks}]\n\
                 best = {best}\n"
            )
        };
        let [before, now] = [
            old("As it was.", "\"ann\", \"ann\"", 2),
            old("No thread waits.", "\"bob\"", 1),
        ];
        let found = Picks::of(&(before + &now), &[scene("a")]);
        let [kept] = found.all() else {
            panic!("{found:?}")
        };
        assert_eq!((&kept.picks[..], kept.best), (&["bob".to_owned()][..], 1));
    }

    #[test]
    fn a_file_with_the_only_attack_of_an_exercise_is_read() {
        let old = "# Written by `learn break`\npromise = \"No thread waits.\"\nscenario = \"a\"\n\
                   picks = [\"ann\", \"bob\"]\nbest = 2\n";
        assert_eq!(Picks::of(old, &[scene("a")]).best(&scene("a")), Some(2));
        assert_eq!(Picks::of("nonsense", &[]), Picks::default());
        assert_eq!(Picks::of("", &[]), Picks::default());
    }

    #[test]
    fn what_another_terminal_has_kept_meanwhile_stays() {
        let here = std::env::temp_dir().join(format!("learn-picks-{}", std::process::id()));
        let folder = here.join("exercises/01_a");
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        std::fs::write(folder.join("judge.rs"), "").expect("ours");
        let set = Set::of(&here).expect("one exercise");
        let exercise = &set.exercises[0];
        let scenes = ["a", "b"].map(scene);
        let mut terminals = [(); 2].map(|()| Picks::read(&set, exercise, &scenes));
        for (terminal, name) in terminals.iter_mut().zip(["a", "b"]) {
            let kept = terminal.keep(&set, exercise, (&scenes, &scene(name)), &picks(2));
            kept.expect("a folder of our own");
        }
        assert_eq!(Picks::read(&set, exercise, &scenes).all().len(), 2);
        assert_eq!(terminals[1].best(&scene("a")), Some(2));
        std::fs::remove_dir_all(here).expect("ours");
    }
}
