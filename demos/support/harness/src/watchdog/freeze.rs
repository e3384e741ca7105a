//! Decides when a server is frozen. The caller passes the time; nothing here reads a clock or
//! sleeps.

use std::time::{Duration, Instant};

/// A server is frozen after this time without a reply to any player, while a request waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// A longer gap between two checks means that the whole process slept: Ctrl-Z, a closed lid, a
/// machine that swaps.
const NAP: Duration = Duration::from_millis(700);

/// The state of the server at one check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Observation {
    pub(super) now: Instant,
    /// When the oldest pending request was sent, whether the server has read it or not.
    pub(super) oldest: Option<Instant>,
    pub(super) last_reply: Option<Instant>,
    /// `None` if there never was a heartbeat.
    pub(super) last_beat: Option<Instant>,
}

/// Detects a freeze from regular observations.
#[derive(Debug)]
pub(super) struct FreezeDetector {
    looked: Instant,
    awake_since: Instant,
}

impl FreezeDetector {
    pub(super) fn new(now: Instant) -> FreezeDetector {
        FreezeDetector {
            looked: now,
            awake_since: now,
        }
    }

    /// Checks once. Returns the time without a reply to any player if the server is frozen.
    pub(super) fn check(&mut self, look: Observation) -> Option<Duration> {
        let since = |moment: Instant| look.now.saturating_duration_since(moment);
        if since(self.looked) > NAP {
            self.awake_since = look.now;
        }
        self.looked = look.now;
        let watched = Some(self.awake_since).max(look.last_reply);
        // A request cannot wait before it was sent: an idle server is not frozen.
        let unanswered = look.oldest.map(|oldest| watched.max(Some(oldest)));
        let heartless = look.last_beat.map(|beat| watched.max(Some(beat)));
        (unanswered.into_iter().chain(heartless).flatten())
            .map(since)
            .filter(|quiet| *quiet >= PATIENCE)
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A series of checks, a tenth of a second apart.
    struct Series {
        noon: Instant,
        detector: FreezeDetector,
        look: Observation,
    }

    impl Series {
        fn begin() -> Series {
            let noon = Instant::now();
            let look = Observation {
                now: noon,
                oldest: None,
                last_reply: None,
                last_beat: None,
            };
            let detector = FreezeDetector::new(noon);
            Series {
                noon,
                detector,
                look,
            }
        }

        fn at(&self, seconds: f64) -> Option<Instant> {
            Some(self.noon + Duration::from_secs_f64(seconds))
        }

        fn sleep_until(&mut self, seconds: f64) -> Option<Duration> {
            self.look.now = self.noon + Duration::from_secs_f64(seconds);
            self.detector.check(self.look)
        }

        /// Checks until `seconds`. Returns when it first was frozen, and for how long no reply had
        /// come then.
        fn until(&mut self, seconds: f64) -> Option<(f64, f64)> {
            let end = self.noon + Duration::from_secs_f64(seconds);
            while self.look.now < end {
                self.look.now += Duration::from_millis(100);
                if let Some(quiet) = self.detector.check(self.look) {
                    let frozen = self.look.now - self.noon;
                    return Some((frozen.as_secs_f64(), quiet.as_secs_f64()));
                }
            }
            None
        }
    }

    #[test]
    fn an_idle_server_is_not_frozen() {
        let mut series = Series::begin();
        assert_eq!(series.until(60.0), None);
        series.look.last_reply = series.at(60.0);
        assert_eq!(series.until(600.0), None);
    }

    #[test]
    fn two_seconds_without_a_reply_while_a_request_waits_are_a_freeze() {
        let mut series = Series::begin();
        series.until(10.0);
        (series.look.last_reply, series.look.oldest) = (series.at(3.0), series.at(10.0));
        assert_eq!(series.until(60.0), Some((12.0, 2.0)));
    }

    #[test]
    fn a_reply_to_another_player_counts() {
        let mut series = Series::begin();
        series.look.oldest = series.at(0.0);
        for second in 1..60 {
            series.look.last_reply = series.at(f64::from(second) - 1.0);
            assert_eq!(series.until(f64::from(second)), None);
        }
        assert_eq!(series.until(70.0), Some((60.0, 2.0)));
    }

    #[test]
    fn a_sleep_of_the_whole_process_is_no_freeze() {
        let mut series = Series::begin();
        series.look.oldest = series.at(0.0);
        assert_eq!(series.until(1.0), None);
        assert_eq!(series.sleep_until(600.0), None);
        assert_eq!(series.until(700.0), Some((602.0, 2.0)));
        // A check that is a little late is no sleep.
        let mut series = Series::begin();
        series.look.oldest = series.at(0.0);
        for late in [0.6, 1.2, 1.8] {
            assert_eq!(series.sleep_until(late), None);
        }
        assert!(series.sleep_until(2.4).is_some());
    }

    #[test]
    fn a_missing_heartbeat_is_a_freeze_unless_a_player_gets_a_reply() {
        let mut series = Series::begin();
        series.look.last_beat = series.at(0.0);
        assert_eq!(series.until(1.9), None);
        series.look.last_reply = series.at(1.5);
        assert_eq!(series.until(60.0), Some((3.5, 2.0)));
    }

    #[test]
    fn a_heartbeat_does_not_hide_a_frozen_room() {
        let mut series = Series::begin();
        series.look.oldest = series.at(0.0);
        series.look.last_beat = series.at(60.0);
        assert_eq!(series.until(60.0), Some((2.0, 2.0)));
    }
}
