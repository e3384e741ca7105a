//! A wait that the record shows until it is over or given up.

use crate::record::{self, Act, How, ObjectId, Place, Role};

/// What is waited for, and where.
#[derive(Clone, Copy)]
pub(crate) struct Why {
    pub(crate) id: ObjectId,
    pub(crate) how: How,
    pub(crate) at: Place,
    /// Whether the whole thread waits, with all tasks on it.
    pub(crate) stops_thread: bool,
}

/// A wait that may have begun.
pub(crate) struct Waiting {
    why: Why,
    since: Option<(usize, u64)>,
}

impl Waiting {
    pub(crate) fn new(why: Why) -> Self {
        Waiting { why, since: None }
    }

    /// What is waited for.
    pub(crate) fn why(&self) -> Why {
        self.why
    }

    /// Whether the wait has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    /// Begins the wait of the running lane, unless it waits already.
    #[track_caller]
    pub(crate) fn begin(&mut self) {
        if self.since.is_none() {
            let Why {
                id,
                how,
                at,
                stops_thread,
            } = self.why;
            let lane = record::me();
            self.since = Some((lane, record::waits(lane, Some(id), how, at, stops_thread)));
        }
    }

    /// Records that the running lane uses its end of the pipe, and so can end waits at the other.
    #[track_caller]
    pub(crate) fn introduce(&self) {
        match self.why.how {
            How::Full => record::uses(self.why.id, Role::Writer),
            How::Empty => record::uses(self.why.id, Role::Reader),
            _ => {}
        }
    }

    /// Ends the wait.
    pub(crate) fn end(&mut self) {
        if let Some((lane, ticket)) = self.since.take() {
            record::finish_waiting(lane, ticket);
        }
    }
}

/// A future that is dropped while it waits.
impl Drop for Waiting {
    fn drop(&mut self) {
        if self.since.is_some() && !std::thread::panicking() && record::exploring() {
            self.end();
            // A loop around `select!` drops such futures all the time; a lock that is given up is
            // part of the story.
            if self.why.how.is_lock() {
                record::step(Act::GiveUp, self.why.id, None);
            }
        }
    }
}
