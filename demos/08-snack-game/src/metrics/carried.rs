//! Counts that the next process continues with.

use super::{Metrics, histogram::Counts};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

/// What may have ended the process before, as the label of a metric.
pub(super) const CAUSES: [&str; 3] = ["shutdown", "handover", "crash"];

/// The file with the counts of a server that was shut down gracefully.
const FILE: &str = "counts-at-closing";

/// Counts by the names of their metrics. Another version of the program may have written them: what
/// this one does not know is left out, and what is missing begins at 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Carried {
    counters: BTreeMap<String, u64>,
    by_label: BTreeMap<String, BTreeMap<String, u64>>,
    histograms: BTreeMap<String, Counts>,
    /// When the first process began, in milliseconds since 1970.
    began_millis: u64,
    /// Whether the process that wrote this shut down gracefully.
    in_order: bool,
}

/// What ended the process before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// A graceful shutdown.
    Shutdown,
    /// A handover, or a crash: the counts say which.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has a supervisor")
    )]
    Worker,
}

impl Metrics {
    /// The counts of this moment.
    pub(super) fn carried(&self) -> Carried {
        let counters = self.counters().into_iter();
        let by_label = self.counters_by_label().into_iter();
        let histograms = self.histograms().into_iter();
        Carried {
            counters: counters
                .map(|(name, _, it)| (name.to_owned(), it.get()))
                .collect(),
            by_label: by_label
                .map(|(name, _, it)| (name.to_owned(), it.all()))
                .collect(),
            histograms: histograms
                .map(|(name, _, it)| (name.to_owned(), it.counts()))
                .collect(),
            began_millis: self.service.began_millis.load(Ordering::Relaxed),
            in_order: false,
        }
    }

    /// Adds the counts of the process before this one.
    pub(crate) fn continue_from(&self, before: &Carried, after: After) {
        for (name, _, counter) in self.counters() {
            counter.inc_by(before.counters.get(name).copied().unwrap_or_default());
        }
        for (name, _, counter) in self.counters_by_label() {
            for (value, count) in before.by_label.get(name).into_iter().flatten() {
                counter.inc_by(value.clone(), *count);
            }
        }
        for (name, _, histogram) in self.histograms() {
            if let Some(counts) = before.histograms.get(name) {
                histogram.add(counts);
            }
        }
        if before.began_millis > 0 {
            let began = &self.service.began_millis;
            began.fetch_min(before.began_millis, Ordering::Relaxed);
        }
        let [shutdown, handover, crash] = CAUSES;
        self.service.restarts.inc(match (after, before.in_order) {
            (After::Shutdown, _) => shutdown,
            (After::Worker, true) => handover,
            (After::Worker, false) => crash,
        });
    }

    /// Sets the number of this worker under its supervisor.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has a supervisor")
    )]
    pub(crate) fn set_generation(&self, generation: u64) {
        let own = &self.service.generation;
        own.store(generation, Ordering::Relaxed);
    }
}

impl Carried {
    /// The same, of a process that shuts down gracefully.
    pub(super) fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// The counts as JSON.
    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default() // Numbers and names can always be written.
    }

    /// Reads what [`encode`](Self::encode) wrote, in this version or another.
    pub(super) fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }

    /// Writes the file for the next start on this folder.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let temporary = folder.join(format!("{FILE}.begun"));
        fs::write(&temporary, self.encode())?;
        fs::rename(temporary, file(folder))
    }

    /// Reads the file, and removes it: if this process crashes, its counts are lost, and older ones
    /// in their place would look as if everything before had happened a second time. `None` if
    /// there is none.
    pub(crate) fn take(folder: &Path) -> Option<Self> {
        let bytes = fs::read(file(folder)).ok()?;
        if let Err(error) = fs::remove_file(file(folder)) {
            tracing::warn!(%error, "cannot remove the counts of the last shutdown: they begin at 0");
            return None;
        }
        let read = Self::decode(&bytes);
        read.inspect_err(|error| {
            tracing::warn!(%error, "cannot read the counts of the last shutdown: they begin at 0");
        })
        .ok()
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}
