//! The answer to Prometheus, as numbers.

use super::ask;
use std::{collections::BTreeMap, net::SocketAddr};

/// The samples of `/metrics`, by name and labels as they are written there.
#[derive(Debug)]
pub(crate) struct Samples(pub(crate) BTreeMap<String, f64>);

impl Samples {
    #[track_caller]
    pub(crate) fn of(address: SocketAddr) -> Self {
        let (status, answer) = ask(address, "/metrics", "");
        assert_eq!(status, 200, "{answer}");
        Self::parse(answer.split_once("\r\n\r\n").expect("a body").1)
    }

    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a value");
            (name.to_owned(), value.parse().expect("a number"))
        });
        Self(samples.collect())
    }

    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> f64 {
        *self
            .0
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in {self:?}"))
    }

    /// Whether a sample never falls: a counter, or a part of a histogram. The figures of the
    /// process itself begin anew with each process, as their start time does.
    fn never_falls(name: &str) -> bool {
        let (name, _) = name.split_once('{').unwrap_or((name, ""));
        let ends = ["_total", "_count", "_sum", "_bucket"];
        !name.starts_with("process_") && ends.iter().any(|end| name.ends_with(end))
    }

    /// Checks that no counter has fallen, and that none has gone.
    #[track_caller]
    pub(crate) fn not_below(&self, before: &Self) {
        let counters = before.0.iter().filter(|(name, _)| Self::never_falls(name));
        for (name, value) in counters {
            let now = self.0.get(name).copied().unwrap_or(-1.0);
            assert!(now >= *value, "{name} fell from {value} to {now}");
        }
    }
}
