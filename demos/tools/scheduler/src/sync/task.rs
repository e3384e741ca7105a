//! Tasks. Each runs on a thread, which waits at the gate whenever its task does.

use crate::gate::wait_at_gate;
use std::{
    io,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

/// Runs a task to its end on this thread. The task is polled only when the thread is picked.
pub(crate) fn block_on<T>(task: impl Future<Output = T>) -> T {
    let mut task = pin!(task);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = task.as_mut().poll(&mut cx) {
            return value;
        }
        wait_at_gate();
    }
}

/// Waits for the future. There is no time here, so this never times out.
pub(crate) async fn within<T>(
    _patience: Duration,
    it: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    it.await
}
