//! What tokio's channels have in common.

use super::gated::Door;
use crate::record::{self, Act, Place, Role};

pub(super) const OPEN: &str = "an end is there until it is dropped";

/// A message was sent, or the channel was closed.
#[track_caller]
pub(super) fn sent(door: &Door, at: Place, is_sent: bool) {
    record::uses(door.id, Role::Writer);
    record::step(
        if is_sent { Act::Write } else { Act::FindClosed },
        door.id,
        Some(at),
    );
}

/// A message was received, or the channel was closed.
#[track_caller]
pub(super) fn received(door: &Door, at: Place, is_received: bool) {
    record::uses(door.id, Role::Reader);
    record::step(
        if is_received {
            Act::Read
        } else {
            Act::FindClosed
        },
        door.id,
        Some(at),
    );
}

/// Drops a sender; the last one closes the channel.
pub(super) fn drop_sender<S>(door: &Door, sender: Option<S>, is_last: impl FnOnce(&S) -> bool) {
    door.last_step(move || {
        if sender.as_ref().is_some_and(is_last) {
            record::step(Act::Close, door.id, None);
        }
        drop(sender);
    });
}
