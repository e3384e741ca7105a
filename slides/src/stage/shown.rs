//! The newest state, as pages and phones are shown it: encoded once, for everybody.

use super::{Demo, Stage, Status, View, WISHES_WAITING};
use serde_json::{Map, Value, json};
use std::time::Instant;

impl Stage {
    /// Puts the newest state where everybody finds it. Waits for nobody.
    pub(super) fn show(&mut self) {
        let phones = self.for_phones();
        // Phones are woken only for what they can see.
        let changed = self.shown.phones.send_if_modified(|shown| {
            let news = shown.as_str() != phones;
            if news {
                *shown = phones.into();
            }
            news
        });
        if changed {
            self.traffic.shows();
        }
        self.shown
            .pages
            .send_replace(self.for_pages().to_string().into());
    }

    /// For the presenter's own pages.
    fn for_pages(&self) -> Value {
        let elapsed = self.banked
            + self
                .clock
                .map_or_else(Default::default, |since| since.elapsed());
        let here = self
            .decks
            .first()
            .and_then(|deck| deck.slides.get(self.slide));
        let demos: Map<String, Value> = self
            .demos
            .iter()
            // The words of a demo that no slide shows now are kept, and not sent.
            .map(|(name, demo)| {
                (
                    name.clone(),
                    demo.json(here.is_some_and(|slide| slide.demos.contains(name))),
                )
            })
            .collect();
        let lights: Map<String, Value> = self
            .lights
            .iter()
            .map(|(bin, status)| ((*bin).to_owned(), json!(status.word())))
            .collect();
        json!({
            "deck": self.revision,
            "complaints": self.complaints.iter().take(20).map(ToString::to_string).collect::<Vec<_>>(),
            "language": self.language, "slide": self.slide, "step": self.step, "dark": self.dark,
            "clock": {"runs": self.clock.is_some(), "ms": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)},
            "demos": demos, "lights": lights, "allLit": self.all_lit, "phones": self.phones.len(),
            "follow": self.addresses.follow, "play": self.addresses.play, "hall": self.addresses.hall,
            "kit": self.kit.json(),
            "game": self.game.as_ref().map(View::json), "vote": self.vote_json(),
            "xray": self.traffic.json(WISHES_WAITING, self.phones.len()),
        })
    }

    /// For the phones: where the talk is, and what there is to vote on. Nothing that changes by
    /// itself.
    fn for_phones(&self) -> String {
        let demos: Map<String, Value> = self
            .demos
            .iter()
            .map(|(name, demo)| (name.clone(), json!({"status": demo.status.word()})))
            .collect();
        let game = self.game.as_ref().map(View::brief);
        let vote = self.vote.as_ref().map(|vote| {
            let choices: Vec<usize> = vote.count().iter().map(|(choice, _)| *choice).collect();
            json!({"round": vote.round, "choices": choices})
        });
        json!({
            "deck": self.revision, "slide": self.slide, "step": self.step, "demos": demos,
            "play": self.addresses.play, "game": game, "vote": vote, "kit": self.kit.json(),
        })
        .to_string()
    }

    fn vote_json(&self) -> Option<Value> {
        let vote = self.vote.as_ref()?;
        let left = vote.left(Instant::now());
        Some(json!({"round": vote.round, "count": vote.count(), "left": left.as_secs_f32().ceil()}))
    }
}

impl Demo {
    fn json(&self, with_its_words: bool) -> Value {
        let took = self.since.map_or(self.took, |since| since.elapsed());
        json!({
            "status": self.status.word(), "why": self.why, "recorded": self.recorded, "killed": self.killed, "listens": self.listens,
            "seconds": took.as_secs(), "lines": if with_its_words { self.screen.html() } else { Vec::new() },
            "scrolled": self.screen.scrolled(),
        })
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Idle => "idle",
            Status::Building => "building",
            Status::Running => "running",
            Status::Served => "served",
            Status::Froze => "froze",
            Status::Failed => "failed",
            Status::Impossible => "impossible",
            Status::Stopped => "stopped",
        }
    }
}
