//! How many phones fit. Each is an open file, and the presenter's pages and demos come first.

use std::sync::Once;

/// Phones that follow at once, at most.
pub(crate) const PHONES: usize = 400;

/// Connections of the presenter's pages: a projector, a speaker view and a reader, each with up to
/// six at once while it loads.
pub(crate) const PRESENTERS: usize = 48;

/// Descriptors of the demos: two pipes each, and twice as many while one is started or built.
const DEMOS: u64 = 40;

/// Descriptors of the files that a download reads.
const FILES: u64 = 16;

/// Descriptors of the runtime, the listeners, the signals, the terminal and the deck's reader.
const OWN: u64 = 24;

/// Descriptors that phones must not take.
const RESERVE: u64 = PRESENTERS as u64 + DEMOS + FILES + OWN;

/// What the process's limit of open files allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Capacity {
    /// The limit. `None` if there is no limit.
    pub(crate) limit: Option<u64>,
    /// Connections of the phones' listener. They are more than the phones, because a page that
    /// loads takes several.
    pub(crate) connections: usize,
    /// Phones that follow at once.
    pub(crate) phones: usize,
}

impl Capacity {
    /// Raises the process's limit as far as possible, and divides it.
    pub(crate) fn raised() -> Capacity {
        Capacity::under(sockets::raise_limit())
    }

    fn under(limit: Option<u64>) -> Capacity {
        let fit = sockets::connections(limit, RESERVE).unwrap_or(u64::MAX);
        let connections = usize::try_from(fit).unwrap_or(usize::MAX).min(2 * PHONES);
        Capacity {
            limit,
            connections,
            phones: PHONES.min(connections / 4 * 3),
        }
    }

    /// Prints once that phones are refused, and what to do.
    pub(crate) fn warn_once(&self) {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let why = self
                .advice()
                .unwrap_or_else(|| format!("{} phones follow, and that is the limit", self.phones));
            output::err!("slides: phones are refused: {why}");
        });
    }

    /// What to do if the limit allows fewer than [`PHONES`] phones. `None` if it does not.
    pub(crate) fn advice(&self) -> Option<String> {
        let limit = self.limit.filter(|_| self.phones < PHONES)?;
        Some(format!(
            "{} phones fit, because this process may open {limit} files; for {PHONES} phones, run \
             `ulimit -n 4096` in this terminal and start the stage again",
            self.phones
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_get_the_descriptors_that_the_presenter_does_not_need() {
        for (limit, connections, phones) in [
            (Some(0), 0, 0),
            (Some(64), 0, 0),
            (Some(256), 128, 96),
            (Some(1_024), 800, 400),
            (Some(1 << 40), 800, 400),
            (None, 800, 400),
        ] {
            let capacity = Capacity::under(limit);
            assert_eq!(
                (capacity.connections, capacity.phones),
                (connections, phones),
                "{limit:?}"
            );
            assert_eq!(capacity.advice().is_some(), phones < PHONES);
        }
    }
}
