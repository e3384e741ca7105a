//! When a server counts as frozen. Time is handed in: nothing here looks at a clock or sleeps.

use std::time::{Duration, Instant};

/// Without a reply to anyone for so long, while somebody waits for one: frozen.
const PATIENCE: Duration = Duration::from_secs(2);

/// The watch looks several times a second. A gap longer than this means that it slept itself, and
/// everybody else with it: Ctrl-Z, a closed lid, a machine that swaps.
const NAP: Duration = Duration::from_millis(700);

/// What the watch sees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) now: Instant,
    /// Since when the oldest request waits, be it that the server has not read it.
    pub(crate) oldest: Option<Instant>,
    pub(crate) last_reply: Option<Instant>,
    /// None: the heart never began to beat.
    pub(crate) last_beat: Option<Instant>,
}

/// Somebody who looks at the server again and again.
#[derive(Debug)]
pub(crate) struct Watch {
    looked: Instant,
    awake_since: Instant,
}

impl Watch {
    pub(crate) fn new(now: Instant) -> Watch {
        Watch {
            looked: now,
            awake_since: now,
        }
    }

    /// Looks once. If the server is frozen: for how long nobody has had a reply.
    pub(crate) fn look(&mut self, look: Look) -> Option<Duration> {
        let since = |moment: Instant| look.now.saturating_duration_since(moment);
        if since(self.looked) > NAP {
            self.awake_since = look.now;
        }
        self.looked = look.now;
        let watched = Some(self.awake_since).max(look.last_reply);
        // Nobody can complain before it has asked: an idle server is not frozen.
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

    /// A day of looks, a tenth of a second apart unless the watch naps.
    struct Day {
        noon: Instant,
        watch: Watch,
        look: Look,
    }

    impl Day {
        fn begin() -> Day {
            let noon = Instant::now();
            let look = Look {
                now: noon,
                oldest: None,
                last_reply: None,
                last_beat: None,
            };
            let watch = Watch::new(noon);
            Day { noon, watch, look }
        }

        fn at(&self, seconds: f64) -> Option<Instant> {
            Some(self.noon + Duration::from_secs_f64(seconds))
        }

        fn nap_until(&mut self, seconds: f64) -> Option<Duration> {
            self.look.now = self.noon + Duration::from_secs_f64(seconds);
            self.watch.look(self.look)
        }

        /// Looks until `seconds`, and tells when it was frozen first, and how long it was quiet
        /// then.
        fn until(&mut self, seconds: f64) -> Option<(f64, f64)> {
            let end = self.noon + Duration::from_secs_f64(seconds);
            while self.look.now < end {
                self.look.now += Duration::from_millis(100);
                if let Some(quiet) = self.watch.look(self.look) {
                    let frozen = self.look.now - self.noon;
                    return Some((frozen.as_secs_f64(), quiet.as_secs_f64()));
                }
            }
            None
        }
    }

    #[test]
    fn an_idle_server_is_not_frozen_however_long_ago_the_last_reply_was() {
        let mut day = Day::begin();
        assert_eq!(day.until(60.0), None);
        day.look.last_reply = day.at(60.0);
        assert_eq!(day.until(600.0), None);
    }

    #[test]
    fn a_request_without_a_reply_to_anyone_for_two_seconds_is_a_freeze() {
        let mut day = Day::begin();
        day.until(10.0);
        (day.look.last_reply, day.look.oldest) = (day.at(3.0), day.at(10.0));
        assert_eq!(day.until(60.0), Some((12.0, 2.0)));
    }

    #[test]
    fn replies_to_others_are_replies() {
        let mut day = Day::begin();
        day.look.oldest = day.at(0.0);
        for second in 1..60 {
            day.look.last_reply = day.at(f64::from(second) - 1.0);
            assert_eq!(day.until(f64::from(second)), None);
        }
        assert_eq!(day.until(70.0), Some((60.0, 2.0)));
    }

    #[test]
    fn a_nap_of_the_watch_is_nobody_elses_fault() {
        let mut day = Day::begin();
        day.look.oldest = day.at(0.0);
        assert_eq!(day.until(1.0), None);
        assert_eq!(day.nap_until(600.0), None);
        assert_eq!(day.until(700.0), Some((602.0, 2.0)));
        // A look that is a little late is no nap.
        let mut day = Day::begin();
        day.look.oldest = day.at(0.0);
        for late in [0.6, 1.2, 1.8] {
            assert_eq!(day.nap_until(late), None);
        }
        assert!(day.nap_until(2.4).is_some());
    }

    #[test]
    fn a_heart_that_stops_is_a_freeze_unless_somebody_has_a_reply() {
        let mut day = Day::begin();
        day.look.last_beat = day.at(0.0);
        assert_eq!(day.until(1.9), None);
        day.look.last_reply = day.at(1.5);
        assert_eq!(day.until(60.0), Some((3.5, 2.0)));
    }

    #[test]
    fn a_heart_that_beats_does_not_save_a_room_that_stands_still() {
        let mut day = Day::begin();
        day.look.oldest = day.at(0.0);
        day.look.last_beat = day.at(60.0);
        assert_eq!(day.until(60.0), Some((2.0, 2.0)));
    }
}
