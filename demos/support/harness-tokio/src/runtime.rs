//! One thread for all tasks.

use std::io;
use tokio::{net::TcpListener, runtime::Builder, task::LocalSet};

/// Runs a server on tokio's current-thread runtime, on the calling thread. Its tasks can be spawned
/// with [`tokio::task::spawn_local`], so the state that they share need not be `Send`.
///
/// # Errors
/// If the runtime cannot be built, the listener cannot be registered with it, or the server fails.
pub fn on_one_thread(
    listener: std::net::TcpListener,
    serve: impl AsyncFnOnce(TcpListener) -> io::Result<()>,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        listener.set_nonblocking(true)?;
        serve(TcpListener::from_std(listener)?).await
    })
}
