//! A histogram of durations.

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Counts durations in buckets. By hand: the crate's histogram cannot start with the counts of an
/// earlier process, and takes a lock for each observation.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Upper bounds in microseconds, ascending.
    bounds: &'static [u64],
    /// One count per bound, and one for what is beyond the last.
    counts: Box<[AtomicU64]>,
    nanos: AtomicU64,
}

/// The counts of a histogram, as they are carried over to the next process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// The upper bound of each bucket in microseconds, `None` for the last one, with its count.
    buckets: Vec<(Option<u64>, u64)>,
    /// The sum in nanoseconds.
    nanos: u64,
}

impl Histogram {
    /// An empty histogram with these upper bounds, in microseconds.
    pub(super) fn new(bounds: &'static [u64]) -> Self {
        Self(Arc::new(Inner {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            nanos: AtomicU64::new(0),
        }))
    }

    /// Counts one duration.
    pub(crate) fn observe(&self, took: Duration) {
        self.observe_many(took, 1);
    }

    /// Counts the same duration several times.
    pub(crate) fn observe_many(&self, took: Duration, times: u64) {
        if times > 0 {
            let nanos = took.as_nanos() as u64;
            let bucket = |&bound: &u64| bound.saturating_mul(1_000) < nanos;
            let bucket = self.0.bounds.partition_point(bucket);
            self.0.counts[bucket].fetch_add(times, Relaxed);
            self.0.nanos.fetch_add(nanos.saturating_mul(times), Relaxed);
        }
    }

    /// The durations counted.
    pub fn count(&self) -> u64 {
        self.0.counts.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// What is carried over.
    pub(super) fn counts(&self) -> Counts {
        let bounds = self.0.bounds.iter().copied().map(Some).chain([None]);
        let counts = self.0.counts.iter().map(|count| count.load(Relaxed));
        Counts {
            buckets: bounds.zip(counts).collect(),
            nanos: self.0.nanos.load(Relaxed),
        }
    }

    /// Adds the counts of an earlier process. It may have had other bounds: then each of its
    /// buckets is added to the one that contains its bound, so no bound that both have ever falls.
    pub(super) fn add(&self, before: &Counts) {
        for (bound, count) in &before.buckets {
            let bucket = bound.map_or(self.0.bounds.len(), |bound| {
                self.0.bounds.partition_point(|&own| own < bound)
            });
            self.0.counts[bucket].fetch_add(*count, Relaxed);
        }
        self.0.nanos.fetch_add(before.nanos, Relaxed);
    }
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let Counts { buckets, nanos } = self.counts();
        let seconds = |micros: u64| micros as f64 / 1e6;
        let buckets: Vec<_> = buckets
            .into_iter()
            .map(|(bound, count)| (bound.map_or(f64::INFINITY, seconds), count))
            .collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        encoder.encode_histogram::<NoLabelSet>(nanos as f64 / 1e9, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: &[u64] = &[1_000, 10_000, 100_000];

    #[test]
    fn a_duration_is_counted_in_the_first_bucket_that_holds_it() {
        let histogram = Histogram::new(BOUNDS);
        histogram.observe(Duration::ZERO);
        histogram.observe(Duration::from_millis(1)); // A bound belongs to its bucket.
        histogram.observe_many(Duration::from_nanos(1_000_001), 3);
        histogram.observe_many(Duration::from_millis(50), 0);
        histogram.observe(Duration::from_secs(7));
        let expected = [(Some(1_000), 2), (Some(10_000), 3), (Some(100_000), 0)];
        let expected = expected.into_iter().chain([(None, 1)]).collect();
        assert_eq!(
            histogram.counts(),
            Counts {
                buckets: expected,
                nanos: 7_004_000_003
            }
        );
        assert_eq!(histogram.count(), 6);
    }

    #[test]
    fn counts_of_other_bounds_are_added_and_no_common_bound_falls() {
        let before = Histogram::new(&[500, 1_000, 50_000, 200_000]);
        for micros in [400, 900, 1_000, 30_000, 150_000, 900_000] {
            before.observe(Duration::from_micros(micros));
        }
        let after = Histogram::new(BOUNDS);
        after.add(&before.counts());
        let counts: Vec<u64> = after.counts().buckets.iter().map(|it| it.1).collect();
        assert_eq!(counts, [3, 0, 1, 2], "3 up to a millisecond, as before");
        assert_eq!(after.counts().nanos, before.counts().nanos);
    }
}
