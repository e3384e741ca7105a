//! Accepting connections, as [`harness::accept`] does.

use std::io;
use std::net::SocketAddr;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// Accepts the next connection. A client that gave up in the queue is skipped. When the system has
/// nothing left for another connection, this pauses, says so once, and tries again.
///
/// Cancel safe: no connection is lost, and a pause that was cancelled goes on in the next call.
///
/// # Errors
/// The listener itself is broken.
pub async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        let pause = harness::accept_pause();
        if !pause.is_zero() {
            sleep(pause).await;
        }
        match listener.accept().await {
            Ok(accepted) => return Ok(accepted),
            Err(error) => drop(harness::accept_failed(error)?.log()),
        }
    }
}
