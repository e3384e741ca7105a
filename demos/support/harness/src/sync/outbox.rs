//! A queue without a limit, and the record of how deep it grew.

use crate::waits::{Kind, Resource};
use snack::Name;
use std::fmt::{self, Display};
use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The lines that wait for the player called `name`: one end to tell, one to write them out.
pub fn outbox(name: &Name) -> (Outbox, Queue) {
    let (sender, lines) = mpsc::channel();
    let depth = Arc::new(Depth {
        name: name.as_str().into(),
        waiting: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    registry().open.push(Arc::clone(&depth));
    let queue = Queue {
        lines,
        depth: Arc::clone(&depth),
        resource: Resource::new(Kind::Queue, format!("{name}'s outbox")),
    };
    (Outbox { sender, depth }, queue)
}

/// Where lines for a player go in. They wait there, however many.
#[derive(Clone)]
pub struct Outbox {
    sender: Sender<String>,
    depth: Arc<Depth>,
}

impl Outbox {
    /// Puts a line in. Never waits; when the queue's end is gone, so is the line.
    pub fn tell(&self, line: &impl Display) {
        // Counted before it is sent: who takes it out may be faster than this line.
        let waiting = self.depth.waiting.fetch_add(1, Relaxed) + 1;
        if self.sender.send(line.to_string()).is_ok() {
            self.depth.most.fetch_max(waiting, Relaxed);
        } else {
            self.depth.waiting.fetch_sub(1, Relaxed);
        }
    }
}

/// Where a player's lines come out.
pub struct Queue {
    lines: Receiver<String>,
    depth: Arc<Depth>,
    resource: Resource,
}

impl Queue {
    /// The next line, without its line end; waits until there is one. None: every [`Outbox`] is
    /// gone, and so is every line.
    #[track_caller]
    pub fn next(&self) -> Option<String> {
        let line = match self.lines.try_recv() {
            Ok(line) => Some(line),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                let _waiting = self.resource.wait(Location::caller());
                self.lines.recv().ok()
            }
        };
        if line.is_some() {
            self.depth.waiting.fetch_sub(1, Relaxed);
        }
        line
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut registry = registry();
        registry.remember(&self.depth);
        registry.open.retain(|open| !Arc::ptr_eq(open, &self.depth));
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Outbox({})", self.depth.name)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Queue({})", self.depth.name)
    }
}

/// How many lines wait in one outbox, and the most that ever did.
struct Depth {
    name: Arc<str>,
    waiting: AtomicUsize,
    most: AtomicUsize,
}

/// Somebody's outbox, and how many lines are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Behind {
    pub(crate) name: Arc<str>,
    pub(crate) lines: usize,
}

/// The deepest outbox at this moment. None if there is none.
pub(crate) fn deepest() -> Option<Behind> {
    let registry = registry();
    let behind = |depth: &Arc<Depth>| Behind {
        name: Arc::clone(&depth.name),
        lines: depth.waiting.load(Relaxed),
    };
    (registry.open.iter().map(behind)).max_by_key(|behind| behind.lines)
}

/// The deepest that ever was. None if there never was any.
pub(crate) fn deepest_ever() -> Option<Behind> {
    let mut registry = registry();
    for depth in registry.open.clone() {
        registry.remember(&depth);
    }
    registry.ever.clone()
}

/// The outboxes of the process.
struct Registry {
    open: Vec<Arc<Depth>>,
    ever: Option<Behind>,
}

impl Registry {
    fn remember(&mut self, depth: &Depth) {
        let lines = depth.most.load(Relaxed);
        if self.ever.as_ref().is_none_or(|ever| ever.lines < lines) {
            self.ever = Some(Behind {
                name: Arc::clone(&depth.name),
                lines,
            });
        }
    }
}

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
        open: Vec::new(),
        ever: None,
    });
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
