//! Plays a model: the caller picks which thread makes the next step.
//!
//! A pick is a longer list of picks: the model is run again from its start, one step further. So a
//! game is as deterministic as its model, and nothing runs between two picks. Any thread that can
//! move may be picked, also where [`explore`](crate::explore) prunes an order because it can make no
//! difference.

use crate::bounds::Bounds;
use crate::director::{EARLIER, Played, Script};
use crate::heap::Heap;
use crate::record::{LaneId, Place};
use crate::run::{Model, Report, Run};
use crate::story::{Cause, Position, READS_EARLIER, Story, ThreadPosition};
use std::cell::OnceCell;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::{error, fmt};

/// A model whose schedule the caller picks, step by step.
///
/// An atomic is read as its latest value, unless the pick says otherwise: if a load may also read
/// an older one, because nothing orders it behind the newer store, the thread has a second pick,
/// whose name is the thread's name and ` (earlier)`.
///
/// ```
/// use lanes::{Outcome, Play, sync::{Arc, Mutex}, thread};
///
/// let mut play = Play::start(|| {
///     let locks = Arc::new((Mutex::new("tray", 8), Mutex::new("seat", 0)));
///     let shared = locks.clone();
///     let ann = thread::spawn("ann", move || *shared.0.lock() -= *shared.1.lock());
///     let bob = thread::spawn("bob", move || *locks.1.lock() += *locks.0.lock());
///     ann.join().unwrap();
///     bob.join().unwrap();
/// });
/// for name in ["ann", "bob"] {
///     play.pick(name).unwrap();
/// }
/// assert!(matches!(play.outcome(), Outcome::Deadlock { .. }), "{play:?}");
/// ```
pub struct Play {
    model: Model,
    picks: Vec<LaneId>,
    now: Now,
    /// Asked for at most once a position, because it runs the model once a thread.
    threads: OnceCell<Vec<Thread>>,
}

/// The name of a model's own first thread, unless the model renames it.
const FIRST: &str = "main";

/// Picks, and the threads that can move after them.
type Fork = (Vec<LaneId>, Vec<LaneId>);

/// What one run of the model found.
struct Now {
    outcome: Outcome,
    able: Vec<LaneId>,
    forks: Vec<Vec<LaneId>>,
    could_read_earlier: bool,
    position: Position,
}

/// A thread of the model, and its next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its name.
    pub name: String,
    /// Its next step: `takes room`, or `waits for room`. Empty if it has ended.
    pub next: String,
    /// The place of that step in the program: `room.rs:54`. Empty if it has ended.
    pub at: String,
    /// The names of the locks and permits that it holds.
    pub holds: Vec<String>,
    /// The step if it reads an earlier value, where it can: then ` (earlier)` behind the name picks
    /// that.
    pub earlier: Option<String>,
    /// Whether it can be picked.
    pub can_move: bool,
}

/// A step that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    /// The thread that made it.
    pub thread: String,
    /// The step in words.
    pub words: String,
    /// Its place in the program: `room.rs:54`.
    pub at: String,
}

/// How a game stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A thread can move.
    Running,
    /// Every thread has ended, and nothing panicked.
    Kept,
    /// The model panicked, with this message, or it never ends.
    Broken(String),
    /// No thread can move, and at least one has not ended.
    Deadlock {
        /// The threads that wait for each other in a cycle. Empty if there is no cycle.
        cycle: Vec<String>,
        /// Why each thread cannot continue, one sentence per thread.
        why: Vec<String>,
    },
    /// The model cannot be judged, for this reason.
    Refused(String),
}

/// Why a thread cannot be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotMove {
    /// No thread has this name.
    NoSuchThread(String),
    /// The thread has ended.
    HasEnded(String),
    /// The thread waits. The sentence says for what.
    Waits(String),
    /// The thread's next step cannot read an earlier value.
    NothingEarlier(String),
}

impl fmt::Display for CannotMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotMove::NoSuchThread(name) => {
                write!(f, "no thread has the name \"{}\"", name.escape_debug())
            }
            CannotMove::HasEnded(name) => write!(f, "{name} has ended."),
            CannotMove::Waits(why) => f.write_str(why),
            CannotMove::NothingEarlier(name) => {
                write!(f, "{name} cannot read an earlier value there.")
            }
        }
    }
}

impl error::Error for CannotMove {}

impl Play {
    /// Starts a game: every thread stands before its first step.
    ///
    /// # Panics
    /// If called inside of a model.
    #[track_caller]
    pub fn start(model: impl Fn() + Send + Sync + 'static) -> Play {
        Play::of(Arc::new(model))
    }

    #[track_caller]
    fn of(model: Model) -> Play {
        assert!(
            !crate::record::exploring(),
            "a model is played inside of another model: do one after the other"
        );
        let now = run(&model, &[], false);
        let (picks, threads) = (Vec::new(), OnceCell::new());
        Play {
            model,
            picks,
            now,
            threads,
        }
    }

    /// How the game stands.
    pub fn outcome(&self) -> &Outcome {
        &self.now.outcome
    }

    /// The threads, each with its next step. The model's own first thread is one of them once it
    /// makes steps beside others.
    pub fn threads(&self) -> &[Thread] {
        self.threads.get_or_init(|| {
            let threads = self.now.position.threads.iter();
            let plays = |lane| lane != 0 || self.now.forks.iter().flatten().any(|&able| able == 0);
            threads
                .filter(|thread| plays(thread.lane))
                .map(|thread| self.thread(thread))
                .collect()
        })
    }

    /// Lets a thread make its next step. `main` is the model's own first thread, also if it has
    /// another name: picks that were kept may be older than that.
    ///
    /// # Errors
    /// If there is no such thread, or it cannot move.
    pub fn pick(&mut self, thread: &str) -> Result<(), CannotMove> {
        let (thread, earlier) = match thread.strip_suffix(READS_EARLIER) {
            Some(thread) => (thread, EARLIER),
            None => (thread, 0),
        };
        let mut threads = self.now.position.threads.iter();
        let first = threads.clone().find(|_| thread == FIRST);
        let found = threads.find(|other| other.name == thread).or(first);
        let found = found.ok_or_else(|| CannotMove::NoSuchThread(thread.to_owned()))?;
        let (lane, name) = (found.lane, found.name.clone());
        if !self.now.able.contains(&lane) {
            return Err(match &found.why {
                Some(why) if !found.has_ended => CannotMove::Waits(why.clone()),
                _ => CannotMove::HasEnded(name),
            });
        }
        self.picks.push(lane | earlier);
        let now = run(&self.model, &self.picks, false);
        if earlier != 0 && !now.could_read_earlier {
            self.picks.pop();
            return Err(CannotMove::NothingEarlier(name));
        }
        self.now = now;
        self.threads = OnceCell::new();
        Ok(())
    }

    /// Takes the latest pick back. Returns `false` if there is none.
    pub fn undo(&mut self) -> bool {
        let undone = self.picks.pop().is_some();
        if undone {
            self.now = run(&self.model, &self.picks, false);
            self.threads = OnceCell::new();
        }
        undone
    }

    /// Searches the fewest picks from here to a bad end, breadth first, in at most this many runs
    /// of the model: so it finds the same on a busy machine. Two orders of picks that no step can
    /// tell apart count as one.
    pub fn shortest_bad_end(&self, runs: usize) -> Shortest {
        let is_bad = |outcome: &Outcome| !matches!(outcome, Outcome::Running | Outcome::Kept);
        self.search(is_bad, VecDeque::pop_front, runs)
    }

    /// Searches picks from here to an end where nothing is broken, depth first, in at most this
    /// many runs of the model. [`Shortest::None`]: every order of picks ends badly.
    pub fn good_end(&self, runs: usize) -> Shortest {
        let is_good = |outcome: &Outcome| *outcome == Outcome::Kept;
        self.search(is_good, VecDeque::pop_back, runs)
    }

    fn search(
        &self,
        is_wanted: impl Fn(&Outcome) -> bool,
        pop: fn(&mut VecDeque<Fork>) -> Option<Fork>,
        runs: usize,
    ) -> Shortest {
        let mut left = runs;
        let mut seen = HashSet::new();
        let mut next: VecDeque<Fork> = [(self.picks.clone(), self.now.able.clone())].into();
        while let Some((picks, able)) = pop(&mut next) {
            let mut able: VecDeque<LaneId> = able.into();
            while let Some(pick) = able.pop_front() {
                let Some(fewer) = left.checked_sub(1) else {
                    return Shortest::GaveUp;
                };
                left = fewer;
                let picks: Vec<LaneId> = picks.iter().copied().chain([pick]).collect();
                let now = run(&self.model, &picks, false);
                if is_wanted(&now.outcome) {
                    let mut names = now.position.names(&picks);
                    return Shortest::Found(names.split_off(self.picks.len()));
                }
                if now.could_read_earlier && pick & EARLIER == 0 {
                    able.push_back(pick | EARLIER);
                }
                if now.outcome == Outcome::Running && seen.insert(now.position.fingerprint) {
                    next.push_back((picks, now.able));
                }
            }
        }
        Shortest::None
    }

    /// The steps so far, the first one first.
    pub fn rows(&self) -> Vec<Moves> {
        let position = &self.now.position;
        let rows = position.rows.iter().map(|row| Moves {
            thread: position.name(row.thread),
            words: row.words.clone(),
            at: place(row.at),
        });
        rows.collect()
    }

    /// The picks so far, by the names of the threads.
    pub fn picks(&self) -> Vec<String> {
        self.now.position.names(&self.picks)
    }

    fn thread(&self, thread: &ThreadPosition) -> Thread {
        let can_move = self.now.able.contains(&thread.lane);
        let (mut next, mut at, mut earlier) = (String::new(), String::new(), None);
        if can_move {
            let step = self.next_step(thread.lane);
            (next, at) = (step.0, step.1);
            if step.2 {
                earlier = Some(self.next_step(thread.lane | EARLIER).0);
            }
        } else if !thread.has_ended {
            let what = thread.waits_for.as_deref().unwrap_or("another thread");
            at = thread.at.map_or_else(String::new, place);
            next = format!("waits for {what}");
        }
        Thread {
            name: thread.name.clone(),
            next,
            at,
            holds: thread.holds.clone(),
            earlier,
            can_move,
        }
    }

    /// What the thread would do, found by letting it: in words, where, and whether it could read an
    /// earlier value.
    fn next_step(&self, pick: LaneId) -> (String, String, bool) {
        let picks: Vec<LaneId> = self.picks.iter().copied().chain([pick]).collect();
        let next = run(&self.model, &picks, false);
        let seen = self.now.position.rows.len();
        let lane = pick & !EARLIER;
        let mut rows = next.position.rows.iter().skip(seen);
        let (words, at) = rows.find(|row| row.thread == lane).map_or_else(
            || ("continues".to_owned(), String::new()),
            |row| (row.words.clone(), place(row.at)),
        );
        (words, at, next.could_read_earlier)
    }
}

/// What a search for picks found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortest {
    /// These picks, by the names of the threads, lead to such an end. To a bad one no fewer do.
    Found(Vec<String>),
    /// No pick from here leads to such an end.
    None,
    /// There are more orders than it may run.
    GaveUp,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number of schedules played to their end.
    pub schedules: usize,
    /// Whether these are all schedules.
    pub all: bool,
    /// The picks of the first schedule that ended badly, by the names of the threads, and how it
    /// ended.
    pub bad: Option<(Vec<String>, Outcome)>,
}

/// Plays the schedules of a model one by one, until one ends badly, all are played, or `at_most`
/// were played.
///
/// Every order of the picks counts, also of two independent steps. [`explore`](crate::explore) skips
/// those, and therefore counts fewer schedules and can explore more. Each load reads the latest
/// value: what needs an earlier one is found by [`explore`](crate::explore) alone.
///
/// # Panics
/// If called inside of a model.
#[track_caller]
pub fn search(model: impl Fn() + Send + Sync + 'static, at_most: usize) -> Found {
    let model: Model = Arc::new(model);
    let mut found = Found {
        schedules: 0,
        all: false,
        bad: None,
    };
    let mut picks: Vec<LaneId> = Vec::new();
    while found.schedules < at_most {
        let played = run(&model, &picks, true);
        found.schedules += 1;
        // The schedule went on with the first thread at each fork.
        let forks = &played.forks;
        picks.extend(
            forks
                .iter()
                .skip(picks.len())
                .filter_map(|able| able.first()),
        );
        if played.outcome != Outcome::Kept {
            found.bad = Some((played.position.names(&picks), played.outcome));
            return found;
        }
        let next = loop {
            let Some(picked) = picks.pop() else {
                break None;
            };
            let able = forks[picks.len()].iter();
            if let Some(&next) = able.skip_while(|&&able| able != picked).nth(1) {
                break Some(next);
            }
        };
        match next {
            Some(next) => picks.push(next),
            None => {
                found.all = true;
                break;
            }
        }
    }
    found
}

/// Far more than any model that a person plays, and few enough that a loop without an end is found.
const STEPS: usize = 100_000;

/// Runs the model with these picks, and after them to its end or not at all.
fn run(model: &Model, picks: &[LaneId], goes_on: bool) -> Now {
    let bounds = Bounds {
        attempts: true,
        ..Bounds::exhaustive().steps(STEPS)
    };
    let (report, played) = Run {
        model: Arc::clone(model),
        bounds,
        checkpoint: None,
        at_most: 1,
        attempted: None,
        script: Some(Script {
            picks: picks.to_vec(),
            goes_on,
        }),
        heap: Heap::AsItIs,
    }
    .play();
    let (played, position) = played.unwrap_or_default();
    let Played {
        forks,
        is_stopped,
        could_read_earlier,
    } = played;
    let able = forks.last().filter(|_| is_stopped).cloned();
    let outcome = match report {
        _ if is_stopped => Outcome::Running,
        Report::Complete { .. } | Report::Stopped { .. } => Outcome::Kept,
        Report::Fell { story, .. } => fell(*story),
    };
    Now {
        outcome,
        able: able.unwrap_or_default(),
        forks,
        could_read_earlier,
        position,
    }
}

fn fell(story: Story) -> Outcome {
    match story.cause {
        Cause::Panic(message) => Outcome::Broken(message),
        Cause::Endless => Outcome::Broken(Cause::Endless.message().unwrap_or_default().to_owned()),
        Cause::Refused(why) => Outcome::Refused(why),
        Cause::Deadlock => Outcome::Deadlock {
            cycle: story.cycle,
            why: story
                .blocked
                .into_iter()
                .map(|blocked| plain(&blocked.text))
                .collect(),
        },
    }
}

/// A sentence without the marks and row numbers that belong to a drawing.
fn plain(sentence: &str) -> String {
    let mut rest = sentence;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once(" (row ") {
        plain.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain.replace('`', "")
}

/// The place in the form `room.rs:54`.
pub(crate) fn place(at: Place) -> String {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file}:{}", at.line())
}

impl fmt::Debug for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Play")
            .field("picks", &self.picks())
            .field("outcome", &self.now.outcome)
            .finish_non_exhaustive()
    }
}
