//! The gate: every thread of a game stands here, in front of its next step, until it is picked.

use std::{
    cell::RefCell,
    panic::{Location, resume_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Where in the program a step is asked for.
pub(crate) type Place = &'static Location<'static>;

/// How long a picked thread may take to stand at the gate again. It only computes in between.
const PATIENCE: Duration = Duration::from_secs(10);

/// A thing that threads share, by its number on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thing(pub(crate) usize);

/// What a thread would do if it were picked.
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

/// The state of a thing, as far as somebody may have to wait for it.
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
    /// The thread that takes from it, once it has been seen to.
    pub(crate) reader: Option<usize>,
}

/// Where a thread is.
#[derive(Debug)]
pub(crate) enum Stand {
    /// Between two steps, on its own.
    Moving,
    /// At the gate, in front of one of these. More than one in a `select!`.
    AtTheGate(Vec<Want>),
    /// It has come to its end.
    Home,
    /// It panicked, and said this.
    Fell(String),
}

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    pub(crate) stand: Stand,
}

/// A step that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) lane: usize,
    pub(crate) words: String,
    pub(crate) at: Place,
}

/// Everything that a game knows.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) things: Vec<Entry>,
    pub(crate) made: Vec<Made>,
    picked: Option<usize>,
    over: bool,
}

/// A board, and the bell that rings whenever it changes.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    board: Mutex<Board>,
    bell: Condvar,
}

/// What unwinds a thread whose game is over.
struct Over;

struct Me {
    gate: Arc<Gate>,
    lane: usize,
    /// It was picked, and has not made its step yet.
    may_step: bool,
    /// What it found it cannot do, since it was picked.
    wants: Vec<Want>,
}

thread_local! {
    /// Who this thread is; nobody while an evening is prepared: then nothing stops.
    static ME: RefCell<Option<Me>> = const { RefCell::new(None) };
    /// The gate of the evening that this thread prepares.
    static HERE: RefCell<Option<Arc<Gate>>> = const { RefCell::new(None) };
}

impl Gate {
    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares an evening: what it makes is put onto this gate's board.
    pub(crate) fn prepare<T>(self: &Arc<Self>, evening: impl FnOnce() -> T) -> T {
        let before = HERE.replace(Some(Arc::clone(self)));
        let prepared = evening();
        HERE.set(before);
        prepared
    }

    /// A thread of the game, which runs up to its first step and stands there.
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

    /// Waits until every thread stands still.
    ///
    /// # Errors
    /// The name of one that does not.
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

    /// Lets one thread make one step. It must be able to.
    pub(crate) fn pick(&self, lane: usize) {
        let mut board = self.board();
        board.picked = Some(lane);
        board.lanes[lane].stand = Stand::Moving;
        drop(board);
        self.bell.notify_all();
    }

    /// The game is over: whoever still stands at the gate goes home without another step.
    pub(crate) fn close(&self) {
        self.board().over = true;
        self.bell.notify_all();
    }
}

impl Board {
    /// Can this be done now?
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

/// Puts a thing onto the board of the evening that is being prepared or played here.
pub(crate) fn thing(name: String, state: State) -> Handle {
    let gate = HERE.with_borrow(Clone::clone);
    let gate = gate.expect("the types of `scheduler` live only in its evenings");
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

/// A thing and the gate it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    gate: Arc<Gate>,
    thing: Thing,
}

impl Handle {
    /// Looks at the state of the thing, or changes it; no step of its own.
    pub(crate) fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        let mut board = self.gate.board();
        with(&mut board.things[self.thing.0].state)
    }

    /// Stops in front of this until it is picked and possible, and then does it.
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

    /// The same for a task: nothing if it was not picked, or cannot be done yet. Then [`wait_at_the_gate`].
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
                assert!(can, "an evening that waits before it begins: {want:?}");
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

/// Stands still until this thread is picked. What it wants is what it has asked for since it was picked last.
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
            // Past the panic hook: this is no failure, the game is over.
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
