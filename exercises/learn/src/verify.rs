//! Checks the judges: each unsolved exercise must fail for its stated reason, each solution and
//! each right answer of another kind must pass, and each wrong answer must fail for its own stated
//! reason, as must each cheat. Counts what was tried and what survived.

use crate::compile::Look;
use crate::error::TrialError;
use crate::reading::Reading;
use crate::replay;
use crate::runner::Runner;
use crate::screen::Screen;
use crate::set::{Exercise, Set};
use crate::verdict::GREEN;
use crate::workbench::Trial;
use similar::{ChangeTag, TextDiff};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

/// The least number of wrong answers per exercise.
const WRONG: usize = 2;
/// The least number of right answers of another kind per exercise.
const RIGHT: usize = 2;
/// The most lines that a solution may change, without its first comment.
const CHANGED: usize = 40;
/// The most lines of a solution's first comment: one page.
const EXPLAINED: usize = 45;

/// One answer, and the reason that its judge must give.
struct Expected<'a> {
    exercise: &'a Exercise,
    kind: Kind,
    file: String,
    reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsolved,
    Solution,
    Right,
    Wrong,
    Cheat,
}

/// How many answers were tried, and for how many of them the judge was mistaken.
#[derive(Clone, Copy, Default)]
struct Tally {
    tried: usize,
    /// Wrong answers that the judge accepts, or right ones that it refuses.
    mistaken: usize,
}

impl Tally {
    fn count(&mut self, is_mistaken: bool) {
        self.tried += 1;
        self.mistaken += usize::from(is_mistaken);
    }
}

/// What is tried for one exercise.
struct Plan<'a> {
    exercise: &'a Exercise,
    expected: Vec<Expected<'a>>,
}

/// What came out of one job.
enum Done {
    /// The reason of the verdict on this answer.
    Verdict(usize, Result<String, TrialError>),
    /// In how many picks the exercise breaks, and in which share of its orders.
    Attack(Result<(usize, &'static str), String>),
}

/// What has come out for one exercise so far.
struct Tried {
    verdicts: Vec<Option<Result<String, TrialError>>>,
    attack: Option<Result<(usize, &'static str), String>>,
}

impl Tried {
    fn is_whole(&self) -> bool {
        self.attack.is_some() && self.verdicts.iter().all(Option::is_some)
    }
}

/// What is counted and complained about, over all exercises.
#[derive(Default)]
struct Totals {
    wrong: Tally,
    right: Tally,
    cheats: Tally,
    complaints: Vec<String>,
}

/// Checks the exercises and prints complaints. Prints each exercise as soon as all of it, and of
/// those before it, is tried. Returns whether there are no complaints.
pub(crate) fn verify(
    set: &Set,
    runner: &Runner,
    only: Option<&Exercise>,
    screen: &mut Screen,
) -> Result<bool, String> {
    let began = Instant::now();
    let exercises: Vec<&Exercise> = set
        .exercises
        .iter()
        .filter(|it| only.is_none_or(|only| only == *it))
        .collect();
    let mut totals = Totals::default();
    let mut plans = vec![];
    for &exercise in &exercises {
        totals.complaints.extend(paper(set, exercise));
        let expected = expected(set, exercise).unwrap_or_else(|complaint| {
            totals.complaints.push(complaint);
            vec![]
        });
        plans.push(Plan { exercise, expected });
    }
    let tried: usize = plans.iter().map(|plan| plan.expected.len()).sum();
    all(set, runner, &plans, |plan, tried| {
        screen.words(&told(plan, tried, &mut totals));
    });
    let Totals {
        wrong,
        right,
        cheats,
        complaints,
    } = totals;
    screen.gap();
    for complaint in &complaints {
        screen.bad(complaint);
    }
    let few: Vec<&str> = exercises
        .iter()
        .filter(|it| set.right(it).len() < RIGHT)
        .map(|it| &it.name[..2])
        .collect();
    if !few.is_empty() {
        screen.words(&format!(
            "fewer than {RIGHT} right answers of another kind: {}",
            few.join(", ")
        ));
    }
    screen.words(&format!(
        "wrong answers: {} tried, {} survive · cheats: {} tried, {} survive · right answers: {} \
         tried, {} refused",
        wrong.tried, wrong.mistaken, cheats.tried, cheats.mistaken, right.tried, right.mistaken
    ));
    let summary = format!(
        "{tried} answers to {} exercises in {:.1} s: {}",
        exercises.len(),
        began.elapsed().as_secs_f64(),
        if complaints.is_empty() {
            "all verdicts are as expected".into()
        } else {
            format!("complaints: {}", complaints.len())
        }
    );
    match complaints.is_empty() {
        true => screen.good(&summary),
        false => screen.bad(&summary),
    }
    Ok(complaints.is_empty())
}

/// Counts what came out for one exercise. Returns a line about it.
fn told(plan: &Plan<'_>, tried: Tried, totals: &mut Totals) -> String {
    let attack = match tried.attack.expect("it is whole") {
        Ok((1, odds)) => format!("1 pick breaks it ({odds})"),
        Ok((picks, odds)) => format!("{picks} picks break it ({odds})"),
        Err(complaint) => {
            totals.complaints.push(complaint);
            "no attack".into()
        }
    };
    let mut said = vec![attack];
    for (trial, result) in plan.expected.iter().zip(tried.verdicts) {
        let result = result.expect("it is whole");
        let is_green = result.as_ref().is_ok_and(|reason| reason == GREEN);
        match trial.kind {
            Kind::Unsolved | Kind::Wrong => totals.wrong.count(is_green),
            Kind::Solution | Kind::Right => totals.right.count(!is_green),
            Kind::Cheat => totals.cheats.count(is_green),
        }
        let name = trial
            .file
            .rsplit('/')
            .next()
            .unwrap_or(&trial.file)
            .trim_end_matches(".rs");
        totals.complaints.push(match result {
            Ok(reason) if reason == trial.reason => {
                said.push(format!("{name} {reason}"));
                continue;
            }
            Ok(reason) if reason == GREEN => {
                format!("{}: survives: the judge accepts it", trial.file)
            }
            Ok(reason) => format!(
                "{}: expected `{}`, but the judge says `{reason}`",
                trial.file, trial.reason
            ),
            Err(error) => format!("{}: {error}", trial.file),
        });
    }
    format!("{}: {}", plan.exercise.name, said.join(" · "))
}

/// Runs everything that is planned, as much at the same time as there are cores. Calls `tell` with
/// each exercise, in their sequence, as soon as all of it is tried.
fn all<'a>(set: &Set, runner: &Runner, plans: &[Plan<'a>], mut tell: impl FnMut(&Plan<'a>, Tried)) {
    // The answers of each exercise, and behind them its attack, which no answer stands for.
    let jobs = plans.iter().enumerate().flat_map(|(at, plan)| {
        let answers = (0..plan.expected.len()).map(Some);
        answers.chain([None]).map(move |answer| (at, answer))
    });
    let jobs: Vec<(usize, Option<usize>)> = jobs.collect();
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let (sender, done) = channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let (sender, jobs, next) = (sender.clone(), &jobs, &next);
            scope.spawn(move || {
                while let Some(&job) = jobs.get(next.fetch_add(1, Relaxed)) {
                    let (plan, answer) = (&plans[job.0], job.1);
                    let done = match answer {
                        Some(answer) => {
                            let expected = &plan.expected[answer];
                            Done::Verdict(answer, reason(set, runner, expected))
                        }
                        None => Done::Attack(replay::prove(set, runner, plan.exercise)),
                    };
                    let _unless_it_has_ended = sender.send((job.0, done));
                }
            });
        }
        drop(sender);
        let tried = plans.iter().map(|plan| Tried {
            verdicts: plan.expected.iter().map(|_| None).collect(),
            attack: None,
        });
        let mut tried: VecDeque<Tried> = tried.collect();
        let mut first = 0;
        for (at, done) in done {
            let whose = &mut tried[at - first];
            match done {
                Done::Verdict(answer, reason) => whose.verdicts[answer] = Some(reason),
                Done::Attack(picks) => whose.attack = Some(picks),
            }
            while tried.front().is_some_and(Tried::is_whole) {
                let whole = tried.pop_front().expect("there is one");
                tell(&plans[first], whole);
                first += 1;
            }
        }
    });
}

/// Returns the reason that the judge gives.
fn reason(set: &Set, runner: &Runner, expected: &Expected<'_>) -> Result<String, TrialError> {
    let Expected { exercise, file, .. } = expected;
    let look = Look {
        columns: 100,
        colour: false,
    };
    let trial = Trial::read(set, exercise, file.clone())?;
    Ok(runner.try_answer(set, &trial, look)?.reason)
}

/// Returns the verdicts that an exercise's files state.
fn expected<'a>(set: &Set, exercise: &'a Exercise) -> Result<Vec<Expected<'a>>, String> {
    let trial = |kind: Kind, file: String, reason: String| Expected {
        exercise,
        kind,
        file,
        reason,
    };
    let stated = |file: &str, words: &str| {
        let text = set.read(file)?;
        let word = text
            .lines()
            .filter(|line| line.starts_with("//!"))
            .find_map(|line| line.split_once(words));
        let word = word.map(|(_, after)| {
            after
                .trim()
                .trim_end_matches('.')
                .trim_matches('`')
                .to_owned()
        });
        word.ok_or_else(|| format!("{file} does not say `{words}REASON` in its first comment"))
    };
    let mut expected = vec![
        trial(
            Kind::Unsolved,
            exercise.file("unsolved.rs"),
            stated(&exercise.file("judge.rs"), "Unsolved: ")?,
        ),
        trial(Kind::Solution, exercise.solution(), GREEN.into()),
    ];
    for file in set.right(exercise) {
        expected.push(trial(Kind::Right, file, GREEN.into()));
    }
    for (kind, files) in [
        (Kind::Wrong, set.wrong(exercise)),
        (Kind::Cheat, set.cheats(exercise)),
    ] {
        for file in files {
            let reason = stated(&file, "Red for: ")?;
            expected.push(trial(kind, file, reason));
        }
    }
    Ok(expected)
}

/// Checks everything that needs no judging.
fn paper(set: &Set, exercise: &Exercise) -> Vec<String> {
    let name = &exercise.name;
    let text = |file: &str| set.read(file).unwrap_or_default();
    let (unsolved, solution) = (
        text(&exercise.file("unsolved.rs")),
        text(&exercise.solution()),
    );
    let (hints, readme) = (
        text(&exercise.file("hints.md")),
        text(&exercise.file("README.md")),
    );
    let header = |text: &str| {
        text.lines()
            .take_while(|line| line.starts_with("//!"))
            .count()
    };
    let body = |text: &str| {
        text.lines()
            .skip(header(text))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let (one, other) = (body(&unsolved), body(&solution));
    let diff = TextDiff::from_lines(&one, &other);
    let changed = diff
        .iter_all_changes()
        .filter(|change| change.tag() != ChangeTag::Equal)
        .count();
    let mut complaints = vec![];
    let mut must = |is_so: bool, complaint: String| {
        if !is_so {
            complaints.push(format!("{name}: {complaint}"));
        }
    };
    must(
        hints.split("## ").count() == 4,
        "hints.md must have three parts, each under a `## `".into(),
    );
    must(
        Reading::of(set, exercise).is_some(),
        "reading.md must have two parts of three items, each part under a `## `".into(),
    );
    must(
        readme.starts_with("# "),
        "README.md does not begin with a heading".into(),
    );
    must(
        changed <= CHANGED,
        format!("the solution changes {changed} lines; at most {CHANGED} are allowed"),
    );
    let explained = header(&solution);
    must(
        (5..=EXPLAINED).contains(&explained),
        format!("the solution's first comment has {explained} lines; 5 to {EXPLAINED} are allowed"),
    );
    let wrong = set.wrong(exercise).len();
    must(
        wrong >= WRONG,
        format!("{wrong} wrong answers; at least {WRONG} are required"),
    );
    let right = set.right(exercise);
    for file in &right {
        let text = text(file);
        must(
            header(&text) > 0,
            format!("{file} does not say in a first comment what is different about it"),
        );
        must(
            body(&text) != other,
            format!("{file} is the solution; it must be of another kind"),
        );
    }
    // On a learner's machine exercise.rs is an answer; in CI it must be the original. A new
    // exercise may get its right answers last.
    let is_published = std::env::var_os("CI").is_some_and(|value| value == "true");
    must(
        !is_published || text(&exercise.answer()) == unsolved,
        "exercise.rs differs from unsolved.rs".into(),
    );
    let right = right.len();
    must(
        !is_published || right >= RIGHT,
        format!("{right} right answers of another kind; at least {RIGHT} are required"),
    );
    complaints
}
