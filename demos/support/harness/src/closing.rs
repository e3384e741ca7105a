//! Closing time: a server that wants to end in order is told when.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Ready when the run is over. A server that asks for it is given a few seconds to end by itself,
/// and the run tells whether it did; any other ends with the process, as steps 1 to 5 do: their
/// readers wait in `read`, and nothing has to wake them.
pub fn closing() -> Closing {
    state().wanted = true;
    Closing(())
}

/// The run is over as soon as it looks again, as if its time had come: for a server that hears
/// Ctrl-C.
pub fn end_the_run() {
    ENDS.store(true, Relaxed);
}

/// Whether somebody called [`end_the_run`].
pub(crate) fn is_ended() -> bool {
    ENDS.load(Relaxed)
}

static ENDS: AtomicBool = AtomicBool::new(false);

/// The wait for closing time, made by [`closing`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Closing(());

impl Future for Closing {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        let mut state = state();
        if state.over {
            return Poll::Ready(());
        }
        state.wakes(context.waker());
        Poll::Pending
    }
}

/// It is time. True if anybody wanted to know.
pub(crate) fn close() -> bool {
    let mut state = state();
    state.over = true;
    let waiting = std::mem::take(&mut state.waiting);
    let wanted = state.wanted;
    drop(state);
    waiting.into_iter().for_each(Waker::wake);
    wanted
}

#[derive(Default)]
struct State {
    wanted: bool,
    over: bool,
    waiting: Vec<Waker>,
}

impl State {
    /// A wait that is looked at a thousand times is still one wait.
    fn wakes(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|known| known.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }
}

/// Held for a few instructions, and nobody's code runs under it.
fn state() -> MutexGuard<'static, State> {
    static STATE: Mutex<State> = Mutex::new(State {
        wanted: false,
        over: false,
        waiting: Vec::new(),
    });
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_is_looked_at_again_and_again_is_remembered_once() {
        let mut state = State::default();
        for _ in 0..1_000 {
            state.wakes(Waker::noop());
        }
        assert_eq!(state.waiting.len(), 1);
    }
}
