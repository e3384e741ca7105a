//! The promises that an answer keeps, each sentence once.

/// A promise that is kept, and how that was checked in each of its scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Promise {
    sentence: String,
    checks: Vec<Check>,
}

/// One scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Check {
    scenario: String,
    /// What was searched, such as `every schedule`.
    searched: String,
    /// What was found there, such as the number of schedules.
    found: String,
}

/// The promises that are kept so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Vec<Promise>);

impl Kept {
    /// Adds a promise; `checked` has the scenario's name, what was searched, and what was found.
    /// `None` if one look was enough.
    pub(crate) fn add(&mut self, sentence: &str, checked: Option<(&str, &str, String)>) {
        let index = self.0.iter().position(|it| it.sentence == sentence);
        let index = index.unwrap_or_else(|| {
            self.0.push(Promise {
                sentence: sentence.into(),
                checks: vec![],
            });
            self.0.len() - 1
        });
        let check = checked.map(|(scenario, searched, found)| Check {
            scenario: scenario.into(),
            searched: searched.into(),
            found,
        });
        self.0[index].checks.extend(check);
    }

    /// Returns a line for each promise.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.iter().map(Promise::line).collect()
    }
}

impl Promise {
    fn line(&self) -> String {
        let Promise { sentence, checks } = self;
        match &checks[..] {
            [] => sentence.clone(),
            [only] => format!("{sentence} ({}: {})", only.searched, only.found),
            [first, ..] => {
                let is_alike = checks.iter().all(|it| it.searched == first.searched);
                let scenario = |it: &Check| match is_alike {
                    true => format!("{}: {}", it.scenario, it.found),
                    false => format!("{}, {}: {}", it.scenario, it.searched, it.found),
                };
                let scenarios: Vec<String> = checks.iter().map(scenario).collect();
                let scenarios = scenarios.join("; ");
                match is_alike {
                    true => format!("{sentence} ({}; {scenarios})", first.searched),
                    false => format!("{sentence} ({scenarios})"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_stands_once_with_the_scenarios_that_it_holds_for() {
        let mut kept = Kept::default();
        let every = "every schedule";
        kept.add("a.", Some(("ann", every, "3".into())));
        kept.add("b.", None);
        assert_eq!(kept.lines(), ["a. (every schedule: 3)", "b."]);
        kept.add("a.", Some(("bob", every, "4".into())));
        assert_eq!(kept.lines(), ["a. (every schedule; ann: 3; bob: 4)", "b."]);
        kept.add("a.", Some(("cat", "a paused clock", "2 s".into())));
        assert_eq!(
            kept.lines()[0],
            "a. (ann, every schedule: 3; bob, every schedule: 4; cat, a paused clock: 2 s)"
        );
    }
}
