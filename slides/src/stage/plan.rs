//! The plan of the talk against its clock: ahead or behind, and how long each slide is shown. A
//! rehearsal is the same, kept for the next run.

use super::slideshow::Slideshow;
use crate::deck::{Seconds, TALK, clock};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write, time::Duration};

/// The times of each slide, by its title.
pub(super) type Times = BTreeMap<String, Shown>;

/// When a slide was shown, by the talk's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// When it was shown first, in milliseconds.
    first_ms: u64,
    /// How long it was shown, all visits together, in milliseconds.
    took_ms: u64,
}

/// A rehearsal that is kept in a file, or the talk as it is given now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Rehearsal {
    pub(super) times: Times,
}

/// How the talk goes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Without the time on the current slide since the talk arrived there.
    now: Times,
    /// The slide that is shown, and when the talk arrived there.
    here: Option<(String, u64)>,
    /// The last rehearsal.
    last: Option<Rehearsal>,
}

/// The plan for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    now: Times,
    here: Option<(String, u64)>,
}

impl Plan {
    /// Takes the times of the last rehearsal.
    pub(super) fn compare_with(&mut self, last: Rehearsal) {
        self.last = Some(last);
    }

    /// The talk shows this slide at this time.
    pub(super) fn at(&mut self, title: &str, clock: Duration) {
        if self.here.as_ref().is_some_and(|(here, _)| here == title) {
            return;
        }
        let ms = ms(clock);
        self.now = self.times(clock);
        self.now.entry(title.to_owned()).or_insert(Shown {
            first_ms: ms,
            took_ms: 0,
        });
        self.here = Some((title.to_owned(), ms));
    }

    /// The clock begins again at 0:00, so the times do, too.
    pub(super) fn reset(&mut self) {
        self.now.clear();
        if let Some((title, _)) = self.here.take() {
            self.at(&title, Duration::ZERO);
        }
    }

    /// The times so far.
    pub(super) fn times(&self, clock: Duration) -> Times {
        let mut times = self.now.clone();
        if let Some((title, since)) = &self.here {
            let shown = times.entry(title.clone()).or_default();
            shown.took_ms += ms(clock).saturating_sub(*since);
        }
        times
    }

    /// Each slide with its plan, its time in the last rehearsal, and its time now; and how the talk
    /// compares with the plan on the slide that is shown.
    pub(super) fn json(&self, slideshow: &Slideshow, clock: Duration) -> Value {
        let now = self.times(clock);
        let seconds = |times: &Times, title: &str| times.get(title).map(|it| it.took_ms / 1000);
        let last = |title: &str| seconds(&self.last.as_ref()?.times, title);
        let rows: Vec<Value> = planned(slideshow)
            .map(|slide| json!([last(slide.title), seconds(&now, slide.title)]))
            .collect();
        let here = planned(slideshow).nth(slideshow.slide);
        let pace = here.map(|slide| slide.pace(clock));
        json!({"slides": rows, "hasLast": self.last.is_some(), "pace": pace})
    }

    pub(super) fn save(&self) -> Saved {
        Saved {
            now: self.now.clone(),
            here: self.here.clone(),
        }
    }

    pub(super) fn restore(&mut self, saved: Saved) {
        self.now = saved.now;
        self.here = saved.here;
    }

    /// Plan against actual, a line for each slide of the talk.
    pub(super) fn report(&self, slideshow: &Slideshow, at: Duration) -> String {
        let now = self.times(at);
        let mut text = String::from("Plan against rehearsal, a line for each slide:\n\n");
        let mut line = |cells: [&str; 6]| {
            let [number, plan, shown, planned, took, title] = cells;
            let _into_a_string = writeln!(
                text,
                "{number:>5}{plan:>8}{shown:>8}{planned:>9}{took:>8}  {title}"
            );
        };
        line(["slide", "plan", "shown", "planned", "took", ""]);
        for (number, slide) in planned(slideshow).enumerate() {
            let Some((from, to)) = slide.from.zip(slide.to) else {
                continue;
            };
            let shown = now.get(slide.title);
            let of = |ms: Option<u64>| ms.map_or("-".to_owned(), |it| clock(to_seconds(it)));
            line([
                &format!("{}", number + 1),
                &clock(from),
                &of(shown.map(|it| it.first_ms)),
                &clock(to.saturating_sub(from)),
                &of(shown.map(|it| it.took_ms)),
                slide.title,
            ]);
        }
        let total: u64 = now.values().map(|it| it.took_ms).sum();
        let _into_a_string = writeln!(
            text,
            "\nAll slides together: {} of {}.",
            clock(to_seconds(total)),
            clock(TALK)
        );
        text
    }
}

/// A slide and when the talk should be there.
struct Planned<'a> {
    title: &'a str,
    /// `None` for an answer to a question, and in a deck without a plan.
    from: Option<Seconds>,
    /// When the talk should leave it.
    to: Option<Seconds>,
}

impl Planned<'_> {
    /// How late the talk is here, in seconds: negative if it is ahead. It is on time from the time
    /// of this slide to that of the next one.
    fn pace(&self, clock: Duration) -> Value {
        let now = i64::try_from(clock.as_secs()).unwrap_or(i64::MAX);
        let late = self.from.zip(self.to).map(|(from, to)| {
            let (from, to) = (i64::from(from), i64::from(to));
            (now - to).max(0) + (now - from).min(0)
        });
        let left = i64::from(TALK) - now;
        json!({"from": self.from, "to": self.to, "late": late, "left": left, "length": TALK})
    }
}

/// The slides of the talk with their plan.
fn planned(slideshow: &Slideshow) -> impl Iterator<Item = Planned<'_>> {
    let slides = slideshow.slides();
    slides.iter().enumerate().map(|(at, slide)| {
        let later = slides.get(at + 1..).unwrap_or_default();
        let next = later.iter().find_map(|it| it.plan).unwrap_or(TALK);
        Planned {
            title: &slide.title,
            from: slide.plan,
            to: slide.plan.map(|_| next),
        }
    })
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn to_seconds(ms: u64) -> Seconds {
    Seconds::try_from(ms / 1000).unwrap_or(Seconds::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::{Deck, Slide};

    fn slideshow() -> Slideshow {
        let mut slideshow = Slideshow::new("en");
        let slides = [("one", Some(0)), ("two", Some(60)), ("answer", None)];
        let slides = slides.map(|(title, plan)| Slide {
            title: title.to_owned(),
            plan,
            ..Slide::default()
        });
        let deck = Deck {
            language: "en".to_owned(),
            slides: slides.to_vec(),
            ..Deck::default()
        };
        slideshow.load(vec![deck], Vec::new());
        slideshow
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_slide_takes_the_time_of_all_its_visits_by_the_talks_clock() {
        let mut plan = Plan::default();
        plan.at("one", seconds(0));
        plan.at("one", seconds(10));
        plan.at("two", seconds(40));
        plan.at("one", seconds(100));
        let times = plan.times(seconds(105));
        let of = |title: &str| (times[title].first_ms, times[title].took_ms);
        assert_eq!((of("one"), of("two")), ((0, 45_000), (40_000, 60_000)));
        // The next stage continues.
        let mut next = Plan::default();
        next.restore(plan.save());
        assert_eq!(next.times(seconds(105)), times);
        next.reset();
        assert_eq!(next.times(seconds(2))["one"].took_ms, 2000);
        assert_eq!(next.times(seconds(2)).len(), 1);
    }

    #[test]
    fn the_talk_is_ahead_before_its_slides_time_and_behind_after_the_next_ones() {
        let mut slideshow = slideshow();
        let plan = Plan::default();
        let mut late = |slide, at| {
            slideshow.go(slide, 0);
            plan.json(&slideshow, seconds(at))["pace"]["late"].clone()
        };
        for (slide, at, expected) in [
            (0, 0, json!(0)),
            (0, 60, json!(0)),
            (0, 61, json!(1)),
            (1, 20, json!(-40)),
            (1, 60, json!(0)),
            (1, 2400, json!(0)),
            (1, 2403, json!(3)),
            (2, 99, Value::Null),
        ] {
            assert_eq!(late(slide, at), expected, "slide {slide} at {at}");
        }
        assert_eq!(
            plan.json(&slideshow, seconds(2410))["pace"]["left"],
            json!(-10)
        );
    }

    #[test]
    fn the_last_rehearsal_and_the_report_are_by_slide() {
        let slideshow = slideshow();
        let mut plan = Plan::default();
        plan.at("one", seconds(0));
        plan.at("two", seconds(75));
        let times = plan.times(seconds(100));
        let report = plan.report(&slideshow, seconds(100));
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines[3], "    1    0:00    0:00     1:00    1:15  one");
        assert_eq!(lines[4], "    2    1:00    1:15    39:00    0:25  two");
        assert!(!report.contains("answer") && report.contains("together: 1:40 of 40:00"));
        let mut next = Plan::default();
        next.compare_with(Rehearsal { times });
        next.at("one", seconds(0));
        assert_eq!(
            next.json(&slideshow, seconds(3))["slides"],
            json!([[75, 3], [25, null], [null, null]])
        );
    }
}
