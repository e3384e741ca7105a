//! What the model checker says of a replacement of workers: whatever they do and whenever they die,
//! two never serve at once, so no message is applied twice and none is left out. If no worker dies
//! during shutdown, the players hear goodbye exactly once.
//!
//! Covers: a supervisor, the worker that serves, its replacement and, after a death, one more; each
//! death of either at each of its steps; a worker that does not answer, one that does not stop; a
//! shutdown after each of the first events, asked for once or twice. Every schedule with up to two
//! preemptions. The supervisor's decisions are the real [`Handover`]; its actions are here: a
//! message goes through a channel, and a worker that is killed notices at its next step. Not: how
//! far a dead worker had come with its tick, which `resume` proves. Dies with: what `mutants.toml`
//! lists of `src/handover.rs`.

use crate::handover::{Action, Handover, WorkerId};
use lanes::{
    Bounds, explore,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};
use std::collections::BTreeMap;

/// How many ticks a worker plays, if it lives that long.
const TICKS: usize = 2;

/// From the supervisor to a worker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Message {
    Check,
    Serve,
    HandOver,
    ShutDown,
}

/// From a worker to the supervisor.
enum Event {
    Ready(WorkerId),
    Stopped(WorkerId),
    Exited(WorkerId),
}

/// What one worker leaves to the next: the snapshots, and the state of the kernel.
#[derive(Default)]
struct Server {
    /// The worker that reads and writes the sockets.
    served_by: Option<WorkerId>,
    /// The messages that were applied: 0, 1, 2 and so on, each once.
    applied: Vec<usize>,
    goodbyes: u32,
}

/// How a worker fails.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Fault {
    /// It dies at this step.
    dies_at: Option<usize>,
    /// It never answers whether it can read the snapshots.
    never_answers: bool,
    /// It does not stop when asked to.
    never_stops: bool,
}

/// How the two workers fail, and after how many events the shutdown comes; it comes at the latest
/// when the replacement has ended.
#[derive(Clone, Copy, Debug, Default)]
struct Scenario {
    old: Fault,
    next: Fault,
    shutdown_after: Option<usize>,
    shutdown_twice: bool,
}

struct Died;

struct Worker {
    id: WorkerId,
    fault: Fault,
    steps: usize,
    inbox: Receiver<Message>,
    events: Sender<Event>,
    server: Arc<Mutex<Server>>,
}

impl Worker {
    /// Runs until it has shut down, has stopped, or dies. Its exit is the last event from it.
    fn run(mut self) {
        let _either_way = self.live();
        let mut server = self.server.lock();
        if server.served_by == Some(self.id) {
            server.served_by = None; // The kernel closes its descriptors.
        }
        drop(server);
        let _unless_over = self.events.send(Event::Exited(self.id));
    }

    fn step(&mut self) -> Result<(), Died> {
        self.steps += 1;
        match self.fault.dies_at == Some(self.steps) {
            true => Err(Died),
            false => Ok(()),
        }
    }

    fn receive(&mut self) -> Result<Message, Died> {
        let message = self.inbox.recv().map_err(|_killed| Died)?;
        self.step()?;
        Ok(message)
    }

    fn live(&mut self) -> Result<(), Died> {
        loop {
            match self.receive()? {
                Message::Check if self.fault.never_answers => {}
                Message::Check => {
                    let _unless_over = self.events.send(Event::Ready(self.id));
                }
                Message::Serve => return self.serve(),
                Message::HandOver | Message::ShutDown => panic!("it does not serve yet"),
            }
        }
    }

    fn serve(&mut self) -> Result<(), Died> {
        let before = self.server.lock().served_by.replace(self.id);
        assert_eq!(before, None, "two serve at once");
        // It reads the snapshot once, and from then on keeps the state itself.
        let first = self.server.lock().applied.len();
        for next in first..first + TICKS {
            self.step()?;
            self.server.lock().applied.push(next);
        }
        loop {
            match self.receive()? {
                Message::HandOver if self.fault.never_stops => {}
                Message::HandOver => {
                    self.server.lock().served_by = None;
                    self.step()?;
                    let _unless_over = self.events.send(Event::Stopped(self.id));
                    return Ok(());
                }
                Message::ShutDown => {
                    self.server.lock().goodbyes += 1;
                    return Ok(());
                }
                Message::Check | Message::Serve => panic!("it serves already"),
            }
        }
    }
}

/// The supervisor's actions.
struct Supervisor {
    handover: Handover,
    started: WorkerId,
    workers: BTreeMap<WorkerId, Sender<Message>>,
    events: Sender<Event>,
    server: Arc<Mutex<Server>>,
    scenario: Scenario,
    is_over: bool,
}

impl Supervisor {
    fn start(&mut self) -> WorkerId {
        self.started += 1;
        let id = self.started;
        let (channel, inbox) = channel(format!("the channel to worker {id}"));
        let worker = Worker {
            id,
            fault: match id {
                1 => self.scenario.old,
                2 => self.scenario.next,
                _ => Fault::default(),
            },
            steps: 0,
            inbox,
            events: self.events.clone(),
            server: Arc::clone(&self.server),
        };
        thread::spawn(format!("worker {id}"), move || worker.run());
        self.workers.insert(id, channel);
        id
    }

    fn perform(&mut self, actions: Vec<Action>) {
        for action in actions {
            let (worker, message) = match action {
                Action::Check(worker) => (worker, Message::Check),
                Action::HandOver(worker) => (worker, Message::HandOver),
                Action::Serve(worker) => (worker, Message::Serve),
                Action::ShutDown(worker) => (worker, Message::ShutDown),
                Action::Kill(worker) => {
                    self.workers.remove(&worker);
                    continue;
                }
                Action::Restart => {
                    let worker = self.start();
                    let actions = self.handover.serve(worker);
                    self.perform(actions);
                    continue;
                }
                Action::Exit => {
                    self.is_over = true;
                    continue;
                }
                Action::Log(_) => continue,
            };
            if let Some(channel) = self.workers.get(&worker) {
                let _unless_dead = channel.send(message);
            }
        }
    }

    fn receive(&mut self, event: Event) {
        let actions = match event {
            Event::Ready(worker) => self.handover.ready(worker),
            Event::Stopped(worker) => self.handover.stopped(worker),
            Event::Exited(worker) => {
                self.workers.remove(&worker);
                self.handover.exited(worker)
            }
        };
        self.perform(actions);
    }
}

/// Runs a server, a replacement and a shutdown.
fn run(scenario: Scenario) {
    let (sender, events) = channel("the channel to the supervisor");
    let server = Arc::new(Mutex::new("the server", Server::default()));
    let mut supervisor = Supervisor {
        handover: Handover::new(),
        started: 0,
        workers: BTreeMap::new(),
        events: sender,
        server: Arc::clone(&server),
        scenario,
        is_over: false,
    };
    supervisor.perform(vec![Action::Restart]);
    let next = supervisor.start();
    let actions = supervisor.handover.begin(next);
    supervisor.perform(actions);
    let (mut received, mut has_shut_down) = (0, false);
    while !supervisor.is_over {
        let is_time =
            scenario.shutdown_after == Some(received) || !supervisor.handover.is_in_progress();
        if is_time && !has_shut_down {
            has_shut_down = true;
            for _ in 0..=u8::from(scenario.shutdown_twice) {
                let actions = supervisor.handover.shut_down();
                supervisor.perform(actions);
            }
        }
        // The event that never comes: the first says whether the next worker can take over, the
        // second that the old one has stopped.
        let in_vain = match received {
            0 => scenario.next.never_answers,
            1 => scenario.old.never_stops,
            _ => false,
        };
        if in_vain && supervisor.handover.is_in_progress() {
            let actions = supervisor.handover.timed_out();
            supervisor.perform(actions);
        }
        supervisor.receive(events.recv().expect("a worker lives"));
        received += 1;
    }
    let server = server.lock();
    let once: Vec<usize> = (0..server.applied.len()).collect();
    assert_eq!(server.applied, once, "applied twice, or left out");
    assert!(server.goodbyes <= 1, "more than one goodbye");
    let without_fault = scenario.old == Fault::default() && scenario.next == Fault::default();
    if without_fault && !scenario.shutdown_twice {
        assert_eq!(server.goodbyes, 1, "no goodbye");
    }
}

fn holds_in_every_schedule(name: &'static str, scenario: Scenario) {
    let model = move || run(scenario);
    explore(name, Bounds::preemptions(2), model).holds();
}

#[test]
fn a_handover_never_has_two_that_serve_and_ends_with_one_goodbye() {
    holds_in_every_schedule("a handover", Scenario::default());
}

#[test]
fn a_shutdown_during_a_handover_ends_with_one_goodbye() {
    for after in 0..4 {
        for shutdown_twice in [false, true] {
            let scenario = Scenario {
                shutdown_after: Some(after),
                shutdown_twice,
                ..Scenario::default()
            };
            holds_in_every_schedule("a shutdown", scenario);
        }
    }
}

#[test]
fn a_worker_that_dies_during_a_handover_is_replaced_by_exactly_one() {
    for step in 1..=6 {
        let dies = Fault {
            dies_at: Some(step),
            ..Fault::default()
        };
        for (old, next) in [(dies, Fault::default()), (Fault::default(), dies)] {
            let scenario = Scenario {
                old,
                next,
                ..Scenario::default()
            };
            holds_in_every_schedule("a death", scenario);
        }
    }
}

#[test]
fn a_worker_that_never_answers_or_never_stops_blocks_no_handover() {
    let silent = Fault {
        never_answers: true,
        ..Fault::default()
    };
    let stubborn = Fault {
        never_stops: true,
        ..Fault::default()
    };
    for (old, next) in [(Fault::default(), silent), (stubborn, Fault::default())] {
        let scenario = Scenario {
            old,
            next,
            ..Scenario::default()
        };
        holds_in_every_schedule("in vain", scenario);
    }
}
