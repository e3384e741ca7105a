//! Signals that end the screen: they are noted, and the loop ends as it does by a key, so that the
//! terminal is restored.

use super::wake::Wake;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The number of SIGINT: also Ctrl-C, which is a key in raw mode.
pub(crate) const INTERRUPT: u8 = 2;

/// The signal that has come last; 0 for none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Notes SIGINT, SIGTERM and SIGHUP from now on, in place of ending at once. They end the
    /// screen's sleep, and so does a window that gets another size.
    #[cfg(unix)]
    pub(crate) fn watch(wake: &Wake) -> Signals {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};

        let signals = Signals::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).unwrap_or_default();
            let noted = Arc::clone(&signals.0);
            // Without it the signal ends this program at once, as it does others.
            let _or_not = signal_hook::flag::register_usize(signal, noted, number);
        }
        // After them: what ends the sleep is noted by then.
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH] {
            // Without it the signal is seen at the next look.
            let _or_later = wake.on_signal(signal);
        }
        signals
    }

    /// There are none: a closed window ends the program.
    #[cfg(not(unix))]
    pub(crate) fn watch(_: &Wake) -> Signals {
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
