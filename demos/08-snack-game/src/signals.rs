//! What says that it is closing time.

/// Waits for Ctrl-C, or for a service manager's SIGTERM; says which.
pub async fn end() -> &'static str {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut asked = match signal(SignalKind::terminate()) {
            Ok(asked) => asked,
            Err(_) => return interrupted().await,
        };
        tokio::select! {
            _ = asked.recv() => "SIGTERM",
            why = interrupted() => why,
        }
    }
    #[cfg(not(unix))]
    interrupted().await
}

async fn interrupted() -> &'static str {
    match tokio::signal::ctrl_c().await {
        Ok(()) => "Ctrl-C",
        // Nobody can end it from a keyboard then; a service manager still can.
        Err(_) => std::future::pending().await,
    }
}
