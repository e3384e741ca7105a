//! The gate: every thread of a game stops here before each step, until it is picked.

use std::{
    cell::RefCell,
    panic::{Location, resume_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The place in the program that asks for a step.
pub(crate) type Place = &'static Location<'static>;

/// The maximum time for a picked thread to reach the gate again. In between it only computes.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

/// An object that threads share, by its number on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectId(pub(crate) usize);

/// The step that a thread makes if it is picked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) action: Action,
    pub(crate) object: ObjectId,
    pub(crate) at: Place,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Lock,
    Write,
    Put,
    Send,
    TrySend,
    Receive,
    Close,
    Reply,
    ReceiveReply,
}

/// The state of an object, as far as threads may have to wait for it.
#[derive(Debug)]
pub(crate) enum State {
    Lock {
        holder: Option<usize>,
    },
    /// The wire to a phone that reads nothing (any more).
    Wire {
        room: usize,
        hung_up: bool,
    },
    Outbox {
        lines: usize,
    },
    Channel {
        capacity: usize,
        messages: usize,
        senders: usize,
        closed: bool,
    },
    /// A channel for one message.
    Once {
        sent: bool,
        sender: bool,
    },
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) state: State,
    /// The thread that receives from it, once that thread has used it.
    pub(crate) reader: Option<usize>,
}

/// The state of a thread.
#[derive(Debug)]
pub(crate) enum ThreadState {
    /// Running between two steps.
    Running,
    /// At the gate, before one of these steps. There are several in a `select!`.
    AtGate(Vec<Request>),
    /// Ended.
    Ended,
    /// Panicked, with this message.
    Panicked(String),
}

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    pub(crate) state: ThreadState,
}

/// A step of the game.
#[derive(Clone, Debug)]
pub(crate) struct MadeStep {
    pub(crate) lane: usize,
    pub(crate) words: String,
    pub(crate) at: Place,
}

/// The whole state of a game.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) objects: Vec<Object>,
    pub(crate) made: Vec<MadeStep>,
    picked: Option<usize>,
    over: bool,
}

/// A board, and the condition variable that is notified whenever the board changes.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    board: Mutex<Board>,
    changed: Condvar,
}

/// The panic payload that unwinds a thread whose game is over.
struct GameOver;

/// What a thread of the game knows about itself.
struct CurrentThread {
    gate: Arc<Gate>,
    lane: usize,
    /// Whether the thread was picked and has not made its step yet.
    may_step: bool,
    /// The steps that were impossible since the thread was picked.
    requests: Vec<Request>,
}

thread_local! {
    /// The identity of this thread. `None` while a scenario is set up: then no step stops.
    static CURRENT_THREAD: RefCell<Option<CurrentThread>> = const { RefCell::new(None) };
    /// The gate of the scenario that this thread sets up.
    static CURRENT_GATE: RefCell<Option<Arc<Gate>>> = const { RefCell::new(None) };
}

impl Gate {
    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a scenario up: the objects that it creates are put on this gate's board.
    pub(crate) fn prepare<T>(self: &Arc<Self>, scenario: impl FnOnce() -> T) -> T {
        let before = CURRENT_GATE.replace(Some(Arc::clone(self)));
        let prepared = scenario();
        CURRENT_GATE.set(before);
        prepared
    }

    /// Starts a thread of the game, which runs up to its first step and stops there.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        name: &'static str,
        play: impl FnOnce() + Send + 'static,
    ) {
        let lane = {
            let mut board = self.board();
            board.lanes.push(Lane {
                name,
                state: ThreadState::Running,
            });
            board.lanes.len() - 1
        };
        let gate = Arc::clone(self);
        let thread = std::thread::Builder::new().name(name.to_owned());
        let spawned = thread.spawn(move || {
            CURRENT_GATE.set(Some(Arc::clone(&gate)));
            CURRENT_THREAD.set(Some(CurrentThread {
                gate: Arc::clone(&gate),
                lane,
                may_step: false,
                requests: Vec::new(),
            }));
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(play));
            let state = match result {
                Ok(()) => ThreadState::Ended,
                Err(payload) if payload.is::<GameOver>() => ThreadState::Ended,
                Err(payload) => ThreadState::Panicked(message(&*payload)),
            };
            gate.board().lanes[lane].state = state;
            gate.changed.notify_all();
        });
        if let Err(error) = spawned {
            self.board().lanes[lane].state =
                ThreadState::Panicked(format!("the thread could not be started: {error}"));
        }
    }

    /// Waits until every thread has stopped.
    ///
    /// # Errors
    /// The name of a thread that does not stop.
    pub(crate) fn settle(&self) -> Result<(), &'static str> {
        let deadline = Instant::now() + SETTLE_TIMEOUT;
        let mut board = self.board();
        loop {
            let running = |lane: &&Lane| matches!(lane.state, ThreadState::Running);
            let Some(name) = board.lanes.iter().find(running).map(|lane| lane.name) else {
                return Ok(());
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(name);
            }
            let waited = self.changed.wait_timeout(board, left);
            board = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets one thread make one step. The step must be possible.
    pub(crate) fn pick(&self, lane: usize) {
        let mut board = self.board();
        board.picked = Some(lane);
        board.lanes[lane].state = ThreadState::Running;
        drop(board);
        self.changed.notify_all();
    }

    /// Ends the game: every thread at the gate unwinds without another step.
    pub(crate) fn close(&self) {
        self.board().over = true;
        self.changed.notify_all();
    }
}

impl Board {
    /// Whether this step is possible now.
    pub(crate) fn can(&self, request: &Request) -> bool {
        match (request.action, &self.objects[request.object.0].state) {
            (Action::Lock, State::Lock { holder }) => holder.is_none(),
            (Action::Write, State::Wire { room, hung_up }) => *room > 0 || *hung_up,
            (
                Action::Send,
                State::Channel {
                    capacity,
                    messages,
                    closed,
                    ..
                },
            ) => messages < capacity || *closed,
            (
                Action::Receive,
                State::Channel {
                    messages,
                    senders,
                    closed,
                    ..
                },
            ) => *messages > 0 || *senders == 0 || *closed,
            (Action::ReceiveReply, State::Once { sent, sender }) => *sent || !*sender,
            _ => true,
        }
    }
}

/// Puts an object on the board of the scenario that this thread sets up or plays.
pub(crate) fn new_object(name: String, state: State) -> Handle {
    let gate = CURRENT_GATE.with_borrow(Clone::clone);
    let gate = gate.expect("the types of `scheduler` live only in its scenarios");
    let mut board = gate.board();
    board.objects.push(Object {
        name,
        state,
        reader: None,
    });
    let object = ObjectId(board.objects.len() - 1);
    drop(board);
    Handle { gate, object }
}

/// An object and the gate to which it belongs.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    gate: Arc<Gate>,
    object: ObjectId,
}

impl Handle {
    /// Reads or changes the state of the object, without a step.
    pub(crate) fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        let mut board = self.gate.board();
        with(&mut board.objects[self.object.0].state)
    }

    /// Stops before this step until the thread is picked and the step is possible, then makes it.
    pub(crate) fn step<T>(
        &self,
        action: Action,
        at: Place,
        done: impl FnOnce(&mut State) -> T,
    ) -> T {
        let request = Request {
            action,
            object: self.object,
            at,
        };
        while !self.may_step(request) {
            wait_at_gate();
        }
        self.make(request, done)
    }

    /// The same for a task. `None` if the thread was not picked or the step is not possible yet;
    /// then [`wait_at_gate`] follows.
    pub(crate) fn try_step<T>(
        &self,
        action: Action,
        at: Place,
        done: impl FnOnce(&mut State) -> T,
    ) -> Option<T> {
        let request = Request {
            action,
            object: self.object,
            at,
        };
        self.may_step(request).then(|| self.make(request, done))
    }

    fn may_step(&self, request: Request) -> bool {
        let board = self.gate.board();
        let can = board.can(&request);
        drop(board);
        CURRENT_THREAD.with_borrow_mut(|me| match me {
            None => {
                assert!(can, "a scenario that waits during its set-up: {request:?}");
                true
            }
            Some(me) => {
                if !(me.may_step && can) {
                    me.requests.push(request);
                    return false;
                }
                me.may_step = false;
                true
            }
        })
    }

    fn make<T>(&self, request: Request, done: impl FnOnce(&mut State) -> T) -> T {
        let lane = CURRENT_THREAD.with_borrow_mut(|me| {
            me.as_mut().map(|me| {
                me.requests.clear();
                me.lane
            })
        });
        let mut board = self.gate.board();
        let words = board.words(&request);
        let entry = &mut board.objects[request.object.0];
        if let (Action::Lock, State::Lock { holder }) = (request.action, &mut entry.state) {
            *holder = lane;
        }
        let result = done(&mut entry.state);
        if let Some(lane) = lane {
            board.made.push(MadeStep {
                lane,
                words,
                at: request.at,
            });
        }
        result
    }
}

/// Stops until this thread is picked. Its requests are the steps that it asked for since the last
/// pick.
pub(crate) fn wait_at_gate() {
    let asked = CURRENT_THREAD.with_borrow_mut(|me| {
        let me = me.as_mut().expect("only a thread of the game waits");
        (
            Arc::clone(&me.gate),
            me.lane,
            std::mem::take(&mut me.requests),
        )
    });
    let (gate, lane, requests) = asked;
    let mut board = gate.board();
    for request in &requests {
        if matches!(request.action, Action::Receive) {
            board.objects[request.object.0].reader = Some(lane);
        }
    }
    board.lanes[lane].state = ThreadState::AtGate(requests);
    gate.changed.notify_all();
    loop {
        if board.over {
            drop(board);
            // Bypasses the panic hook: this is no failure, the game is over.
            resume_unwind(Box::new(GameOver));
        }
        if board.picked == Some(lane) {
            board.picked = None;
            break;
        }
        board = gate
            .changed
            .wait(board)
            .unwrap_or_else(PoisonError::into_inner);
    }
    drop(board);
    CURRENT_THREAD.with_borrow_mut(|me| me.as_mut().expect("a thread of the game").may_step = true);
}

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
