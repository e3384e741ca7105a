//! Accepting connections, as [`harness::accept`] does.

use std::io;
use std::net::SocketAddr;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// Accepts the next connection. A client that gave up in the queue is skipped. If the system has
/// no descriptor or memory left for a connection, this pauses, reports it once, and tries again.
///
/// Cancel safe: no connection is lost, and the next call continues a cancelled pause.
///
/// # Errors
/// If the listener is broken.
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
