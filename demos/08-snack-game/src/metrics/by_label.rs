//! A counter for each value of one label.

use crate::sync::lock;
use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder},
    metrics::{MetricType, counter::ConstCounter},
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

/// Counters by the value of a label. By hand: a `Family` of the crate cannot be listed, so it could
/// not be carried over to the next process.
#[derive(Clone, Debug)]
pub struct ByLabel {
    label: &'static str,
    counts: Arc<Mutex<BTreeMap<Cow<'static, str>, u64>>>,
}

impl ByLabel {
    /// Counters with this label. Those of these values exist from the beginning, with 0: Prometheus
    /// cannot see that a counter grew if its first sample is a 1.
    pub(super) fn new(label: &'static str, values: &[&'static str]) -> Self {
        let zeros = values.iter().map(|value| (Cow::Borrowed(*value), 0));
        Self {
            label,
            counts: Arc::new(Mutex::new(zeros.collect())),
        }
    }

    /// Adds one.
    pub(super) fn inc(&self, value: impl Into<Cow<'static, str>>) {
        self.inc_by(value, 1);
    }

    /// Adds `count`.
    pub(super) fn inc_by(&self, value: impl Into<Cow<'static, str>>, count: u64) {
        *lock(&self.counts).entry(value.into()).or_default() += count;
    }

    /// All counts.
    pub(super) fn all(&self) -> BTreeMap<String, u64> {
        let counts = lock(&self.counts);
        let all = counts.iter().map(|(value, it)| (value.to_string(), *it));
        all.collect()
    }
}

impl EncodeMetric for ByLabel {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (value, count) in &*lock(&self.counts) {
            let labels = [(self.label, value.as_ref())];
            let each = encoder.encode_family(&labels)?;
            ConstCounter::new(*count).encode(each)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }

    fn is_empty(&self) -> bool {
        lock(&self.counts).is_empty()
    }
}
