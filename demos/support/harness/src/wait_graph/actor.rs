//! The names of threads and tasks.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::thread;

/// A thread or task that can wait, with its current name.
#[derive(Clone, Debug)]
pub struct Who {
    /// Its name.
    pub name: Arc<str>,
    /// Its identity. Two threads may have the same name.
    pub actor: Actor,
    /// The number of the thread it runs on. A task's may change from one poll to the next.
    pub thread: u64,
}

/// A thread, or a task wrapped in [`named`]. Numbers are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A thread, by its number.
    Thread(u64),
    /// A task, by its number.
    Task(u64),
}

impl Who {
    /// The thread or task that runs this line.
    pub fn here() -> Who {
        // A thread that is ending may still release a resource after its name is gone.
        ME.try_with(|me| me.borrow().clone())
            .unwrap_or_else(|_| Who::ending_thread())
    }

    fn this_thread() -> Who {
        let number = next_number();
        let thread = thread::current();
        let name = match thread.name() {
            Some(name) => name.into(),
            None => format!("thread {number}").into(),
        };
        Who {
            name,
            actor: Actor::Thread(number),
            thread: number,
        }
    }

    fn ending_thread() -> Who {
        Who {
            name: "a thread that ends".into(),
            actor: Actor::Thread(0),
            thread: 0,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// Names the current thread, or within [`named`] the current task.
pub fn i_am(name: impl Into<String>) {
    rename(name.into().into());
}

/// As [`i_am`]; returns the previous name. `None` if this thread is ending.
pub(crate) fn rename(name: Arc<str>) -> Option<Arc<str>> {
    ME.try_with(|me| std::mem::replace(&mut me.borrow_mut().name, name))
        .ok()
}

/// Gives a task a name of its own: each poll of `future` runs under `name`, and what the task holds
/// and waits for is recorded for the task, not for its thread.
pub fn named<F: Future>(name: impl Into<String>, future: F) -> Named<F> {
    Named {
        _alive: Alive::new(),
        who: Who {
            name: name.into().into(),
            actor: Actor::Task(next_number()),
            thread: 0,
        },
        future: Box::pin(future),
    }
}

/// A future with a name, made by [`named`].
#[must_use = "a future does nothing unless it is awaited"]
#[derive(Debug)]
pub struct Named<F> {
    who: Who,
    future: Pin<Box<F>>,
    _alive: Alive,
}

/// The number of futures made by [`named`] that are not dropped: tasks that have not ended, and
/// named waits within them.
pub fn tasks() -> usize {
    TASKS.load(Relaxed)
}

/// Counts as one of [`tasks`] until it is dropped.
#[derive(Debug)]
struct Alive(());

impl Alive {
    fn new() -> Alive {
        TASKS.fetch_add(1, Relaxed);
        Alive(())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        TASKS.fetch_sub(1, Relaxed);
    }
}

impl<F: Future> Future for Named<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<F::Output> {
        let named = &mut *self;
        let _turn = Turn::begin(&mut named.who);
        named.future.as_mut().poll(context)
    }
}

/// One poll. The thread has the task's name until this is dropped, also by a panic.
struct Turn<'a> {
    task: &'a mut Who,
    thread: Option<Who>,
}

impl Turn<'_> {
    fn begin(task: &mut Who) -> Turn<'_> {
        count_this_thread();
        let thread = ME.try_with(|me| {
            let mut me = me.borrow_mut();
            task.thread = me.thread;
            std::mem::replace(&mut *me, task.clone())
        });
        Turn {
            task,
            thread: thread.ok(),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // The task may have been renamed during the poll. It keeps that name.
            let _ = ME.try_with(|me| *self.task = me.replace(thread));
        }
    }
}

/// The number of living threads that have polled a named task.
pub(super) fn task_threads() -> usize {
    TASK_THREADS.load(Relaxed)
}

fn count_this_thread() {
    let _ = COUNTED.try_with(|_| ());
}

fn next_number() -> u64 {
    NUMBERS.fetch_add(1, Relaxed)
}

/// Counts as one of [`TASK_THREADS`] as long as the thread lives.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        TASK_THREADS.fetch_sub(1, Relaxed);
    }
}

/// From 1 on: 0 stands for a thread that is ending.
static NUMBERS: AtomicU64 = AtomicU64::new(1);
static TASK_THREADS: AtomicUsize = AtomicUsize::new(0);
static TASKS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static ME: RefCell<Who> = RefCell::new(Who::this_thread());
    static COUNTED: Counted = {
        TASK_THREADS.fetch_add(1, Relaxed);
        Counted
    };
}

#[cfg(test)]
mod tests;
