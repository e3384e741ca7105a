//! Graceful shutdown: tells a server that asks for it when to stop.

use lock::lock;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

/// Ready when the run is over. A server that calls this gets a few seconds to shut down, and the
/// run reports whether it did. Every other server is stopped with the process, as steps 1 to 5
/// are: their readers wait in `read`, and need not be woken.
pub fn shutdown() -> Shutdown {
    state().wanted = true;
    Shutdown(())
}

/// Ends the run at the watchdog's next check, as if its time were over. For a server that handles
/// Ctrl-C itself.
pub fn request_shutdown() {
    REQUESTED.store(true, Relaxed);
}

/// Returns whether [`request_shutdown`] was called.
pub(crate) fn is_requested() -> bool {
    REQUESTED.load(Relaxed)
}

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// The wait for the end of the run, made by [`shutdown`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Shutdown(());

impl Future for Shutdown {
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

/// Wakes every [`Shutdown`]. Returns whether the server ever asked for one.
pub(crate) fn begin() -> bool {
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
    /// Registers a waker once, however often the same future is polled.
    fn wakes(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|known| known.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }
}

/// Held for a few instructions. No foreign code runs under it.
fn state() -> MutexGuard<'static, State> {
    static STATE: Mutex<State> = Mutex::new(State {
        wanted: false,
        over: false,
        waiting: Vec::new(),
    });
    lock(&STATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_that_is_polled_often_registers_one_waker() {
        let mut state = State::default();
        for _ in 0..1_000 {
            state.wakes(Waker::noop());
        }
        assert_eq!(state.waiting.len(), 1);
    }
}
