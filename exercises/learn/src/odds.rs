//! Which orders of picks break each scenario of a game: computed in a process of its own, so that
//! no pick waits for it.

use crate::session::Session;
use judge::play::{Ask, Odds, Told};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The odds of a program's scenarios, as far as they are known.
pub(crate) struct Computed {
    /// `None` if all are computed, or the program has ended.
    session: Option<Session>,
    /// The scenarios that are not computed yet; the first one is asked for.
    asked: VecDeque<usize>,
    known: Vec<Option<Odds>>,
    is_begun: bool,
}

impl Computed {
    /// The odds of this many scenarios: none is computed before [`Computed::begin`].
    pub(crate) fn new(session: Session, scenes: usize, first: usize) -> Computed {
        let others = (0..scenes).filter(|&it| it != first);
        Computed {
            session: Some(session),
            asked: std::iter::once(first).chain(others).collect(),
            known: vec![None; scenes],
            is_begun: false,
        }
    }

    /// Begins to compute them, unless that has begun.
    pub(crate) fn begin(&mut self) {
        if !self.is_begun {
            self.is_begun = true;
            self.ask();
        }
    }

    fn ask(&mut self) {
        let asked = self.asked.front().zip(self.session.as_mut());
        let is_asked = asked.is_some_and(|(&next, session)| session.ask(&Ask::Odds(next)).is_ok());
        if !is_asked {
            self.session = None;
        }
    }

    /// Waits up to this time for the next one. Returns whether there is one more.
    fn hear(&mut self, within: Duration) -> bool {
        let session = self.session.as_mut().filter(|_| self.is_begun);
        let Some(session) = session else {
            return false;
        };
        match session.answer(within) {
            Ok(None) => return false,
            Ok(Some(Told::Odds(odds))) => {
                if let Some(scene) = self.asked.pop_front() {
                    self.known[scene] = Some(odds);
                }
                self.ask();
            }
            // It worked for too long: what is not known stays so.
            Ok(Some(_)) | Err(_) => self.session = None,
        }
        true
    }

    /// Whether it computes something now.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_begun && self.session.is_some()
    }

    /// Takes what was computed meanwhile.
    pub(crate) fn look(&mut self) {
        while self.hear(Duration::ZERO) {}
    }

    /// Waits until the odds of this scenario are known, or of all; not longer than this.
    pub(crate) fn wait(&mut self, scene: Option<usize>, within: Duration) {
        self.begin();
        let began = Instant::now();
        let is_known = |it: &Computed| match scene {
            Some(scene) => it.known[scene].is_some(),
            None => it.asked.is_empty(),
        };
        while !is_known(self) && self.session.is_some() {
            let Some(left) = within.checked_sub(began.elapsed()) else {
                return;
            };
            self.hear(left);
        }
    }

    /// Returns the odds of a scenario; `None` if they are not known.
    pub(crate) fn of(&self, scene: usize) -> Option<Odds> {
        self.known[scene]
    }
}
