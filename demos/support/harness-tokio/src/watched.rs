//! Recording a wait, if the future is not ready at once.

use harness::wait_graph::{Place, Resource};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Awaits `future`. If it is not ready at the first poll, records that this task waits for
/// `resource` until it is ready.
pub(crate) async fn watched<F: Future>(resource: &Resource, at: Place, future: F) -> F::Output {
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    match first {
        Poll::Ready(output) => output,
        Poll::Pending => {
            // If this future is dropped while it waits, the guard removes the wait from the record.
            let _waiting = resource.wait_as_task(at);
            future.await
        }
    }
}
