//! The supervisor: it starts workers, holds their descriptors, and passes these on to the next one.
//! It knows nothing of what the workers serve.

mod deadline;
mod held;
mod reader;

use crate::{
    error::SuperviseError,
    handover::{Action, Handover, WorkerId},
    ipc::{Channel, Kind, Message},
};
use deadline::Deadline;
use held::HeldDescriptors;
use reader::{Event, read};
use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
    process::{Command, ExitStatus},
    thread,
    time::Instant,
};
use tokio::{
    runtime::{Builder, Runtime},
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::sleep_until,
};
use web_server::signals::{INTERRUPTED, Signals};

/// After this many deaths in a row, each before the worker had served for a while, the supervisor
/// gives up.
const DEATHS: u32 = 5;

/// How much a sentence in the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// What was asked for was done.
    Info,
    /// Something went wrong, or was not done.
    Warning,
}

#[derive(Debug)]
struct Worker {
    channel: Channel,
    /// Its program has served for a while, in this worker or in one before.
    is_proven: bool,
}

struct Supervisor<F> {
    command: F,
    log: fn(Severity, &str),
    /// The program of the last worker that served for a while; it is started after a crash. The
    /// program on the disk may be a newer one that does not work.
    proven: Option<OwnedFd>,
    events: mpsc::UnboundedSender<Event>,
    held: HeldDescriptors,
    workers: BTreeMap<WorkerId, Worker>,
    started: WorkerId,
    handover: Handover,
    /// When the phase of the handover times out.
    deadline: Deadline,
    deaths: u32,
    /// A second signal asked to exit at once.
    is_hurried: bool,
}

/// A supervisor that has nothing to supervise yet. From here on no signal ends it: a signal that
/// comes before the first worker runs is kept.
#[derive(Debug)]
pub struct Prepared {
    runtime: Runtime,
    signals: Signals,
    replace: Signal,
}

impl Prepared {
    /// Listens to the signals.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub fn new() -> Result<Self, SuperviseError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(SuperviseError::Start)?;
        let within = runtime.enter();
        let replace = signal(SignalKind::user_defined2()).map_err(SuperviseError::Start)?;
        let signals = Signals::listen();
        drop(within);
        Ok(Self {
            runtime,
            signals,
            replace,
        })
    }
}

/// Supervises a server until it shuts down, and returns its exit status.
///
/// `command` builds a worker's command. Its argument is the program of a worker that has served for
/// a while; `None` means the program that is on the disk now. The worker's standard input becomes
/// its channel to the supervisor. `log` writes a sentence to the log.
///
/// # Errors
/// If no worker can be started, or none stays alive.
pub fn supervise(
    prepared: Prepared,
    listener: OwnedFd,
    command: impl FnMut(Option<&Path>) -> Command,
    log: fn(Severity, &str),
) -> Result<i32, SuperviseError> {
    let Prepared {
        runtime,
        mut signals,
        mut replace,
    } = prepared;
    runtime.block_on(async {
        let (sender, mut events) = mpsc::unbounded_channel();
        let mut supervisor = Supervisor {
            command,
            log,
            proven: None,
            events: sender,
            held: HeldDescriptors::new(listener),
            workers: BTreeMap::new(),
            started: 0,
            handover: Handover::new(),
            deadline: Deadline::from(Instant::now()),
            deaths: 0,
            is_hurried: false,
        };
        supervisor.start_serving()?;
        loop {
            let in_progress = supervisor.handover.is_in_progress();
            select! {
                biased;
                event = events.recv() => match event {
                    Some(Event::Message(from, message, fd)) => supervisor.receive(from, message, fd),
                    Some(Event::Exited(worker, status)) => {
                        if let Some(status) = supervisor.exited(worker, status)? {
                            return Ok(status);
                        }
                    }
                    None => return Err(SuperviseError::NoThreads),
                },
                _ = replace.recv() => supervisor.replace(),
                _ = signals.next() => supervisor.shut_down(),
                () = sleep_until(supervisor.deadline.at().into()), if in_progress => {
                    if supervisor.deadline.has_passed(Instant::now()) {
                        let actions = supervisor.handover.timed_out();
                        supervisor.perform(actions);
                    }
                }
            }
        }
    })
}

impl<F: FnMut(Option<&Path>) -> Command> Supervisor<F> {
    /// Starts a worker that serves at once.
    fn start_serving(&mut self) -> Result<(), SuperviseError> {
        // The child has a copy of this descriptor until it executes the program.
        let proven = self.proven.as_ref().map(AsRawFd::as_raw_fd);
        let proven = proven.map(|fd| format!("/proc/self/fd/{fd}"));
        let worker = self.start(proven.as_deref().map(Path::new));
        let worker = worker.map_err(SuperviseError::NoWorker)?;
        let actions = self.handover.serve(worker);
        self.perform(actions);
        Ok(())
    }

    /// Performs what was decided, except [`Action::Restart`] and [`Action::Exit`], which only
    /// [`exited`](Self::exited) can.
    fn perform(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Check(worker) => self.send_descriptors(worker, Kind::Check),
                Action::Serve(worker) => self.send_descriptors(worker, Kind::Serve),
                Action::HandOver(worker) => {
                    self.deadline = Deadline::from(Instant::now());
                    self.send(worker, Kind::HandOver);
                }
                Action::ShutDown(worker) => self.send(worker, Kind::ShutDown),
                Action::Kill(worker) => self.kill(worker),
                Action::Log(sentence) => self.warn(sentence),
                Action::LogDone(sentence) => (self.log)(Severity::Info, sentence),
                Action::Restart | Action::Exit => {}
            }
        }
    }

    fn start(&mut self, proven: Option<&Path>) -> io::Result<WorkerId> {
        let (channel, theirs) = Channel::pair()?;
        let mut command = (self.command)(proven);
        let child = command.stdin(theirs).spawn()?;
        // Closes our copy of the worker's end: when the worker dies, no copy is open.
        drop(command);
        self.started += 1;
        let worker = self.started;
        let (receiver, events) = (channel.try_clone()?, self.events.clone());
        thread::spawn(move || read(worker, &receiver, child, &events));
        let is_proven = proven.is_some();
        self.workers.insert(worker, Worker { channel, is_proven });
        Ok(worker)
    }

    fn send_descriptors(&mut self, number: WorkerId, then: Kind) {
        let Some(worker) = self.workers.get(&number) else {
            return;
        };
        if let Err(error) = self.held.send_to(&worker.channel, then, number - 1) {
            self.warn(&format!("cannot send descriptors to a worker: {error}"));
            worker.channel.shut_down();
        }
    }

    fn receive(&mut self, from: WorkerId, message: Message, fd: Option<OwnedFd>) {
        if message.kind == Kind::Ready {
            let actions = self.handover.ready(from);
            return self.perform(actions);
        }
        // A worker that has handed over holds nothing any more.
        if !self.handover.is_serving(from) {
            return;
        }
        match (message.kind, fd) {
            (Kind::Alive, program) => {
                (self.deaths, self.proven) = (0, program);
                if let Some(worker) = self.workers.get_mut(&from) {
                    worker.is_proven = true;
                }
            }
            (Kind::Stopped, _) => {
                let actions = self.handover.stopped(from);
                self.perform(actions);
            }
            (Kind::ShutDown, _) => {
                let actions = self.handover.worker_shuts_down();
                self.perform(actions);
            }
            (_, fd) => self.held.update(message, fd),
        }
    }

    /// Handles the exit of a worker. Returns the supervisor's exit status if the server has ended.
    fn exited(
        &mut self,
        worker: WorkerId,
        status: Option<ExitStatus>,
    ) -> Result<Option<i32>, SuperviseError> {
        let last = self.workers.remove(&worker);
        let actions = self.handover.exited(worker);
        let code = status.and_then(|status| status.code());
        if actions.contains(&Action::Exit) {
            return Ok(Some(code.unwrap_or(match self.is_hurried {
                true => INTERRUPTED.into(),
                false => 1,
            })));
        }
        let how = status.map_or_else(|| "status unknown".to_owned(), |status| status.to_string());
        if !actions.contains(&Action::Restart) {
            if actions
                .iter()
                .any(|it| matches!(it, Action::Log(_) | Action::LogDone(_)))
            {
                self.warn(&format!("a worker ended ({how})"));
            }
            self.perform(actions);
            return Ok(None);
        }
        if worker == 1 && code == Some(1) && self.held.has_no_room() {
            return Ok(Some(1)); // It could not even start, and has said why.
        }
        self.deaths += 1;
        if self.deaths >= DEATHS {
            return Err(SuperviseError::WorkersDie {
                deaths: DEATHS,
                how,
            });
        }
        let is_proven = last.is_none_or(|it| it.is_proven);
        let next = match !is_proven && self.proven.is_some() {
            true => " before it had served for a second; starting the previous program again",
            false => "; starting the next one",
        };
        self.warn(&format!("the worker died ({how}){next}"));
        self.start_serving()?;
        Ok(None)
    }

    /// Replaces the worker by one that runs the program that is on the disk now.
    fn replace(&mut self) {
        if self.handover.is_shutting_down() {
            return self.warn("shutting down: nothing was changed");
        }
        if !self.handover.may_begin() {
            return self.warn("a replacement is in progress already");
        }
        match self.start(None) {
            Ok(next) => {
                self.deadline = Deadline::from(Instant::now());
                let actions = self.handover.begin(next);
                self.perform(actions);
            }
            Err(error) => self.warn(&format!(
                "cannot start a new worker ({error}): nothing was changed"
            )),
        }
    }

    fn shut_down(&mut self) {
        if self.handover.is_shutting_down() {
            self.is_hurried = true;
            self.warn("second signal: exiting now");
        }
        let actions = self.handover.shut_down();
        self.perform(actions);
    }

    fn warn(&self, sentence: &str) {
        (self.log)(Severity::Warning, sentence);
    }

    fn send(&self, worker: WorkerId, kind: Kind) {
        if let Some(worker) = self.workers.get(&worker)
            && worker.channel.send(&kind.into(), None).is_err()
        {
            worker.channel.shut_down();
        }
    }

    /// Closes the channel; the thread that reads it then kills the process.
    fn kill(&self, worker: WorkerId) {
        if let Some(worker) = self.workers.get(&worker) {
            worker.channel.shut_down();
        }
    }
}
