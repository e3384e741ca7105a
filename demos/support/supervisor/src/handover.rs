//! Which worker serves, and which one is next: every decision of the supervisor, and none of its
//! actions.
//!
//! A replacement has two stages. First the next worker *checks* whether it can read the snapshots,
//! while the old one serves and does not know. If it can, the supervisor asks the old one to stop.
//! The next one starts to serve only when the old one has stopped, or has died: so two never serve
//! at once.

/// A worker's number: 1 for the first that was started.
pub(crate) type WorkerId = u64;

/// What the supervisor must do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send this worker the snapshots to check.
    Check(WorkerId),
    /// Tell this worker to stop after its next tick.
    HandOver(WorkerId),
    /// Send this worker all descriptors: it serves from now on.
    Serve(WorkerId),
    /// Tell this worker to shut the server down gracefully.
    ShutDown(WorkerId),
    /// Kill this worker.
    Kill(WorkerId),
    /// Start another worker, which [serves](Handover::serve) at once: the one that served died.
    Restart,
    /// The server has ended, so the supervisor ends, too.
    Exit,
    /// Write this to the log: something went wrong.
    Log(&'static str),
    /// Write this to the log: what was asked for was done.
    LogDone(&'static str),
}

/// How far a replacement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// This worker checks whether it can read the snapshots.
    Checking(WorkerId),
    /// This worker can; the old one was asked to stop.
    HandingOver(WorkerId),
}

/// The state of the decisions.
#[derive(Debug)]
pub(crate) struct Handover {
    /// The worker that serves; 0 before the first one.
    serving: WorkerId,
    phase: Phase,
    /// A worker that ends now is not replaced.
    shutting_down: bool,
}

impl Handover {
    /// No worker serves yet.
    pub(crate) fn new() -> Self {
        Self {
            serving: 0,
            phase: Phase::Idle,
            shutting_down: false,
        }
    }

    /// This worker serves from now on, from wherever the one before it was.
    pub(crate) fn serve(&mut self, worker: WorkerId) -> Vec<Action> {
        self.serving = worker;
        vec![Action::Serve(worker)]
    }

    /// Whether this worker serves. What another worker says of snapshots and connections is out of
    /// date, or premature.
    pub(crate) fn is_serving(&self, worker: WorkerId) -> bool {
        self.serving == worker
    }

    /// Whether a replacement is in progress, so that a deadline must run.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Whether a replacement may start: only one at a time, and none during shutdown.
    pub(crate) fn may_begin(&self) -> bool {
        !self.is_in_progress() && !self.shutting_down
    }

    /// Begins a replacement by this worker, which was just started.
    pub(crate) fn begin(&mut self, next: WorkerId) -> Vec<Action> {
        self.phase = Phase::Checking(next);
        vec![Action::Check(next)]
    }

    /// The worker says that it can read the snapshots.
    pub(crate) fn ready(&mut self, worker: WorkerId) -> Vec<Action> {
        if self.phase != Phase::Checking(worker) {
            return vec![];
        }
        self.phase = Phase::HandingOver(worker);
        vec![Action::HandOver(self.serving)]
    }

    /// The worker says that it has stopped and that its last snapshots are written.
    pub(crate) fn stopped(&mut self, worker: WorkerId) -> Vec<Action> {
        match self.phase {
            Phase::HandingOver(next) if worker == self.serving => self.promote(next),
            _ => vec![],
        }
    }

    fn promote(&mut self, next: WorkerId) -> Vec<Action> {
        self.phase = Phase::Idle;
        let mut actions = self.serve(next);
        actions.push(Action::LogDone("handed over to a new worker"));
        if self.shutting_down {
            actions.push(Action::ShutDown(next)); // The old one had no time to say goodbye.
        }
        actions
    }

    /// The worker's process has ended. Its messages were all handled before.
    pub(crate) fn exited(&mut self, worker: WorkerId) -> Vec<Action> {
        match self.phase {
            Phase::Checking(next) if worker == next => {
                self.phase = Phase::Idle;
                vec![Action::Log(
                    "the new worker cannot take over: nothing was changed",
                )]
            }
            Phase::HandingOver(next) if worker == next => {
                // The old one may have stopped already: kill it and start another.
                self.phase = Phase::Idle;
                vec![
                    Action::Log("the new worker died during the handover"),
                    Action::Kill(self.serving),
                ]
            }
            // It died instead of stopping, which has the same result.
            Phase::HandingOver(next) if worker == self.serving => self.promote(next),
            _ if worker != self.serving => vec![],
            _ if self.shutting_down => vec![Action::Exit],
            _ => vec![Action::Restart],
        }
    }

    /// The deadline of the phase is over.
    pub(crate) fn timed_out(&mut self) -> Vec<Action> {
        match self.phase {
            // Its exit is reported next, and ends the phase.
            Phase::Checking(silent) => vec![
                Action::Log("the new worker does not answer: killing it"),
                Action::Kill(silent),
            ],
            Phase::HandingOver(_) => vec![
                Action::Log("the old worker does not stop: killing it"),
                Action::Kill(self.serving),
            ],
            Phase::Idle => vec![],
        }
    }

    /// Whether the server shuts down.
    pub(crate) fn is_shutting_down(&self) -> bool {
        self.shutting_down
    }

    /// Shuts down gracefully; the second call kills the workers.
    pub(crate) fn shut_down(&mut self) -> Vec<Action> {
        if self.shutting_down {
            let mut actions = vec![Action::Kill(self.serving)];
            if let Phase::Checking(next) | Phase::HandingOver(next) = self.phase {
                self.phase = Phase::Idle;
                actions.push(Action::Kill(next));
            }
            return actions;
        }
        self.shutting_down = true;
        match self.phase {
            // The old one serves and says goodbye; the next one is not needed any more.
            Phase::Checking(next) => {
                self.phase = Phase::Idle;
                vec![Action::Kill(next), Action::ShutDown(self.serving)]
            }
            // The old one may have stopped already, and then cannot say goodbye to its players. The
            // next one does.
            Phase::HandingOver(_) => vec![],
            Phase::Idle => vec![Action::ShutDown(self.serving)],
        }
    }

    /// The worker that serves has begun to shut down, asked to or on its own.
    pub(crate) fn worker_shuts_down(&mut self) -> Vec<Action> {
        self.shutting_down = true;
        match self.phase {
            // It says goodbye itself; the next one is not needed any more.
            Phase::Checking(next) => {
                self.phase = Phase::Idle;
                vec![Action::Kill(next)]
            }
            Phase::HandingOver(_) | Phase::Idle => vec![],
        }
    }
}
