//! Signals that end the screen: they are noted, and the loop ends as it does by a key, so that the
//! terminal is restored.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The number of SIGINT: also Ctrl-C, which is a key in raw mode.
pub(crate) const INTERRUPT: u8 = 2;

/// The signal that has come last; 0 for none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Notes SIGINT, SIGTERM and SIGHUP from now on, in place of ending at once.
    #[cfg(unix)]
    pub(crate) fn watch() -> Signals {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        let signals = Signals::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).unwrap_or_default();
            let noted = Arc::clone(&signals.0);
            // Without it the signal ends this program at once, as it does others.
            let _or_not = signal_hook::flag::register_usize(signal, noted, number);
        }
        signals
    }

    /// There are none: a closed window ends the program.
    #[cfg(not(unix))]
    pub(crate) fn watch() -> Signals {
        Signals::default()
    }

    /// Returns the number of the signal that has come.
    pub(crate) fn came(&self) -> Option<u8> {
        u8::try_from(self.0.load(Relaxed)).ok().filter(|it| *it > 0)
    }

    /// Ctrl-C was pressed.
    pub(crate) fn interrupt(&self) {
        self.0.store(usize::from(INTERRUPT), Relaxed);
    }
}
