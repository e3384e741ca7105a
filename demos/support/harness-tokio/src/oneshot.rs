//! tokio's channel for one answer. Its name is for the drawings of the model checker; here nobody
//! needs it.

pub use tokio::sync::oneshot::{Receiver, Sender, error};

/// A channel for one message.
pub fn channel<T>(_name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    tokio::sync::oneshot::channel()
}
