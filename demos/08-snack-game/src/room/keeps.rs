//! A room that outlives its process. What is not in its snapshot yet is still in the kernel: a tick
//! looks at what was said and takes nothing, plays, writes all of it down, and only then writes to
//! the sockets and takes what it has heard. See [`keeper`].

mod ear;

pub(super) use ear::Ear;

use super::{Room, ToRoom, state::State};
use crate::{house::House, kept::Kept};
use std::{
    mem,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    time::Instant,
};
use supervisor::{double_buffer::ReadError, snapshot::SnapshotFile};

/// More than anybody may say in a tick.
const LOOK: usize = 16 * 1024;

/// Where a room writes down what it is.
#[derive(Debug)]
pub(crate) struct Keeps {
    kept: Arc<Kept>,
    id: u64,
    memory: SnapshotFile,
    /// The last snapshot was of a room in which nobody was: it is not written again and again.
    was_empty: bool,
    /// It could not be written once, and the log says so.
    failed: bool,
}

impl Keeps {
    /// New memory for a room, if anybody holds it.
    pub(super) fn of(house: &Arc<House>, name: &str) -> Option<Self> {
        let kept = house.kept.as_ref()?;
        match SnapshotFile::new() {
            Ok(memory) => {
                let id = house.next_line();
                kept.hold_snapshot(id, name, memory.as_fd());
                Some(Self::over(kept, id, memory))
            }
            Err(error) => {
                tracing::error!(%error, "there is no memory for this room: it is not kept");
                None
            }
        }
    }

    /// The memory that is held under this number.
    fn over(kept: &Arc<Kept>, id: u64, memory: SnapshotFile) -> Self {
        Self {
            kept: Arc::clone(kept),
            id,
            memory,
            was_empty: false,
            failed: false,
        }
    }

    /// What another process wrote down. `None`: nothing yet.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) fn read(
        kept: &Arc<Kept>,
        id: u64,
        memory: OwnedFd,
    ) -> Result<Option<(State, Self)>, String> {
        let mut memory = SnapshotFile::from_fd(memory);
        Ok(state_in(&mut memory)?.map(|state| (state, Self::over(kept, id, memory))))
    }
}

/// Whether this program could go on from there.
///
/// # Errors
/// A sentence: it could not.
pub(crate) fn look_at(memory: OwnedFd) -> Result<(), String> {
    state_in(&mut SnapshotFile::from_fd(memory)).map(drop)
}

/// The room that was written down there. `None`: nothing was yet.
fn state_in(memory: &mut SnapshotFile) -> Result<Option<State>, String> {
    match memory.read() {
        Ok(bytes) => State::read(&bytes).map(Some),
        Err(ReadError::Empty) => Ok(None),
        Err(ReadError::Torn) => Err("nothing in it is whole".to_owned()),
        Err(ReadError::Io(error)) => Err(error.to_string()),
    }
}

impl Drop for Keeps {
    fn drop(&mut self) {
        self.kept.forget_snapshot(self.id);
    }
}

impl Room {
    /// A tick as a transaction.
    pub(super) fn tick_kept(&mut self, now: Instant) {
        self.listen(now);
        self.tick(now);
        self.commit(now);
        // From here on a death loses nothing: the next process knows what was to be written, and
        // what was heard.
        for guest in self.guests.iter_mut() {
            guest.outbox.seal();
            guest.outbox.flush();
            if let Some(ear) = &mut guest.ear {
                ear.take(guest.outbox.line());
            }
        }
    }

    /// Hears everybody, and takes nothing out of the kernel.
    fn listen(&mut self, now: Instant) {
        let mut look = vec![0; LOOK];
        let mut heard = Vec::new();
        for id in self.guests.ids(|_| true) {
            let Some(guest) = self.guests.get_mut(id) else {
                continue;
            };
            let line = Arc::clone(guest.outbox.line());
            let Some(ear) = &mut guest.ear else { continue };
            let end = ear.hear(&line, &mut look, &mut heard);
            for message in heard.drain(..) {
                self.apply(message, now);
            }
            if let Some(why) = end {
                self.apply(ToRoom::Gone { line: id, why }, now);
            }
        }
    }

    /// Writes down what the room is now.
    fn commit(&mut self, now: Instant) {
        let is_empty = self.guests.is_empty() && self.seats.taken() == 0;
        if is_empty && self.keeps.as_ref().is_some_and(|keeps| keeps.was_empty) {
            return;
        }
        let bytes = self.encode(now);
        let Some(keeps) = &mut self.keeps else { return };
        keeps.was_empty = is_empty;
        if let Err(error) = keeps.memory.write(&bytes)
            && !mem::replace(&mut keeps.failed, true)
        {
            // The game goes on; a crash will be noticed.
            tracing::error!(%error, "cannot write down what this room is");
        }
    }
}
