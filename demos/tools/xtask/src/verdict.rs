//! Judges a mutant: whether the proofs that must fail did fail.

use limited::{Ended, Finished};

use crate::Complaint;

/// The text that `lanes` prints if a proof fails only because it took too long.
const CUT_SHORT: &str = ": CUT SHORT after ";

/// A run of the tests that ended within its limits.
#[derive(Clone, Debug)]
pub struct Run {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Run {
    /// Returns what a program did; `None` if it was still running at its limit.
    pub fn of(finished: &Finished) -> Option<Run> {
        match finished.ended {
            Ended::Itself(_) => Some(Run {
                code: finished.code(),
                stdout: finished.stdout(),
                stderr: finished.stderr(),
            }),
            Ended::TooLong | Ended::TooMuch => None,
        }
    }
}

/// The result of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every proof that must fail did fail.
    Died,
    /// It was still running at the time limit, as its author expected.
    HungAsExpected,
    /// These proofs passed although they must fail.
    Survived(Vec<String>),
    /// It was still running at the time limit, which its author did not expect.
    Hung,
    /// It proves nothing: it does not compile, or its tests ended without a result.
    Broken(Complaint),
}

impl Verdict {
    /// Whether the mutant died, as it should.
    pub fn is_death(&self) -> bool {
        matches!(self, Verdict::Died | Verdict::HungAsExpected)
    }
}

/// The result of one test in the output of the test program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `test … ok`
    Passed,
    /// `test … FAILED`
    Failed,
    /// `test … ignored`
    Ignored,
    /// It is not in the output: there is no such test, or the program died before it.
    Missing,
}

/// Finds a test's outcome in the output of libtest.
pub fn outcome(stdout: &str, test: &str) -> Outcome {
    let word = stdout.lines().find_map(|line| {
        let rest = line.strip_prefix("test ")?.strip_prefix(test)?;
        let rest = rest.strip_prefix(" - should panic").unwrap_or(rest);
        rest.strip_prefix(" ... ")
    });
    match word {
        Some(word) if word.ends_with("ok") => Outcome::Passed,
        Some(word) if word.ends_with("FAILED") => Outcome::Failed,
        Some(word) if word.starts_with("ignored") => Outcome::Ignored,
        _ => Outcome::Missing,
    }
}

/// Returns what a failed test printed.
fn report<'a>(stdout: &'a str, test: &str) -> &'a str {
    let start = format!("---- {test} stdout ----\n");
    let report = stdout.split_once(&start).map_or("", |(_, report)| report);
    report.split("\n---- ").next().unwrap_or_default()
}

/// Judges a mutant that compiled, from the run of the tests that must fail. `run` is `None` if it
/// reached the time limit.
pub fn mutant(run: Option<&Run>, dies: &[String], hangs: bool) -> Verdict {
    let Some(run) = run else {
        return if hangs {
            Verdict::HungAsExpected
        } else {
            Verdict::Hung
        };
    };
    let is = |outcome_is: Outcome| {
        let tests = dies
            .iter()
            .filter(move |test| outcome(&run.stdout, test) == outcome_is);
        tests.cloned().collect::<Vec<_>>()
    };
    let silent = [is(Outcome::Missing), is(Outcome::Ignored)].concat();
    if !silent.is_empty() {
        return Verdict::Broken(format!(
            "{} ended without a result: {}",
            silent.join(", "),
            how_it_ended(run)
        ));
    }
    let mut failed = is(Outcome::Failed).into_iter();
    if let Some(test) = failed.find(|test| report(&run.stdout, test).contains(CUT_SHORT)) {
        return Verdict::Broken(format!(
            "{test} was cut short, which is no result: make the mutant or the model smaller"
        ));
    }
    match is(Outcome::Passed) {
        passed if passed.is_empty() => Verdict::Died,
        passed => Verdict::Survived(passed),
    }
}

/// Judges the step without a mutant: every test that a mutant names must exist and pass.
pub fn unmutated(run: Option<&Run>, tests: &[String]) -> Vec<Complaint> {
    let Some(run) = run else {
        return vec!["the proofs do not end without a mutant".to_string()];
    };
    let complain = |test: &String| match outcome(&run.stdout, test) {
        Outcome::Passed => None,
        Outcome::Failed => Some(format!("{test} fails without any mutant: correct it first")),
        Outcome::Ignored => Some(format!("{test} is ignored, so no mutant can die of it")),
        Outcome::Missing if run.code == Some(0) => Some(format!("there is no test {test}")),
        Outcome::Missing => Some(format!(
            "{test} ended without a result: {}",
            how_it_ended(run)
        )),
    };
    tests.iter().filter_map(complain).collect()
}

fn how_it_ended(run: &Run) -> String {
    let last = run
        .stderr
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("nothing on stderr");
    match run.code {
        Some(code) => format!("the tests ended with code {code} ({last})"),
        None => format!("the tests were ended by a signal ({last})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
running 4 tests
test proof::keeps_one_order_for_all ... ok
test proof::keeps_no_snack_twice ... FAILED
test proof::keeps_no_snack - should panic ... FAILED
test proof::weekly ... ignored, it takes an hour

failures:

---- proof::keeps_no_snack_twice stdout ----
test proof::keeps_one_order_for_all ... FAILED

test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.29s
";

    fn ended(code: Option<i32>, stdout: &str) -> Run {
        Run {
            code,
            stdout: stdout.to_string(),
            stderr: "thread panicked\n\n".to_string(),
        }
    }

    fn names(tests: &[&str]) -> Vec<String> {
        tests.iter().map(|test| format!("proof::{test}")).collect()
    }

    #[test]
    fn a_mutant_dies_only_if_every_named_proof_fails() {
        let run = ended(Some(101), OUTPUT);
        let judge = |tests: &[&str]| mutant(Some(&run), &names(tests), false);
        assert_eq!(judge(&["keeps_no_snack_twice"]), Verdict::Died);
        assert_eq!(
            judge(&["keeps_no_snack_twice", "keeps_no_snack"]),
            Verdict::Died
        );
        let survived = judge(&["keeps_no_snack_twice", "keeps_one_order_for_all"]);
        assert_eq!(
            survived,
            Verdict::Survived(names(&["keeps_one_order_for_all"]))
        );
    }

    #[test]
    fn a_hang_is_a_death_only_if_it_is_expected() {
        let tests = names(&["keeps_no_snack_twice"]);
        assert!(!mutant(None, &tests, false).is_death());
        assert!(mutant(None, &tests, true).is_death());
    }

    #[test]
    fn a_proof_that_was_cut_short_does_not_kill() {
        let expected = "test proof::a ... FAILED\ntest proof::b ... FAILED\n\n\
                    ---- proof::a stdout ----\nplain\n\n---- proof::b stdout ----\nb: CUT SHORT after 9 schedules\n";
        let run = ended(Some(101), expected);
        assert_eq!(mutant(Some(&run), &names(&["a"]), false), Verdict::Died);
        let verdict = mutant(Some(&run), &names(&["a", "b"]), false);
        assert!(
            matches!(&verdict, Verdict::Broken(why) if why.starts_with("proof::b was cut short")),
            "{verdict:?}"
        );
    }

    #[test]
    fn a_proof_without_a_result_does_not_kill() {
        let run = ended(None, "running 1 test\n");
        let verdict = mutant(Some(&run), &names(&["keeps_no_snack_twice"]), false);
        let expected = "proof::keeps_no_snack_twice ended without a result: the tests were ended by a signal (thread panicked)";
        assert_eq!(verdict, Verdict::Broken(expected.to_string()));
        let verdict = mutant(Some(&ended(Some(101), OUTPUT)), &names(&["weekly"]), false);
        assert!(matches!(verdict, Verdict::Broken(_)), "{verdict:?}");
    }

    #[test]
    fn the_named_proofs_must_pass_without_a_mutant() {
        let run = ended(Some(101), OUTPUT);
        assert_eq!(
            unmutated(Some(&run), &names(&["keeps_one_order_for_all"])),
            Vec::<String>::new()
        );
        let complaints = unmutated(
            Some(&run),
            &names(&["keeps_no_snack_twice", "weekly", "gone"]),
        );
        assert!(
            complaints[0].contains("fails without any mutant"),
            "{complaints:?}"
        );
        assert!(complaints[1].contains("is ignored"), "{complaints:?}");
        assert!(
            complaints[2].contains("ended without a result"),
            "{complaints:?}"
        );
        let passed = ended(Some(0), "test proof::a ... ok\n");
        assert_eq!(
            unmutated(Some(&passed), &names(&["gone"])),
            ["there is no test proof::gone"]
        );
        assert_eq!(unmutated(None, &[]).len(), 1);
    }
}
