//! Tokio's channels: many senders, one receiver.

mod bounded;
mod ends;
mod permit;
mod unbounded;

pub use bounded::{Receiver, Sender, channel};
pub use permit::Permit;
pub use unbounded::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Tokio's own errors.
pub use ::tokio::sync::mpsc::error;

use super::gated::Door;
use crate::record::{self, Act, Place, Role};

/// A message was sent, or the channel was closed.
#[track_caller]
fn sent(door: &Door, at: Place, is_sent: bool) {
    record::uses(door.id, Role::Writer);
    record::step(
        if is_sent { Act::Write } else { Act::FindClosed },
        door.id,
        Some(at),
    );
}

/// A message was received, or the channel was closed.
#[track_caller]
fn received(door: &Door, at: Place, is_received: bool) {
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
fn drop_sender<S>(door: &Door, sender: Option<S>, is_last: impl FnOnce(&S) -> bool) {
    door.last_step(move || {
        if sender.as_ref().is_some_and(is_last) {
            record::step(Act::Close, door.id, None);
        }
        drop(sender);
    });
}

/// Drops the receiver, and wakes the senders.
fn drop_receiver<R>(door: &Door, receiver: Option<R>) {
    door.last_step(move || {
        record::step(Act::HangUp, door.id, None);
        drop(receiver);
    });
}

const OPEN: &str = "an end is there until it is dropped";
