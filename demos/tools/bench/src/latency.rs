//! Latencies: sorted, with percentiles.

use std::time::Duration;

/// The latencies of many answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds a latency.
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// Adds the latencies of another run, or of another player.
    pub fn extend(&mut self, more: Latencies) {
        self.0.extend(more.0);
    }

    /// The number of latencies.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no latencies.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The shortest time within which `percent` of the answers came (nearest rank). `None` if there
    /// are no answers.
    ///
    /// # Panics
    /// If `percent` is not above 0 and at most 100.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        assert!(percent > 0.0 && percent <= 100.0, "{percent} percent");
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.max(1) - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_an_answer_that_was_given_and_not_an_average() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile(99.0), None);
        for micros in (1..=200).rev() {
            latencies.add(Duration::from_micros(micros));
        }
        for (percent, micros) in [
            (0.1, 1),
            (50.0, 100),
            (99.0, 198),
            (99.1, 199),
            (100.0, 200),
        ] {
            let expected = Some(Duration::from_micros(micros));
            assert_eq!(latencies.percentile(percent), expected, "{percent}");
        }
    }
}
