//! The gate: every thread of a game stops here before each step, until it is picked.

use std::{
    cell::RefCell,
    panic::{Location, resume_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The place in the program that asks for a step.
pub(crate) type Place = &'static Location<'static>;

/// The longest time for a picked thread to reach the gate again. It only computes in between.
const PATIENCE: Duration = Duration::from_secs(10);

/// An object that threads share, by its number on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thing(pub(crate) usize);

/// The step that a thread makes if it is picked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Want {
    pub(crate) act: Act,
    pub(crate) thing: Thing,
    pub(crate) at: Place,
}

/// The verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Lock,
    Tell,
    Put,
    Send,
    TrySend,
    Receive,
    Close,
    Answer,
    Hear,
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
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) state: State,
    /// The thread that receives from it, once that thread has used it.
    pub(crate) reader: Option<usize>,
}

/// The state of a thread.
#[derive(Debug)]
pub(crate) enum Stand {
    /// Running between two steps.
    Moving,
    /// At the gate, before one of these steps. There are several in a `select!`.
    AtTheGate(Vec<Want>),
    /// Ended.
    Home,
    /// Panicked, with this message.
    Fell(String),
}

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    pub(crate) stand: Stand,
}

/// A step of the game.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) lane: usize,
    pub(crate) words: String,
    pub(crate) at: Place,
}

/// The whole state of a game.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) things: Vec<Entry>,
    pub(crate) made: Vec<Made>,
    picked: Option<usize>,
    over: bool,
}

/// A board, and the condition variable that is notified whenever the board changes.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    board: Mutex<Board>,
    bell: Condvar,
}

/// The panic payload that unwinds a thread whose game is over.
struct Over;

struct Me {
    gate: Arc<Gate>,
    lane: usize,
    /// Whether the thread was picked and has not made its step yet.
    may_step: bool,
    /// The steps that were impossible since the thread was picked.
    wants: Vec<Want>,
}

thread_local! {
    /// The identity of this thread. `None` while a scenario is set up: then no step stops.
    static ME: RefCell<Option<Me>> = const { RefCell::new(None) };
    /// The gate of the scenario that this thread sets up.
    static HERE: RefCell<Option<Arc<Gate>>> = const { RefCell::new(None) };
}

impl Gate {
    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a scenario up: the objects that it creates are put on this gate's board.
    pub(crate) fn prepare<T>(self: &Arc<Self>, evening: impl FnOnce() -> T) -> T {
        let before = HERE.replace(Some(Arc::clone(self)));
        let prepared = evening();
        HERE.set(before);
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
                stand: Stand::Moving,
            });
            board.lanes.len() - 1
        };
        let gate = Arc::clone(self);
        let thread = std::thread::Builder::new().name(name.to_owned());
        let spawned = thread.spawn(move || {
            HERE.set(Some(Arc::clone(&gate)));
            ME.set(Some(Me {
                gate: Arc::clone(&gate),
                lane,
                may_step: false,
                wants: Vec::new(),
            }));
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(play));
            let stand = match ended {
                Ok(()) => Stand::Home,
                Err(payload) if payload.is::<Over>() => Stand::Home,
                Err(payload) => Stand::Fell(said(&*payload)),
            };
            gate.board().lanes[lane].stand = stand;
            gate.bell.notify_all();
        });
        if let Err(error) = spawned {
            self.board().lanes[lane].stand =
                Stand::Fell(format!("no thread could be had: {error}"));
        }
    }

    /// Waits until every thread has stopped.
    ///
    /// # Errors
    /// The name of a thread that does not stop.
    pub(crate) fn rest(&self) -> Result<(), &'static str> {
        let deadline = Instant::now() + PATIENCE;
        let mut board = self.board();
        loop {
            let moving = |lane: &&Lane| matches!(lane.stand, Stand::Moving);
            let Some(name) = board.lanes.iter().find(moving).map(|lane| lane.name) else {
                return Ok(());
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(name);
            }
            let waited = self.bell.wait_timeout(board, left);
            board = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets one thread make one step. The step must be possible.
    pub(crate) fn pick(&self, lane: usize) {
        let mut board = self.board();
        board.picked = Some(lane);
        board.lanes[lane].stand = Stand::Moving;
        drop(board);
        self.bell.notify_all();
    }

    /// Ends the game: every thread at the gate unwinds without another step.
    pub(crate) fn close(&self) {
        self.board().over = true;
        self.bell.notify_all();
    }
}

impl Board {
    /// Whether this step is possible now.
    pub(crate) fn can(&self, want: &Want) -> bool {
        match (want.act, &self.things[want.thing.0].state) {
            (Act::Lock, State::Lock { holder }) => holder.is_none(),
            (Act::Tell, State::Wire { room, hung_up }) => *room > 0 || *hung_up,
            (
                Act::Send,
                State::Channel {
                    capacity,
                    messages,
                    closed,
                    ..
                },
            ) => messages < capacity || *closed,
            (
                Act::Receive,
                State::Channel {
                    messages,
                    senders,
                    closed,
                    ..
                },
            ) => *messages > 0 || *senders == 0 || *closed,
            (Act::Hear, State::Once { sent, sender }) => *sent || !*sender,
            _ => true,
        }
    }
}

/// Puts an object on the board of the scenario that this thread sets up or plays.
pub(crate) fn thing(name: String, state: State) -> Handle {
    let gate = HERE.with_borrow(Clone::clone);
    let gate = gate.expect("the types of `scheduler` live only in its scenarios");
    let mut board = gate.board();
    board.things.push(Entry {
        name,
        state,
        reader: None,
    });
    let thing = Thing(board.things.len() - 1);
    drop(board);
    Handle { gate, thing }
}

/// An object and the gate to which it belongs.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    gate: Arc<Gate>,
    thing: Thing,
}

impl Handle {
    /// Reads or changes the state of the object, without a step.
    pub(crate) fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        let mut board = self.gate.board();
        with(&mut board.things[self.thing.0].state)
    }

    /// Stops before this step until the thread is picked and the step is possible, then makes it.
    pub(crate) fn step<T>(&self, act: Act, at: Place, done: impl FnOnce(&mut State) -> T) -> T {
        let want = Want {
            act,
            thing: self.thing,
            at,
        };
        while !self.may(want) {
            wait_at_the_gate();
        }
        self.make(want, done)
    }

    /// The same for a task. `None` if the thread was not picked or the step is not possible yet;
    /// then [`wait_at_the_gate`] follows.
    pub(crate) fn try_step<T>(
        &self,
        act: Act,
        at: Place,
        done: impl FnOnce(&mut State) -> T,
    ) -> Option<T> {
        let want = Want {
            act,
            thing: self.thing,
            at,
        };
        self.may(want).then(|| self.make(want, done))
    }

    fn may(&self, want: Want) -> bool {
        let board = self.gate.board();
        let can = board.can(&want);
        drop(board);
        ME.with_borrow_mut(|me| match me {
            None => {
                assert!(can, "a scenario that waits during its set-up: {want:?}");
                true
            }
            Some(me) => {
                if !(me.may_step && can) {
                    me.wants.push(want);
                    return false;
                }
                me.may_step = false;
                true
            }
        })
    }

    fn make<T>(&self, want: Want, done: impl FnOnce(&mut State) -> T) -> T {
        let lane = ME.with_borrow_mut(|me| {
            me.as_mut().map(|me| {
                me.wants.clear();
                me.lane
            })
        });
        let mut board = self.gate.board();
        let words = board.words(&want);
        let entry = &mut board.things[want.thing.0];
        if let (Act::Lock, State::Lock { holder }) = (want.act, &mut entry.state) {
            *holder = lane;
        }
        let result = done(&mut entry.state);
        if let Some(lane) = lane {
            board.made.push(Made {
                lane,
                words,
                at: want.at,
            });
        }
        result
    }
}

/// Stops until this thread is picked. Its wants are the steps that it asked for since the last
/// pick.
pub(crate) fn wait_at_the_gate() {
    let asked = ME.with_borrow_mut(|me| {
        let me = me.as_mut().expect("only a thread of the game waits");
        (Arc::clone(&me.gate), me.lane, std::mem::take(&mut me.wants))
    });
    let (gate, lane, wants) = asked;
    let mut board = gate.board();
    for want in &wants {
        if matches!(want.act, Act::Receive) {
            board.things[want.thing.0].reader = Some(lane);
        }
    }
    board.lanes[lane].stand = Stand::AtTheGate(wants);
    gate.bell.notify_all();
    loop {
        if board.over {
            drop(board);
            // Bypasses the panic hook: this is no failure, the game is over.
            resume_unwind(Box::new(Over));
        }
        if board.picked == Some(lane) {
            board.picked = None;
            break;
        }
        board = gate
            .bell
            .wait(board)
            .unwrap_or_else(PoisonError::into_inner);
    }
    drop(board);
    ME.with_borrow_mut(|me| me.as_mut().expect("it is still me").may_step = true);
}

fn said(payload: &(dyn std::any::Any + Send)) -> String {
    let words = payload
        .downcast_ref::<&str>()
        .map(|said| (*said).to_owned());
    words
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}
