//! Signals that start a graceful shutdown.

/// Waits for Ctrl-C, or for a service manager's SIGTERM, and returns which it was.
///
/// A signal that cannot be received is not waited for: the other one still ends the server.
pub async fn shutdown() -> &'static str {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = match signal(SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(_) => return interrupt().await,
        };
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            why = interrupt() => why,
        }
    }
    #[cfg(not(unix))]
    interrupt().await
}

async fn interrupt() -> &'static str {
    match tokio::signal::ctrl_c().await {
        Ok(()) => "Ctrl-C",
        // The keyboard cannot end the server then; a service manager still can.
        Err(_) => std::future::pending().await,
    }
}
