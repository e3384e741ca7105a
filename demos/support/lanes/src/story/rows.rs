//! Turns the record into the rows of a drawing.

use super::wait_graph::WaitGraph;
use super::{Cause, Mark, Row, cause};
use crate::record::{Act, Kind, LastPanic, Step, Tape, Wait};
use crate::source::Sources;

/// A schedule that never ends is shown by its last rows: earlier rows repeat the same steps.
const ROWS_OF_AN_ENDLESS_STORY: usize = 12;
/// A long schedule is shown by its last rows, because readers would not read it from the top. A
/// deadlock with a cycle is the exception: its first row may matter, so all rows are shown.
const ROWS_OF_A_LONG_STORY: usize = 60;

/// The rows of these columns, and the row of each step of the record.
pub(super) fn of(
    tape: &Tape,
    cause: &Cause,
    panic: Option<&LastPanic>,
    columns: &[usize],
    graph: &WaitGraph<'_>,
) -> (Vec<Row>, Vec<(usize, usize)>) {
    let mut sources = Sources::default();
    let column = |lane: usize| columns.iter().position(|&other| other == lane);
    let is_stuck = |index: usize| *cause == Cause::Deadlock && tape.is_stuck_at(index);
    let mut rows = vec![];
    let mut numbers = vec![];
    let is_drawn = |&(index, step): &(usize, &Step)| {
        let is_story =
            !step.act.is_bookkeeping() || is_stuck(index) && !graph.merely_joins(step.lane);
        column(step.lane).is_some() && is_story
    };
    let steps = tape.steps.iter().enumerate().skip(super::set_up(tape));
    let mut steps = steps.filter(is_drawn).peekable();
    while let Some((index, step)) = steps.next() {
        let Some(lane) = column(step.lane) else {
            continue;
        };
        // A lock that is taken and released with nothing in between is one row.
        let is_short =
            step.act.takes() && steps.next_if(|(_, next)| lets_go_of(next, step)).is_some();
        rows.push(Row {
            row: rows.len() + 1,
            lane,
            text: words(tape, step) + if is_short { ", lets go" } else { "" },
            object: step.object.map(|object| tape.objects[object].name.clone()),
            said: step.said.as_deref().map(str::to_owned),
            at: step.at.map(|at| sources.spot(at.file(), at.line())),
            mark: match step.act {
                _ if is_stuck(index) => Mark::Stuck,
                Act::Wait(_) => Mark::Waits,
                act if act.takes() && !is_short => Mark::Takes,
                Act::LetGo => Mark::LetsGo,
                _ => Mark::Step,
            },
        });
        numbers.push((index, rows.len()));
    }
    if let (Some(panic), Some(word)) = (panic, cause.row())
        && let Some(lane) = column(panic.lane)
    {
        rows.push(Row {
            row: rows.len() + 1,
            lane,
            text: word.into(),
            object: None,
            said: None,
            at: (!cause::is_loom(&panic.file)).then(|| sources.spot(&panic.file, panic.line)),
            mark: Mark::Fails,
        });
    }
    let most = match cause {
        Cause::Endless => ROWS_OF_AN_ENDLESS_STORY,
        Cause::Deadlock => rows.len(),
        _ => ROWS_OF_A_LONG_STORY,
    };
    rows.drain(..rows.len().saturating_sub(most));
    (rows, numbers)
}

fn lets_go_of(step: &Step, taken: &Step) -> bool {
    step.act == Act::LetGo && (step.lane, step.object) == (taken.lane, taken.object)
}

pub(super) fn words(tape: &Tape, step: &Step) -> String {
    let object = step.object.map(|object| &tape.objects[object]);
    let name = object.map_or("", |object| &object.name);
    // The thread `bob's phone` reads the phone of that name, so the name is shown once.
    let is_itself = name == tape.lanes[step.lane].name;
    let is_phone = object.is_some_and(|object| object.kind == Kind::Phone);
    let name = if is_itself && is_phone { "" } else { name };
    step.act
        .words(object.map(|object| object.kind), name, |lane| {
            tape.lanes[lane].name.clone()
        })
}

/// The explanation for rows that read a value that was replaced already.
pub(super) fn remark_on_old_values(tape: &Tape) -> Option<String> {
    let read = tape
        .steps
        .iter()
        .find(|step| matches!(step.act, Act::Load { old: true, .. }))?;
    let name = &tape.objects[read.object?].name;
    Some(format!(
        "“An old value”: a processor may show a thread a value of `{name}` that another thread has replaced already."
    ))
}

impl Tape {
    /// Renames lanes that have the same name, so that a reader can tell them apart.
    pub(super) fn tell_namesakes_apart(&mut self) {
        for lane in (1..self.lanes.len()).rev() {
            let name = self.lanes[lane].name.clone();
            let earlier = self.lanes[..lane]
                .iter()
                .filter(|other| other.name == name)
                .count();
            if earlier > 0 {
                self.lanes[lane].name = format!("{name} ({})", earlier + 1);
            }
        }
    }

    /// Shows every wait in a deadlock, also one that was not blocked when it began. A task that is
    /// ready waits for its turn.
    pub(super) fn show_all_waits(&mut self) {
        for lane in 0..self.lanes.len() {
            for index in 0..self.lanes[lane].waits.len() {
                if self.lanes[lane].waits[index].step.is_none() {
                    let wait = self.lanes[lane].waits[index].clone();
                    self.lanes[lane].waits[index].step = Some(self.show(lane, &wait));
                }
            }
        }
        for lane in 0..self.lanes.len() {
            let Some(blocker) = self.thread_stopped_by(lane) else {
                continue;
            };
            if !self.lanes[lane].ended
                && (self.lanes[lane].woken || self.lanes[lane].waits.is_empty())
            {
                let mut turn = Wait::for_turn(blocker);
                turn.step = Some(self.show(lane, &turn));
                self.lanes[lane].waits = vec![turn];
            }
        }
    }

    fn show(&mut self, lane: usize, wait: &Wait) -> usize {
        self.steps.push(Step {
            lane,
            act: Act::Wait(wait.how),
            object: wait.object,
            at: wait.at,
            said: None,
        });
        self.steps.len() - 1
    }

    /// Whether this is the step at which a lane waits in the end.
    fn is_stuck_at(&self, step: usize) -> bool {
        self.lanes
            .iter()
            .any(|lane| lane.waits.iter().any(|wait| wait.step == Some(step)))
    }

    /// The task that blocks the thread on which this task waits for its turn.
    pub(super) fn thread_stopped_by(&self, lane: usize) -> Option<usize> {
        let host = self.lanes[lane].host?;
        let stops = |task: &usize| {
            self.lanes[*task]
                .waits
                .iter()
                .any(|wait| wait.stops_thread && !wait.is_for_turn())
        };
        let mut tasks = (0..self.lanes.len()).filter(|&other| self.lanes[other].host == Some(host));
        tasks.find(stops).filter(|&task| task != lane)
    }
}
