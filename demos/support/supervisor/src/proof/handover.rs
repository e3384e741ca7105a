//! What the model checker says of a replacement of workers: whatever they do and whenever they die,
//! two never serve at once, so no message is applied twice and none is left out. If no worker dies
//! during shutdown, the players hear goodbye exactly once.
//!
//! Covers: a supervisor, the worker that serves, its replacement and, after a death, one more; a
//! second replacement after the first, and one asked for too early; each death of either at each of
//! its steps; a worker that does not answer, one that does not stop, one that shuts down on its
//! own, one that never ends; a deadline that passes while the answer is on its way; a worker that
//! speaks of its connections when it does not serve; one that dies between its answer and the
//! other's end, one that stops and stays; a shutdown after each of the first events, asked for once
//! or twice. Every schedule with up to two preemptions. The supervisor's decisions are the real
//! [`Handover`]; its actions are here: a message goes through a channel, and a worker that is
//! killed notices at its next step. Not: how far a dead worker had come with its tick, which
//! `resume` proves. Dies with: what `mutants.toml` lists of `src/handover.rs`.

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
    /// It has begun to shut down, asked to or on its own.
    ShutsDown(WorkerId),
    /// A connection began (true) or ended.
    Connection(WorkerId, bool),
}

/// What one worker leaves to the next: the snapshots, and the state of the kernel.
#[derive(Default)]
struct Server {
    /// The worker that reads and writes the sockets.
    served_by: Option<WorkerId>,
    /// All workers that have served, in this order.
    served: Vec<WorkerId>,
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
    /// It does not shut down when asked to.
    never_ends: bool,
    /// It shuts down without being asked.
    ends_itself: bool,
    /// It dies when it has answered that it can read the snapshots.
    dies_when_ready: bool,
    /// It stops when asked to, but its process does not end.
    never_exits: bool,
}

/// How the first two workers fail, and after how many events something is asked for. The shutdown
/// comes at the latest when the replacements have ended.
#[derive(Clone, Copy, Debug)]
struct Scenario {
    old: Fault,
    next: Fault,
    /// How many replacements are asked for, each when the one before has ended.
    replacements: u32,
    /// After this many events another replacement is asked for, whatever is going on.
    hasty_after: Option<usize>,
    /// After this many events the deadline has passed, even if the answer is on its way.
    deadline_after: Option<usize>,
    shutdown_after: Option<usize>,
    shutdown_twice: bool,
    /// The supervisor is not asked to shut down: a worker ends itself.
    never_shut_down: bool,
    /// Each worker says that the connection is open when it begins to serve, and that it has ended
    /// when it does not serve: before it does and after it has stopped.
    speaks_out_of_turn: bool,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            old: Fault::default(),
            next: Fault::default(),
            replacements: 1,
            hasty_after: None,
            deadline_after: None,
            shutdown_after: None,
            shutdown_twice: false,
            never_shut_down: false,
            speaks_out_of_turn: false,
        }
    }
}

struct Died;

struct Worker {
    id: WorkerId,
    fault: Fault,
    speaks_out_of_turn: bool,
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
                    self.say_connection(false);
                    let _unless_over = self.events.send(Event::Ready(self.id));
                    if self.fault.dies_when_ready {
                        return Err(Died);
                    }
                }
                Message::Serve => return self.serve(),
                Message::HandOver | Message::ShutDown => panic!("it does not serve yet"),
            }
        }
    }

    fn say_connection(&self, is_open: bool) {
        if self.speaks_out_of_turn {
            let _unless_over = self.events.send(Event::Connection(self.id, is_open));
        }
    }

    /// Says goodbye to the players, as its last step.
    fn shut_down(&self) -> Result<(), Died> {
        let _unless_over = self.events.send(Event::ShutsDown(self.id));
        self.server.lock().goodbyes += 1;
        Ok(())
    }

    fn serve(&mut self) -> Result<(), Died> {
        let mut server = self.server.lock();
        let before = server.served_by.replace(self.id);
        assert_eq!(before, None, "two serve at once");
        server.served.push(self.id);
        // It reads the snapshot once, and from then on keeps the state itself.
        let first = server.applied.len();
        drop(server);
        self.say_connection(true);
        for next in first..first + TICKS {
            self.step()?;
            self.server.lock().applied.push(next);
        }
        if self.fault.ends_itself {
            return self.shut_down();
        }
        loop {
            match self.receive()? {
                Message::HandOver if self.fault.never_stops => {}
                Message::HandOver => {
                    self.server.lock().served_by = None;
                    self.step()?;
                    let _unless_over = self.events.send(Event::Stopped(self.id));
                    self.say_connection(false);
                    while self.fault.never_exits {
                        self.receive()?;
                    }
                    return Ok(());
                }
                Message::ShutDown if self.fault.never_ends => {}
                Message::ShutDown => return self.shut_down(),
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
    /// Whether it holds a player's connection.
    has_connection: bool,
    /// The replacements that have begun.
    replacements: u32,
    /// What a worker was asked last, and may never answer.
    asked: Option<Message>,
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
            speaks_out_of_turn: self.scenario.speaks_out_of_turn,
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
                Action::Log(_) | Action::LogDone(_) => continue,
            };
            self.asked = Some(message);
            if let Some(channel) = self.workers.get(&worker) {
                let _unless_dead = channel.send(message);
            }
        }
    }

    fn receive(&mut self, event: Event) {
        let actions = match event {
            Event::Ready(worker) => self.handover.ready(worker),
            Event::Stopped(worker) => {
                let actions = self.handover.stopped(worker);
                if !actions.is_empty() {
                    self.workers.remove(&worker); // It only has to exit.
                }
                actions
            }
            Event::Exited(worker) => {
                self.workers.remove(&worker);
                self.handover.exited(worker)
            }
            Event::ShutsDown(worker) => {
                if !self.handover.is_serving(worker) {
                    return;
                }
                self.handover.worker_shuts_down()
            }
            Event::Connection(worker, is_open) => {
                if self.handover.is_serving(worker) {
                    self.has_connection = is_open;
                }
                return;
            }
        };
        self.perform(actions);
    }

    /// Replaces the worker that serves, if that is possible now.
    fn replace(&mut self) {
        if self.handover.may_begin() {
            self.replacements += 1;
            let next = self.start();
            let actions = self.handover.begin(next);
            self.perform(actions);
        }
    }
}

/// Runs a server, its replacements and a shutdown. `is_right` judges which workers have served, in
/// their order.
fn run(scenario: Scenario, is_right: fn(&[WorkerId]) -> bool) {
    let (sender, events) = channel("the channel to the supervisor");
    let server = Arc::new(Mutex::new("the server", Server::default()));
    let mut supervisor = Supervisor {
        handover: Handover::new(),
        started: 0,
        workers: BTreeMap::new(),
        events: sender,
        server: Arc::clone(&server),
        scenario,
        has_connection: false,
        replacements: 0,
        asked: None,
        is_over: false,
    };
    supervisor.perform(vec![Action::Restart]);
    supervisor.replace();
    let (mut received, mut has_shut_down) = (0, scenario.never_shut_down);
    while !supervisor.is_over {
        let is_idle = !supervisor.handover.is_in_progress();
        if is_idle && !has_shut_down && supervisor.replacements < scenario.replacements {
            supervisor.replace();
        }
        let is_idle = !supervisor.handover.is_in_progress();
        if (scenario.shutdown_after == Some(received) || is_idle) && !has_shut_down {
            has_shut_down = true;
            for _ in 0..=u8::from(scenario.shutdown_twice) {
                let actions = supervisor.handover.shut_down();
                supervisor.perform(actions);
            }
        }
        if scenario.hasty_after == Some(received) {
            supervisor.replace();
        }
        let in_vain = match supervisor.asked {
            Some(Message::Check) => scenario.next.never_answers,
            Some(Message::HandOver) => scenario.old.never_stops,
            _ => false,
        };
        let in_vain = in_vain || scenario.deadline_after == Some(received);
        if in_vain && supervisor.handover.is_in_progress() {
            let actions = supervisor.handover.timed_out();
            supervisor.perform(actions);
        }
        supervisor.receive(events.recv().expect("a worker lives"));
        received += 1;
    }
    assert!(supervisor.workers.is_empty(), "a worker is left behind");
    let server = server.lock();
    let once: Vec<usize> = (0..server.applied.len()).collect();
    assert_eq!(server.applied, once, "applied twice, or left out");
    assert!(is_right(&server.served), "{:?} have served", server.served);
    if scenario.speaks_out_of_turn {
        assert!(supervisor.has_connection, "the connection was closed");
    }
    // After a worker that shut down on its own, the next one finds no player to say goodbye to.
    let most = 1 + u32::from(scenario.old.ends_itself && server.served == [1, 2]);
    assert!(server.goodbyes <= most, "more than one goodbye");
    let check_fails = scenario.next.dies_at == Some(1) || scenario.next.never_answers;
    let without_fault = scenario.old == Fault::default()
        && (check_fails || scenario.next == Fault::default())
        && scenario.deadline_after.is_none();
    if without_fault && !scenario.shutdown_twice {
        assert_eq!(server.goodbyes, 1, "no goodbye");
    }
}

fn holds_in_every_schedule(
    name: &'static str,
    scenario: Scenario,
    is_right: fn(&[WorkerId]) -> bool,
) {
    let model = move || run(scenario, is_right);
    explore(name, Bounds::preemptions(2), model).holds();
}

#[test]
fn a_handover_never_has_two_that_serve_and_ends_with_one_goodbye() {
    holds_in_every_schedule("a handover", Scenario::default(), |served| served == [1, 2]);
}

#[test]
fn a_second_handover_follows_the_first() {
    let scenario = Scenario {
        replacements: 2,
        ..Scenario::default()
    };
    holds_in_every_schedule("two handovers", scenario, |served| served == [1, 2, 3]);
}

#[test]
fn a_handover_that_is_asked_for_too_early_or_too_late_changes_nothing() {
    for after in 0..4 {
        for shutdown_after in [None, Some(after)] {
            let scenario = Scenario {
                hasty_after: Some(after),
                shutdown_after,
                ..Scenario::default()
            };
            holds_in_every_schedule("in a hurry", scenario, |served| {
                served == [1, 2] || served == [1]
            });
        }
    }
}

#[test]
fn what_a_worker_says_of_connections_counts_only_while_it_serves() {
    let scenario = Scenario {
        speaks_out_of_turn: true,
        ..Scenario::default()
    };
    holds_in_every_schedule("out of turn", scenario, |served| served == [1, 2]);
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
            holds_in_every_schedule("a shutdown", scenario, |served| {
                served == [1] || served == [1, 2]
            });
        }
    }
}

#[test]
fn a_worker_that_shuts_down_on_its_own_is_not_replaced() {
    let ends_itself = Fault {
        ends_itself: true,
        ..Fault::default()
    };
    let old = Scenario {
        old: ends_itself,
        never_shut_down: true,
        ..Scenario::default()
    };
    holds_in_every_schedule("it ends itself", old, |served| {
        served == [1] || served == [1, 2] // It was asked to stop already.
    });
    let next = Scenario {
        next: ends_itself,
        never_shut_down: true,
        ..Scenario::default()
    };
    holds_in_every_schedule("the next ends itself", next, |served| served == [1, 2]);
}

#[test]
fn a_shutdown_that_is_asked_for_twice_ends_a_worker_that_never_ends() {
    let never_ends = Fault {
        never_ends: true,
        ..Fault::default()
    };
    for after in 0..4 {
        for (old, next) in [
            (never_ends, Fault::default()),
            (Fault::default(), never_ends),
        ] {
            let scenario = Scenario {
                old,
                next,
                shutdown_after: Some(after),
                shutdown_twice: true,
                ..Scenario::default()
            };
            holds_in_every_schedule("twice", scenario, |served| {
                served == [1] || served == [1, 2]
            });
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
        let old = Scenario {
            old: dies,
            ..Scenario::default()
        };
        let next = Scenario {
            next: dies,
            ..Scenario::default()
        };
        holds_in_every_schedule("a death", old, |served| {
            matches!(served, [2] | [1, 2] | [3, 2] | [1, 3, 2])
        });
        holds_in_every_schedule("the next dies", next, |served| {
            matches!(served, [1] | [1, 2] | [1, 3] | [1, 2, 3])
        });
    }
}

/// The player notices nothing: the old worker serves on, and says goodbye.
#[test]
fn a_check_that_fails_does_not_stop_the_worker_that_serves() {
    let dies = Fault {
        dies_at: Some(1),
        ..Fault::default()
    };
    let silent = Fault {
        never_answers: true,
        ..Fault::default()
    };
    for next in [dies, silent] {
        let scenario = Scenario {
            next,
            ..Scenario::default()
        };
        holds_in_every_schedule("a failed check", scenario, |served| served == [1]);
    }
}

#[test]
fn a_worker_that_never_stops_blocks_no_handover_and_no_shutdown() {
    for shutdown_after in [None, Some(1), Some(2)] {
        let scenario = Scenario {
            old: Fault {
                never_stops: true,
                ..Fault::default()
            },
            shutdown_after,
            ..Scenario::default()
        };
        holds_in_every_schedule("in vain", scenario, |served| {
            served == [1] || served == [1, 2]
        });
    }
}

/// Between its answer and the old worker's end it does not serve yet, and the old one may have
/// stopped already.
#[test]
fn a_worker_that_dies_when_it_was_to_take_over_is_replaced_even_if_the_old_one_stays() {
    for never_exits in [false, true] {
        let scenario = Scenario {
            old: Fault {
                never_exits,
                ..Fault::default()
            },
            next: Fault {
                dies_when_ready: true,
                ..Fault::default()
            },
            ..Scenario::default()
        };
        holds_in_every_schedule("it dies when ready", scenario, |served| {
            served == [1] || served == [1, 3]
        });
    }
}

#[test]
fn a_deadline_that_passes_while_the_answer_is_on_its_way_leaves_one_that_serves() {
    for after in 0..4 {
        let scenario = Scenario {
            deadline_after: Some(after),
            ..Scenario::default()
        };
        holds_in_every_schedule("a late answer", scenario, |served| {
            matches!(served, [1] | [1, 2] | [1, 3])
        });
    }
}

/// Exact, without the model checker: the old worker serves until it says itself that it has
/// stopped.
#[test]
fn a_word_of_a_worker_that_was_not_asked_changes_nothing() {
    let mut handover = Handover::new();
    handover.serve(1);
    assert_eq!(handover.ready(1), [], "nothing is going on");
    assert_eq!(handover.stopped(1), [], "nor was it asked to stop");
    handover.begin(2);
    assert_eq!(handover.ready(1), []);
    assert_eq!(handover.ready(3), []);
    assert_eq!(
        handover.stopped(1),
        [],
        "the next one may not be able to serve"
    );
    assert_eq!(handover.ready(2), [Action::HandOver(1)]);
    assert_eq!(handover.ready(2), [], "said twice");
    for other in [2, 3] {
        assert_eq!(handover.stopped(other), [], "worker {other} does not serve");
        assert!(handover.is_serving(1) && !handover.is_serving(other));
    }
    assert_eq!(handover.stopped(1).first(), Some(&Action::Serve(2)));
    assert_eq!(handover.stopped(1), [], "said twice");
    assert!(handover.is_serving(2) && handover.may_begin());
}
