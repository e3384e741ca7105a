//! An unbounded queue, with a record of its depth.

use crate::wait_graph::{Kind, Resource};
use lock::lock;
use snack::Name;
use std::fmt::{self, Display};
use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard};

/// Creates the queue of lines for the player called `name`. The [`Outbox`] takes lines in, the
/// [`Queue`] returns them.
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

/// The sending end of a player's queue. It has no limit.
#[derive(Clone)]
pub struct Outbox {
    sender: Sender<String>,
    depth: Arc<Depth>,
}

impl Outbox {
    /// Adds a line. Never waits. If the [`Queue`] was dropped, the line is lost.
    pub fn tell(&self, line: &impl Display) {
        // Counted before it is sent, because the receiver may take it before the next line runs.
        let waiting = self.depth.waiting.fetch_add(1, Relaxed) + 1;
        if self.sender.send(line.to_string()).is_ok() {
            self.depth.most.fetch_max(waiting, Relaxed);
        } else {
            self.depth.waiting.fetch_sub(1, Relaxed);
        }
    }
}

/// The receiving end of a player's queue.
pub struct Queue {
    lines: Receiver<String>,
    depth: Arc<Depth>,
    resource: Resource,
}

impl Queue {
    /// The next line, without its line end. Waits until there is one. `None` if every [`Outbox`]
    /// was dropped and no line is left.
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

/// The number of lines in one outbox, now and at most.
struct Depth {
    name: Arc<str>,
    waiting: AtomicUsize,
    most: AtomicUsize,
}

/// The depth of a player's outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Behind {
    pub(crate) name: Arc<str>,
    pub(crate) lines: usize,
}

/// The deepest outbox at this moment. `None` if there is no outbox.
pub(crate) fn deepest() -> Option<Behind> {
    let registry = registry();
    let behind = |depth: &Arc<Depth>| Behind {
        name: Arc::clone(&depth.name),
        lines: depth.waiting.load(Relaxed),
    };
    (registry.open.iter().map(behind)).max_by_key(|behind| behind.lines)
}

/// The deepest outbox since the start. `None` if there never was one.
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
    lock(&REGISTRY)
}

#[cfg(test)]
mod tests;
