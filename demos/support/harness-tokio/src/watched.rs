//! A wait that is put on record only if it turns out to be one.

use harness::wait_graph::{Place, Resource};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Awaits `future`. If it is not ready at the first poll, this task waits for `resource` until it
/// is.
pub(crate) async fn watched<F: Future>(resource: &Resource, at: Place, future: F) -> F::Output {
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    match first {
        Poll::Ready(output) => output,
        Poll::Pending => {
            // A task that is dropped in here takes its wait off the record with it.
            let _waiting = resource.wait_as_task(at);
            future.await
        }
    }
}
