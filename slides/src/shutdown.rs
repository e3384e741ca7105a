//! Signals that end the stage: Ctrl-C, a service manager's SIGTERM, and the end of the terminal.

/// Waits for a signal that ends the stage, and returns its name. Each call waits for a further one.
pub(crate) async fn wanted() -> &'static str {
    tokio::select! {
        name = web_server::signals::shutdown() => name,
        name = terminal_closed() => name,
    }
}

/// Waits until the terminal is closed, unless the stage was started to outlive it, as `nohup` does.
#[cfg(unix)]
async fn terminal_closed() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    if !is_ignored()
        && let Ok(mut hangup) = signal(SignalKind::hangup())
    {
        hangup.recv().await;
        return "SIGHUP";
    }
    std::future::pending().await
}

/// Whether SIGHUP was ignored when this process began. To ask for the signal would change that.
#[cfg(unix)]
fn is_ignored() -> bool {
    use std::sync::OnceLock;
    static AT_FIRST: OnceLock<bool> = OnceLock::new();
    *AT_FIRST.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|it| it.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
        // SIGHUP is signal 1, the lowest bit.
        mask.is_some_and(|it| it & 1 == 1)
    })
}

/// Waits until the window of the console is closed. Windows then waits for a few seconds.
#[cfg(windows)]
async fn terminal_closed() -> &'static str {
    if let Ok(mut close) = tokio::signal::windows::ctrl_close() {
        close.recv().await;
        return "the console was closed";
    }
    std::future::pending().await
}

#[cfg(not(any(unix, windows)))]
async fn terminal_closed() -> &'static str {
    std::future::pending().await
}
