//! Where there is no keeper, no room is kept.

use super::Room;
use crate::{house::House, line::Line, outbox::Waits};
use std::{sync::Arc, time::Instant};

/// There is none.
#[derive(Debug)]
pub(crate) enum Keeps {}

/// There is none.
#[derive(Debug)]
pub(super) enum Ear {}

impl Keeps {
    pub(super) fn of(_: &Arc<House>, _: &str) -> Option<Self> {
        None
    }
}

impl Ear {
    pub(super) fn of(_: &Line) -> Option<(Self, Waits)> {
        None
    }
}

impl Room {
    pub(super) fn tick_kept(&mut self, now: Instant) {
        self.tick(now);
    }
}
