//! tokio's channel for one answer. The drawings of the model checker show its name; here it is not
//! used.

pub use tokio::sync::oneshot::{Receiver, Sender, error};

/// Creates a channel for one message.
pub fn channel<T>(_name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    tokio::sync::oneshot::channel()
}
