//! Tasks: a thread for each, that waits at the gate whenever its task does.

use crate::gate::wait_at_the_gate;
use std::{
    io,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

/// Runs a task to its end on this thread. It is polled when it is picked, and never otherwise.
pub(crate) fn block_on<T>(task: impl Future<Output = T>) -> T {
    let mut task = pin!(task);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = task.as_mut().poll(&mut cx) {
            return value;
        }
        wait_at_the_gate();
    }
}

/// Waits for it. There is no time here, so it never gives up.
pub(crate) async fn within<T>(
    _patience: Duration,
    it: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    it.await
}
