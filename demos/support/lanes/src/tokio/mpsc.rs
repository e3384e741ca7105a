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

use super::channel::{OPEN, drop_sender, received, sent};
use super::gated::Door;
use crate::record::{self, Act};

/// Drops the receiver, and wakes the senders.
fn drop_receiver<R>(door: &Door, receiver: Option<R>) {
    door.last_step(move || {
        record::step(Act::HangUp, door.id, None);
        drop(receiver);
    });
}
