//! The stage's state as plain data. A file keeps it, so that the next stage continues where this
//! one ended, also after `kill -9`.
//!
//! To keep one more part of the state:
//!
//! 1. Give the part a struct `Saved` beside it, with `#[serde(default)]` and plain fields, and the
//!    methods `save` and `restore`.
//! 2. Add a field of that type to [`Snapshot`], and a line to [`Stage::snapshot`] and to
//!    [`Stage::restore`].
//!
//! A file without the field then still counts: the part begins with its default. Save points in
//! time as [`unix_ms`](super::unix_ms), because an `Instant` means nothing to another process, and nothing that
//! changes on its own: each difference is written to the disk.

use super::{Stage, audience::Audience, demos, plan, remote, schedule_game, slideshow, stopwatch};
use serde::{Deserialize, Serialize};

/// What a stage that is started again needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Snapshot {
    slideshow: slideshow::Saved,
    clock: stopwatch::Saved,
    plan: plan::Saved,
    remotes: remote::Saved,
    demos: demos::Saved,
    all_lit: bool,
    game: schedule_game::Saved,
    audience: Audience,
    /// The last number that was given to a phone, a demo or a game.
    last_number: u64,
}

impl Snapshot {
    /// Forgets the remotes, because other users could read their tokens.
    pub(crate) fn without_remotes(mut self) -> Snapshot {
        self.remotes = remote::Saved::default();
        self
    }

    /// Replaces the language by the one of the command line.
    pub(crate) fn with_language(mut self, language: &str) -> Snapshot {
        self.slideshow.language = language.to_owned();
        self
    }
}

impl Stage {
    /// The state as it is now.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            slideshow: self.slideshow.save(),
            clock: self.clock.save(),
            plan: self.plan.save(),
            remotes: self.remotes.save(),
            demos: self.demos.save(),
            all_lit: self.all_lit,
            game: self.game.save(),
            audience: self.audience.save(),
            last_number: self.last_number,
        }
    }

    /// Takes the state of an earlier stage, once the deck is loaded.
    pub(crate) fn restore(&mut self, snapshot: Snapshot) {
        self.last_number = snapshot.last_number;
        self.slideshow.restore(snapshot.slideshow);
        self.clock.restore(snapshot.clock);
        self.plan.restore(snapshot.plan);
        self.remotes.restore(snapshot.remotes);
        self.demos.restore(snapshot.demos);
        self.all_lit = snapshot.all_lit;
        self.audience = snapshot.audience;
        self.resume_game(snapshot.game);
        self.arrived();
    }

    /// A line about what was restored, for the terminal.
    pub(crate) fn resumed(&self) -> String {
        let seconds = self.clock.elapsed().as_secs();
        let state = if self.clock.runs() { "runs" } else { "stands" };
        format!(
            "The talk continues at slide {}; its clock {state} at {}:{:02}. `--fresh` starts over.",
            self.slideshow.slide + 1,
            seconds / 60,
            seconds % 60
        )
    }
}
