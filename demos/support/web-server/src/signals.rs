//! Signals that start a graceful shutdown: Ctrl-C, a service manager's SIGTERM, and the end of the
//! terminal.

pub use platform::Signals;

/// The exit status after a second signal, which cut the graceful shutdown short: a shell reports
/// the same for a program that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// Waits for the next signal from here on, and returns its name.
pub async fn shutdown() -> &'static str {
    Signals::listen().next().await
}

#[cfg(unix)]
mod platform {
    use std::{fs, sync::OnceLock};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The signals from here on: each is kept until it is asked for.
    ///
    /// A signal that cannot be received is not waited for: the others still end the program.
    #[derive(Debug)]
    pub struct Signals {
        terminate: Option<Signal>,
        interrupt: Option<Signal>,
        /// `None` also if the program was started to outlive its terminal, as `nohup` does.
        hangup: Option<Signal>,
    }

    impl Signals {
        /// Listens. From here on no such signal ends the process.
        ///
        /// # Panics
        /// Outside a tokio runtime.
        pub fn listen() -> Self {
            let on = |kind| signal(kind).ok();
            let hangup = (!is_hangup_ignored()).then(|| on(SignalKind::hangup()));
            Self {
                terminate: on(SignalKind::terminate()),
                interrupt: on(SignalKind::interrupt()),
                hangup: hangup.flatten(),
            }
        }

        /// Waits for the next signal, and returns its name. May be cancelled.
        pub async fn next(&mut self) -> &'static str {
            tokio::select! {
                () = recv(&mut self.terminate) => "SIGTERM",
                () = recv(&mut self.interrupt) => "Ctrl-C",
                () = recv(&mut self.hangup) => "SIGHUP",
            }
        }
    }

    async fn recv(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }

    /// Whether SIGHUP was ignored when this process began. To listen to it would change that.
    fn is_hangup_ignored() -> bool {
        static AT_FIRST: OnceLock<bool> = OnceLock::new();
        *AT_FIRST.get_or_init(|| {
            let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
            let mask = status.lines().find_map(|it| it.strip_prefix("SigIgn:"));
            let mask = mask.and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
            // SIGHUP is signal 1, the lowest bit.
            mask.is_some_and(|it| it & 1 == 1)
        })
    }
}

#[cfg(windows)]
mod platform {
    use tokio::signal::windows::{CtrlC, CtrlClose, ctrl_c, ctrl_close};

    /// The signals from here on: each is kept until it is asked for.
    #[derive(Debug)]
    pub struct Signals {
        interrupt: Option<CtrlC>,
        /// The window of the console was closed. Windows then waits for a few seconds.
        close: Option<CtrlClose>,
    }

    impl Signals {
        /// Listens. From here on Ctrl-C does not end the process.
        ///
        /// # Panics
        /// Outside a tokio runtime.
        pub fn listen() -> Self {
            Self {
                interrupt: ctrl_c().ok(),
                close: ctrl_close().ok(),
            }
        }

        /// Waits for the next signal, and returns its name. May be cancelled.
        pub async fn next(&mut self) -> &'static str {
            tokio::select! {
                Some(()) = async { self.interrupt.as_mut()?.recv().await } => "Ctrl-C",
                Some(()) = async { self.close.as_mut()?.recv().await } => "the console was closed",
                else => std::future::pending().await,
            }
        }
    }
}
