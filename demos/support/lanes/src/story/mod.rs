//! A failed schedule as a story that a reader can follow.

mod cause;
mod position;
mod rows;
mod wait_graph;
mod why;

use crate::record::{self, Act, LastPanic, Tape};
use crate::source::Spot;
pub(crate) use cause::{Cause, UNDETERMINED};
pub(crate) use position::{Position, READS_EARLIER, ThreadPosition};
use serde::Serialize;
use wait_graph::WaitGraph;

/// One schedule, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Story {
    #[serde(flatten)]
    pub(crate) cause: Cause,
    /// The columns, from left to right.
    pub(crate) lanes: Vec<LaneName>,
    /// The rows, from first to last.
    pub(crate) steps: Vec<Row>,
    /// Rows that came before and are left out.
    pub(crate) left_out: usize,
    /// The lanes that cannot continue, and why.
    pub(crate) blocked: Vec<Blocked>,
    /// The lanes that wait for each other in a cycle. Empty if there is no cycle.
    pub(crate) cycle: Vec<String>,
    /// What a drawing cannot show, in sentences.
    pub(crate) remarks: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LaneName {
    pub(crate) name: String,
    /// The thread, if this is a task on it: tasks of one thread take turns.
    pub(crate) thread: Option<String>,
}

/// A row: one step of one lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) row: usize,
    /// The column, from 0.
    pub(crate) lane: usize,
    pub(crate) text: String,
    /// The object of the step.
    pub(crate) object: Option<String>,
    /// The words that were written or read.
    pub(crate) said: Option<String>,
    pub(crate) at: Option<Spot>,
    pub(crate) mark: Mark,
}

/// The role of a row in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    /// A step.
    Step,
    /// The lane holds something from this row on.
    Takes,
    /// The lane releases it.
    LetsGo,
    /// A wait that can end, or did end.
    Waits,
    /// The lane cannot continue.
    Stuck,
    /// The panic.
    Fails,
}

/// Why a lane cannot continue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Blocked {
    pub(crate) lane: String,
    /// The objects that it holds.
    pub(crate) holds: Vec<String>,
    /// What it waits for: `room`, `bob's phone to read`.
    pub(crate) waits_for: String,
    /// The lanes that can end the wait.
    pub(crate) on: Vec<String>,
    /// The row of its last step, if it is drawn.
    pub(crate) row: Option<usize>,
    /// The whole reason in a sentence.
    pub(crate) text: String,
}

impl Story {
    /// A story without a schedule: only the reason why the model was refused.
    pub(crate) fn refused(why: &str) -> Story {
        let cause = Cause::Refused(why.to_owned());
        Story {
            cause,
            lanes: vec![],
            steps: vec![],
            left_out: 0,
            blocked: vec![],
            cycle: vec![],
            remarks: vec![],
        }
    }

    /// Which lane waits for which, and why, in one sentence per lane; the cycle comes last.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut sentences: Vec<String> = self
            .blocked
            .iter()
            .map(|blocked| blocked.text.clone())
            .collect();
        sentences.extend(self.remarks.clone());
        if let Some(first) = self.cycle.first() {
            sentences.push(format!("The cycle: {} → {first}.", self.cycle.join(" → ")));
        }
        sentences
    }
}

/// The story of the schedule that has just ended on this thread.
pub(crate) fn of_this_schedule() -> Story {
    let panic = record::last_panic();
    let cause = Cause::of(panic.as_ref());
    record::tape(|tape| tell(tape, cause, panic.as_ref()))
}

/// Where the schedule of this thread stands.
pub(crate) fn position() -> Position {
    record::tape(|tape| {
        tape.tell_namesakes_apart();
        position::of(tape)
    })
}

fn tell(tape: &mut Tape, cause: Cause, panic: Option<&LastPanic>) -> Story {
    tape.tell_namesakes_apart();
    if cause == Cause::Deadlock {
        tape.show_all_waits();
    }
    let mut graph = WaitGraph::of(tape);
    graph.shown = shown_lanes(tape, &graph, panic);
    let columns: Vec<usize> = (0..tape.lanes.len())
        .filter(|&lane| graph.shown[lane])
        .collect();
    let (steps, numbers) = rows::of(tape, &cause, panic, &columns, &graph);
    let row_of = |step: usize| {
        numbers
            .iter()
            .find(|(index, _)| *index == step)
            .map(|(_, row)| *row)
    };
    let (blocked, cycle, mut remarks) = match cause {
        Cause::Deadlock => (graph.blocked(row_of), graph.cycle_names(), graph.remarks()),
        _ => (vec![], vec![], vec![]),
    };
    remarks.extend(rows::remark_on_old_values(tape));
    let name = |lane: usize| tape.lanes[lane].name.clone();
    let lane_name = |&lane: &usize| LaneName {
        name: name(lane),
        thread: tape.lanes[lane].host.map(name),
    };
    let lanes = columns.iter().map(lane_name).collect();
    let left_out = steps.first().map_or(0, |row| row.row - 1);
    Story {
        cause,
        lanes,
        steps,
        left_out,
        blocked,
        cycle,
        remarks,
    }
}

/// The number of steps that the first thread made before any other lane moved. They are the set-up:
/// no schedule could have ordered them differently. If the first thread still holds something
/// afterwards, or no other lane ever moves, these steps are part of the story.
fn set_up(tape: &Tape) -> usize {
    let first = tape.steps.first().map_or(0, |step| step.lane);
    let others = |step: &record::Step| step.lane != first || matches!(step.act, Act::Start(_));
    let Some(steps) = tape.steps.iter().position(others) else {
        return 0;
    };
    let holds = tape.steps[..steps]
        .iter()
        .fold(0, |holds, step| match step.act {
            Act::Take | Act::TakeToRead | Act::TakeToWrite => holds + 1,
            Act::LetGo => holds - 1,
            _ => holds,
        });
    if holds == 0 { steps } else { 0 }
}

/// Which lanes are drawn. Lanes that only start and join others are not, unless the story is about
/// them.
fn shown_lanes(tape: &Tape, graph: &WaitGraph<'_>, panic: Option<&LastPanic>) -> Vec<bool> {
    let told = &tape.steps[set_up(tape)..];
    let acts = |lane: usize| {
        told.iter()
            .any(|step| step.lane == lane && !step.act.is_bookkeeping())
    };
    let mut shown: Vec<bool> = (0..tape.lanes.len())
        .map(|lane| acts(lane) || graph.cycle.contains(&lane))
        .collect();
    if let Some(lane) = panic
        .filter(|panic| !cause::is_loom(&panic.file))
        .and_then(|panic| shown.get_mut(panic.lane))
    {
        *lane = true;
    }
    if !shown.contains(&true) {
        shown.fill(true);
    }
    shown
}
